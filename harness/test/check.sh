#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the runner's tests have in common, beside all that tests share: the
# runner with fake cases.  It is sourced.
#
# shellcheck disable=SC2034
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh" || exit
linger=$LINGER_BUILD/linger
fakes=$LINGER_SOURCE/harness/test/fake
undescribed=$LINGER_SOURCE/harness/test/fake-undescribed
unset COLUMNS NO_COLOR LINGER_CASES

# run ARGUMENT...: the runner on the fakes, one after the other.
run()
{
	try "$linger" run --cases "$fakes" -j1 "$@"
}

# Takes from the output what differs from run to run: how long things took.
timeless()
{
	output=$(sed -E 's/ [0-9]+ ms$/ T/; s/ [0-9]+\.[0-9] s$/ T/' \
		"$place/.output")
}
