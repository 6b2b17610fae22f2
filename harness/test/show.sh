#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger show: what the last run recorded.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

try "$linger" show verdict/passes
is 'without a run there is nothing to show' "$status:$output:$errors" \
	'2::linger: there is no last run in linger-results: linger-results/last/events.jsonl: No such file or directory'

run verdict/passes verdict/fails
try "$linger" show 'verdict/*:ipv4'
is 'all that is known of each variant' "$output" \
"verdict/fails:ipv4
  topology pair, kernel 6.1
  report
    expected 0, came ECONNREFUSED
    see $place/linger-results/last/bundles/verdict/fails/ipv4/note
  bundle: $place/linger-results/last/bundles/verdict/fails/ipv4
  fail, 12 ms
    connect: ECONNREFUSED
    and more
    at cases/verdict/fails.c:7

verdict/passes:ipv4
  topology pair, kernel 6.1
  observed connect: 0
  counters of server: TCPSYNChallenge +1
  ladder
    0.000 client > server S 0:0(0)
  pass, 12 ms
    at cases/verdict/passes.c:7"
is 'that is all' "$status:$errors" 0:

try "$linger" show verdict/skips
is 'a case that did not run' "$status:$output:$errors" \
	"2::linger: the last run in linger-results has nothing that 'verdict/skips' matches"

mkdir -p cut/last
head -n 2 linger-results/last/events.jsonl >cut/last/events.jsonl
printf '{"event":' >>cut/last/events.jsonl
try "$linger" show --results cut 'verdict/*'
is 'a file that is cut off' "$status:$errors" \
	'3:linger: cut/last/events.jsonl:3: this is no event'

try "$linger" show
is 'no case is a usage error' "$status:$output" 2:

finish
