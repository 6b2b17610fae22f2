#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger claims: what baselines say of claims, as a table and as a page.
# The page has backquotes.
# shellcheck disable=SC2016
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

# decides CASE CLAIMS: a case program that says so of itself.
decides()
{
	mkdir -p "cases/${1%/*}"
	printf '#!/bin/sh\necho %s\n' \
		"'{\"schema\":1,\"case\":\"$1\",\"claims\":\"$2\",\"variants\":[]}'" \
		>"cases/$1"
	chmod +x "cases/$1"
}

# baseline NAME CASE...: each "NAME":{...}, to results/NAME.json
baseline()
{
	name=$1
	shift
	mkdir -p results
	{
		printf '{"schema":1,"kind":"baseline","kernel":{"name":"%s",' "$name"
		printf '"release":"%s.9","guest":"uml",' "${name#uml-}"
		printf '"time":"virtual"},"cases":{'
		(IFS=, && printf '%s' "$*")
		printf '}}\n'
	} >"results/$name.json"
}

# of NAME VARIANT...: a case of a baseline
of()
{
	case_name=$1
	shift
	(IFS=, && printf '"%s":{"variants":{%s}}' "$case_name" "$*")
}

# says VARIANT CLAIMS [MEMBERS]: a variant that passed
says()
{
	printf '"%s":{"verdict":"pass","reason":"","claims":{%s}%s}' \
		"$1" "$2" "${3:+,$3}"
}

claims()
{
	try "$linger" claims --claims "$place/claims.json" \
		--cases "$place/cases" "$@"
}

write_claims()
{
	cat >claims.json <<'EOF'
[
 {"number": 2, "claim": "The SYN is refused | always.", "said_by": ["a book", "a talk"], "true_if": "it is answered by a RST"},
 {"number": 12, "claim": "Timestamps decide.", "said_by": ["a book"], "true_if": "it is so with them"},
 {"number": 13, "claim": "Old ports count.", "said_by": ["a talk"], "true_if": "they are counted"},
 {"number": 7, "claim": "Nobody looked.", "said_by": ["a talk"], "true_if": "somebody sees it"},
 {"number": 41, "claim": "It is ports by time.", "said_by": ["a talk"], "true_if": "the rate is that",
  "question": "How many?", "answer": ["So many:", "", "- 10 / 2 s = 5"]}
]
EOF
}

write_claims
decides last/syn '2 12'
decides last/fin 12
decides ports/rate '13 41'

long=$(printf '"line %d",' {1..45})
short='"trace":["client:1 > server:80 S 0:0(0)"]'
baseline uml-6.1 \
	"$(of last/syn \
		"$(says ipv4,a,client.ts=0 '"2":false,"12":false' "\"trace\":[${long%,}]")" \
		"$(says ipv4,b,client.ts=0 '"12":false')" \
		"$(says ipv4,a,client.ts=1 '"2":false,"12":true' "$short")" \
		"$(says ipv6,a,client.ts=1 '"12":true' "$short")")" \
	"$(of ports/rate \
		"$(says 20 '"41":true' '"observations":{"rate":["10"]}')")"
baseline uml-5.10 \
	"$(of last/fin "$(says ipv4 '"12":true')")" \
	"$(of last/syn \
		"$(says ipv4,a '"2":true,"12":false' "$short")")" \
	"$(of ports/rate \
		"$(says 20 '"41":true' '"observations":{"rate":["10"]}')" \
		"$(says 20_reused '"41":true' '"observations":{"rate":["20","21"]}')")"
echo '[]' >results/known.json

claims
is 'a table of claims and kernels, the oldest first' "$output" \
'NO  uml-5.10  uml-6.1  CLAIM                         SAID BY         CASES
 2  true      false    The SYN is refused | always.  a book; a talk  last/syn
12  in part   in part  Timestamps decide.            a book          last/fin last/syn
13  -         -        Old ports count.              a talk          ports/rate
 7  -         -        Nobody looked.                a talk          -
41  true      true     It is ports by time.          a talk          ports/rate'
is 'that is all' "$status:$errors" 0:

COLUMNS=70 claims
is 'a narrow terminal is not told who says it' "$(head -n 1 .output)" \
	'NO  uml-5.10  uml-6.1  CLAIM                         CASES'

claims --undecided
is 'what is undecided' "$(awk '{ print $1 }' .output | paste -sd' ')" 'NO 13 7'
claims --undecided uml-6.1 results/uml-5.10.json
is 'baselines can be named' "$(head -n 1 .output | awk '{ print $2, $3 }')" \
	'uml-6.1 uml-5.10'

