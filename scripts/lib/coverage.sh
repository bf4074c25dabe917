# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which lines of the module were reached: counters that boots of a -debug kernel
# left, and the compiler's notes in the stage of the module that they ran.

# coverage LOGS: over all boots of all kernels, since a line may be for one only.
# A line for each file in LOGS/coverage, and the lines that were not reached; one
# line for a person.
coverage()
{
	local logs=$1 out kernel stage into n=0
	local gathered=$WORK/coverage
	rm -rf "$gathered"
	for out in "$logs"/*-debug-*.out/gcov; do
		[ -d "$out" ] || continue
		kernel=$(basename "$(dirname "$out")")
		kernel=${kernel%%-*}-debug
		stage=$(module_stage "$kernel")
		n=$((n + 1))
		into=$gathered/$n
		mkdir -p "$into"
		# Notes beside counters, as gcov wants them.
		cp -a "$out$stage/module" "$into/module"
		( cd "$stage" && find module -name '*.gcno' -exec cp --parents -t "$into" {} + )
		# shellcheck disable=SC2016 # expanded in the root
		in_root "$(kernel_root "$kernel")" sh -c \
			'cd "$0" && find . -name "*.gcda" -exec gcov --json-format --stdout {} + >gcov.json' "$into"
	done
	[ "$n" -gt 0 ] || return 0
	in_root bookworm python3 "$TOP/scripts/lib/coverage.py" "$TOP" "$gathered"/*/gcov.json >"$logs/coverage"
	echo "$(tail -n 1 "$logs/coverage"); which not: $logs/coverage"
}
