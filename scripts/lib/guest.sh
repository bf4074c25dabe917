# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the guest is made of: a root disk, the same for every boot and never
# written to; and for each boot an initramfs that carries the payload.

GUEST_IMAGE=$CACHE/guest.ext4
SWAP_IMAGE=$CACHE/swap.raw

guest_image_ready()
{
	[ "$(cat "$GUEST_IMAGE.stamp" 2>/dev/null)" = "$(root_recipe guest)" ]
}

make_guest_image()
{
	local root
	root=$(root_dir guest)
	rm -f "$GUEST_IMAGE.stamp"
	make_root guest
	# Somebody who is not root, for what only they can show.
	echo 'student:x:1000:1000::/home/student:/bin/bash' >>"$root/etc/passwd"
	echo 'student:x:1000:' >>"$root/etc/group"
	mkdir -p "$root/home/student" "$root/mmlens" "$root/out"
	chown 1000:1000 "$root/home/student"
	echo lens >"$root/etc/hostname"
	echo '127.0.0.1 localhost lens' >"$root/etc/hosts"
	ln -sf /mmlens/cli/mmlens "$root/usr/bin/mmlens"
	rm -f "$GUEST_IMAGE.new"
	in_root bookworm mke2fs -q -t ext4 -O ^has_journal -L mmlens-root \
		-d "$root" "$GUEST_IMAGE.new" 1G
	mv "$GUEST_IMAGE.new" "$GUEST_IMAGE"
	# Swap space for the tests; no signature, so that nobody takes it unasked.
	truncate -s 256M "$SWAP_IMAGE"
	rm -rf "$root" "$root.stamp"
	root_recipe guest >"$GUEST_IMAGE.stamp"
}

# pack_payload TAG RUN: RUN/initrd out of the stages, with RUN/command as what
# the guest is to do. /mmlens in the guest is the project's tree as built for
# this kernel, and mmlens.ko on top.
pack_payload()
{
	local tag=$1 run=$2 tree=$2/tree user module
	user=$(user_stage)
	module=$(module_stage "$tag")
	rm -rf "$tree"
	mkdir -p "$tree"/{bin,dev,proc,sys,new,lib,mmlens/module}
	cp "$(root_dir bookworm)/bin/busybox" "$tree/bin/busybox"
	cp "$TOP/scripts/guest/init" "$tree/init"
	chmod 755 "$tree/init"
	cp -a "$(kernel_dir "$tag")/lib/modules" "$tree/lib/modules"
	[ ! -e "$module/.built" ] || cp "$module/mmlens.ko" "$tree/mmlens/"
	[ ! -e "$user/cli" ] || cp -a "$user/cli" "$tree/mmlens/"
	[ ! -e "$user/tests" ] || cp -a "$user/tests" "$tree/mmlens/"
	mkdir -p "$tree/mmlens/scripts" "$tree/mmlens/run"
	cp -a "$user/scripts/guest" "$tree/mmlens/scripts/"
	[ ! -e "$user/module/uapi" ] || cp -a "$user/module/uapi" "$tree/mmlens/module/"
	! source_ready || [ ! -e "$TOP/module/uapi/mmlens.yaml" ] ||
		ynl_tree "$tree/mmlens/ynl"
	for dir in "$module"/tests/*/kmod; do
		[ ! -e "$module/.built" ] || [ ! -d "$dir" ] ||
			cp "$dir"/*.ko "$tree/mmlens/${dir#"$module"/}/"
	done
	find "$tree/mmlens" \( -name '*.o' -o -name '.*.cmd' -o -name '*.d' \) -delete
	cp "$run"/{command,settings} "$tree/mmlens/run/"
	chmod -R go+rX "$tree/mmlens"
	# shellcheck disable=SC2016 # expanded in the root
	in_root bookworm sh -c \
		'cd "$0" && find . | cpio --quiet -o -H newc -R 0:0 >../initrd' "$tree"
	rm -rf "$tree"
}
