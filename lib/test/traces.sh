#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What rules did to segments is in the canonical trace, once and with the rule's
# name: the traces of some variants of lib/test/wire are those of wire/traces,
# a block for each that begins with "# PROGRAM VARIANT".  Without the gaps of
# time: none of these variants waits, so a gap is a stall of the machine's; nor
# the ACK of a FIN, which Linux delays for 40 ms.
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh" || exit
expected=$LINGER_SOURCE/lib/test/wire/traces

trace()
{
	"$LINGER_BUILD/lib/test/wire/$1" --variant="$2" --format=jsonl |
		sed -n 's/.*"event":"trace".*"lines":\["\([^]]*\)"\].*/\1/p' |
		sed 's/","/\n/g' | sed 's/^+[0-9]*s //; / ack 8$/d'
}

block()
{
	sed -n "/^# $1 $2\$/,/^\$/p" "$expected" | sed '1d;/^$/d'
}

while read -r program variant; do
	is "$program $variant" "$(trace "$program" "$variant")" \
		"$(block "$program" "$variant")"
done < <(sed -n 's/^# //p' "$expected")
finish
