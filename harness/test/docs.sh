#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# docs/writing-a-case.md does what it says, from an empty folder and with linger
# installed; README names the commands that there are, and its examples work;
# links lead somewhere; examples for CI are YAML.
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh" || exit
unset COLUMNS NO_COLOR
fence='```'

# make(1) that runs this test has told us its flags: they are not for others.
unset MAKEFLAGS MFLAGS MAKELEVEL

# ---- a text that is done again ---------------------------------------------

# blocks TEXT: puts each fenced block with a language into a file of its own,
# blocks/NUMBER, whose first line says what stands behind the fence.
blocks()
{
	rm -rf "$place/blocks"
	mkdir "$place/blocks"
	awk -v folder="$place/blocks" -v fence="$fence" '
		file && $0 == fence { close(file); file = ""; next }
		plain && $0 == fence { plain = 0; next }
		file { print >file; next }
		$0 == fence { plain = 1; next }
		index($0, fence) == 1 {
			file = sprintf("%s/%03d", folder, ++n)
			print substr($0, length(fence) + 1) >file
		}' "$1"
}

# What differs from run to run, and from machine to machine: times, what a
# busy machine makes of a ladder, where things are.
steady()
{
	sed -E "s|$HOME|/home/me|g"'
		/│/d
		/ counted: |^ *counters of |^ *(client|server) +(client|server)$/d
		s/[0-9]+(\.[0-9]+)? (ms|s|min)\b/T/g
		s/kernel [0-9][^ ]*/kernel K/
		s/ +/ /g; s/ $//'
}

# As a pattern in which `...` stands for any lines.
pattern()
{
	sed -E 's/[^A-Za-z0-9 ]/\\&/g; s/^\\\.\\\.\\\.$/*/'
}

