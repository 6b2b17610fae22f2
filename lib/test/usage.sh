#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of a case program, and its streams: what it is, what is asked
# of it, what it makes of topologies and values that are no good.
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh" || exit
passes=$fixtures/verdict/passes

# ---- what a case is ---------------------------------------------------------

try "$passes" --describe
printf '%s' "$output" >description
is 'describe: status' "$status" 0
if command -v jq >.which; then
	is 'describe: all but the variants' \
		"$(jq -cS 'del(.variants)' description)" \
'{"bulk":false,"case":"verdict/passes","claims":"1 2","facts":{"pigs fly":"they need no connection"},"needs":["sysctl net.ipv4.tcp_timestamps"],"schema":1,"story":"A connection is opened.  Nothing else happens.\n\nIt is seen in both states that have a name here.\n\nControl: none.","title":"A connection is opened","topology":"pair"}'
	is 'describe: variants' "$(jq -cS '.variants[]' description)" \
'{"bulk":false,"lasts_ms":5,"name":"ipv4,short,server.tcp_syncookies=0"}
{"bulk":false,"lasts_ms":5,"name":"ipv4,short,server.tcp_syncookies=1"}
{"bulk":true,"lasts_ms":7,"name":"ipv4,long,server.tcp_syncookies=0"}
{"bulk":true,"lasts_ms":7,"name":"ipv4,long,server.tcp_syncookies=1"}
{"bulk":false,"lasts_ms":5,"name":"ipv6,short,server.tcp_syncookies=0"}
{"bulk":false,"lasts_ms":5,"name":"ipv6,short,server.tcp_syncookies=1"}
{"bulk":true,"lasts_ms":7,"name":"ipv6,long,server.tcp_syncookies=0"}
{"bulk":true,"lasts_ms":7,"name":"ipv6,long,server.tcp_syncookies=1"}'
else
	skip 'describe: all but the variants' 'no jq here'
	skip 'describe: variants' 'no jq here'
fi

# ---- what is asked of it ----------------------------------------------------

# names: of the variants that were run, sorted.
names()
{
	sed -nE 's/^ok [0-9]+ - verdict\/passes //p' "$place/.output" | sort
}

try "$passes" --variant 'ipv4,*'
is 'variants by glob' "$status: $(names | tr '\n' ' ')" '0: ipv4,long,server.tcp_syncookies=0 ipv4,long,server.tcp_syncookies=1 ipv4,short,server.tcp_syncookies=0 ipv4,short,server.tcp_syncookies=1 '
try "$passes" --family 6 --vary server.tcp_syncookies=2 --variant '*short*'
is 'a family, and another value' "$status: $(names)" \
	'0: ipv6,short,server.tcp_syncookies=2'
try "$passes" --family 4 --vary '*.net.ipv4.tcp_sack=0,1' --variant '*short*=0,*'
is 'one more sysctl, on every host' "$status: $(names)" \
	'0: ipv4,short,server.tcp_syncookies=0,tcp_sack=0
ipv4,short,server.tcp_syncookies=0,tcp_sack=1'

try "$passes" --family 4 --vary '*.tcp_syncookies=1' --variant '*long*'
is 'a sysctl of every host instead of one' "$status: $(names)" \
	'0: ipv4,long,tcp_syncookies=1'

try "$passes" --variant 'ipv4,*=0,*' --vary client.tcp_sack=../x \
	--out "$place/bundles"
is 'a value with a slash is one part of a path' \
	"$status: $(ls "$place/bundles")" \
	'3: ipv4,long,server.tcp_syncookies=0,client.tcp_sack=..%2Fx
ipv4,short,server.tcp_syncookies=0,client.tcp_sack=..%2Fx'

values=$(seq -s , 1 24)
try "$passes" --variant 'ipv4,short,*=0,*' \
	--vary "client.tcp_fin_timeout=$values"
is 'more variants than start at once' "$status: $(names | wc -l)" '0: 24'

# refused TITLE STATUS MESSAGE ARGUMENT...
refused()
{
	title=$1 expected=$2 message=$3
	shift 3
	try "$passes" "$@"
	is "$title" "$status:$output:$(head -n 1 <<<"$errors")" \
		"$expected::$message"
}

refused 'no such variant' 2 'verdict/passes: no such variant: nothing' \
	--variant nothing
refused 'a value without a name' 2 \
	'verdict/passes: cannot vary "server": HOST.SYSCTL=VALUE[,VALUE] or PARAMETER=VALUE[,VALUE] is wanted' \
	--vary server
refused 'a name without a value' 2 \
	'verdict/passes: cannot vary "server.tcp_sack=": HOST.SYSCTL=VALUE[,VALUE] or PARAMETER=VALUE[,VALUE] is wanted' \
	--vary server.tcp_sack=
refused 'nothing but commas' 2 \
	'verdict/passes: cannot vary "server.tcp_sack=,": no value' \
	--vary server.tcp_sack=,
refused 'a parameter that the case has not' 2 \
	'verdict/passes: cannot vary "delay=5": the case has no such parameter' \
	--vary delay=5
refused 'a family that is none' 2 "passes: --family is 4 or 6, not \"5\"" \
	--family 5
refused 'a format that is none' 2 \
	"passes: --format is tap or jsonl, not \"xml\"" --format xml
refused 'an option that is none' 2 \
	"$passes: unrecognized option '--nonsense'" --nonsense
refused 'an argument' 2 "passes: Too many arguments" argument

