#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the runner's tests have in common: TAP, a folder of their own to be in,
# and the runner with fake cases.  It is sourced.
#
# shellcheck disable=SC2034
set -u
linger=$LINGER_BUILD/linger
fakes=$LINGER_SOURCE/harness/test/fake
undescribed=$LINGER_SOURCE/harness/test/fake-undescribed
unset COLUMNS NO_COLOR LINGER_CASES
export LC_ALL=C

place=$(mktemp -d)
trap 'cd /; rm -rf "$place"' EXIT
cd "$place" || exit 1
number=0

# try COMMAND...: keeps its output, errors and status for the checks below.
try()
{
	"$@" >"$place/.output" 2>"$place/.errors"
	status=$?
	output=$(cat "$place/.output")
	errors=$(cat "$place/.errors")
}

# run ARGUMENT...: the runner on the fakes, one after the other.
run()
{
	try "$linger" run --cases "$fakes" -j1 "$@"
}

result()
{
	number=$((number + 1))
	echo "$1 $number - $2"
}

# is TITLE WHAT EXPECTED
is()
{
	if [ "$2" = "$3" ]; then
		result ok "$1"
		return
	fi
	result 'not ok' "$1"
	printf 'expected:\n%s\ncame:\n%s\n' "$3" "$2" | sed 's/^/# /'
}

# holds TITLE COMMAND...
holds()
{
	title=$1
	shift
	if "$@"; then
		result ok "$title"
	else
		result 'not ok' "$title"
		echo "# not so: $*"
	fi
}

skip()
{
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# Takes from the output what differs from run to run: how long things took.
timeless()
{
	output=$(sed -E 's/ [0-9]+ ms$/ T/; s/ [0-9]+\.[0-9] s$/ T/' \
		"$place/.output")
}

finish()
{
	echo "1..$number"
}
