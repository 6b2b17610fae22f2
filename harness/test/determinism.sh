#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `make determinism`: what counts as a difference between two runs, and that one
# is found.
# shellcheck source=harness/test/guests.sh
. "$LINGER_SOURCE/harness/test/guests.sh" || exit
differences=$LINGER_SOURCE/harness/dev/differences
determinism=$LINGER_SOURCE/harness/dev/determinism

# ---- two files of events ---------------------------------------------------

# events VARIANT: what happens in it.
events()
{
	cat <<-END
		{"event":"start","case":"a/b","variant":"$1","schema":1,"lasts_ms":0}
		{"event":"counters","case":"a/b","variant":"$1","host":"client","moved":{"TW":1,"OutRsts":2}}
		{"event":"trace","case":"a/b","variant":"$1","hosts":["client","server"],"lines":["client:80 > server:1 S","server:1 > client:80 S.","client:80 > server:1 ."],"times_ms":[0,0,7]}
		{"event":"verdict","case":"a/b","variant":"$1","verdict":"pass","duration_ms":30,"real_ms":184}
	END
}

# differ SCRIPT: what differs when sed has worked on the events.
differ()
{
	sed "$1" first >other
	try "$differences" first other
}

{
	events ipv4
	events ipv6
} >first
differ ''
is 'runs can be equal' "$status:$output$errors" 0:
differ 's/"real_ms":184/"real_ms":9/'
is 'how long it took in real time is no difference' "$status:$output" 0:
{
	events ipv6
	events ipv4
} >other
try "$differences" first other
is 'nor is what ended first' "$status:$output" 0:
differ '3s/S\./R./'
is 'a segment is one' "$status:$output" '1:a/b:ipv4
  first: "server:1 > client:80 S.",
  other: "server:1 > client:80 R.",'
differ '7s/0,7/0,8/'
is 'so is when one came' "$status:$output" '1:a/b:ipv6
  first: "times_ms":[0,0,7]}
  other: "times_ms":[0,0,8]}'
differ '2s/"OutRsts":2/"OutRsts":3/'
is 'a counter' "$status:$output" '1:a/b:ipv4
  first: "OutRsts":2}}
  other: "OutRsts":3}}'
differ '8s/30/31/'
is 'how long it took in its own' "$status:$output" '1:a/b:ipv6
  first: "duration_ms":30}
  other: "duration_ms":31}'
differ '4s/pass/fail/; 8s/pass/skip/'
is 'and what came of it, of each variant' "$status:$output" '1:a/b:ipv4
  first: "verdict":"pass",
  other: "verdict":"fail",
a/b:ipv6
  first: "verdict":"pass",
  other: "verdict":"skip",'
differ 1,4d
is 'a variant can be missing' "$status:$(sed 1q <<<"$output")" 1:a/b:ipv4
differ '4s/184/184,"real_ms_of":5/'
is 'only what is left out by name is' "$status" 1

try "$differences" first
is 'two files are wanted' "$status:${errors%%:*}" 2:usage
try "$differences" first nowhere
is 'which can be read' "$status:${errors%%:*}" 2:usage

# ---- runs ------------------------------------------------------------------

unset LINGER_TEST_KERNEL
export LINGER_CASES=$fakes LOAD_NICE=none

# observes NAME VALUE: a kernel on which a port is seen.
observes()
{
	kernel "$1" <<-END
		begin
		event '{"event":"observe","name":"port","value":"'$2'"}'
		event '{"event":"verdict","verdict":"pass","duration_ms":7}'
		end 0
	END
}
observes same 4000
# shellcheck disable=SC2016 # for that kernel to expand
observes different '$RANDOM$RANDOM'

try "$determinism" "$linger" same 3 verdict/passes
is 'runs are compared' \
	"$status:$(sed 's/variants.*/variants/' .output)" \
	'0:run 1 of 3: the first, 2 variants
run 2 of 3: equal, 2 variants
run 3 of 3: equal, 2 variants
of the first: 2 pass
0 of 2 runs differ from the first'
try "$determinism" "$linger" different 3 verdict/passes:ipv4
is 'one that differs is told' \
	"$status:$(sed 's/variants.*/variants/; s/"[0-9]*"}/N/' .output)" \
	'1:run 1 of 3: the first, 1 variants
verdict/passes:ipv4
  first: "value":N
  other: "value":N
run 2 of 3: different, 1 variants
verdict/passes:ipv4
  first: "value":N
  other: "value":N
run 3 of 3: different, 1 variants
of the first: 1 pass
2 of 2 runs differ from the first'
FIRST=$PWD/kept try "$determinism" "$linger" same 2 verdict/passes
is 'the first can be kept' "$status:$(tail -n 1 .output)" \
	'0:0 of 1 runs differ from the first'
FIRST=$PWD/kept try "$determinism" "$linger" same 2 verdict/passes
is 'and runs of a later call be compared with it' \
	"$status:$(sed 's/variants.*/variants/; 3d' .output)" \
	'0:run 1 of 2: equal, 2 variants
run 2 of 2: equal, 2 variants
0 of 2 runs differ from the first'
FIRST=$PWD/kept try "$determinism" "$linger" different 2 verdict/passes
is 'which all may differ from' "$status:$(tail -n 1 .output)" \
	'1:2 of 2 runs differ from the first'
try "$determinism" "$linger" '' 2 verdict/passes:ipv4
is 'without a name it is the first kernel that is kept' "$status" 1
try "$determinism" "$linger" lost 2
is 'a kernel that is not there ends it' "$status:${errors%% see*}" \
	'3:linger run: --kernel: there is no kernel lost:'
try "$determinism" "$linger" same 1
is 'one run is none to compare' "$status:${errors%%:*}" 2:usage
try "$determinism" "$linger" same many
is 'nor are many' "$status:${errors%%:*}" 2:usage
rm -r kernels/different kernels/same
try "$determinism" "$linger" '' 2
is 'there may be none' "$status:${errors%;*}" \
	'3:determinism: there is no UML kernel to run on'

finish
