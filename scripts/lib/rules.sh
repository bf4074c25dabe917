# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Rules of this project that no ready-made tool knows. Each prints what breaks
# it, and a line that says what the rule is.

# project_files: everything that belongs to the project, one a line.
project_files()
{
	source_files Kbuild Makefile README.md dkms.conf .ci module cli scripts tests
}

# break_rule SENTENCE: prints stdin, if there is any, and the sentence.
break_rule()
{
	local found
	found=$(head -n 20)
	[ -z "$found" ] || printf '%s\n  -> %s\n' "$found" "$1"
}

# find_in PATTERN FILE...: file:line:text; silent if there is nothing.
find_in()
{
	local pattern=$1
	shift
	[ $# -eq 0 ] || ( cd "$TOP" && grep -nE "$pattern" "$@" /dev/null ) || true
}

rule_versions()
{
	local files
	mapfile -t files < <(project_files | grep '\.[ch]$' | grep -v '^module/compat/')
	find_in 'LINUX_VERSION_CODE|KERNEL_VERSION' "${files[@]}" |
		break_rule "only module/compat may ask for a kernel version"
}

# JSON has no comments, and a README is for people.
rule_spdx()
{
	local file line
	project_files | grep -v -e '\.json$' -e '\.md$' -e '\.gitignore$' | while IFS= read -r file; do
		line=$(head -n 2 "$TOP/$file" | tr -d '\0')
		[[ $line != '#!'* ]] || line=${line#*$'\n'}
		[[ ${line%%$'\n'*} == *SPDX-License-Identifier:* ]] || echo "$file"
	done | break_rule "the first line names the licence (the second, after #!)"
}

rule_escapes()
{
	local files
	mapfile -t files < <(project_files | grep '^cli/.*\.[ch]$' | grep -v -e '^cli/out' -e '^cli/term\.c$')
	find_in '"[^"]*\\(033|x1[bB]|e\[)' "${files[@]}" |
		break_rule "escape codes are for cli/term.c and cli/out*.c"
}

rule_socket()
{
	local files
	mapfile -t files < <(project_files | grep '^cli/.*\.c$' | grep -v '^cli/nl\.c$')
	find_in '\<(mnl_socket_open|mnl_socket_open2|socket)[[:space:]]*\(' "${files[@]}" |
		break_rule "only cli/nl.c opens a socket"
}

rule_length()
{
	local file
	# What is generated is as long as the protocol is.
	project_files | grep -v -e '_gen\.[ch]$' -e '\.yaml$' -e '^module/uapi/' | while IFS= read -r file; do
		[ "$(wc -l <"$TOP/$file")" -lt 700 ] || echo "$file"
	done | break_rule "a file of 700 lines is two"
}

# The pattern is written so that it does not find itself.
rule_marks()
{
	local files
	mapfile -t files < <(project_files)
	find_in '\<(TO[D]O|FIX[M]E|XX[X])\>' "${files[@]}" |
		break_rule "unfinished work is an issue, not a mark"
	find_in 'https?://[^ ]*/debian(-security)?\>' "${files[@]}" |
		break_rule "no address of a mirror: it is that of the host's apt"
	find_in '[[:space:]]+$' "${files[@]}" |
		grep -v '\.md:' | break_rule "no blanks at the end of a line"
}

# What the JSON schemas list must be what the spec lists.
rule_words()
{
	in_root bookworm python3 "$TOP/scripts/lib/words.py" \
		"$TOP/module/uapi/mmlens.yaml" "$TOP"/cli/schema/*.json |
		break_rule "states, levels and lists are called what the spec calls them"
}

check_rules()
{
	local rule found
	found=$(for rule in versions spdx escapes socket length marks words; do
		"rule_$rule"
	done)
	[ -z "$found" ] || { printf '%s\n' "$found"; return 1; }
}
