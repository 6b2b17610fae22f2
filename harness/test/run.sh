#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger run: what is chosen, what is printed, how it ends.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

run verdict/passes verdict/fails:ipv4 verdict/is_broken:ipv6 verdict/skips
timeless
is 'without a terminal there is a line for each case, and a summary' "$output" \
"fail    verdict/fails:ipv4  T
        connect: ECONNREFUSED
        and more
        expected 0, came ECONNREFUSED
        see $place/linger-results/last/bundles/verdict/fails/ipv4/note
fail    verdict/fails  1 failed
broken  verdict/is_broken:ipv6  T
        cannot drop: nft: Operation not supported
        Standard error:
          nft: no such table
broken  verdict/is_broken  1 broken
pass    verdict/passes  2 passed
skip    verdict/skips  2 skipped

CASE               PASS  FAIL  BROKEN  SKIP  LONGEST
verdict/fails               1                  T
verdict/is_broken                   1          T
verdict/passes        2                        T
verdict/skips                             2    T

Skipped
  2: no netem here
    verdict/skips (2 of 2)

Broken
  verdict/is_broken:ipv6
    cannot drop: nft: Operation not supported
    at cases/verdict/is_broken.c:7
    again:  $linger run --cases $fakes verdict/is_broken:ipv6

Failed
  verdict/fails:ipv4
    connect: ECONNREFUSED
    and more
    at cases/verdict/fails.c:7
    bundle: $place/linger-results/last/bundles/verdict/fails/ipv4
    again:  $linger run --cases $fakes verdict/fails:ipv4

2 passed, 1 failed, 1 broken, 2 skipped in T"
is 'a failure outranks what is broken' "$status:$errors" 1:

run verdict/passes verdict/skips
is 'skips are no failure' "$status" 0
run verdict/passes verdict/is_broken
is 'broken has its own status' "$status" 3
run verdict/skips
is 'nothing but skips has its own, too' "$status" 77
run --shard 3/3 verdict/passes
is 'so has nothing at all' "$status" 77
run 'nothing/*'
is 'a glob that matches nothing is an error' "$status:$output:$errors" \
	"2::linger: nothing in $fakes matches 'nothing/*'"

run --format tap --repeat 2 verdict/passes:ipv4 verdict/skips:ipv6
is 'repeats are counted' "$output" \
'TAP version 13
1..4
ok 1 - verdict/passes:ipv4 (1 of 2)
ok 2 - verdict/passes:ipv4 (2 of 2)
ok 3 - verdict/skips:ipv6 (1 of 2) # SKIP no netem here
ok 4 - verdict/skips:ipv6 (2 of 2) # SKIP no netem here'

for shard in 1 2 3; do
	run --format tap --shard $shard/3 'verdict/[ps]*' 'time/is_long'
	grep -o 'ok .*' <<<"$output" | cut -d' ' -f4
done >shards
is 'shards are parts of the whole, each with its share of the long ones' \
	"$(cat shards)" \
'time/is_long:longer
verdict/passes:ipv6
time/is_long:long
verdict/skips:ipv4
verdict/passes:ipv4
verdict/skips:ipv6'

run --format jsonl --vary client.net.ipv4.tcp_tw_reuse=1 --family 4 \
	--pcap always --topology-dir /nowhere options/are_seen
