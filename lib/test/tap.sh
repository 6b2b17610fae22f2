#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What tests in shell have in common: TAP, a folder of their own to be in, the
# programs under lib/test/fixture.  It is sourced.
#
# shellcheck disable=SC2034
set -u
fixtures=$LINGER_BUILD/lib/test/fixture
sources=$LINGER_SOURCE/lib/test/fixture
unset LINGER_SPARE_MS "${!CK_@}"
export LC_ALL=C

place=$(mktemp -d) || exit
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

# has TITLE WHAT LINE: one of its lines is this.
has()
{
	if grep -Fxq -- "$3" <<<"$2"; then
		result ok "$1"
		return
	fi
	result 'not ok' "$1"
	printf 'expected a line:\n%s\ncame:\n%s\n' "$3" "$2" | sed 's/^/# /'
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

# await SECONDS COMMAND...: until it succeeds.
await()
{
	deadline=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || return
		sleep 0.02
	done
}

finish()
{
	echo "1..$number"
}
