#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever a case does, it gets exactly one verdict, and nothing of it stays.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

# judged NAME EXPECTED: what TAP says of a bad case.
judged()
{
	run --format tap --timeout 60 "bad/$1"
	is "$1" "$(grep -v '^# again' <<<"$output")" "$2"
}

judged crashes \
'TAP version 13
1..1
not ok 1 - bad/crashes:ipv4
# broken: ended by SIGSEGV before its verdict
# Standard error:
#   about to go'
judged crashes_late \
'TAP version 13
1..1
not ok 1 - bad/crashes_late:ipv4
# broken: ended by SIGABRT after its verdict
# at cases/bad/crashes_late.c:7'
judged fails_and_crashes \
'TAP version 13
1..1
not ok 1 - bad/fails_and_crashes:ipv4
# failed: it did not
# at cases/bad/fails_and_crashes.c:7
# The process ended by SIGABRT after its verdict.'
judged says_nothing \
'TAP version 13
1..1
not ok 1 - bad/says_nothing:ipv4
# broken: ended with status 5 before its verdict'
judged prints_half_a_line \
'TAP version 13
1..1
not ok 1 - bad/prints_half_a_line:ipv4
# broken: ended with status 0 before its verdict'
judged has_an_odd_verdict \
'TAP version 13
1..1
not ok 1 - bad/has_an_odd_verdict:ipv4
# broken: ended with status 0 before its verdict'
judged is_of_another \
'TAP version 13
1..1
not ok 1 - bad/is_of_another:ipv4
# broken: ended with status 0 before its verdict'
judged has_two_verdicts \
'TAP version 13
1..1
not ok 1 - bad/has_two_verdicts:ipv4
# failed: the first
# at cases/bad/has_two_verdicts.c:7'
judged passes_with_a_status \
'TAP version 13
1..4
not ok 1 - bad/passes_with_a_status:pass
# broken: ended with status 5 after its verdict
# at cases/bad/passes_with_a_status.c:7
# Standard error:
#   the output was not written
not ok 2 - bad/passes_with_a_status:skip
# broken: ended with status 5 after its verdict
# at cases/bad/passes_with_a_status.c:7
# Standard error:
#   the output was not written
not ok 3 - bad/passes_with_a_status:broken
# broken: that is what it says
# at cases/bad/passes_with_a_status.c:7
# Standard error:
#   the output was not written
not ok 4 - bad/passes_with_a_status:fail
# failed: that is what it says
# at cases/bad/passes_with_a_status.c:7
# Standard error:
#   the output was not written'
judged floods \
'TAP version 13
1..1
not ok 1 - bad/floods:ipv4
# broken: wrote more than 16 MiB'

run --format jsonl bad/prints_garbage
is 'what is no event becomes a note that is safe to read' "$output" \
'{"event":"start","case":"bad/prints_garbage","variant":"ipv4","kernel_name":"host","schema":1,"topology":"pair","kernel":"6.1","lasts_ms":0,"guest":"host","time":"real"}
{"event":"note","case":"bad/prints_garbage","variant":"ipv4","kernel_name":"host","text":"not understood: hello"}
{"event":"note","case":"bad/prints_garbage","variant":"ipv4","kernel_name":"host","text":"not understood: 42"}
{"event":"note","case":"bad/prints_garbage","variant":"ipv4","kernel_name":"host","text":"not understood: [1]"}
{"event":"note","case":"bad/prints_garbage","variant":"ipv4","kernel_name":"host","text":"not understood: {\"event\":\"observe\""}
{"event":"note","case":"bad/prints_garbage","variant":"ipv4","kernel_name":"host","text":"not understood: \\x1b[2J\\xff"}
{"event":"verdict","case":"bad/prints_garbage","variant":"ipv4","kernel_name":"host","verdict":"pass","reason":"","file":"cases/bad/prints_garbage.c","line":7,"duration_ms":12}'

run --format jsonl bad/says_nothing
is 'a start is made up where there was none' \
	"$(sed 's/"kernel":"[^"]*"/K/; s/"duration_ms":[0-9]*/T/' <<<"$output")" \
'{"event":"start","case":"bad/says_nothing","variant":"ipv4","kernel_name":"host","schema":1,"topology":"pair",K,"lasts_ms":0,"guest":"host","time":"real"}
{"event":"verdict","case":"bad/says_nothing","variant":"ipv4","kernel_name":"host","verdict":"broken","reason":"ended with status 5 before its verdict",T}'

# Every process that a fake has made holds the fifo: it ends with the last.
mkfifo alive
export FAKE_ALIVE=$place/alive

timeout 60 cat alive >said &
reader=$!
run --format tap --timeout 1 bad/hangs
is 'a case that hangs is ended at its deadline' \
	"$(grep -v '^# again' <<<"$output")" \
'TAP version 13
1..1
not ok 1 - bad/hangs:ipv4
# broken: did not end within 1 s'
holds 'and is gone' wait "$reader"
is 'having run' "$(cat said)" runs

timeout 60 cat alive >said &
reader=$!
run --format tap bad/forks
is 'what a case leaves behind does not hold it up' "$output" \
'TAP version 13
1..1
ok 1 - bad/forks:ipv4'
holds 'and is gone, wherever it has run' wait "$reader"

# begin ARGUMENT...: the runner in the background, until a case hangs in it.
# A shell lets background jobs ignore SIGINT unless they have a group.
begin()
{
	set -m
	"$linger" run --cases "$fakes" "$@" >.output 2>.errors &
	runner=$!
	set +m
	exec 4<alive
	read -r _ <&4
}

# Once all are gone that hold the fifo, nothing is left to read.
all_gone()
{
	timeout 60 cat <&4 >/dev/null
}

begin -j1 --format tap bad/fails_and_crashes bad/hangs verdict/skips
kill -INT "$runner"
wait "$runner"
is 'an interrupt ends it' $? 130
is 'and what was done is reported' "$(grep -v '^# again' .output)" \
'TAP version 13
1..4
not ok 1 - bad/fails_and_crashes:ipv4
# failed: it did not
# at cases/bad/fails_and_crashes.c:7
# The process ended by SIGABRT after its verdict.
not ok 2 - bad/hangs:ipv4
# broken: was stopped with the whole run
Bail out! it was interrupted'
holds 'its case is gone' all_gone
holds 'and no results are kept' test ! -e linger-results/.new-"$runner"

begin bad/hangs
kill -TERM "$runner"
wait "$runner"
is 'so does SIGTERM' $? 143
holds 'its case is gone' all_gone
is 'a person is told' "$(grep ^Stopped .output)" \
	'Stopped: it was interrupted; 0 of 1 were done, 1 broken off.'

begin bad/hangs
kill -KILL "$runner"
wait "$runner" 2>/dev/null
holds 'when the runner is killed, its case is gone' all_gone
unset FAKE_ALIVE
run verdict/passes
is 'and the next run clears away what it has left' \
	"$(ls -A linger-results)" last

finish