is 'options are passed on' \
	"$(grep -o '"value":"[^"]*"' <<<"$output" | sed "s/new-[0-9]*/new-PID/")" \
"\"value\":\"--format jsonl --variant ipv4 --out $(readlink -f .)/linger-results/.new-PID/bundles/options/are_seen/ipv4 --pcap always --vary client.net.ipv4.tcp_tw_reuse=1 --family 4 --topology-dir /nowhere\""

run --format tap --vary a.b=1 'options/has_odd_names:*.a=1,a.b=1'
is 'a name that is spelt out is meant, quoted where it has to be' "$output" \
"TAP version 13
1..1
not ok 1 - options/has_odd_names:*.a=1,a.b=1
# failed: it's *.a=1,a.b=1
# at cases/options/has_odd_names.c:7
# again: $linger run --cases $fakes --vary a.b=1 'options/has_odd_names:*.a=1,a.b=1'"

again=$(sed -n 's/^# again: //p' <<<"$output")
try bash -c "$again --format tap"
is 'what runs it again does' "$output" \
	"TAP version 13
1..1
not ok 1 - options/has_odd_names:*.a=1,a.b=1
# failed: it's *.a=1,a.b=1
# at cases/options/has_odd_names.c:7
# again: $again"
cp "$linger" "it's linger"
try "./it's linger" run --cases "$fakes" --format tap verdict/is_broken:ipv4
is 'by the name that it was called' "$(tail -n 1 <<<"$output")" \
	"# again: './it'\''s linger' run --cases $fakes verdict/is_broken:ipv4"
rm "it's linger"

try "$linger" run --cases "$undescribed" --format tap 'describe/is_[fn]*'
is 'a case that cannot be described is broken, the others run' \
	"$status:$output" \
"3:TAP version 13
1..2
not ok 1 - describe/is_no_json
# broken: --describe: no JSON: '[' or '{' expected near 'usage'
ok 2 - describe/is_fine:ipv4"

for wrong in '-j 0' '-j x' '--repeat 0' '--shard 0/2' '--shard 3/2' \
	'--shard 2' '--format xml' '--pcap never' '--timeout -1' '--family 5' \
	'--vary =1' '--vary .x=1' '--nothing'; do
	# shellcheck disable=SC2086
	run $wrong verdict/passes
	is "$wrong is refused" "$status:$output" 2:
done
run --shard 3/2
is 'with the reason' "$(head -n 1 <<<"$errors")" \
	"linger run: --shard: '3/2' is not I/N with I from 1 to N"

for command in "run --cases $fakes verdict/passes" "list --cases $fakes" \
	'help exit-status' 'kernel list'; do
	title="output of linger ${command%% *} that cannot be written is an error"
	if [ -w /dev/full ]; then
		# shellcheck disable=SC2086
		"$linger" $command >/dev/full 2>errors
		is "$title" "$?:$(cat errors)" \
			'3:linger: cannot write to standard output'
	else
		skip "$title" 'no /dev/full'
	fi
done

mkdir -p mine/last
echo precious >mine/last/file
run --results mine verdict/passes
is 'a folder that is not ours is left alone' \
	"$status:$errors:$(cat mine/last/file)" \
	"3:linger: $(readlink -f mine)/last is in the way: it has no events.jsonl, so it is of no run of linger:precious"
echo old >report.xml
run --results mine --format junit=report.xml verdict/passes
is 'and a report that there was before' "$status:$(cat report.xml)" 3:old
run --format junit=report.xml --format tap=report.xml verdict/passes
is 'a file for two formats is refused' "$status:$(head -n 1 <<<"$errors")" \
	"2:linger run: --format: report.xml would be written twice"

# Shells let a command that becomes another one have children already.
bash -c 'exec "$@" > >(sleep 0.1; cat >here)' - "$linger" run \
	--cases "$fakes" --format tap verdict/passes:ipv4
await 10 grep -q '^ok 1' here
is 'children that were there before are spared' "$(grep -c '^ok' here)" 1

# Variants that meet: one waits until the other, sent a hang-up before, opens.
mkfifo meeting
FAKE_MEETING=$place/meeting nohup "$linger" run --cases "$fakes" -j1 \
	--format tap time/meets:here >hung 2>&1 &
runner=$!
await 10 [ -e linger-results/.new-$runner/events.jsonl ]
kill -HUP $runner
: <meeting
wait $runner
is 'a hang-up that is ignored ends nothing' "$?:$(grep -c '^ok 1' hung)" 0:1

finish
