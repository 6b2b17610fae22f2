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

# on_small_disk SIZE FUNCTION TEXT...: runs FUNCTION, whose tests are on a disk
# of that size, which is the folder `full`; without one, skips a test of each
# TEXT.  The tests know of variables what is exported.
on_small_disk()
{
	local size=$1 tests=$2 text
	shift 2
	if ! unshare -rm true 2>/dev/null; then
		for text; do
			skip "$text" 'no mount namespaces here'
		done
		return
	fi
	mkdir full
	# shellcheck disable=SC2046
	export -f $(compgen -A function)
	# The mount is seen in there only.
	number=$number linger=$linger fakes=$fakes place=$place \
		unshare -rm bash -c "
			mount -t tmpfs -o size=$size none full || exit
			$tests
			umount full
			echo \$number >.number"
	number=$(cat .number) || exit
}
