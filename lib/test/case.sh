#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cases that must fail, must break, must skip or never end: each variant has the
# verdict that it deserves and the report that its reader needs.
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh" || exit

# Takes from TAP what differs from run to run and from kernel to kernel: its
# numbers, times, timestamps, windows, and with them how wide a ladder is; and
# where the sources are.
normal()
{
	sed -E 's/^((not )?ok) [0-9]+ - /\1 - /
		s/^# at .*\/(fixture\/.*):[0-9]+$/# at \1/
		s/^# .*\/(fixture\/[^:]*):[0-9]+: /# \1: /
		s/^# [0-9]+\.[0-9]{3,6}/# T/
		s/(TS val|ecr|win|mss|wscale) [0-9]+/\1 N/g
		s/socket [0-9]+ is/socket N is/
		s/(─)+/─/g
		s/ +/ /g'
}

# block VARIANT: what TAP says of it.
block()
{
	awk -v variant="$1" '
		/^(not )?ok / { of_it = index($0 " ", " " variant " ") }
		of_it' <<<"$output" | normal
}

# verdict VARIANT LINES: what comes first of it.
verdict()
{
	is "$1" "$(block "$1" | head -n "$(wc -l <<<"$2")")" "$2"
}

# Whether each line that a report shows is what the source has there.
lines_are_right()
{
	grep -E '^# [^ ]+\.c:[0-9]+: ' <<<"$output" >"$place/shown"
	[ -s "$place/shown" ] || return
	while IFS=: read -r file line text; do
		shown=${text# }
		text=$(cd "$LINGER_BUILD" && sed -n "${line}p" "${file#\# }")
		[ "$shown" = "$(sed -E 's/^[ \t]*//' <<<"$text")" ] || return
	done <"$place/shown"
}

try "$fixtures/verdict/fails"
is 'fails: status' "$status" 1
holds 'fails: lines are what the source has there' lines_are_right

is 'a segment that is not expected' \
	"$(block ipv4,segment | grep -v ' counted:')" \
'not ok - verdict/fails ipv4,segment
# fail: client: expected "< R. 0:0(0) ack 1", came "< S. 0:0(0) ack 1 win N <mss N,sackOK,TS val N ecr N,wscale N>" (flags S., expected R.)
# at fixture/verdict/fails.c
# fixture/verdict/fails.c: lg_expect(is->wire, "< R. 0:0(0) ack 1");
# 
# client server
# T │─ S 0:0(0) <mss N,sackOK,TS val N ecr N,wscale N> ─►│
# T !! │◄─ S. 0:0(0) ack 1 <mss N,sackOK,TS val N ecr N,wscale N> ─│
# │ expected: < R. 0:0(0) ack 1 │
# T │─ . 1:1(0) ack 1 <TS val N ecr N> ─►│
# T │ ESTABLISHED │
# 
# client: 10.0.1.1:4000 -> 10.0.1.2:80 ESTABLISHED
# server: 0.0.0.0:80 LISTEN
# server: 10.0.1.2:80 -> 10.0.1.1:4000 ESTABLISHED'
holds 'counters that moved are in the report' grep -Eq \
	'^# server counted:.* PassiveOpens \+1 ' <<<"$(block ipv4,segment)"

# heart PROGRAM VARIANT: the lines of its ladder that matter most.
heart()
{
	"$fixtures/$1" --format jsonl --variant "$2" |
		sed -n 's/.*"heart":\["\([^]]*\)"\].*/\1/p' |
		sed 's/","/\n/g' | sed -E 's/[0-9]+\.[0-9]{6}/T/; s/(val|ecr) [0-9]+/\1 N/g'
}

is 'the heart of a ladder is what is round that segment' \
	"$(heart verdict/fails ipv4,segment | sed -n 2,5p)" \
'T    │──────►│  S 0:0(0) <TS val N ecr N>
T !! │◄──────│  S. 0:0(0) ack 1
            │       │    expected: < R. 0:0(0) ack 1
T    │──────►│  . 1:1(0) ack 1'
is 'or else its end' \
	"$(heart evidence/fails ipv4 | sed -n '2p;$p' |
		sed -E 's/^ *//; s/[0-9]+ earlier/N earlier/')" \
'┊        ┊        ┊        ┊  ... N earlier segments left out ...
●        │        │        │  client1 CLOSE-WAIT'

