# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Second half of in_root, run inside the new namespaces:
# enter.sh ROOT PROJECT CACHE DIRECTORY COMMAND...
set -euo pipefail

root=$1 project=$2 cache=$3 directory=$4
shift 4

mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mkdir -p "$root$cache" "$root$project"
mount --bind "$project" "$root$project"
mount -o remount,bind,ro "$root$project"
# After the project: the cache may lie in an ignored folder of it.
mount --bind "$cache" "$root$cache"
case $directory/ in
"$project"/* | "$cache"/*) ;;
*) directory=/ ;;
esac

# shellcheck disable=SC2016 # expanded in the root
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 \
	TERM="${TERM:-dumb}" \
	chroot "$root" /bin/sh -c 'cd "$0" && exec "$@"' "$directory" "$@"