claims 12
is 'a claim in full, with what its variants differ in' "$output" \
'NO  uml-5.10  uml-6.1  CLAIM               SAID BY  CASES
12  in part   in part  Timestamps decide.  a book   last/fin last/syn

12. Timestamps decide.
  said by a book
  true if it is so with them
  decided by last/fin, last/syn
  uml-5.10: in part: last/fin: true. last/syn: false
  uml-6.1: in part: last/syn: true with client.ts=1; false with client.ts=0
  true in last/syn:ipv4,a,client.ts=1 on uml-6.1
    client:1 > server:80 S 0:0(0)
  false in last/syn:ipv4,a,client.ts=0 on uml-6.1'"
$(printf '    line %d\n' {1..45})"
claims 7 41
is 'one that nobody decides, and what was observed of another' \
	"$(tail -n +5 .output)" \
'7. Nobody looked.
  said by a talk
  true if somebody sees it
  decided by no case yet
  uml-5.10, uml-6.1: undecided

41. It is ports by time.
  said by a talk
  true if the rate is that
  decided by ports/rate
  uml-5.10, uml-6.1: true: ports/rate
  observed rate: 10 | 10 (20)
  observed rate: 20, 21 | - (20_reused)'

claims --format markdown
is 'the page' "$status:$(sed -n '/^| kernel/,$p' .output)" \
'0:| kernel | true | false | in part | undecided |
|---|---|---|---|---|
| uml-5.10 | 2 | 0 | 1 | 2 |
| uml-6.1 | 1 | 1 | 1 | 2 |

## How many?

So many:

- 10 / 2 s = 5

