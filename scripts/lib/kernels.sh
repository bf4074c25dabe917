# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernels: Debian's cloud flavour, the newest of each series in its release
# (with its backports). Nothing is pinned: exact versions leave the mirror.

declare -A KERNEL_RELEASE=([6.1]=bookworm [6.12]=bookworm [7.3]=trixie)
FLAVOUR=cloud-amd64

# Modules a test may want in the guest. Everything needed to boot is built in.
GUEST_MODULES=(zram brd loop)

# newest_kernel TAG: the version string, as uname -r would say it.
newest_kernel()
{
	local release=${KERNEL_RELEASE[$1]} series=${1//./\\.}
	private_apt "$release" apt-cache pkgnames linux-headers- |
		sed -n "s/^linux-headers-\($series\.[0-9].*-$FLAVOUR\)\$/\1/p" |
		sort -V | tail -n 1
}

# Series come and go. When one has left, the newest of its suite stands in.
resolve_kernel()
{
	local tag=$1 version release=${KERNEL_RELEASE[$1]}
	version=$(newest_kernel "$tag")
	if [ -z "$version" ]; then
		version=$(private_apt "$release" apt-cache pkgnames linux-headers- |
			sed -n "s/^linux-headers-\([0-9].*-$FLAVOUR\)\$/\1/p" |
			sort -V | tail -n 1)
		[ -n "$version" ] || die "no $FLAVOUR kernel headers in $release"
		warn "Linux $tag has left $release; using $version in its place"
	fi
	mkdir -p "$CACHE/kernels"
	echo "$version" >"$CACHE/kernels/$tag.version.new"
	mv "$CACHE/kernels/$tag.version.new" "$CACHE/kernels/$tag.version"
}

kernel_version()
{
	cat "$CACHE/kernels/$1.version" 2>/dev/null
}

kernel_dir()
{
	if is_debug "$1"; then
		echo "$CACHE/kernels/$1"
	else
		echo "$CACHE/kernels/$(kernel_version "$1")"
	fi
}

# kernel_root TAG: the build root for its modules.
kernel_root()
{
	local release=${KERNEL_RELEASE[$(series "$1")]}
	! is_debug "$1" || release=kernel-$release
	echo "$release"
}

# The folder of headers, as seen inside the build root.
kernel_headers()
{
	if is_debug "$1"; then
		echo "$CACHE/kernels/$1/build"
	else
		echo "/usr/src/linux-headers-$(kernel_version "$1")"
	fi
}

kernel_resolved()
{
	lists_fresh "${KERNEL_RELEASE[$1]}" && [ -s "$CACHE/kernels/$1.version" ]
}

headers_stamp()
{
	echo "$(root_dir "${KERNEL_RELEASE[$1]}")/usr/src/.headers-$(kernel_version "$1")"
}

headers_ready()
{
	[ -n "$(kernel_version "$1")" ] && [ -e "$(headers_stamp "$1")" ]
}

kernel_ready()
{
	[ -n "$(kernel_version "$1")" ] && [ -e "$(kernel_dir "$1")/stamp" ]
}

# linux_packages RELEASE PATTERN PACKAGE: it and what it needs, of the kernel's
# own packages matching PATTERN. Packaging differs: up to 6.x an image is one
# package, 7.x has binary, modules and base apart.
linux_packages()
{
	private_apt "$1" apt-cache depends --recurse --no-recommends \
		--no-suggests --no-conflicts --no-breaks --no-replaces \
		--no-enhances "$3" | grep -E "^$2" | sort -u
}

# fetch RELEASE DIRECTORY PACKAGE...: download and unpack, install nothing.
# tar, since dpkg-deb -x puts a folder in the place of the symlink /lib.
fetch()
{
	local release=$1 into=$2 debs deb
	shift 2
	debs=$CACHE/apt/$release/debs.$BASHPID
	mkdir -p "$debs" "$into"
	( cd "$debs" && private_apt "$release" apt-get download "$@" )
	for deb in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x --keep-directory-symlink -C "$into"
	done
	rm -rf "$debs"
}

# Unpacked into the build root, not installed: a headers package would draw in
# the kernel image, and its paths under /usr/src are right this way.
fetch_headers()
{
	local tag=$1 release=${KERNEL_RELEASE[$1]} version root packages
	version=$(kernel_version "$tag")
	root=$(root_dir "$release")
	mapfile -t packages < <(linux_packages "$release" 'linux-(headers|kbuild)-' "linux-headers-$version")
	fetch "$release" "$root" "${packages[@]}"
	touch "$(headers_stamp "$tag")"
}

# vmlinuz, and the few modules with all they need.
fetch_kernel()
{
	local tag=$1 release=${KERNEL_RELEASE[$1]} version dir new packages module
	version=$(kernel_version "$tag")
	dir=$(kernel_dir "$tag")
	new=$dir.new
	rm -rf "$new" "$dir"
	mapfile -t packages < <(linux_packages "$release" "linux-(image|binary|modules|base)-${version//[.+]/.}" "linux-image-$version")
	fetch "$release" "$new/all" "${packages[@]}"
	cp "$(find "$new/all" -name "vmlinuz-$version" -o -name vmlinuz -type f | head -n 1)" "$new/vmlinuz"
	cp "$(find "$new/all" -name "config-$version" -o -name config -type f | head -n 1)" "$new/config"
	# Both packagings, one place.
	[ -e "$new/all/lib" ] || ln -s usr/lib "$new/all/lib"
	in_root "$release" depmod -b "$new/all" "$version"
	for module in "${GUEST_MODULES[@]}"; do
		in_root "$release" modprobe -d "$new/all" -S "$version" --show-depends "$module"
	done | awk '$1 == "insmod" { print $2 }' | sort -u | while read -r module; do
		mkdir -p "$new/lib/modules/$version/kernel"
		cp "$module" "$new/lib/modules/$version/kernel/"
	done
	cp "$new"/all/lib/modules/"$version"/modules.{builtin,builtin.modinfo,order} "$new/lib/modules/$version/" || true
	in_root "$release" depmod -b "$new" "$version"
	rm -rf "$new/all"
	mv "$new" "$dir"
	touch "$dir/stamp"
}
