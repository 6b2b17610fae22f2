#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a failure leaves behind: all the files, each with what it should hold, as
# far as possible in the words of other programs; and no change of the verdict
# where it cannot be written.
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh" || exit
fails=$fixtures/evidence/fails
passes=$fixtures/verdict/passes

try "$fails" --family 4 --out "$place/new/bundle"
if grep -q '# SKIP' .output; then
	echo "1..0 # SKIP ${output##*# SKIP }"
	exit 0
fi
is 'status' "$status" 1
cd new/bundle || exit 1

log=
[ ! -e kernel.log ] || log=kernel.log
holds 'root has the log of the kernel' [ "${log:-$UID}" != 0 ]
is 'files' "$(ls)" "$(for host in client1 client2 router server; do
	for kind in conntrack counters nft sockets sysctls; do
		echo "$host.$kind"
	done
done | cat - <(printf '%s\n' client1-router.pcap client2-router.pcap \
	router-client1.pcap router-client2.pcap router-server.pcap \
	server-router.pcap ladder.svg ladder.txt report.txt $log) | sort)"

# The report has only what matters of each segment, the ladder all.
is 'report' "$(grep -vE '│|┊' report.txt)" \
	"$(sed -n 's/^# //p' "$place/.output" | grep -vE '^(fail|at)|│|┊')"
is 'the ladder has the arrows of the report' \
	"$(grep -cE '►|◄|X│' ladder.txt)" "$(grep -cE '►|◄|X│' report.txt)"
holds 'the ladder has all options' \
	grep -q ' S. 0:0(0) ack 1 <mss ' ladder.txt
holds 'what was lost is marked' grep -q 'X│.*P\. 1:5(4).*drop 1$' ladder.txt
if command -v xmllint >"$place/.which"; then
	holds 'the drawing is XML' xmllint --noout ladder.svg
else
	skip 'the drawing is XML' 'no xmllint here'
fi

frames() # CAPTURE
{
	HOME=$place tshark -n -r "$1" 2>"$place/.tshark" | wc -l
}

if command -v tshark >"$place/.which"; then
	beside=$(grep -c '┼' ladder.txt)
	all=$(grep -cE '►|◄|X│' ladder.txt)
	is 'captures have as many frames as the ladder has arrows' \
		"$(for end in client1-router router-client1 router-server \
			server-router client2-router; do
			frames "$end.pcap"
		done | tr '\n' ' ')" \
		"$beside $beside $((all - beside)) $((all - beside)) 0 "
	is 'a capture has what was lost' "$(HOME=$place tshark -n \
		-r server-router.pcap -Y 'tcp.len == 4' -T fields \
		-e tcp.payload 2>"$place/.tshark" | sort -u)" 6c6f7374
else
	skip 'captures' 'no tshark here'
fi

has 'sockets: the listener' "$(cat server.sockets)" \
	'LISTEN       0.0.0.0:80'
holds 'sockets: the connection' grep -Eq \
	'^FIN-WAIT-[12] +10\.0\.3\.2:80 -> 10\.0\.3\.1:4000' server.sockets
has 'counters' "$(cat server.counters)" 'PassiveOpens +1'
holds 'counters: none that stood still' eval '! grep -q "+0$" ./*.counters'
# Read after the report was made: what was sent again meanwhile is there, too.
holds 'nft: hits of the rule' test \
	"$(sed -nE 's/.*counter packets ([0-9]+) bytes.*/\1/p' server.nft)" -ge \
	"$(sed -nE 's/^server: drop 1: ([0-9]+) hits.*/\1/p' report.txt)"
holds 'nft: the router translates' grep -q masquerade router.nft
holds 'conntrack: the connection' grep -Eq \
	'src=10\.0\.1\.1 dst=10\.0\.3\.2 sport=4000 .* dst=10\.0\.3\.1 ' \
	router.conntrack
holds 'sysctls: that of the case' grep -q \
	'^net\.ipv4\.tcp_fin_timeout = 9 (a new namespace has ' client1.sysctls
holds 'sysctls: not where it did not set it' \
	eval '! grep -q tcp_fin_timeout client2.sysctls server.sysctls'

# ---- where, and when --------------------------------------------------------

cd "$place" || exit 1
try "$fails" --out both --format jsonl
is 'a folder for each variant' "$(ls both)" 'ipv4
ipv6'
holds 'whose path is in the events' grep -q \
	'"event":"bundle".*"path":"both/ipv6"' .output
try "$passes" --out none --variant 'ipv4,short*'
is 'no folder for what passes' "$status $(ls -d none 2>.errors)" '0 '
try "$passes" --out kept --pcap always --format jsonl --variant 'ipv4,short*=0'
is 'but if it is asked for' "$status $(cd kept && echo ./*.pcap)" \
	'0 ./client-server.pcap ./server-client.pcap'
if command -v tshark >.which && command -v jq >.which; then
	is 'a capture has what the trace has' "$(frames kept/client-server.pcap)" \
		"$(jq -r 'select(.event == "trace") | .lines[]' .output | wc -l)"
else
	skip 'a capture has what the trace has' 'no tshark or jq here'
fi

# ---- where it cannot be written ---------------------------------------------

: >file
try "$fails" --family 4 --out file/bundle
is 'no folder to be had: status' "$status" 1
has 'no folder to be had: note' "$output" \
	'# bundle: make folder file/bundle: Not a directory'
holds 'no folder to be had: the verdict is what it was' grep -q \
	'^# fail: server 10\.0\.3\.2:80 .* expected LAST-ACK$' .output

# full COMMAND...: on a disk that is full, as root of its own namespace if need
# be.
full()
{
	# shellcheck disable=SC2016 # of the inner shell
	unshare -m ${UID:+$([ "$UID" = 0 ] || echo -Ur)} sh -c '
		mkdir -p full && mount -t tmpfs -o size=8k tmpfs full &&
			exec "$@"' full "$@"
}
if full true 2>.errors; then
	try full "$fails" --family 4 --out full/bundle
	is 'a full disk: status' "$status" 1
	has 'a full disk: note' "$(sed 's/write .*: /write FILE: /' .output)" \
		'# bundle full/bundle: write FILE: No space left on device'
else
	skip 'a full disk' "$(head -n 1 .errors)"
fi

finish