verdict ipv4,silence \
'not ok - verdict/fails ipv4,silence
# fail: client: waited 150 ms for "< F.", nothing of the kind came
# at fixture/verdict/fails.c
# fixture/verdict/fails.c: lg_expect_within(is->wire, "< F.", 150);'
verdict ipv4,none \
'not ok - verdict/fails ipv4,none
# fail: client: expected "no < S.", came "< S. 0:0(0) ack 1 win N <mss N,sackOK,TS val N ecr N,wscale N>" (none was expected)
# at fixture/verdict/fails.c
# fixture/verdict/fails.c: lg_expect_none(is->wire, "< S.", 1);'
verdict ipv4,assertion \
"not ok - verdict/fails ipv4,assertion
# fail: Assertion 'lg_port(sock) == 4001' failed: lg_port(sock) == 4000, 4001 == 4001
# at fixture/verdict/fails.c
# fixture/verdict/fails.c: ck_assert_int_eq(lg_port(sock), 4001);"
has 'an assertion has the same report' "$(block ipv4,assertion)" \
	'# T │◄─ S. 0:0(0) ack 1 <mss N,sackOK,TS val N ecr N,wscale N> ─│'
verdict ipv4,nested \
"not ok - verdict/fails ipv4,nested
# fail: Assertion 'lg_address_towards(lg_host(is->net, \"client\"), lg_host(is->net, \"server\")) == \"10.0.1.3\"' failed: lg_address_towards(lg_host(is->net, \"client\"), lg_host(is->net, \"server\")) == \"10.0.1.2\", \"10.0.1.3\" == \"10.0.1.3\"
# at fixture/verdict/fails.c"
verdict ipv4,message \
'not ok - verdict/fails ipv4,message
# fail: port 4000, 100%
# at fixture/verdict/fails.c'
verdict ipv4,state \
'not ok - verdict/fails ipv4,state
# fail: client 10.0.1.1:4000 -> 10.0.1.2:80 is ESTABLISHED, expected TIME-WAIT
# at fixture/verdict/fails.c
# fixture/verdict/fails.c: lg_assert_state(sock, TCP_TIME_WAIT);'
verdict ipv4,late \
'not ok - verdict/fails ipv4,late
# fail: waited 120 ms for CLOSE of client 10.0.1.1:4000 -> 10.0.1.2:80: it is ESTABLISHED
# at fixture/verdict/fails.c'
verdict ipv4,counter \
'not ok - verdict/fails ipv4,counter
# fail: server counted PassiveOpens 1 times, expected 7
# at fixture/verdict/fails.c'
verdict ipv4,refused \
'not ok - verdict/fails ipv4,refused
# fail: client cannot connect to server port 81: Connection refused
# at fixture/verdict/fails.c'
has 'what refused is in the ladder' "$(block ipv4,refused)" \
	'# T │◄─ R. 0:0(0) ack 1 ─│'

