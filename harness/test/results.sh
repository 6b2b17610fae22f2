#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The results folder: replaced by runs that are whole, and by no others.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

run --format jsonl verdict/passes:ipv4 bad/crashes
is 'the events are kept as they are printed' \
	"$(cat linger-results/last/events.jsonl)" "$output"

run verdict/fails:ipv4
is 'the next run takes their place' \
	"$(grep -c '"event":"start"' linger-results/last/events.jsonl)" 1
is 'a bundle is where the results are' \
	"$(cat linger-results/last/bundles/verdict/fails/ipv4/note)" \
	'all there is'
is 'and is called so' \
	"$(grep -o '"path":"[^"]*"' linger-results/last/events.jsonl)" \
	"\"path\":\"$place/linger-results/last/bundles/verdict/fails/ipv4\""

run --repeat 2 verdict/fails:ipv4
is 'each repeat has its own bundle' \
	"$(ls linger-results/last/bundles/verdict/fails)" 'ipv4
ipv4.2'
is 'and says which it is' \
	"$(grep -o '"start".*"repeat":.' linger-results/last/events.jsonl |
		grep -o '.$')" '1
2'

run --results other/deep verdict/passes
is 'a folder that cannot be made is named' "$status:$errors" \
	'3:linger: cannot make the results folder other/deep: No such file or directory'

mkdir linger-results/.new-1 linger-results/.new-999999999
run verdict/passes:ipv4
is 'what dead runs have left is cleared away, what others write is not' \
	"$(ls -A linger-results)" '.new-1
last'
is 'nothing else is where it ran' "$(ls)" linger-results

full_disk()
{
	run --results full verdict/passes:ipv4
	cp full/last/events.jsonl before
	run --results full --format tap 'verdict/is_noisy'
	is 'a full disk has one message' "$status:$errors" \
		"3:linger: cannot write results to $place/full: No space left on device"
	is 'it ends the run' "$output" \
'TAP version 13
1..2
ok 1 - verdict/is_noisy:ipv4
Bail out! the results cannot be written'
	is 'and leaves the last results whole' "$(cat full/last/events.jsonl)" \
		"$(cat before)"
	is 'and nothing else' "$(ls -A full)" last
}
on_small_disk 24k full_disk 'a full disk'

finish
