#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kill -9 at any moment, of any of its processes, leaves nothing of a case behind.
# LINGER_KILLS: how many times, 60 unless set.
#
# The kernel takes namespaces down some time after the last process in them has
# ended, and in its own time: what is left is looked at until it is what was
# there before.  Other programs may come and go meanwhile; what they have is
# told from ours by what it is called, or by not being there at the end.
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh"
kills=${LINGER_KILLS:-60}
programs="$fixtures/process/waits $LINGER_CASES/last_ack/syn_is_challenged"

# A program is told by its file: these copies are nobody else's.
mkdir bin cases
for program in $programs; do
	cp "$program" bin/
done

# ours: the processes that run it, and what was forked from them.
ours()
{
	for process in /proc/[0-9]*; do
		case $(readlink "$process/exe") in
		"$place"/*) echo "${process#/proc/}" ;;
		esac
	done
}
nobody_of_ours()
{
	[ -z "$(ours)" ]
}

# The parts of the machine that a case could have left something in.  Of
# namespaces those that no process is in are not to be seen; what holds them
# are veths, whose ends would show in ours, and memory.
machine()
{
	ip -o link | sed 's/^[0-9]*: //' | sort
	echo "-- named namespaces"
	ls /run/netns
	echo "-- nft"
	nft list tables
	echo "-- sysctls"
	sysctl -a --pattern '^net\.(ipv[46]|core)\.' |
		grep -vE '\.route\.flush|netdev_rss_key|nf_conntrack_count|\.neigh\.'
	echo "-- files"
	ls -A /tmp | grep -vxF "${place##*/}" | grep -E 'linger|lg'
	echo "-- BPF programs"
	bpftool prog show 2>&1 | grep -A3 -E 'name (arrives|leaves)'
} 2>/dev/null

# counted NAME: of the kernel's slab caches, in use; 0 if it does not say.
namespaces()
{
	find /proc/[0-9]*/ns/net -maxdepth 0 -printf '%l\n' | sort -u
} 2>/dev/null