try "$fixtures/verdict/breaks"
is 'breaks: status' "$status" 3
holds 'breaks: lines are what the source has there' lines_are_right
verdict ipv4,host \
'not ok - verdict/breaks ipv4,host
# broken: topology pair has no host "srever"
# at fixture/verdict/breaks.c
# fixture/verdict/breaks.c: lg_host(net, "srever");'
verdict ipv4,notation \
"not ok - verdict/breaks ipv4,notation
# broken: cannot read \"> S!\": column 4: '!' is not expected
# at fixture/verdict/breaks.c"
verdict ipv4,arrow \
'not ok - verdict/breaks ipv4,arrow
# broken: "S." does not say whether the segment leaves (>) or arrives (<)
# at fixture/verdict/breaks.c'
verdict ipv4,counter \
'not ok - verdict/breaks ipv4,counter
# broken: cannot count on client: no counter OutRst; this kernel has OutRsts
# at fixture/verdict/breaks.c'
verdict ipv4,need \
'not ok - verdict/breaks ipv4,need
# broken: cannot say whether there is sysctl: no such need: sysctl
# at fixture/verdict/breaks.c'
verdict ipv4,sysctl \
'not ok - verdict/breaks ipv4,sysctl
# broken: cannot set a sysctl: no sysctl net.ipv4.tcp_fin_timout on client; this kernel has tcp_fin_timeout
# at fixture/verdict/breaks.c'
verdict ipv4,value \
'not ok - verdict/breaks ipv4,value
# broken: cannot set a sysctl: client: net.ipv4.tcp_fin_timeout=x: Invalid argument; it is 60
# at fixture/verdict/breaks.c'
verdict ipv4,file \
'not ok - verdict/breaks ipv4,file
# broken: client: /proc/net/sockstats: No such file or directory
# at fixture/verdict/breaks.c'
verdict ipv4,closed \
'not ok - verdict/breaks ipv4,closed
# broken: socket N is closed already
# at fixture/verdict/breaks.c'
verdict ipv4,foreign \
'not ok - verdict/breaks ipv4,foreign
# broken: descriptor 0 is no socket that linger made
# at fixture/verdict/breaks.c'
holds 'ipv4,frames' grep -Exq '# broken: [0-9]+ frames could not be captured' \
	<<<"$(block ipv4,frames)"
holds 'ipv4,taken' grep -Exq '# broken: [0-9]+ frames could not be captured' \
	<<<"$(block ipv4,taken)"
verdict ipv4,claim \
"not ok - verdict/breaks ipv4,claim
# broken: claim 3 is none of this case's"
verdict ipv4,both \
'not ok - verdict/breaks ipv4,both
# broken: claim 4 both holds and does not hold'
verdict ipv4,setting \
'not ok - verdict/breaks ipv4,setting
# broken: server: net.ipv4.tcp_fin_timeout=x: Invalid argument; it is 60'
verdict ipv4,machine \
"not ok - verdict/breaks ipv4,machine
# broken: kernel.panic is not a host's own sysctl: linger never touches the machine's"
verdict ipv4,place \
'not ok - verdict/breaks ipv4,place
# broken: topology pair has no host "srever"'

try "$fixtures/verdict/skips"
is 'skips: status' "$status" 0
verdict ipv4,asks \
'ok - verdict/skips ipv4,asks # SKIP no luck today'
verdict ipv4,sysctl \
'ok - verdict/skips ipv4,sysctl # SKIP needs sysctl net.ipv4.tcp_nonsense: this kernel has none'

try "$fixtures/setup/needs_nonsense"
is 'a need that nobody knows' "$status: $(block ipv4)" \
'3: not ok - setup/needs_nonsense ipv4
# broken: need "luck": no such need: luck'
try "$fixtures/setup/needs_more"
is 'a need that is not met' "$status: $(block ipv4)" \
'0: ok - setup/needs_more ipv4 # SKIP needs counter TCPNonsense: no counter TCPNonsense'


try "$fixtures/setup/has_no_ipv6"
is 'a kernel without IPv6' "$status: $(normal <<<"$output" | grep ok | sort)" \
'0: ok - setup/has_no_ipv6 ipv4
ok - setup/has_no_ipv6 ipv6 # SKIP needs IPv6: Address family not supported by protocol'
try "$fixtures/setup/has_no_netdev"
is 'a kernel without netdev chains' \
	"$status: $(normal <<<"$output" | grep ok | sort)" \
'0: ok - setup/has_no_netdev ipv4,drop # SKIP needs netdev: nft: 
ok - setup/has_no_netdev ipv4,raw
ok - setup/has_no_netdev ipv4,skew # SKIP needs netdev: nft: '
try "$fixtures/setup/has_no_world"
is 'a world that cannot be made' "$status: $(block ipv4)" \
'3: not ok - setup/has_no_world ipv4
# broken: cannot set up namespaces: make mounts private: Input/output error'
try "$fixtures/setup/runs_out"
is 'runs_out: status' "$status" 3
verdict ipv4,descriptors \
'not ok - setup/runs_out ipv4,descriptors
# broken: server: accept: Too many open files'
verdict ipv4,buffers \
'not ok - setup/runs_out ipv4,buffers
# broken: server cannot listen on port 80: No buffer space available'
verdict ipv4,permission \
'not ok - setup/runs_out ipv4,permission
# broken: client cannot connect to server port 80: Operation not permitted'

