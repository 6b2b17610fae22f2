#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a terminal is shown.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

escape=$(printf '\033')

# on_terminal WIDTH COMMAND...: with a terminal for its output.
on_terminal()
{
	width=$1
	shift
	script -qec "stty cols $width rows 20; $*" \
		/dev/null >"$place/.output" </dev/null
}

# What is left of the output's lines, without what was written over.
stays()
{
	tr -d '\r' <.output | sed "s/.*$escape\[J//; s/$escape\[[0-9;]*m//g" |
		awk -v up="$escape\\\\[[0-9]+A" '$0 ~ up { next } { print }'
}

if ! script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	echo '1..0 # SKIP script(1) makes no terminal here'
	exit
fi

export TERM=xterm
fakes_run="'$linger' run --cases '$fakes' -j1"

on_terminal 80 "$fakes_run" verdict/passes verdict/fails:ipv4
holds 'the lines at the bottom are written over' grep -q "$escape\[J" .output
holds 'how far it is is said' \
	grep -q '1 of 3 done, 1 failed; 0 s, about 1 s left' .output
holds 'failures are coloured' grep -q "$escape\[31mfail" .output
is 'what passes leaves no line of its own' \
	"$(grep -c "$escape\[32mpass  " .output)" 0

# long_lines WIDTH: of those at the bottom; whether there are any at all.
long_lines()
{
	tr '\r' '\n' <.output | sed "s/$escape\[[0-9;]*[AJm]//g" |
		awk -v most=$(($1 - 1)) '
			!/ of 2/ && !/^  bad/ { next }
			{ n++ }
			length > most
			END { print(n ? "some" : "none") }'
}

for width in 40 80 200; do
	on_terminal $width "$fakes_run" --timeout 1 bad/hangs verdict/fails:ipv4
	is "no line at the bottom is longer than $width columns have room for" \
		"$(long_lines "$width")" some
done
holds 'what runs is named' grep -q '^  bad/hangs:ipv4  ' .output
holds 'the cursor rests where the lines begin' \
	grep -q " s$escape\[0m$escape\[1A" .output

on_terminal 40 "$fakes_run" format/has_heart
is 'of a failure there is the heart of its ladder, cut to the terminal' \
	"$(stays | grep -A 7 '^fail  ' | sed -n '1,7p' |
		sed 's/ [0-9]* ms$/ T/')" \
'fail    format/has_heart:ipv4  T
  no RST
  cases/format/has_heart.c:3: lg_expect(wire, "< R");
           client  server
  0.000    |------>|  S 0:0(0)
  0.001 !! |<------|  S. 0:0(0) ack 1 ~'
holds 'the rest of the report is not there' \
	awk '/counted/ { exit 1 }' .output

on_terminal 40 "$fakes_run" verdict/fails:ipv4
holds 'where there is no heart there is the report' \
	grep -q 'expected 0, came ECONNREFUSED' .output

on_terminal 40 "$fakes_run" verdict/passes verdict/skips
holds 'a table that is too wide becomes lines' \
	grep -q "pass.*  verdict/passes  2 passed" .output

# Its last lines are of another width than its first.
on_terminal 200 "stty -F /dev/tty cols 40; $fakes_run" verdict/passes \
	verdict/skips
holds 'the width is that of the moment' \
	grep -q "pass.*  verdict/passes  2 passed" .output

NO_COLOR=1 on_terminal 80 "$fakes_run" verdict/fails:ipv4
is 'NO_COLOR is respected' "$(grep -c "$escape\[[0-9]*m" .output)" 0

TERM=dumb on_terminal 80 "$fakes_run" verdict/fails:ipv4
is 'a dumb terminal gets plain lines' "$(grep -c "$escape" .output)" 0

run verdict/fails:ipv4
is 'so does what is no terminal' "$(grep -c "$escape" .output)" 0

on_terminal 80 "$fakes_run" --format tap --format pretty=file \
	verdict/fails:ipv4
is 'and a file, whatever the terminal is' "$(grep -c "$escape" file)" 0

finish
