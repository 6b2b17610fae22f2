#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger compare: what it finds, groups, explains and prints.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

# baseline NAME TIME VARIANT-JSON...: each "NAME": {...}
baseline()
{
	name=$1 time=$2
	shift 2
	printf '{"schema":1,"kind":"baseline","kernel":{"name":"%s",' "$name"
	printf '"release":"%s.9","guest":"uml","time":"%s"},' "${name#uml-}" \
		"$time"
	printf '"cases":{"mechanism/event":{"title":"Something ends",'
	printf '"story":"Something ends.","topology":"pair",'
	printf '"facts":{"counter X":"the port counts"},"variants":{'
	(IFS=, && printf '%s' "$*")
	printf '}}}}\n'
}

# variant NAME MEMBERS...
variant()
{
	variant_name=$1
	shift
	(IFS=, && printf '"%s":{%s}' "$variant_name" "$*")
}

pass='"verdict":"pass","reason":""'
skip='"verdict":"skip","reason":"needs it"'
fact='"facts":{"counter X":false}'
fact2='"facts":{"counter X":true}'
open4='"client:1 > server:80 S 0:0(0) <mss 1460>","server:80 > client:1 S. 0:0(0) ack 1 <mss 1460>","client:1 > server:80 . 1:1(0) ack 1","client:1 > server:80 F. 1:1(0) ack 1"'
open6=${open4//1460/1440}
ack='"server:80 > client:1 . 1:1(0) ack 2"'
reset='"server:80 > client:1 R. 1:1(0) ack 2"'

mkdir results
baseline uml-5.10 virtual \
	"$(variant ipv4,a "$pass" "$fact" '"duration_ms":60000' \
		'"observations":{"reads":["one"]}' \
		'"counters":{"client":{"TW":1}}' "\"trace\":[$open4,$ack]")" \
	"$(variant ipv6,a "$pass" "$fact" '"duration_ms":60000' \
		'"observations":{"reads":["one"]}' \
		'"counters":{"client":{"TW":1}}' "\"trace\":[$open6,$ack]")" \
	"$(variant ipv4,b "$skip")" \
	"$(variant ipv4,c "$pass" '"claims":{"7":true}')" \
	>results/uml-5.10.json
baseline uml-6.1 virtual \
	"$(variant ipv4,a "$pass" "$fact2" '"duration_ms":63000' \
		'"observations":{"reads":["one","two"]}' \
		'"counters":{"client":{"TW":1,"OutRsts":2}}' \
		"\"trace\":[$open4,$reset]")" \
	"$(variant ipv6,a "$pass" "$fact2" '"duration_ms":63000' \
		'"observations":{"reads":["one","two"]}' \
		'"counters":{"client":{"TW":1,"OutRsts":2}}' \
		"\"trace\":[$open6,$reset]")" \
	"$(variant ipv4,b "$pass")" \
	"$(variant ipv4,c "$pass" '"claims":{"7":false}')" \
	>results/uml-6.1.json
baseline uml-6.12 virtual \
	"$(variant ipv4,a "$pass" "$fact2" '"duration_ms":75000' \
		'"observations":{"reads":["one","two"]}' \
		'"counters":{"client":{"TW":1,"OutRsts":2}}' \
		"\"trace\":[$open4,$reset]")" \
	"$(variant ipv4,b "$pass")" \
	"$(variant ipv4,c "$pass" '"claims":{"7":false}')" \
	"$(variant ipv4,d "$pass")" \
	>results/uml-6.12.json

try "$linger" compare uml-6.1 results/uml-6.1.json
is 'what is the same is said to be' "$status:$output" \
"0:results/uml-6.1.json (6.1.9) -> results/uml-6.1.json (6.1.9)

4 variants compared: nothing changed
(times that differ by less than 10 % or 50 ms are the same here)"

try "$linger" compare 5.10 6.1
is 'what changed is told, once for both families, with its reason' \
	"$status:$output" \
'1:uml-5.10 (5.10.9) -> uml-6.1 (6.1.9)

Facts
  counter X: no -> yes (asked for by 2 variants)
      the port counts