# The verdict holds.
try "$fixtures/verdict/keeps"
is 'keeps: status' "$status" 1
for way in assertion crash; do
	verdict "ipv4,$way" \
"not ok - verdict/keeps ipv4,$way
# fail: the case's
# at fixture/verdict/keeps.c"
done
verdict ipv4,bytes \
"not ok - verdict/keeps ipv4,bytes
# fail: Assertion '\"\\xff\\xfe\" == \"h\\xc3\\xa9llo\"' failed: \"\\xff\\xfe\" == \"??\", \"h\\xc3\\xa9llo\" == \"héllo\""
holds 'ipv4,cut' grep -Eq '^# fail: (é)+\?$' <<<"$(block ipv4,cut)"
holds 'ipv4,frames that failed' grep -Exq \
	'# broken: [0-9]+ frames could not be captured; then: nothing came' \
	<<<"$(block ipv4,frames)"

# What libcheck takes from the environment.
for setting in CK_RUN_CASE=x CK_RUN_SUITE=x CK_INCLUDE_TAGS=x; do
	try env "$setting" "$fixtures/verdict/skips" --variant '*asks'
	is "$setting" "$status: $output" "0: 1..1
ok 1 - verdict/skips ipv4,asks # SKIP no luck today"
done
try env CK_FORK=no LINGER_SPARE_MS=1000 "$fixtures/process/ends" \
	--variant '*crashes'
has 'CK_FORK=no' "$(block ipv4,crashes)" \
	'# broken: the case crashed: Received signal 11 (Segmentation fault)'

# The process of a case ends, or does not.
try env LINGER_SPARE_MS=1000 "$fixtures/process/ends"
is 'ends: status' "$status" 3
verdict ipv4,crashes \
'not ok - process/ends ipv4,crashes
# broken: the case crashed: Received signal 11 (Segmentation fault)
# at fixture/process/ends.c'
verdict ipv4,exits \
'not ok - process/ends ipv4,exits
# broken: the case ended its process itself
# at fixture/process/ends.c'
verdict ipv4,exits_with_status \
'not ok - process/ends ipv4,exits_with_status
# broken: the case crashed: Early exit with return value 5
# at fixture/process/ends.c'
verdict ipv4,aborts \
'not ok - process/ends ipv4,aborts
# broken: the case crashed: Received signal 6 (Aborted)
# at fixture/process/ends.c'
verdict ipv4,is_killed \
'not ok - process/ends ipv4,is_killed
# broken: the case crashed: Received signal 9 (Killed)
# at fixture/process/ends.c'
for way in hangs loops; do
	verdict "ipv4,$way" \
"not ok - process/ends ipv4,$way
# broken: the case did not end within 1 s
# at fixture/process/ends.c"
done
holds 'each ended where it was' [ "$(grep -c '^# at ' <<<"$output")" = 7 ]

try env LINGER_SPARE_MS=4s "$fixtures/verdict/skips" --variant '*asks'
is 'a limit that is no time' "$status: $(block ipv4,asks)" \
'3: not ok - verdict/skips ipv4,asks
# broken: LINGER_SPARE_MS is no number of milliseconds'

nobody_runs() # PROGRAM
{
	program=$(readlink -f "$1")
	for process in /proc/[0-9]*; do
		[ "$(readlink "$process/exe")" != "$program" ] || return
	done
}

try "$fixtures/process/forks"
is 'forks: status' "$status" 0
is 'a child that goes on is no part of it' "$(wc -l <<<"$output")" 3
holds 'and is gone with it' nobody_runs "$fixtures/process/forks"

finish
