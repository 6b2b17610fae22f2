#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The order in which variants run, and how many at once.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

run --format tap verdict/passes 'time/is_long'
is 'the longest first' "$output" \
'TAP version 13
1..4
ok 1 - time/is_long:longer
ok 2 - time/is_long:long
ok 3 - verdict/passes:ipv4
ok 4 - verdict/passes:ipv6'

mkfifo meeting
FAKE_MEETING=$place/meeting try timeout 60 "$linger" run --cases "$fakes" \
	--format tap time/meets
is 'variants run side by side' "$status:$(grep -c ^ok <<<"$output")" 0:2

FAKE_LOCK=$place/lock try taskset -c 0 "$linger" run --cases "$fakes" \
	--format tap --repeat 4 time/is_bulk
is 'those that load a core have it alone' \
	"$status:$(grep -c ^ok <<<"$output")" 0:16

try bash -c 'ulimit -n 16; exec "$@"' bash "$linger" run --cases "$fakes" \
	--format tap --repeat 20 verdict/passes
is 'with few descriptors there are fewer at once' \
	"$status:$(grep -c ^ok <<<"$output")" 0:40

finish
