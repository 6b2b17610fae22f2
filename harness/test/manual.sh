#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The manual: each command with each of its options, nothing that is not there;
# linger help, man(1).
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"
manual=$LINGER_SOURCE/docs/manual
pages=$LINGER_BUILD/docs/manual

# The options of a help text, each as "-k --kernel NAME,...".
options_of_help()
{
	grep -oE '^ +(-., )?--[a-z-]+(\[?=[^ ]+)?' <<<"$1" |
		grep -vE -- '--(help|usage|version)$' |
		sed -E 's/^ +//; s/, / /; s/(--[a-z-]+)=/\1 /' | sort
}

# Those of a part of the manual, COMMAND [SUBCOMMAND].
options_of_manual()
{
	awk -v part="# linger $*" '
		/^#/ {
			title = $0
			sub(/^#+/, "#", title)
			sub(/ [[A-Z-].*/, "", title)
			is_part = title == part
		}
		is_part && /^`-/ { print }' "$manual/command/$1.md" |
		sed -E 's/[`*]//g; s/, --/ --/' | sort
}

# commands [COMMAND]: what its help lists.
commands()
{
	"$linger" "$@" --help |
		awk '/^Commands:/ { on = 1; next } !NF { on = 0 } on { print $1 }'
}

# compare COMMAND [SUBCOMMAND]
compare()
{
	if [ ! -e "$manual/command/$1.md" ]; then
		result 'not ok' "linger $* is in the manual"
		return
	fi
	is "linger $* has the options that the manual says" \
		"$(options_of_help "$("$linger" "$@" --help)")" \
		"$(options_of_manual "$@")"
}

for command in $(commands); do
	try "$linger" help "$command"
	is "there is help on $command" "$status:$(head -n 1 <<<"$output" |
		cut -d' ' -f1,2)" "0:linger $command"
	compare "$command"
	for below in $(commands "$command"); do
		compare "$command" "$below"
	done
done
is 'no command is in the manual that is not there' \
	"$(cd "$manual/command" && printf '%s\n' *.md | sed 's/\.md$//')" \
	"$(commands | sort)"

for topic in cases environment exit-status formats globs kernels results \
	topologies verdicts; do
	try "$linger" help $topic
	holds "there is help on $topic" [ "$(wc -l <.output)" -gt 4 ]
done
is 'no line of it is longer than 78 columns' "$(for file in \
	"$manual"/*/*.md; do
	"$linger" help "$(basename "$file" .md)" 2>/dev/null
done | awk 'length > 78')" ''

awk '/^    / { print substr($0, 5); seen = 1; next } seen && NF { exit } seen' \
	"$manual/topic/topologies.md" >home.gv
try "$linger" topo home.gv
is 'the topology of the manual is one' "$status:$errors" 0:
awk '/^    / { print substr($0, 5); seen = 1; next } seen && NF { exit } seen' \
	"$manual/topic/cases.md" >case.c
if command -v cc >.which; then
	# shellcheck disable=SC2046 # words
	try cc -fsyntax-only -I"$LINGER_SOURCE/lib" \
		$(pkg-config --cflags check) case.c
	is 'the case of the manual is one' "$status:$errors" 0:
else
	skip 'the case of the manual is one' 'no cc'
fi

for page in linger.1 linger-case.7 linger-topology.7; do
	if command -v mandoc >.which; then
		is "mandoc has nothing to say about $page" \
			"$(mandoc -Tlint "$pages/$page" 2>&1)" ''
	else
		skip "mandoc has nothing to say about $page" 'no mandoc'
	fi
	if command -v man >.which && command -v groff >.which; then
		is "man has nothing to say about $page" \
			"$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 \
				man --warnings -E UTF-8 -l -Tutf8 -Z \
				"$pages/$page" 2>&1 >/dev/null)" ''
	else
		skip "man has nothing to say about $page" 'no man'
	fi
done

finish
