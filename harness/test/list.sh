#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger list: which cases are found, and what is said of them.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

try "$linger" list --cases "$fakes" 'verdict/passes' 'time/is_*'
is 'cases make a table' "$output" \
'CASE            TOPOLOGY  VARIANTS  NEEDS       CLAIMS  TITLE
time/is_bulk    pair             4  netem, nat  2 12    A fake that is called time/is_bulk.
time/is_long    pair             2  netem, nat  2 12    A fake that is called time/is_long.
verdict/passes  pair             2  netem, nat  2 12    A fake that is called verdict/passes.'
is 'that is all' "$status:$errors" '0:'

try "$linger" list --cases "$fakes" --variants verdict/skips 'time/is_*:*[abr]'
is 'variants make a table' "$output" \
'VARIANT              LASTS  BULK
time/is_bulk:a              bulk
time/is_bulk:b              bulk
time/is_long:longer   2:00
verdict/skips:ipv4
verdict/skips:ipv6'

COLUMNS=44 try "$linger" list --cases "$fakes" verdict/passes
is 'in a narrow terminal only the columns that matter most' "$output" \
'CASE            VARIANTS  TITLE
verdict/passes         2  A fake that is cal'
unset COLUMNS

try "$linger" list --cases "$fakes" --json verdict/passes
is 'as JSON it is what the case says' \
	"$(grep -c '"case": "verdict/passes"\|"name": "ipv[46]"' <<<"$output")" 3

try "$linger" list --cases "$fakes" --names 'verdict/[ps]*'
is 'names alone' "$output" 'verdict/passes
verdict/skips'
try "$linger" list --cases "$undescribed" --names 'describe/has_*'
is 'nothing is started for them' "$status:$output:$errors" \
'0:describe/has_no_interpreter
describe/has_no_variants
describe/has_variants_twice:'
try "$linger" list --cases "$fakes" --names --variants 'verdict/[ps]*:ipv4'
is 'those of variants' "$output" 'verdict/passes:ipv4
verdict/skips:ipv4'

try "$linger" list --cases "$fakes" --family 6 --variants verdict/skips
is 'the family is passed on' "$output" 'VARIANT             LASTS  BULK
verdict/skips:ipv6'

try "$linger" list --cases "$fakes" --variants --vary client.net.ipv4.x=1 \
	verdict/skips
is 'what is varied is passed on' "$output" \
'VARIANT                                 LASTS  BULK
verdict/skips:ipv4,client.net.ipv4.x=1
verdict/skips:ipv6,client.net.ipv4.x=1'

try "$linger" list --cases "$fakes" verdict/passes 'nothing/*'
is 'a glob that matches nothing is an error' "$status:$output:$errors" \
	"2::linger: nothing in $fakes matches 'nothing/*'"

try "$linger" list --cases "$fakes" 'verdict/passes:ipv5'
is 'a variant that no case has, too' "$status:$output:$errors" \
	"2::linger: nothing in $fakes matches 'verdict/passes:ipv5'"

try "$linger" list --cases "$place/none"
is 'so is a folder that is not there' "$status:$errors" \
	"2:linger: cannot look for cases in $place/none: No such file or directory"

try "$linger" list --cases "$undescribed"
is 'cases that cannot be described are named' "$status:$errors" \
"3:linger: describe/crashes is broken: --describe ended by SIGSEGV
linger: describe/fails is broken: --describe ended with status 2: unknown host \"nobody\"
linger: describe/has_no_interpreter is broken: --describe ended with status 127: cannot run $undescribed/describe/has_no_interpreter: No such file or directory
linger: describe/has_no_variants is broken: --describe: Object item not found: variants
linger: describe/has_variants_twice is broken: --describe: two variants are called ipv4
linger: describe/is_no_json is broken: --describe: no JSON: '[' or '{' expected near 'usage'
linger: describe/is_of_another_case is broken: --describe: it calls itself describe/other
linger: describe/is_of_another_schema is broken: --describe: schema 2, expected 1"
is 'and the others listed' "$(tail -n +2 <<<"$output")" \
	'describe/is_fine                   1'

LINGER_CASES=$fakes try "$linger" list verdict/passes
is 'LINGER_CASES says where cases are' "$status:$(wc -l <<<"$output")" 0:2

mkdir -p built/cases/found
cp "$linger" built/linger
cp "$fakes/fake.sh" built/cases/
cp "$fakes/verdict/passes" built/cases/found/executable
cp "$fakes/verdict/passes" built/cases/found/executable.sh
cp "$fakes/verdict/passes" built/cases/found/data
chmod -x built/cases/found/data
mkdir built/cases/found/folder
try built/linger list --variants
is 'otherwise they are beside the runner' "$output" \
'VARIANT                LASTS  BULK
found/executable:ipv4
found/executable:ipv6'

finish