Seen by the cases that decide [claim 41](#claim-41):

| observed | in variants | uml-5.10 | uml-6.1 |
|---|---|---|---|
| rate | `20` | 10 | 10 |
| rate | `20_reused` | 20, 21 | - |

## All claims

| no. | claim | uml-5.10 | uml-6.1 |
|---|---|---|---|
| [2](#claim-2) | The SYN is refused \| always. | true | false |
| [12](#claim-12) | Timestamps decide. | in part | in part |
| [13](#claim-13) | Old ports count. | - | - |
| [7](#claim-7) | Nobody looked. | - | - |
| [41](#claim-41) | It is ports by time. | true | true |

## How each is decided

### Claim 2

The SYN is refused | always.

Said by: a book; a talk. True if it is answered by a RST.

- uml-5.10: **true**: [`last/syn`](../cases/last/syn.c)
- uml-6.1: **false**: [`last/syn`](../cases/last/syn.c)

<details><summary>true in <code>last/syn:ipv4,a on uml-5.10</code></summary>

```
client:1 > server:80 S 0:0(0)
```

</details>

<details><summary>false in <code>last/syn:ipv4,a,client.ts=1 on uml-6.1</code></summary>

```
client:1 > server:80 S 0:0(0)
```

</details>

### Claim 12

Timestamps decide.

Said by: a book. True if it is so with them.

- uml-5.10: **in part**: [`last/fin`](../cases/last/fin.c): true. [`last/syn`](../cases/last/syn.c): false
- uml-6.1: **in part**: [`last/syn`](../cases/last/syn.c): true with `client.ts=1`; false with `client.ts=0`
- true in `last/syn:ipv4,a,client.ts=1 on uml-6.1`: the ladder under [claim 2](#claim-2)

<details><summary>false in <code>last/syn:ipv4,a,client.ts=0 on uml-6.1</code></summary>

```'"
$(printf 'line %d\n' {1..40})"'
... and 5 more
```

</details>

### Claim 13

Old ports count.

Said by: a talk. True if they are counted.

- uml-5.10, uml-6.1: **undecided**
- cases that are to decide it: `ports/rate`

### Claim 7

Nobody looked.

Said by: a talk. True if somebody sees it.

- uml-5.10, uml-6.1: **undecided**
- no case decides it yet

### Claim 41

It is ports by time.

Said by: a talk. True if the rate is that.

- uml-5.10, uml-6.1: **true**: [`ports/rate`](../cases/ports/rate.c)'

# The fewest words that tell variants apart.
many=()
for row in {a..g}; do
	many+=("$(says "ipv4,$row" '"2":true')" "$(says "ipv6,$row,x=1" '"2":true')")
done
baseline uml-7.2 "$(of last/syn "$(says ipv4,z '"2":false')" \
	"$(says ipv6,z '"2":false')" "${many[@]}")"
claims 2 uml-7.2
has 'those that differ in one part are one' "$output" \
	'  uml-7.2: in part: last/syn: true with a|b|c|d|e|f|g; false with z'

baseline uml-7.2 "$(of last/syn "$(says ipv4,a,x=1 '"2":true')" \
	"$(says ipv4,b,x=2 '"2":true')" "$(says ipv4,a,x=2 '"2":false')" \
	"$(says ipv4,b,x=1 '"2":false')" "$(says ipv4,a '"2":false')")"
claims 2 uml-7.2
has 'two parts, where none tells alone' "$output" \
	'  uml-7.2: in part: last/syn: true with a,x=1 or b,x=2; false with a,x=2|no x or b,x=1'

many=()
for row in {1..9}; do
	many+=("$(says "ipv4,the_row_number_$row" '"2":true')")
done
baseline uml-7.2 "$(of last/syn "$(says ipv4,z '"2":false')" "${many[@]}")"
claims 2 uml-7.2
has 'what takes long to say is everything else' "$output" \
	'  uml-7.2: in part: last/syn: false with z; true otherwise'
rm results/uml-7.2.json

# ---- what is wrong ----------------------------------------------------------

# refused TITLE STATUS MESSAGE
refused()
{
	is "$1" "$status:$output:$errors" "$2::linger: $3"
}

claims 8
refused 'a number that no claim has' 2 "there is no claim 8 in $place/claims.json"
claims 3.10
refused 'a kernel without a baseline' 3 \
	"'3.10' is neither a file, nor a results folder, nor a kernel with a baseline in results"
claims --baselines none
refused 'no folder of baselines' 3 'none: No such file or directory'
claims --format html
is 'no such format' "$status:$(head -n 1 .errors)" \
	"2:linger claims: --format: 'html' is none of table, markdown"

decides last/syn '2 99'
claims
refused 'a case that decides what nobody claims' 3 \
	"last/syn decides claim 99, which $place/claims.json does not have"
decides last/syn '2, 12'
claims
refused 'a case whose claims are no numbers' 3 \
	"last/syn: its claims are '2, 12', and not numbers"
echo 'exit 4' >cases/last/syn
claims
refused 'a case that does not say what it is' 3 \
	'last/syn is broken: --describe ended with status 127: cannot run '"$place/cases/last/syn: Exec format error"
decides last/syn '2 12'

baseline uml-4.9 "$(of last/syn "$(says ipv4 '"99":true')")"
claims
refused 'a baseline that does' 3 \
	"results/uml-4.9.json: last/syn:ipv4 decides claim 99, which $place/claims.json does not have"
head -c 100 results/uml-6.1.json >results/uml-4.9.json
claims
is 'a baseline that is cut off' "$status:$output:${errors%%: this*}" \
	'3::linger: results/uml-4.9.json:1:100'
rm results/uml-4.9.json

mv claims.json elsewhere.json
claims
refused 'no claims' 3 "cannot read claims $place/claims.json: No such file or directory"
LINGER_CLAIMS=elsewhere.json try "$linger" claims --cases cases 2
is 'LINGER_CLAIMS says where they are' "$status:$errors" 0:

# wrong TITLE FROM TO MESSAGE: of the first claim of the list
wrong()
{
	write_claims
	sed -i "2s/$2/$3/" claims.json
	claims
	refused "$1" 3 "$place/claims.json: $4"
}
wrong 'a claim without a number' '"number": 2,' '' \
	'claim at place 1: Object item not found: number'
wrong 'a number that is text' '"number": 2' '"number": "2"' \
	'claim at place 1: Expected integer, got string'
wrong 'a number below 1' '"number": 2' '"number": 0' \
	'claim at place 1: its number is not a positive one'
wrong 'a number twice' '"number": 2' '"number": 7' \
	'claim 7 is there twice, at places 1 and 4'
wrong 'a claim that nobody says' '\["a book", "a talk"\]' '"a book"' \
	'claim at place 1: "said_by" is not an array of strings'
wrong 'a question without an answer' '"number"' '"question": "?", "number"' \
	'claim at place 1: it has one of "question" and "answer"'
echo '{}' >claims.json
claims
refused 'what is no list' 3 "$place/claims.json: this is no list of claims"
printf '[\n{"number": 2,\n' >claims.json
claims
is 'what is no JSON' "$status:$output:${errors%%: this*}" \
	"3::linger: $place/claims.json:3:0"

finish
