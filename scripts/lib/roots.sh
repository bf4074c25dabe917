# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Build roots: small Debian trees in the cache, so that what is built does not
# depend on the host. One line of packages each; a changed line makes a new root.

# bookworm: modules for 6.1 and 6.12, the CLI, the tests, every static check.
# trixie:   modules for 7.x (newer compiler and C library), and QEMU: version 7
#           of bookworm emulates cmpxchg16b wrongly, and 6.12 dies of it.
# guest:    the userland that runs in the virtual machine.
# kernel-*: what builds a kernel that checks itself, and modules for it; made
#           when such a kernel is asked for.
declare -A ROOT_RELEASE=([bookworm]=bookworm [trixie]=trixie [guest]=bookworm
	[kernel-bookworm]=bookworm [kernel-trixie]=trixie)
# Cut from the same cloth, the libraries of each release apart.
KERNEL_BUILD="make gcc libc6-dev libelf-dev libssl-dev openssl flex bison bc kmod xz-utils python3"
declare -A ROOT_PACKAGES=(
	[bookworm]="make gcc libc6-dev pkg-config libelf1 kmod cpio e2fsprogs busybox-static
		libmnl-dev libsmartcols-dev libjson-c-dev
		python3 python3-yaml python3-jsonschema
		sparse clang clang-tidy libclang-rt-14-dev shellcheck perl xz-utils"
	[trixie]="make gcc libc6-dev libelf1t64 pahole kmod xz-utils
		qemu-system-x86"
	[guest]="bash coreutils util-linux mount procps kmod iproute2 python3
		python3-yaml python3-jsonschema libmnl0 libsmartcols1 libjson-c5
		less"
	[kernel-bookworm]=$KERNEL_BUILD
	[kernel-trixie]=$KERNEL_BUILD
)

root_dir()
{
	echo "$CACHE/roots/$1"
}

# The recipe tells two roots apart; it is the stamp of a finished one.
root_recipe()
{
	# shellcheck disable=SC2086 # words, not lines
	echo "v1 ${ROOT_RELEASE[$1]}" ${ROOT_PACKAGES[$1]}
}

root_ready()
{
	[ "$(cat "$(root_dir "$1").stamp" 2>/dev/null)" = "$(root_recipe "$1")" ]
}

make_root()
{
	local name=$1 dir release new opts
	dir=$(root_dir "$name")
	release=${ROOT_RELEASE[$name]}
	new=$dir.new
	opts=$CACHE/roots/$name.aptopts
	mkdir -p "$CACHE/roots"
	rm -rf "$new" "$dir.stamp"
	host_apt_options >"$opts"
	# shellcheck disable=SC2016 # mmdebstrap expands it
	sources_for_root "$release" | mmdebstrap --variant=apt --mode=root \
		--architectures=amd64 \
		--include="$(tr -s ' \t\n' ',' <<<"${ROOT_PACKAGES[$name]}" | sed 's/,$//')" \
		--aptopt="$opts" \
		--aptopt='APT::Install-Recommends "false"' \
		--aptopt='APT::Sandbox::User "root"' \
		--dpkgopt='force-unsafe-io' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--customize-hook='rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap' \
		"$release" "$new" -
	rm -f "$opts"
	rm -rf "$dir"
	mv "$new" "$dir"
	root_recipe "$name" >"$dir.stamp"
}

# The lists that were just renewed know whether the security suite is there.
sources_for_root()
{
	grep -v -- '-backports ' "$CACHE/apt/$1/sources.list"
}

# in_root NAME COMMAND...: in a private mount and PID namespace, with the
# project (read-only) and the cache at their own paths. /proc must be there:
# objtool of 7.x asks it for the stack limit. Nothing outlives the process that
# calls; with IN_ROOT=exec that process becomes the command, and nothing
# outlives its parent.
in_root()
{
	local dir
	dir=$(root_dir "$1")
	shift
	${IN_ROOT:-} setpriv --pdeathsig KILL \
	unshare --mount --pid --fork --kill-child \
		"$BASH" "$TOP/scripts/lib/enter.sh" "$dir" "$TOP" "$CACHE" "$PWD" "$@"
}
