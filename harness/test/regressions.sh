#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cases/regressions.json: each has a case that there is, or a reason; each case
# of regression/ is about one; docs/regressions.md is what is made of it.
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh" || exit
list=$LINGER_SOURCE/cases/regressions.json
page=$LINGER_SOURCE/docs/regressions.md

if ! command -v jq >.which; then
	echo '1..0 # SKIP no jq here'
	exit
fi

# none TITLE FILTER: those that it prints are wrong.
none()
{
	try jq -r "$2" "$list"
	is "$1" "$status:$output:$errors" 0::
}

none 'their numbers go up from 1' \
	'to_entries[] | select(.key + 1 != .value.number) | .value.number'
none 'each says what breaks' '.[] | select(.breaks | length == 0) | .number'
none 'each has cases and how it was shown, or the reason why none' \
	'.[] | select(has("cases") == has("no_case") or
		has("cases") != has("shown")) | .number'
none 'a commit has twelve digits, a subject and a release' \
	'.[] | .broken_by[]?, .ended_by[]? |
	select((.commit | test("^[0-9a-f]{12}$") | not) or
		(.subject | length == 0) or (.in | length == 0))'
none 'there is nothing else' \
	'.[] | keys - ["breaks", "broken_by", "cases", "ended_by", "no_case",
		"number", "shown"] | .[]'

jq -r '.[].cases[]?' "$list" | sort -u >named
(cd "$LINGER_SOURCE/cases" && ls ./*/*.c) | sed 's/^..//; s/\.c$//' | sort >there
is 'cases that there are' "$(comm -23 named there)" ''
is 'each case of regression/ is about one' \
	"$(grep '^regression/' there | comm -13 named -)" ''

try "$LINGER_SOURCE/harness/dev/regressions" "$list"
is 'the page is what is made of it' "$status:$output" "0:$(cat "$page")"

finish
