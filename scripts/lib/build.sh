# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Building out of the tree: sources are copied to a stage in the cache, one for
# each kernel and one for what runs in user space, and built in a build root.
# Only a file whose content changed is copied, so that make rebuilds only what
# depends on it; when a file comes or goes, the stage starts anew.

# source_files PATH...: what a person wrote, without what a compiler left.
source_files()
{
	local f magic
	( cd "$TOP" && for f; do [ ! -e "$f" ] || find "$f" -type f \
		! -name '*.o' ! -name '*.ko' ! -name '*.a' ! -name '*.d' \
		! -name '*.cmd' ! -name '*.mod' ! -name '*.mod.c' \
		! -name 'Module.symvers' ! -name 'modules.order' \
		! -name '*.pyc' ! -name '.*.sw?' ! -name '*~' -print
	done ) | sort | while IFS= read -r f; do
		if [ -x "$TOP/$f" ]; then
			read -r -N 4 magic <"$TOP/$f" || true
			[ "$magic" != $'\177ELF' ] || continue
		fi
		printf '%s\n' "$f"
	done 2>/dev/null
}

# stage_key LIST EXTRA: changes when a file of the list or the extra word does.
stage_key()
{
	{ echo "$2"; ( cd "$TOP" && xargs -d '\n' -r sha256sum -- <"$1" ); } |
		sha256sum | cut -d' ' -f1
}

# copy_changed LIST STAGE
copy_changed()
{
	local list=$1 stage=$2 f
	if ! cmp -s "$list" "$stage/.list"; then
		rm -rf "$stage"
		mkdir -p "$stage"
	fi
	while IFS= read -r f; do
		cmp -s "$TOP/$f" "$stage/$f" || {
			mkdir -p "$(dirname "$stage/$f")"
			cp "$TOP/$f" "$stage/$f.new"
			chmod --reference="$TOP/$f" "$stage/$f.new"
			mv "$stage/$f.new" "$stage/$f"
		}
	done <"$list"
	cp "$list" "$stage/.list"
}

module_stage()
{
	echo "$WORK/$1"
}

# The stage of user space: the CLI, the tests and what goes along to the guest.
user_stage()
{
	echo "$WORK/user"
}

# kbuild TAG DIRECTORY ARGS...: the kernel's own build of a folder of the stage.
# Warnings are errors. BTF is left out: it would want the pahole that Debian
# built the kernel with.
kbuild()
{
	local tag=$1 dir=$2
	shift 2
	# What is reached of it can be asked for where the kernel can tell.
	[[ $tag != *-debug ]] || set -- GCOV_PROFILE=y KCOV_INSTRUMENT=y "$@"
	in_root "$(kernel_root "$tag")" make -s -j"$(nproc)" \
		-C "$(kernel_headers "$tag")" M="$dir" W=1 KCFLAGS=-Werror \
		CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules 2>&1 |
		sed "s,$(module_stage "$tag")/,,g;/^Skipping BTF/d"
}

# build_module TAG: mmlens.ko, and the tests' own modules, for one kernel.
build_module()
{
	local tag=$1 stage list key dir
	stage=$(module_stage "$tag")
	mkdir -p "$WORK"
	list=$stage.files
	source_files Kbuild module tests/bench/kmod tests/guest/kmod >"$list"
	grep -qx Kbuild "$list" || die "there is no Kbuild in $TOP"
	# A kernel that is built here keeps its version when its options change.
	key=$(stage_key "$list" "1 $(kernel_version "$tag")$(
		! is_debug "$tag" || cat "$CACHE/kernels/$tag/stamp")")
	[ "$(cat "$stage/.built" 2>/dev/null)" != "$key" ] || return 0
	copy_changed "$list" "$stage"
	rm -f "$stage/.built"
	kbuild "$tag" "$stage" || return 1
	[ -e "$stage/mmlens.ko" ] || return 1
	for dir in "$stage"/tests/*/kmod; do
		[ ! -e "$dir/Kbuild" ] || kbuild "$tag" "$dir" || return 1
	done
	echo "$key" >"$stage/.built"
}

# Tests that run on the host, and are no use to a guest.
HOST_TESTS=(unit fuzz)

# build_user: the CLI and the tests' programs, in place in their stage. Every
# other tests/*/Makefile builds by its default target.
build_user()
{
	local stage list key dir
	stage=$(user_stage)
	mkdir -p "$WORK"
	list=$stage.files
	source_files Makefile module cli tests scripts/guest >"$list"
	key=$(stage_key "$list" "1 $(root_recipe bookworm)")
	[ "$(cat "$stage/.built" 2>/dev/null)" != "$key" ] || return 0
	copy_changed "$list" "$stage"
	rm -f "$stage/.built"
	for dir in "$stage/cli" "$stage"/tests/*; do
		[ -e "$dir/Makefile" ] || continue
		[[ " ${HOST_TESTS[*]} " != *" ${dir##*/} "* ]] || continue
		in_root bookworm make -s -j"$(nproc)" -C "$dir" 2>&1 |
			sed "s,$stage/,,g"
		[ "${PIPESTATUS[0]}" -eq 0 ] || return 1
	done
	echo "$key" >"$stage/.built"
}