mechanism/event: Something ends
  ipv4|ipv6,a
    observed reads: one -> one, two
    segments differ
      (client -> server)
      uml-5.10                           | uml-6.1
      1 -> 80 S 0:0(0) <mss 1460>        | 1 -> 80 S 0:0(0) <mss 1460>
      1 <- 80 S. 0:0(0) ack 1 <mss 1460> | 1 <- 80 S. 0:0(0) ack 1 <mss 1460>
      1 -> 80 . 1:1(0) ack 1             | 1 -> 80 . 1:1(0) ack 1
      1 -> 80 F. 1:1(0) ack 1            | 1 -> 80 F. 1:1(0) ack 1
   => 1 <- 80 . 1:1(0) ack 2             | 1 <- 80 R. 1:1(0) ack 2
    client OutRsts: 0 -> 2
    because counter X: no -> yes: the port counts

  ipv4,b
    verdict: skip: needs it -> pass

  ipv4,c
    claim 7: yes -> no

4 variants compared: 4 changed, in 3 ways and 1 case; 1 fact differs
(times that differ by less than 10 % or 50 ms are the same here)'

COLUMNS=60 try "$linger" compare 5.10 6.1 --case '*:ipv4,a'
is 'a narrow terminal has one trace under the other' \
	"$(sed -n '/segments/,/OutRsts/p' .output)" \
'    segments differ
      (client -> server)
      - uml-5.10
      + uml-6.1
        1 -> 80 S 0:0(0) <mss 1460>
        1 <- 80 S. 0:0(0) ack 1 <mss 1460>
        1 -> 80 . 1:1(0) ack 1
        1 -> 80 F. 1:1(0) ack 1
   => - 1 <- 80 . 1:1(0) ack 2
      + 1 <- 80 R. 1:1(0) ack 2
    client OutRsts: 0 -> 2'

try "$linger" compare 5.10 6.1 6.12
is 'of more than two, a table shows where along the line' \
	"$(sed -n '/WHAT/,/stand for/p' .output)" \
'WHAT                uml-5.10        uml-6.1   uml-6.12
mechanism/event
  ipv4,a
    observed reads  one             one, two  =
    segments        a               b         =
    client OutRsts  0               2         =
    takes           1:00            =         1:15
  ipv4,b
    verdict         skip: needs it  pass      =
  ipv4,c
    claim 7         yes             no        =
  ipv4,d
    is there        no              =         yes
  ipv6,a
    is there        yes             =         no
    observed reads  one             one, two  -
    segments        a               b         -
    client OutRsts  0               2         -
  = as on the left; a, b... stand for what is shown below'

try "$linger" compare 5.10 6.1 --format json
is 'JSON has the same, by kernel' \
	"$(grep -A 1 '"holds"' .output | head -n 2 | tr -d ' \n')" \
	'"holds":[false,true],"means":"theportcounts",'
is 'and where each changed' "$(grep -c '"changes_at": \[1\]' .output)" 5
is 'and the line of a trace that differs first' \
	"$(grep -o '"first": .*' .output)" '"first": [4],'

# What depends on the machine's speed is not compared with what does not.
sed 's/virtual/real/; s/"duration_ms":[0-9]*,//g' results/uml-6.1.json \
	>results/host-6.18.json
try "$linger" compare results/host-6.18.json 6.12 --case '*:ipv4,a'
is 'durations are not compared with real time' "$status:$(tail -n 2 .output |
	head -n 1)" '0:1 variants compared: nothing changed'

# two_cases TIME COUNTERS
two_cases()
{
	about='"title":"It ends","story":"It ends.","topology":"pair"'
	printf '{"schema":1,"kind":"baseline","kernel":{"name":"k",'
	printf '"release":"1","guest":"uml","time":"%s"},"cases":{' "$1"
	printf '"%s":{%s,"variants":{"ipv4":{%s,"counters":{%s}}}},' \
		a/one "$about" "$pass" "$2"
	printf '"%s":{%s,"variants":{"ipv4":{%s,"counters":{%s}}}}}}' \
		b/two "$about" "$pass" "$2"
}
two_cases real '' >real.json
two_cases virtual '"client":{"InSegs":3}' >virtual.json
try "$linger" compare real.json virtual.json
is 'nor what real time decides, in any case' \
	"$status:$(tail -n 2 .output | head -n 1)" '0:2 variants compared: nothing changed'

try "$linger" compare 5.10
is 'one alone is compared with nothing' "$status:$errors" \
	'2:linger: there is nothing to compare 5.10 with: it is a single baseline'
