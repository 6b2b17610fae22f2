#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What linger reads in a segment is what tshark reads in it, field by field.
set -u

dump=${LINGER_BUILD:-.}/lib/test/segment_dump

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

if ! command -v tshark >"$work/path"; then
	echo '1..0 # SKIP no tshark here'
	exit 0
fi

# As segment_dump prints them; it has one word for the last two.
fields='ip.src ip.dst ip.ttl ip.dsfield
	ipv6.src ipv6.dst ipv6.hlim ipv6.tclass ipv6.flow
	tcp.srcport tcp.dstport tcp.seq tcp.ack tcp.flags
	tcp.window_size_value tcp.len tcp.options.mss_val
	tcp.options.wscale.shift tcp.options.sack_perm
	tcp.options.timestamp.tsval tcp.options.timestamp.tsecr
	tcp.options.sack_le tcp.options.sack_re tcp.payload
	ip.checksum.status tcp.checksum.status'

bail_out() { # WHAT
	echo "Bail out! $1"
	sed 's/^/# /' "$work/log"
	exit 1
}

"$dump" "$work/pcap" >"$work/linger" 2>"$work/log" || bail_out segment_dump

# shellcheck disable=SC2046,SC2086 # several words
HOME=$work tshark -n -r "$work/pcap" \
	-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE \
	-o tcp.relative_sequence_numbers:FALSE \
	-o tcp.analyze_sequence_numbers:FALSE \
	-T fields $(printf -- '-e %s ' $fields) \
	>"$work/tshark" 2>"$work/log" || bail_out tshark

# shellcheck disable=SC2086 # one word a name
set -- $fields
awk -F '\t' -v names="$*" '
# tshark: 1 is good; IPv6 has no checksum.
function checksums(ip, tcp) {
	return (ip == "" || ip == 1) && tcp == 1 ? "good" : "bad"
}
NR == FNR {
	linger[NR] = $0
	frames = NR
	next
}
{
	split(linger[FNR], is)
	$fields = checksums($fields, $(fields + 1))
	for (i = 1; i <= fields; i++) {
		values[i] += $i != ""
		# Not shown of a reset, nor behind a bad checksum.
		if (name[i] == "tcp.payload" && $i == "")
			continue
		if (is[i] "" != $i "" && !differs[i]++)
			first[i] = "frame " FNR ": linger reads \"" is[i] \
				"\", tshark \"" $i "\""
	}
}
BEGIN {
	fields = split(names, name, " ") - 1
	name[fields] = "checksums"
}
END {
	print "1.." fields + 1
	same = frames > 0 && frames == FNR
	print (same ? "ok" : "not ok") " 1 - " frames " frames"
	for (i = 1; i <= fields; i++) {
		good = values[i] && !differs[i]
		print (good ? "ok " : "not ok ") i + 1 " - " name[i] ": " \
			values[i] " values"
		if (differs[i])
			print "# " differs[i] " differ; " first[i]
		failed += !good
	}
	exit failed || !same
}' "$work/linger" "$work/tshark"
