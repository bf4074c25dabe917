# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts tell a person: plain sentences on stderr, so that stdout
# stays free for answers.

say()
{
	printf '%s\n' "$*" >&2
}

warn()
{
	printf '%s: warning: %s\n' "${0##*/}" "$*" >&2
}

# A script may choose what it exits with when it cannot go on.
DIE_STATUS=1

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit "$DIE_STATUS"
}

usage_error()
{
	printf '%s: %s\nTry: %s --help\n' "${0##*/}" "$*" "$0" >&2
	exit 1
}

# The comment block at the top of a script is its help.
show_help()
{
	sed -n '3,${/^#/!q;s/^# \{0,1\}//;p}' "$0"
}

# seconds_since START
seconds_since()
{
	echo $((EPOCHSECONDS - $1))
}

# compiled LOG: how far a kernel's build has come.
compiled()
{
	local files
	files=$(grep -c '^  CC ' "$1") || return 0
	echo ", $files files"
}

# Long work, told in one line each: "[2/6] build root trixie ... 74 s".
# On a terminal the seconds run, and with a kernel that is built what was compiled
# so far; elsewhere the line is written when it is done.
# step N OF LABEL COMMAND...: output goes to a log, shown only on failure.
step()
{
	local n=$1 of=$2 label=$3 log start pid rc=0 width
	shift 3
	mkdir -p "$CACHE/log"
	log="$CACHE/log/$(tr -c 'A-Za-z0-9.\n' '-' <<<"$label").log"
	width=44
	start=$EPOCHSECONDS
	( set -e; "$@" ) >"$log" 2>&1 </dev/null &
	pid=$!
	if [ -t 2 ]; then
		while kill -0 "$pid" 2>/dev/null; do
			printf '\r[%d/%d] %-*s %4d s%s' "$n" "$of" "$width" \
				"$label" "$(seconds_since "$start")" "$(compiled "$log")" >&2
			sleep 0.5
		done
		printf '\r' >&2
	fi
	wait "$pid" || rc=$?
	if [ "$rc" -ne 0 ]; then
		printf '[%d/%d] %-*s failed after %d s\n' "$n" "$of" "$width" \
			"$label" "$(seconds_since "$start")" >&2
		tail -n 15 "$log" | sed 's/^/      | /' >&2
		die "$label failed; the whole log is $log"
	fi
	printf '[%d/%d] %-*s %4d s%s\n' "$n" "$of" "$width" "$label" \
		"$(seconds_since "$start")" "$(compiled "$log")" >&2
}