try "$linger" compare 5.10 4.9
is 'what is not there is named' "$status:$errors" \
	"3:linger: '4.9' is neither a file, nor a results folder, nor a kernel with a baseline in results"
try "$linger" compare 5.10 6.1 --case 'nothing/*'
is 'a glob that means nothing is, too' "$status:$errors" \
	"2:linger: --case: no variant of these baselines is meant by 'nothing/*'"
head -c 300 results/uml-6.1.json >results/uml-0.json
try "$linger" compare 5.10 0
is 'half a baseline is refused' "$status:$errors" \
	"3:linger: results/uml-0.json:1:300: this is no JSON: premature end of input near '\"fact'"
try "$linger" compare
is 'without any, there is the usage' "$status:$output" '2:'

try "$linger" compare 5.10 6.1 --format html
is 'there is a page, and where on it' "$status:$(tail -n 1 .output):$(ls -- *.html)" \
	'1:the comparison is at linger-report.html#compare=uml-5.10,uml-6.1:linger-report.html'

mkdir page
cp results/uml-{5.10,6.1,6.12}.json page
echo '[]' >page/known.json
try "$linger" compare --baselines page --format matrix
# shellcheck disable=SC2016
is 'a page has all of them, by their releases' "$status:$output" \
'0:# What kernels were seen to do

Made by `make results` from the baselines beside this page. `linger compare` tells more.

| kernel | release | it is | time |
|---|---|---|---|
| uml-5.10 | 5.10.9 | a process (User Mode Linux) | virtual |
| uml-6.1 | 6.1.9 | a process (User Mode Linux) | virtual |
| uml-6.12 | 6.12.9 | a process (User Mode Linux) | virtual |

## Variants that passed

| case | uml-5.10 | uml-6.1 | uml-6.12 |
|---|---|---|---|
| mechanism/event | 3, 1 skipped | 4 | 4 |
| **all** | 3, 1 skipped | 4 | 4 |

## Skipped, and why

| case: reason | uml-5.10 | uml-6.1 | uml-6.12 |
|---|---|---|---|
| mechanism/event: needs it | 1 | 0 | 0 |

## Where they differ

| case | variants | what | uml-5.10 | uml-6.1 | uml-6.12 |
|---|---|---|---|---|---|
| mechanism/event | ipv4,a | observed reads | one | one, two | one, two |
| mechanism/event | ipv4,a | segments | a | b | b |
| mechanism/event | ipv4,c | claim 7 | yes | no | no |
| mechanism/event | ipv6,a | observed reads | one | one, two | - |
| mechanism/event | ipv6,a | segments | a | b | - |

Segments that differ are called a, b... here; `linger compare` shows them, and counters and times.'
try "$linger" compare --baselines page --format matrix --case '*:ipv4,c'
is 'a page of some variants has no others' \
	"$status:$(grep -c ipv4,a .output):$(grep '^| mechanism' .output)" \
'0:0:| mechanism/event | 1 | 1 | 1 |
| mechanism/event | ipv4,c | claim 7 | yes | no | no |'
try "$linger" compare 5.10 6.1 --format html --case '*:ipv4,c'
is 'the page has all cases' "$status:${errors%%$'\n'*}" \
	'2:linger compare: --case: the page has all cases, and a search of its own'

mkdir empty
try "$linger" compare --baselines empty --format matrix
is 'a page of nothing is none' "$status:$output$errors" \
	'3:linger: empty has no baselines'

# A run is compared as the baselines that it would write.
run --baseline 'verdict/*'
try "$linger" compare linger-results results/host-6.1.json
is 'a results folder has what its baseline has, but for what is broken' \
	"$status:$(grep -A 1 -E '^  (ipv4|ipv6)' .output)" \
	'1:  ipv4|ipv6
    is there: yes -> no'

# As many as repeats of a variant may be, each other than all before.
mkdir many
for minor in {10..40}; do
	segment="client:1 > server:80 . 1:1(0) ack $((minor % 29))"
	baseline "uml-6.$minor" virtual \
		"$(variant ipv4 "$pass" "\"trace\":[\"$segment\"]")" \
		>"many/uml-6.$minor.json"
done
try "$linger" compare many/*.json
is 'as many letters as are needed, the same for the same' \
	"$(sed -n 's/^ *segments  *//p' .output | tr -s ' ')" \
	'a b c d e f g h i j k l m n o p q r s t u v w x y z aa ab ac a b'

finish
