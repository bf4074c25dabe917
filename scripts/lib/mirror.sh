# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Debian packages without touching the host's sources: the mirror is the one
# that the host's own apt uses, the package lists are private to the cache.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Of all that apt is told to read (it may never have), the first line that is Debian itself.
# find_mirror PATTERN-OF-RELEASES
find_mirror()
{
	# shellcheck disable=SC2016 # apt expands it
	apt-get indextargets --no-release-info --format '$(SITE) $(RELEASE)' 'Created-By: Packages' |
		awk -v want="$1" '$1 !~ /^cdrom/ && $2 ~ want { print $1; exit }'
}

mirror()
{
	local m=${MMLENS_MIRROR:-}
	[ -n "$m" ] || m=$(find_mirror '^(stable|oldstable|testing|unstable|bookworm|trixie|forky|duke|sid)$')
	[ -n "$m" ] ||
		die "apt on this machine reads no Debian mirror; set MMLENS_MIRROR to the URL of one"
	echo "$m"
}

security_mirror()
{
	if [ -n "${MMLENS_SECURITY_MIRROR:-}" ]; then
		echo "$MMLENS_SECURITY_MIRROR"
	else
		find_mirror '^[a-z]+-security$'
	fi
}

# sources SUITE: one line per source, for Debian release bookworm or trixie.
sources()
{
	local m s
	m=$(mirror)
	s=$(security_mirror)
	echo "deb [signed-by=$KEYRING] $m $1 main"
	echo "deb [signed-by=$KEYRING] $m $1-updates main"
	[ -z "$s" ] || echo "deb [signed-by=$KEYRING] $s $1-security main"
}

backports()
{
	echo "deb [signed-by=$KEYRING] $(mirror) $1-backports main"
}

# The host's own ways to its mirror (proxies, timeouts, credentials), as options
# for an apt that reads another configuration.
host_apt_options()
{
	local d
	apt-config dump --no-empty --format '%F "%v";%n' | grep -E '^Acquire::(https?|Check|Retries|ForceIP|Queue|Max|tor)' || true
	for d in netrc netrcparts; do
		eval "$(apt-config shell f "Dir::Etc::$d/f")"
		# shellcheck disable=SC2154 # f is set by the line above
		[ ! -e "${f%/}" ] || echo "Dir::Etc::$d \"$f\";"
	done
	echo 'Acquire::Languages "none";'
	# Suites that are rarely renewed outlive the date in their Release
	# file. Signatures are checked all the same.
	echo 'Acquire::Check-Valid-Until "false";'
}

# private_apt RELEASE PROGRAM ARGS...: apt-get or apt-cache with the lists of a
# Debian release and its backports. Command line options win over the host's
# configuration, everything else of which stays in force.
private_apt()
{
	local dir=$CACHE/apt/$1 program=$2
	shift 2
	"$program" -q \
		-o Dir::State="$dir/state" \
		-o Dir::State::status="$dir/status" \
		-o Dir::Cache="$dir/cache" \
		-o Dir::Etc::sourcelist="$dir/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferences=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null \
		-o APT::Architecture=amd64 \
		-o APT::Architectures::=amd64 \
		-o APT::Sandbox::User=root \
		-o Acquire::Languages=none \
		-o Acquire::Check-Valid-Until=false \
		"$@"
}

# The lists of a release, renewed when a day old. Offline, what is there stays
# in use.
lists_fresh()
{
	[ -n "$(find "$CACHE/apt/$1/stamp" -mtime -1 2>/dev/null)" ]
}

refresh_lists()
{
	local release=$1 dir=$CACHE/apt/$1
	mkdir -p "$dir"/state/lists/partial "$dir"/cache/archives/partial
	: >"$dir/status"
	{ sources "$release"; backports "$release"; } >"$dir/sources.list"
	if ! private_apt "$release" apt-get update --error-on=any; then
		# Not every mirror carries the security suites.
		{ sources "$release" | grep -v -- '-security '; backports "$release"; } >"$dir/sources.list"
		if ! private_apt "$release" apt-get update --error-on=any; then
			[ -e "$dir/stamp" ] || return 1
			warn "the mirror does not answer; using the package lists of $(date -r "$dir/stamp" +%F)"
			return 0
		fi
	fi
	touch "$dir/stamp"
}
