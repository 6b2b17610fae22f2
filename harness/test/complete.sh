#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion: what can be typed, and that three shells offer it.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"
export LINGER_CASES=$fakes LINGER_KERNELS=$place/kernels PATH="$LINGER_BUILD:$PATH"
completions=$LINGER_SOURCE/harness/completion

mkdir -p kernels/uml-9.9
echo '{"name":"uml-9.9","kind":"uml","version":"9.9"}' \
	>kernels/uml-9.9/kernel.json
touch kernels/uml-9.9/linux
chmod +x kernels/uml-9.9/linux

# offers TITLE WORDS EXPECTED: WORDS are separated by blanks, the last may be
# empty.
offers()
{
	mapfile -td ' ' words < <(printf '%s ' "$2")
	try "$linger" complete -- "${words[@]}"
	is "$1" "$(cut -f1 <<<"$output")" "$3"
}

offers 'commands' 'r' 'run
report'
offers 'commands of a command' 'kernel ' 'list
build
import
show
rm'
offers 'options' 'run --f' '--format
--family'
offers 'options of a command below' 'kernel build --n' --name
try "$linger" complete -- list --js
is 'with what they mean' "$output" \
	'--json	What each case says of itself, as a JSON array'
offers 'values of options' 'run --format ' 'pretty
tap
ktap
junit
jsonl'
offers 'behind =' 'run --format=j' '--format=junit
--format=jsonl'
offers 'behind a letter' 'show -r ' :folders
offers 'files of formats' 'run --format junit=a' :files
offers 'kernels' 'run --kernel u' uml-9.9
offers 'lists of them' 'run -k host,u' host,uml-9.9
offers 'kernels that are kept' 'kernel rm ' uml-9.9
offers 'cases' 'run verdict/is' 'verdict/is_broken
verdict/is_noisy'
offers 'behind other arguments' 'run --repeat 3 time/meets verdict/p' \
	verdict/passes
offers 'variants' 'show time/is_long:' 'time/is_long:long
time/is_long:longer'
offers 'those of the options' 'run --family 6 --vary=a.b=1 verdict/passes:' \
	'verdict/passes:ipv6,a.b=1'
offers 'cases elsewhere' "list --cases $undescribed describe/is_f" \
	describe/is_fine
offers 'topics' 'help exi' exit-status
offers 'topologies' 'exec --topology pa' 'pair
:files'
offers 'and files' 'topo pai' 'pair
:files'
offers 'a value that can be lacking' 'run --baseline=' :folders
offers 'and is' 'run --baseline time/me' time/meets
offers 'programs' 'topo pair.gv --shell client -- ' :commands
offers 'nothing where nothing is known' 'topo pair.gv ' ''
offers 'nothing of what is not there' 'dance ' ''

# Shells run the linger that is typed: the one of this build is in PATH.

# in_bash LINE
in_bash()
{
	# shellcheck disable=SC2016 # for that shell
	bash --norc -c '
		. "$1/bash/linger"
		COMP_LINE=$2 COMP_POINT=${#2}
		_linger
		printf "%s\n" "${COMPREPLY[@]}"' bash "$completions" "$1"
}
is 'bash: options' "$(in_bash 'linger run --fo')" --format
is 'bash: what is behind = is what it replaces' \
	"$(in_bash 'linger run --format=ju')" junit
is 'bash: likewise behind :' "$(in_bash 'linger run time/is_long:longe')" longer
is 'bash: but not in quotes' "$(in_bash "linger run 'time/is_long:longe")" \
	time/is_long:longer
is 'bash: what it would read otherwise is quoted' \
	"$(in_bash 'linger run options/has_odd_names:')" '\*.a=1
\*.a=11'
is 'bash: also when it goes on' \
	"$(in_bash 'linger run options/has_odd_names:\*.a=1')" '1
11'
mkdir -p some/where
touch paired.gv
is 'bash: names and files' "$(in_bash 'linger topo pair')" 'pair
paired.gv'
is 'bash: folders' "$(in_bash 'linger run --results=so')" some

if command -v fish >.which; then
	# in_fish LINE
	in_fish()
	{
		# shellcheck disable=SC2016 # for fish
		HOME=$place fish --no-config -c '
			source $argv[1]/fish/linger.fish
			complete -C $argv[2]' "$completions" "$1"
	}
	is 'fish: options' "$(in_fish 'linger list --js')" \
		'--json	What each case says of itself, as a JSON array'
	is 'fish: values' "$(in_fish 'linger run --format=ju')" --format=junit
	is 'fish: variants' "$(in_fish 'linger run time/is_long:longe')" \
		time/is_long:longer
	is 'fish: folders' "$(in_fish 'linger run --results=so' | cut -f1)" \
		--results=some/
else
	skip 'fish' 'no fish'
fi

if command -v zsh >.which; then
	# in_zsh LINE PATTERN: what is typed, then a tab, becomes this.
	in_zsh()
	{
		# shellcheck disable=SC2016 # for zsh
		HOME=$place timeout 60 zsh -f -c '
			zmodload zsh/zpty
			zpty shell zsh -f -i
			zpty -w shell "PROMPT=ready:; fpath=($1 \$fpath)
				autoload -U compinit && compinit -u -D
				PROMPT=now:"
			zpty -r shell said "*now:*now:*" || exit
			zpty -w -n shell "$2"$'\''\t'\''
			zpty -r shell said "*${~3}*"' zsh \
			"$completions/zsh" "$1" "$2"
	}
	holds 'zsh: options' in_zsh 'linger run --forma' --format
	holds 'zsh: values' in_zsh 'linger run --format=ju' --format=junit
	holds 'zsh: variants' in_zsh 'linger run time/is_long:longe' \
		time/is_long:longer
	holds 'zsh: folders' in_zsh 'linger run --results=so' '--results=so*me'
else
	skip 'zsh' 'no zsh'
fi

finish
