#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How long guests take, and how much time passes in them meanwhile: a variant
# that waits for nothing, so that it is mostly booting, one that waits out a
# TIME_WAIT, 24 days, and every case.  Beside each, how often that time goes
# into it: in real time, as on the running kernel, it is all of it.
#
#   kernel.sh LINGER
#
# KERNELS are those to measure (default: all that are kept), RUNS how often
# (default: 15), and SUITES how often what takes minutes (default: 3).  The
# figures are medians.
set -euo pipefail

linger=$1
kernels=${KERNELS-$("$linger" kernel list | awk 'NR > 1 && $2 != "host" { print $1 }')}
runs=${RUNS-15}
suites=${SUITES-3}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# once KERNEL GLOB: real and passed milliseconds, and how many variants there
# were that passed and that did not.
once()
{
	begun=$(date +%s%N)
	"$linger" run --kernel "$1" --results "$place" --format jsonl "$2" \
		>"$place/events" || [ $? != 2 ]
	ended=$(date +%s%N)
	awk -v real=$(((ended - begun) / 1000000)) '
		!/"event":"verdict"/ { next }
		/"verdict":"pass"/ { good++ }
		/"verdict":"(fail|broken)"/ { bad++ }
		match($0, /"duration_ms":[0-9]+/) {
			passed += substr($0, RSTART + 14, RLENGTH - 14)
		}
		END { print real, passed + 0, good + 0, bad + 0 }' \
		"$place/events"
}

# measure KERNEL TITLE RUNS GLOB
measure()
{
	for ((run = 0; run < $3; run++)); do
		once "$1" "$4"
	done | sort -n | awk -v kernel="$1" -v title="$2" '
		{ real[NR] = $1; passed[NR] = $2; good[NR] = $3; bad += $4 }
		END {
			middle = int((NR + 1) / 2)
			if (!good[middle] && !bad)
				exit
			printf "%-28s %-24s %9.2f s %12.1f s %9.1f %5d", kernel,
				title, real[middle] / 1000,
				passed[middle] / 1000,
				passed[middle] / real[middle], good[middle]
			print bad ? "  " bad " did not pass" : ""
		}'
}

case=last_ack/syn_is_challenged:ipv4,ack_lost,client.tcp_tw_reuse=0
wait=ports/free_after_60_s:ipv4,client.tcp_fin_timeout=5
days=old_duplicate/outlives_timestamp:ipv4,24_days

printf '%-28s %-24s %11s %14s %9s %5s\n' KERNEL "ON $(nproc) CORES" 'REAL TIME' \
	PASSED TIMES PASS
for kernel in $kernels; do
	kind=$("$linger" kernel list |
		awk -v name="$kernel" '$1 == name { print $2 }')
	long=$runs
	[ "$kind" != qemu ] || long=$suites
	measure "$kernel" 'a first case' "$runs" "$case"
	measure "$kernel" 'a TIME_WAIT' "$runs" "$wait"
	measure "$kernel" '24 days' "$long" "$days"
	measure "$kernel" 'all cases' "$suites" '*'
done
measure host 'a first case' "$runs" "$case"
measure host 'all cases' 1 '*'