# enact BLOCK: what a console shows.  Commands are run in this shell, one after
# the other, so that one that changes the folder does so for the next.
enact()
{
	command=
	: >expected
	while IFS= read -r line; do
		if [[ $line == '$ '* ]]; then
			finish_command
			command=${line#'$ '}
		else
			printf '%s\n' "$line" >>"$place/expected"
		fi
	done < <(tail -n +2 "$1")
	finish_command
}

finish_command()
{
	if [ -n "$command" ]; then
		eval "$command" >"$place/came" 2>&1
		came=$(steady <"$place/came")
		wanted=$(steady <"$place/expected")
		# shellcheck disable=SC2053
		if [[ $came == $(pattern <<<"$wanted") ]]; then
			result ok "$command"
		else
			is "$command" "$came" "$wanted"
		fi
	fi
	: >"$place/expected"
}

# write BLOCK FILE [TEXT]: the file, or what is new behind a line of it.
write()
{
	mkdir -p "$(dirname "$2")"
	if [ -z "${3-}" ]; then
		tail -n +2 "$1" >"$2"
		return
	fi
	LINE=$3 BLOCK=$1 awk '
		{ print }
		!done && index($0, ENVIRON["LINE"]) {
			getline line <ENVIRON["BLOCK"]
			while ((getline line <ENVIRON["BLOCK"]) > 0)
				print line
			done = 1
		}' "$2" >"$place/new" && cp "$place/new" "$2"
}

# follow TEXT
follow()
{
	blocks "$1"
	for block in "$place"/blocks/*; do
		info=$(head -n 1 "$block")
		case $info in
		console)
			enact "$block"
			;;
		*' '*' behind '*)
			file=${info#* }
			write "$block" "${file%% *}" "${info#* behind }"
			;;
		*' '*)
			write "$block" "${info#* }"
			;;
		esac
	done
}

# As `make install` leaves it; but the tree was configured for another prefix.
export HOME=$place/home
mkdir "$HOME"
prefix=$HOME/.local
try make -s -C "$LINGER_BUILD" install prefix="$prefix"
is 'make install' "$status" 0
sed -i "s|^prefix=.*|prefix=$prefix|" "$prefix/lib/pkgconfig/linger.pc"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export LINGER_TOPOLOGIES=$prefix/share/linger/topologies
built=$PATH
PATH=$prefix/bin:$PATH

cd "$HOME" || exit
follow "$LINGER_SOURCE/docs/writing-a-case.md"

mkdir "$HOME/readme"
cd "$HOME/readme" || exit
ln -s "$LINGER_SOURCE/results" "$LINGER_SOURCE/topologies" .
COLUMNS=100 follow "$LINGER_SOURCE/README.md"
cp ../mine/Makefile .
try make -s
is 'README: the case builds' "$status:$errors" 0:
try linger run --cases .
is 'README: and passes' "$status:$(head -n 1 <<<"$output")" \
	'0:pass    close/server_waits  4 passed'
PATH=$built

# ---- README ----------------------------------------------------------------

readme=$LINGER_SOURCE/README.md
export LINGER_CASES=$LINGER_BUILD/cases
export LINGER_CLAIMS=$LINGER_SOURCE/cases/claims.json

# Rows of the table of commands: `NAME` | what it does | `example`
# shellcheck disable=SC2016
rows()
{
	sed -nE 's/^\| `([a-z]+)` \| .* \| `(linger .*)` \|$/\1 \2/p' "$readme"
}

is 'README names the commands that there are' "$(rows | cut -d' ' -f1 | sort)" \
	"$(linger --help | awk '
		/^Commands:/ { on = 1; next }
		!NF { on = 0 }
		on { print $1 }' | sort)"

while read -r name example; do
	if [[ $name =~ ^(compare|claims)$ && ! -e results/uml-6.1.json ]]; then
		skip "README: $example" 'there are no baselines yet'
		continue
	fi
	try eval "$example" </dev/null
	# A comparison that finds something says so by its status.
	[ "$name:$status" = compare:1 ] && status=0
	is "README: $example" "$status:$errors" 0:
done < <(rows)

# ---- all texts -------------------------------------------------------------

# Headings, as links spell them.
anchors()
{
	awk -v fence="$fence" '
		index($0, fence) == 1 { inside = !inside }
		!inside && /^#+ /' "$1" |
		sed -E 's/^#+ //; s/[^A-Za-z0-9 _-]//g; s/ /-/g' |
		tr '[:upper:]' '[:lower:]'
}

# Links of a text that lead nowhere.
dead_links()
{
	awk -v fence="$fence" '
		index($0, fence) == 1 { inside = !inside }
		!inside' "$1" | grep -oE '\]\([^) ]+\)' | sed -E 's/^..(.*).$/\1/' |
		while read -r link; do
			case $link in
			*://*) continue ;;
			esac
			file=$1
			[ -z "${link%%#*}" ] ||
				file=$(dirname "$1")/${link%%#*}
			if [ ! -e "$file" ]; then
				echo "$link"
			elif [[ $link == *#* ]]; then
				anchors "$file" | grep -Fxq "${link#*#}" ||
					echo "$link"
			fi
		done
}

while read -r text; do
	is "${text#"$LINGER_SOURCE"/}: links lead somewhere" \
		"$(dead_links "$text")" ''
done < <(find "$LINGER_SOURCE" -maxdepth 1 -name '*.md' &&
	find "$LINGER_SOURCE/docs" "$LINGER_SOURCE/results" -name '*.md')

blocks "$LINGER_SOURCE/docs/ci.md"
if python3 -c 'import yaml' 2>/dev/null; then
	for block in "$place"/blocks/*; do
		info=$(head -n 1 "$block")
		[[ $info == 'yaml '* ]] || continue
		try python3 -c 'import sys, yaml; yaml.safe_load(sys.stdin)' \
			< <(tail -n +2 "$block")
		is "docs/ci.md: ${info#yaml } is YAML" "$status:$errors" 0:
	done
else
	skip 'docs/ci.md: examples are YAML' 'no YAML for python3 here'
fi

finish
