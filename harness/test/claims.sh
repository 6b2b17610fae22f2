#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The numbers of the claims that cases decide: each is one of cases/claims.json,
# and is judged in the case's source, not only announced.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

known=$(sed -n 's/^ *"number": \([0-9]*\),$/\1/p' \
	"$LINGER_SOURCE/cases/claims.json")

# judged CASE: the numbers in its source, each on a line of its own.
judged()
{
	tr -s '[:space:]' ' ' <"$LINGER_SOURCE/cases/$1.c" |
		grep -oE '(lg_claim\([^,;]*, |\.claim = )[0-9]+' |
		grep -oE '[0-9]+$' | sort -nu
}

is 'claims have numbers, each once' \
	"$(sort -n <<<"$known" | uniq -d | wc -l):$(wc -l <<<"$known")" \
	"0:$(grep -c '"claim":' "$LINGER_SOURCE/cases/claims.json")"

for program in "$LINGER_BUILD"/cases/*/*; do
	if [ ! -x "$program" ] || [ -d "$program" ]; then
		continue
	fi
	case=${program#"$LINGER_BUILD"/cases/}
	try "$program" --describe
	numbers=$(sed -n 's/^ "claims": "\(.*\)",$/\1/p' <<<"$output" |
		tr -s ' ' '\n' | grep . | sort -nu)
	is "$case: its claims are known" \
		"$(comm -23 <(sort <<<"$numbers") <(sort <<<"$known"))" ''
	is "$case: it judges what it announces" "$(judged "$case")" "$numbers"
done

finish