# judged TITLE STATUS LINES ARGUMENT...: of its first variant.
first=ipv4,short,server.tcp_syncookies=0
judged()
{
	title=$1 expected=$2
	is_said=$3
	shift 3
	try "$passes" --variant "$first*" "$@"
	is "$title" "$status: $(tail -n +2 <<<"$output" | grep -v '^# *$')" \
		"$expected: $is_said"
}

judged 'a value that the kernel refuses' 3 \
"not ok 1 - verdict/passes $first,client.tcp_sack=x
# broken: client: net.ipv4.tcp_sack=x: Invalid argument; it is 1" \
	--vary client.tcp_sack=x
judged 'a sysctl that this kernel has not' 0 \
"ok 1 - verdict/passes $first,client.tcp_nonsense=1 # SKIP needs sysctl net.ipv4.tcp_nonsense: this kernel has none" \
	--vary client.tcp_nonsense=1
judged 'a host that there is not' 3 \
"not ok 1 - verdict/passes $first,nobody.tcp_sack=1
# broken: topology pair has no host \"nobody\"" \
	--vary nobody.tcp_sack=1

# full TITLE ARGUMENT...: what nobody can read was not said.
full()
{
	title=$1
	shift
	"$passes" "$@" >/dev/full 2>.errors
	is "$title" "$?: $(cat .errors)" \
		'3: verdict/passes: cannot write the output'
}

full 'a description that nobody can read' --describe
full 'a result that nobody can read' --variant "$first*"
full 'events that nobody can read' --variant "$first*" --format jsonl

# ---- topologies -------------------------------------------------------------

judged 'no such topology' 3 \
"not ok 1 - verdict/passes $first
# broken: $place/pair.gv: cannot open: No such file or directory" \
	--topology-dir "$place"
printf 'graph pair {\n\tclient\n\tclient -- server [\n}\n' >pair.gv
judged 'a topology with a syntax error' 3 \
"not ok 1 - verdict/passes $first
# broken: $place/pair.gv:4: syntax error near '}'" \
	--topology-dir "$place"
printf 'graph pair {\n\tclient\n\tclient -- client\n}\n' >pair.gv
judged 'a link from a host to itself' 3 \
"not ok 1 - verdict/passes $first
# broken: $place/pair.gv:3: link client -- client: this joins a host to itself" \
	--topology-dir "$place"
printf 'graph pair {\n\tclient\n\tclient -- server [netem="delay 1ms"]\n}\n' \
	>pair.gv
try "$passes" --topology-dir "$place" --variant "$first"
holds 'netem, or its absence, which is named' grep -Eq \
	"^ok 1 - verdict/passes $first( # SKIP needs netem: .+)?\$" .output

# ---- events -----------------------------------------------------------------

# streams TITLE COMMAND...: one start and one verdict for each variant, in this
# order, and nothing that is no event of it.
streams()
{
	title=$1
	shift
	"$@" --describe | jq -r '.variants[].name' | sort >wanted
	try "$@" --format jsonl
	jq -r '.variant + " " + .event' .output | awk '
		BEGIN {
			while (getline <"wanted" > 0)
				wanted[$0] = 1
		}
		!wanted[$1] || done[$1] ||
			(($2 == "start") == started[$1]) { wrong = 1 }
		$2 == "start" { started[$1] = 1 }
		$2 == "verdict" { done[$1] = 1 }
		$1 != last && last && !done[last] { wrong = 1 }
		{ last = $1 }
		END {
			for (variant in wanted)
				if (!done[variant])
					wrong = 1
			exit wrong
		}'
	is "$title" "$?" 0
}

if command -v jq >.which; then
	streams 'events of cases that pass' "$passes"
	streams 'events of cases that fail' "$fixtures/verdict/fails"
	streams 'events of cases that break' "$fixtures/verdict/breaks"
	streams 'events of cases that skip' "$fixtures/verdict/skips"
	streams 'events of cases that end or hang' \
		env LINGER_SPARE_MS=1000 "$fixtures/process/ends"
	try "$passes" --format jsonl --variant "$first"
	is 'facts and claims, once each' \
		"$(jq -c 'select(.event == "fact" or .event == "claim") |
			[.fact // .claim, .holds]' <<<"$output")" \
'["counter OutRsts",true]
[2,true]
["pigs fly",false]
[1,false]'
	is 'what was observed' \
		"$(jq -c 'select(.event == "observe") | [.name, .value]' \
			.output)" '["state","short"]'
	is 'what was plotted' \
		"$(jq -c 'select(.event == "plot") | [.plot, .x, .y]' \
			.output)" '["states by connections",1,-2]'
	is 'the trace' \
		"$(jq -r 'select(.event == "trace") | .lines | length' \
			.output)" 3
	is 'and when, how long, and in which states' \
		"$(jq -c 'select(.event == "trace") |
			[.times_ms, .took_ms, (.states[] | .[1:4])] |
			map(length)' .output)" '[3,3,3]'
	delayed=$LINGER_BUILD/lib/test/wire/netem
	try "$delayed" --format jsonl --variant 'ipv4,*loss=0%'
	# Without netem there is nothing to see.
	is 'how long a segment was on its way' \
		"$(jq -c 'select(.event == "trace") |
			.took_ms | all(. >= 20)' .output)" \
		"$(jq -r 'select(.verdict == "pass") | true' .output)"
else
	skip 'events' 'no jq here'
fi

finish
