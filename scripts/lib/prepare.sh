# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What must be there before anything can be built or booted. Finds what is
# missing, says what it will do, does it; a second call finds nothing to do.

for part in mirror roots kernels debug source build coverage guest qemu; do
	# shellcheck source=/dev/null
	. "$TOP/scripts/lib/$part.sh"
done

# Programs of the host, and the Debian package of each.
HOST_PROGRAMS=(mmdebstrap:mmdebstrap setpriv:util-linux flock:util-linux)

host_packages()
{
	local p
	for p in "${HOST_PROGRAMS[@]}"; do
		command -v "${p%%:*}" >/dev/null || echo "${p##*:}"
	done
	[ -e "$KEYRING" ] || echo debian-archive-keyring
	case $(mirror) in
	https:*) [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates ;;
	esac
}

install_host_packages()
{
	apt-get -q update
	DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@"
}

resolve_release()
{
	local release=$1 tag
	refresh_lists "$release"
	for tag in "${KERNELS[@]}"; do
		[ "${KERNEL_RELEASE[$tag]}" != "$release" ] || resolve_kernel "$tag"
	done
}

# plan_debug TAG: what its kernel still wants, added to the plan of prepare.
plan_debug()
{
	local root
	root=$(kernel_root "$1")
	root_ready "$root" || plan+=("build root $root|make_root $root")
	debug_source_ready "$1" ||
		plan+=("source of Linux $(series "$1")|fetch_debug_source $1")
	if ! debug_ready "$1"; then
		say "The kernel $1 is built here, once: about half an hour on two processors."
		plan+=("kernel $1, built here|build_debug_kernel $1")
	fi
}

# prepare [source] [KERNEL]...: the build roots, and these.
prepare()
{
	local -a missing plan=()
	local release tag root i

	if [ "$(dpkg --print-architecture 2>/dev/null)" != amd64 ]; then
		die "this works on Debian 12 or 13 for amd64"
	fi
	need_mounts
	mkdir -p "$CACHE"
	lock prepare

	mapfile -t missing < <(host_packages | sort -u)
	if [ ${#missing[@]} -gt 0 ]; then
		say "This machine lacks ${missing[*]}; installing with apt-get."
		plan+=("install ${missing[*]}|install_host_packages ${missing[*]}")
	fi
	# Kernel versions are known only after the lists are.
	for release in bookworm trixie; do
		lists_fresh "$release" ||
			plan+=("package lists of $release|resolve_release $release")
	done
	for root in bookworm trixie; do
		root_ready "$root" ||
			plan+=("build root $root|make_root $root")
	done
	guest_image_ready ||
		plan+=("guest's userland|make_guest_image")
	for tag; do
		if [ "$tag" = source ]; then
			source_ready || plan+=("checkpatch and netlink tools|fetch_source")
			continue
		elif is_debug "$tag"; then
			plan_debug "$tag"
			continue
		fi
		headers_ready "$tag" && lists_fresh "${KERNEL_RELEASE[$tag]}" ||
			plan+=("headers of Linux $tag|fetch_headers $tag")
		kernel_ready "$tag" && lists_fresh "${KERNEL_RELEASE[$tag]}" ||
			plan+=("kernel of Linux $tag|fetch_kernel $tag")
	done

	if [ ${#plan[@]} -gt 1 ]; then
		say "Preparing in $CACHE (kept there; nothing else on this machine changes):"
	fi
	for i in "${!plan[@]}"; do
		# shellcheck disable=SC2086 # a command and its words
		step $((i + 1)) ${#plan[@]} "${plan[i]%%|*}" ${plan[i]#*|}
	done
	unlock prepare
}
