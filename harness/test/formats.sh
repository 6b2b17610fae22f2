#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger run --format: KTAP and JUnit's XML, of runs that are whole and of runs
# that are not; several formats at once.
#
# KUNIT_PARSER may name the kernel's tools/testing/kunit/kunit.py, to read the
# KTAP with.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

# Takes from FILE what differs from run to run.
canonical()
{
	sed -E -e 's/"[0-9]+\.[0-9]{3}"/"T"/' -e 's/"20[0-9T:-]+"/"NOW"/' \
		-e "s/\"$(uname -r)\"/\"RELEASE\"/" "$1"
}

# is_valid TITLE FILE: by the schema.
is_valid()
{
	if ! command -v xmllint >/dev/null; then
		skip "$1" 'no xmllint'
		return
	fi
	try xmllint --noout --relaxng \
		"$LINGER_SOURCE/harness/test/junit.rng" "$2"
	is "$1" "$status:$errors" "0:$2 validates"
}

# is_parsed TITLE FILE EXPECTED: what the kernel's parser counts.
is_parsed()
{
	if [ -z "${KUNIT_PARSER-}" ]; then
		skip "$1" 'KUNIT_PARSER names no kunit.py'
		return
	fi
	try python3 "$KUNIT_PARSER" parse "$place/$2"
	is "$1" "$(tail -n 1 <<<"$output" | sed 's/.*Testing/Testing/')" \
		"Testing complete. $3"
}

# ---- KTAP ------------------------------------------------------------------

run --format ktap verdict/passes verdict/fails:ipv4 verdict/is_broken:ipv6 \
	verdict/skips
cp .output whole.ktap
is 'KTAP has a test for each case, its variants as subtests' "$output" \
"KTAP version 1
1..4
  KTAP version 1
  # Subtest: verdict/fails
  1..1
  # failed: connect: ECONNREFUSED
  # and more
  # at cases/verdict/fails.c:7
  # expected 0, came ECONNREFUSED
  # see $place/linger-results/last/bundles/verdict/fails/ipv4/note
  # bundle: $place/linger-results/last/bundles/verdict/fails/ipv4
  # again: $linger run --cases $fakes verdict/fails:ipv4
  not ok 1 ipv4
not ok 1 verdict/fails
  KTAP version 1
  # Subtest: verdict/is_broken
  1..1
  # broken: cannot drop: nft: Operation not supported
  # at cases/verdict/is_broken.c:7
  # Standard error:
  #   nft: no such table
  # again: $linger run --cases $fakes verdict/is_broken:ipv6
  not ok 1 ipv6 # ERROR cannot drop: nft: Operation not supported
not ok 2 verdict/is_broken
  KTAP version 1
  # Subtest: verdict/passes
  1..2
  ok 1 ipv4
  ok 2 ipv6
ok 3 verdict/passes
  KTAP version 1
  # Subtest: verdict/skips
  1..2
  ok 1 ipv4 # SKIP no netem here
  ok 2 ipv6 # SKIP no netem here
ok 4 verdict/skips # SKIP all variants"
is_parsed 'the kernel reads it' whole.ktap \
	'Ran 6 tests: passed: 2, failed: 2, skipped: 2'

run --format ktap format/needs_escapes verdict/passes:ipv4
cp .output escapes.ktap
is 'nothing in it is taken for another line' \
	"$(grep -v '^  # at\|^  # again' .output)" \
"KTAP version 1
1..2
  KTAP version 1
  # Subtest: format/needs_escapes
  1..1
  # failed: SKIP <came> & \"went\" \\x07 # TODO
  # ]]>
  # 1..3
  # ok 1 no test
  #  Subtest: none
  # reboot:  System halted
  # ]]> \\x1b[31m $(printf '\xef\xbf\xbe \xef\xbf\xbf \xc3\xa9') & <b>
  not ok 1 a<b>&%231
not ok 1 format/needs_escapes
  KTAP version 1
  # Subtest: verdict/passes
  1..1
  ok 1 ipv4
ok 2 verdict/passes"
is_parsed 'by the kernel neither' escapes.ktap \
	'Ran 2 tests: passed: 1, failed: 1'

