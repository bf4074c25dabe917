# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Kernels that check themselves, built from Debian's source packages by the
# fragments in scripts/kernel: SERIES-debug with KASAN, lockdep, kmemleak, failing
# allocations and coverage, SERIES-kcsan with KCSAN. Built once for each version
# of the source and of the fragments. The source is kept: modules are built with it.

is_debug()
{
	[[ $1 == *-* ]]
}

# series TAG: of any kernel.
series()
{
	echo "${1%-*}"
}

# fragments TAG: in the order in which they are laid over tinyconfig.
fragments()
{
	local kind=${1#*-}
	[ "$kind" != debug ] || kind=kasan
	printf "$TOP/scripts/kernel/%s.config\n" guest "$(series "$1")" "$kind"
}

# source_package TAG: the newest version of its source.
source_package()
{
	private_apt "${KERNEL_RELEASE[$(series "$1")]}" \
		apt-cache policy "linux-source-$(series "$1")" | sed -n 's/^ *Candidate: //p'
}

debug_source()
{
	echo "$CACHE/source/$(series "$1")"
}

# The version that was unpacked.
debug_source_version()
{
	cat "$(debug_source "$1").stamp" 2>/dev/null
}

# Before the lists of packages are there, no version is known.
debug_source_ready()
{
	local newest
	newest=$(source_package "$1")
	[ -n "$newest" ] && [ "$(debug_source_version "$1")" = "$newest" ]
}

# A new source or a changed fragment makes a new kernel.
debug_recipe()
{
	local fragments
	mapfile -t fragments < <(fragments "$1")
	echo "1 $(debug_source_version "$1") $(cat "${fragments[@]}" | sha256sum | cut -d' ' -f1)"
}

debug_ready()
{
	debug_source_ready "$1" &&
		[ "$(cat "$CACHE/kernels/$1/stamp" 2>/dev/null)" = "$(debug_recipe "$1")" ]
}

fetch_debug_source()
{
	local dir package version release=${KERNEL_RELEASE[$(series "$1")]}
	dir=$(debug_source "$1")
	package=linux-source-$(series "$1")
	version=$(source_package "$1")
	rm -rf "$dir" "$dir.deb" "$dir.stamp"
	fetch "$release" "$dir.deb" "$package"
	mkdir -p "$dir"
	in_root "$(kernel_root "$1")" xz -dc "$dir.deb/usr/src/$package.tar.xz" |
		tar -x -C "$dir" --strip-components=1
	rm -rf "$dir.deb"
	echo "$version" >"$dir.stamp"
}

# check_config CONFIG FRAGMENT...: kconfig drops without a word what it cannot
# have. Prints what fell out.
check_config()
{
	local config=$1
	shift
	cat "$@" | awk -v config="$config" '
		BEGIN { while ((getline line <config) > 0) have[line] = 1 }
		/^CONFIG_/ && !($0 in have) { print }
		/^# CONFIG_.* is not set$/ {
			for (line in have)
				if (index(line, $2 "=") == 1)
					print
		}'
}

# kernel_make TAG ARGS...: the kernel's own build.
kernel_make()
{
	local tag=$1
	shift
	in_root "$(kernel_root "$tag")" make -C "$(debug_source "$tag")" \
		O="$CACHE/kernels/$tag/build" LOCALVERSION="-${tag#*-}" "$@"
}

build_debug_kernel()
{
	local tag=$1 dir=$CACHE/kernels/$1 version fragments lost
	mapfile -t fragments < <(fragments "$tag")
	rm -rf "$dir"
	mkdir -p "$dir/build"
	kernel_make "$tag" -s tinyconfig
	cat "${fragments[@]}" >>"$dir/build/.config"
	kernel_make "$tag" -s olddefconfig
	lost=$(check_config "$dir/build/.config" "${fragments[@]}")
	[ -z "$lost" ] || die "these options fell out of the configuration of $tag:
$lost"
	kernel_make "$tag" -j"$(nproc)" bzImage modules
	version=$(kernel_make "$tag" -s kernelrelease)
	cp "$dir/build/arch/x86/boot/bzImage" "$dir/vmlinuz"
	cp "$dir/build/.config" "$dir/config"
	# Nothing is a module; modprobe asks what is built in.
	mkdir -p "$dir/lib/modules/$version"
	cp "$dir"/build/modules.{builtin,builtin.modinfo,order} "$dir/lib/modules/$version/"
	in_root "$(kernel_root "$tag")" depmod -b "$dir" "$version"
	echo "$version" >"$CACHE/kernels/$tag.version"
	debug_recipe "$tag" >"$dir/stamp"
}
