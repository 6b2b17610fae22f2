#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How long it takes to compare baselines of 5,000 variants each.
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
	begun=$(date +%s%N)
	"$linger" compare -b "$place" "$@" >"$place/output" || [ $? = 1 ]
	ended=$(date +%s%N)
	printf '%-34s %5d ms   %s\n' "$title" $(((ended - begun) / 1000000)) \
		"$(grep compared: "$place/output")"
}

measure '2 kernels, nothing changed' 6.2 6.3
measure '2 kernels' 6.1 6.2
measure '6 kernels' 6.1 6.2 6.3 6.4 6.5 6.6