run --format ktap --repeat 2 verdict/passes:ipv4
is 'repeats are subtests' "$(grep '^  ok' <<<"$output")" \
'  ok 1 ipv4 (1 of 2)
  ok 2 ipv4 (2 of 2)'

try "$linger" run --cases "$undescribed" --format ktap describe/is_no_json
is 'a case that cannot be described has no subtests' "$output" \
"KTAP version 1
1..1
# broken: --describe: no JSON: '[' or '{' expected near 'usage'
not ok 1 describe/is_no_json # ERROR --describe: no JSON: '[' or '{' expected near 'usage'"

# ---- JUnit -----------------------------------------------------------------

run --format junit verdict/passes:ipv4 verdict/fails:ipv4 \
	verdict/is_broken:ipv6 verdict/skips:ipv4
cp .output whole.xml
is "JUnit's XML has a suite for each case, its variants as tests" \
	"$(canonical whole.xml)" \
"<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites name=\"linger\" tests=\"4\" failures=\"1\" errors=\"1\" time=\"T\">
  <testsuite name=\"verdict/fails\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"T\" timestamp=\"NOW\">
    <properties>
      <property name=\"kernel\" value=\"host\"/>
      <property name=\"release\" value=\"RELEASE\"/>
      <property name=\"topology\" value=\"pair\"/>
    </properties>
    <testcase name=\"ipv4\" classname=\"verdict.fails\" time=\"T\">
      <failure message=\"connect: ECONNREFUSED\" type=\"fail\">connect: ECONNREFUSED
and more
at cases/verdict/fails.c:7
again: $linger run --cases $fakes verdict/fails:ipv4
</failure>
      <system-out>expected 0, came ECONNREFUSED
see $place/linger-results/last/bundles/verdict/fails/ipv4/note
bundle: $place/linger-results/last/bundles/verdict/fails/ipv4
</system-out>
    </testcase>
  </testsuite>
  <testsuite name=\"verdict/is_broken\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"T\" timestamp=\"NOW\">
    <properties>
      <property name=\"kernel\" value=\"host\"/>
      <property name=\"release\" value=\"RELEASE\"/>
      <property name=\"topology\" value=\"pair\"/>
    </properties>
    <testcase name=\"ipv6\" classname=\"verdict.is_broken\" time=\"T\">
      <error message=\"cannot drop: nft: Operation not supported\" type=\"broken\">cannot drop: nft: Operation not supported
at cases/verdict/is_broken.c:7
again: $linger run --cases $fakes verdict/is_broken:ipv6
</error>
      <system-out>Standard error:
  nft: no such table
</system-out>
    </testcase>
  </testsuite>
  <testsuite name=\"verdict/passes\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"T\" timestamp=\"NOW\">
    <properties>
      <property name=\"kernel\" value=\"host\"/>
      <property name=\"release\" value=\"RELEASE\"/>
      <property name=\"topology\" value=\"pair\"/>
    </properties>
    <testcase name=\"ipv4\" classname=\"verdict.passes\" time=\"T\">
    </testcase>
  </testsuite>
  <testsuite name=\"verdict/skips\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\" time=\"T\" timestamp=\"NOW\">
    <properties>
      <property name=\"kernel\" value=\"host\"/>
      <property name=\"release\" value=\"RELEASE\"/>
      <property name=\"topology\" value=\"pair\"/>
    </properties>
    <testcase name=\"ipv4\" classname=\"verdict.skips\" time=\"T\">
      <skipped message=\"no netem here\"/>
    </testcase>
  </testsuite>
</testsuites>"
is_valid 'it is valid' whole.xml

run --format junit format/needs_escapes
cp .output escapes.xml
is 'what is markup is escaped, what is no character is spelt' \
	"$(canonical escapes.xml | grep 'failure message\|&lt;b')" \
"    <testcase name=\"a&lt;b&gt;&amp;#1\" classname=\"format.needs_escapes\" time=\"T\">
      <failure message=\"SKIP &lt;came&gt; &amp; &quot;went&quot; \\x07 # TODO\" type=\"fail\">SKIP &lt;came&gt; &amp; &quot;went&quot; \\x07 # TODO
