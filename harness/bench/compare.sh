#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How long it takes to compare baselines of 5,000 variants each, and how much of
# it is work: the rest is spent waiting for a core.
#
#   compare.sh LINGER
set -eu

linger=$1
source=$(dirname "$0")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

for minor in 1 2 3 4 5 6; do
	awk -v kernel=uml-6.$minor -v release=6.$minor.1 \
		-v differs=$((minor / 2)) -f "$source/baseline.awk" \
		>"$place/uml-6.$minor.json"
done

# measure TITLE ARGUMENT...
measure()
{
	title=$1
	shift
	TIMEFORMAT='%3R s (%3U s of work)'
	took=$({ time "$linger" compare -b "$place" "$@" \
		>"$place/output"; } 2>&1) || true
	printf '%-28s %s   %s\n' "$title" "$took" \
		"$(grep compared: "$place/output")"
}

measure '2 kernels, nothing changed' 6.2 6.3
measure '2 kernels' 6.1 6.2
measure '6 kernels' 6.1 6.2 6.3 6.4 6.5 6.6
