#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a terminal is shown.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

escape=$(printf '\033')

# on_terminal ARGUMENT...: the runner with a terminal for its output.
on_terminal()
{
	script -qec "stty cols 50; '$linger' run --cases '$fakes' -j1 $*" \
		/dev/null >"$place/.output" </dev/null
}

if ! script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	echo '1..0 # SKIP script(1) makes no terminal here'
	exit
fi

export TERM=xterm
on_terminal verdict/passes verdict/fails:ipv4
holds 'the line at the bottom is written over' \
	grep -q "$escape\[K" .output
holds 'how far it is is said' \
	grep -q '1 of 3 done, 1 failed, 0 broken' .output
holds 'failures are coloured' grep -q "$escape\[31mfail" .output
is 'what passes leaves no line of its own' "$(grep -c '^.*pass  ' .output)" 0
is 'no line is too long for it' "$(tr '\r' '\n' <.output |
	sed "s/$escape\[[0-9]*[mK]//g" | grep 'done,' | awk 'length > 49')" ''

NO_COLOR=1 on_terminal verdict/fails:ipv4
is 'NO_COLOR is respected' "$(grep -c "$escape\[[0-9]*m" .output)" 0

TERM=dumb on_terminal verdict/fails:ipv4
is 'a dumb terminal gets plain lines' "$(grep -c "$escape" .output)" 0

run verdict/fails:ipv4
is 'so does what is no terminal' "$(grep -c "$escape" .output)" 0

finish