again: $linger run --cases $fakes 'format/needs_escapes:a&lt;b&gt;&amp;#1'
]]&gt; \\x1b[31m \\ufffe \\uffff $(printf '\xc3\xa9') &amp; &lt;b&gt;"
holds "the ladder's heart is with the reason" grep -qx '0.000 !! &lt;- S.' \
	escapes.xml
is_valid 'so it is still XML' escapes.xml

try "$linger" run --cases "$undescribed" --format junit describe/is_no_json
cp .output undescribed.xml
is_valid 'a case that cannot be described is one test' undescribed.xml
run --format junit --shard 3/3 verdict/passes
cp .output empty.xml
is_valid 'nothing at all is a document, too' empty.xml

# ---- runs that are not whole -----------------------------------------------

mkfifo alive
export FAKE_ALIVE=$place/alive
# A shell lets background jobs ignore SIGINT unless they have a group.
set -m
"$linger" run --cases "$fakes" -j1 --format ktap --format junit=stopped.xml \
	--format tap=stopped.tap time/is_long:long bad/hangs verdict/passes \
	>stopped.ktap &
runner=$!
set +m
read -r _ <alive
kill -INT "$runner"
wait "$runner"
unset FAKE_ALIVE
is 'what an interrupted run has not come to is broken' \
	"$(grep -v '# again' stopped.ktap)" \
'KTAP version 1
1..3
  KTAP version 1
  # Subtest: time/is_long
  1..1
  ok 1 long
ok 1 time/is_long
  KTAP version 1
  # Subtest: bad/hangs
  1..1
  # broken: was stopped with the whole run
  not ok 1 ipv4 # ERROR was stopped with the whole run
not ok 2 bad/hangs
# stopped: it was interrupted
  KTAP version 1
  # Subtest: verdict/passes
  1..2
  # broken: not run: it was interrupted
  not ok 1 ipv4 # ERROR not run: it was interrupted
  # broken: not run: it was interrupted
  not ok 2 ipv6 # ERROR not run: it was interrupted
not ok 3 verdict/passes'
is_parsed 'the kernel reads that' stopped.ktap \
	'Ran 4 tests: passed: 1, failed: 3'
is "so it is in JUnit's XML" \
	"$(grep -o 'error message="[^"]*"' stopped.xml)" \
'error message="was stopped with the whole run"
error message="not run: it was interrupted"
error message="not run: it was interrupted"'
is_valid 'which is whole' stopped.xml

# ---- several at once -------------------------------------------------------

is 'formats go to files beside each other' "$(grep -v '^# again' stopped.tap)" \
'TAP version 13
1..4
ok 1 - time/is_long:long
not ok 2 - bad/hangs:ipv4
# broken: was stopped with the whole run
Bail out! it was interrupted'

run --format pretty=log --format jsonl=events verdict/passes:ipv4
timeless
shown=$output
cp log .output
timeless
is 'if all go to files, a person is told' "$status:$shown" "0:$output"
is 'the events are those of the results' "$(cat events)" \
	"$(cat linger-results/last/events.jsonl)"

run --format tap --format ktap verdict/passes
is 'two for standard output are refused' "$status:$output:$(head -n 1 .errors)" \
	'2::linger run: --format: both tap and ktap would go to standard output'
run --format junit= verdict/passes
is 'so is a file without a name' "$status:$output:$(head -n 1 .errors)" \
	"2::linger run: --format: 'junit=' lacks the name of a file"
run --format junit=none/report.xml verdict/passes
is 'a file that cannot be written has a message' "$status:$output:$errors" \
	'3::linger: cannot write to none/report.xml: No such file or directory'
if [ -w /dev/full ]; then
	run --format junit=/dev/full --format tap verdict/passes:ipv4
	is 'also when that shows in the end' "$status:$output:$errors" \
'3:TAP version 13
1..1
ok 1 - verdict/passes:ipv4:linger: cannot write to /dev/full'
else
	skip 'also when that shows in the end' 'no /dev/full'
fi

finish
