# SPDX-License-Identifier: GPL-2.0
# bash completion for mmlens

_mmlens()
{
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
	local commands='info mm vmas pages walk'
	local options='--json --pretty --bytes --numeric --color --version --help'
	local command='' i place=0

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*) ;;
		*) [ -n "$command" ] || command=${COMP_WORDS[i]}
		   place=$((place + 1)) ;;
		esac
	done
	case $previous in
	-o | --detail)
		mapfile -t COMPREPLY < <(compgen -W \
			'entry folio pfn counts lru node cgroup all none' -- "$word")
		return ;;
	esac
	case $command in
	vmas) options+=' --stats' ;;
	pages) options+=' --each --mapped --detail' ;;
	esac
	case $place,$word in
	*,-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
	0,*) mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word") ;;
	1,*) mapfile -t COMPREPLY < <(compgen -W self -- "$word"
		cd /proc && compgen -G "${word}[0-9]*") ;;
	2,*) mapfile -t COMPREPLY < <(compgen -W '[heap] [stack] [vdso]' -- "$word") ;;
	esac
}
complete -F _mmlens mmlens
