#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Guests may be as old as Linux 4.9: what they boot into and what cases call is
# all there.
# shellcheck source=harness/test/guests.sh
. "$LINGER_SOURCE/harness/test/guests.sh" || exit

as=$LINGER_BUILD/harness/test/as_4_9
try "$as"
is 'what is newer is refused, and nothing else' "$output" \
	'statx: Function not implemented
newfstatat: is there
MEMBARRIER_CMD_GLOBAL_EXPEDITED: Invalid argument
MEMBARRIER_CMD_GLOBAL: is there
SO_COOKIE: Protocol not available
SO_TYPE: is there
TCP_FASTOPEN_CONNECT: Protocol not available
TCP_MAXSEG: is there
PACKET_IGNORE_OUTGOING: Protocol not available
PACKET_VERSION: is there
NETLINK_EXT_ACK: Protocol not available
NETLINK_CAP_ACK: is there'

# passes TITLE COMMAND...: with something of each part of the library: rules, NAT,
# a raw peer, a closed socket's states, counters.
passes()
{
	title=$1
	shift
	try "$@" --cases "$LINGER_BUILD/cases" 'close/linger_0_resets' \
		'last_ack/syn_is_challenged:ipv?,ack_lost,*' \
		'nat/other_client_has_the_port' \
		'old_duplicate/meets_new_connection:ipv4,data_in_window,*' \
		'reuse/explicit_port_takes_time_wait:ipv4,time_wait,*'
	# If one fails, which and why.
	is "$title" "$status:$(tail -n 1 <<<"$output" | sed 's/ in .*//')$(
		grep -A 12 '^fail\|^broken' <<<"$output")" \
		'0:35 passed, 0 failed, 0 broken, 0 skipped'
}

passes 'cases call nothing newer' "$as" "$linger" run

# ---- in a guest --------------------------------------------------------------

mkdir own
cp "$LINGER_BUILD/linger" own
cp "$LINGER_BUILD/harness/test/init_4_9" own/linger-init

# seccomp_mode LINGER: what restricts the programs of its guests; 2: a filter.
seccomp_mode()
{
	# shellcheck disable=SC2016 # for that shell to expand
	real "$1" exec --kernel "$real" -- sh -c \
		'while read -r name value; do
			case $name in Seccomp:) echo "$value" ;; esac
		done </proc/self/status'
}

title='guests call nothing newer'
if [ -z "$real" ]; then
	skip "$title" 'there is no UML kernel'
elif [ -z "$(seccomp_mode "$linger")" ]; then
	skip "$title" "$real has no seccomp"
else
	is 'to all that a guest starts it is refused' "$(seccomp_mode own/linger)" 2
	passes "$title" real own/linger run --kernel "$real"
fi
finish
