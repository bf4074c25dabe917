# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The few files of the kernel's source that we use and do not carry: the netlink
# generator with its schemas and its Python client, and checkpatch. From 6.12:
# 6.1 had no generator yet, and that of 7.3 may not come to an end.

SOURCE=$CACHE/linux-source

source_ready()
{
	[ -s "$SOURCE/stamp" ]
}

fetch_source()
{
	local new=$SOURCE.new package=linux-source-6.12
	rm -rf "$new" "$SOURCE"
	fetch bookworm "$new/deb" "$package"
	in_root bookworm xz -dc "$new/deb/usr/src/$package.tar.xz" |
		tar -x -C "$new" --strip-components=1 --wildcards \
		"$package/tools/net/ynl" "$package/Documentation/netlink" \
		"$package/scripts/checkpatch.pl" "$package/scripts/spelling.txt" \
		"$package/scripts/const_structs.checkpatch"
	private_apt bookworm apt-cache policy "$package" |
		sed -n 's/^ *Candidate: //p' >"$new/stamp"
	rm -rf "$new/deb"
	mv "$new" "$SOURCE"
}

# ynl_tree DIRECTORY: the smallest tree that generator and client take for the
# kernel's: the generator looks for a file MAINTAINERS above the spec, without
# end if there is none; both want the schema two folders up from it.
ynl_tree()
{
	mkdir -p "$1/tools/net" "$1/Documentation/netlink/specs"
	cp -a "$SOURCE/tools/net/ynl" "$1/tools/net/"
	cp "$SOURCE"/Documentation/netlink/*.yaml "$1/Documentation/netlink/"
	cp "$TOP/module/uapi/mmlens.yaml" "$1/Documentation/netlink/specs/"
	: >"$1/MAINTAINERS"
}
