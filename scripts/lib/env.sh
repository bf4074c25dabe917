# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where things lie, who we are, and the lock. Sourced first by every script.

set -euo pipefail
umask 022
export LC_ALL=C.UTF-8

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
CACHE=${MMLENS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mmlens}
# shellcheck disable=SC2034 # used by those who source this
# Build products of this working tree. They live in the cache and not in the
# tree: what root builds would else lie about in a user's own folder.
WORK=$CACHE/work/$(basename "$TOP")-$(cksum <<<"$TOP" | cut -d' ' -f1)

KERNELS=(6.1 6.12 7.3)
# Those that check themselves, built when they are asked for.
DEBUG_KERNELS=(6.12-debug 7.3-debug 6.12-kcsan 7.3-kcsan)

. "$TOP/scripts/lib/say.sh"

# Build roots need mounts and chroot. A user gets there through sudo; the cache
# stays that user's own folder. In a chroot, unshare(1) alone does not do.
need_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		if [ -z "${MMLENS_PRIVATE:-}" ] && ! unshare --mount true 2>/dev/null; then
			MMLENS_PRIVATE=1 exec perl "$TOP/scripts/lib/private.pl" "$0" "$@"
		fi
		return 0
	fi
	command -v sudo >/dev/null ||
		die "needs root (it mounts and enters build roots); run it as root or install sudo"
	exec sudo "MMLENS_CACHE=$CACHE" "NO_COLOR=${NO_COLOR:-}" \
		"MMLENS_MIRROR=${MMLENS_MIRROR:-}" \
		"MMLENS_SECURITY_MIRROR=${MMLENS_SECURITY_MIRROR:-}" \
		"$0" "$@"
}

# Some containers are root without being allowed to mount.
need_mounts()
{
	unshare --mount --pid --fork true 2>/dev/null ||
		die "root may not make mount namespaces here (a container?); run it on a real or virtual machine, or in a container with CAP_SYS_ADMIN"
}

# lock NAME: held until the shell ends. Two runs must not fill one folder.
lock()
{
	local fd
	mkdir -p "$CACHE/lock"
	exec {fd}>"$CACHE/lock/$1"
	if ! flock -n "$fd"; then
		say "Waiting for another run to finish with '$1'."
		flock "$fd"
	fi
	LOCKS[$1]=$fd
}

unlock()
{
	local fd=${LOCKS[$1]}
	exec {fd}>&-
	unset "LOCKS[$1]"
}
declare -A LOCKS=()

known_kernel()
{
	local k
	for k in "${KERNELS[@]}" "${DEBUG_KERNELS[@]}"; do
		[ "$k" != "$1" ] || return 0
	done
	usage_error "unknown kernel '$1'; there are: ${KERNELS[*]} ${DEBUG_KERNELS[*]}"
}
