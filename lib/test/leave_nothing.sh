#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kill -9 at any moment, of any of its processes, leaves nothing of a case.
# LINGER_KILLS: how often for each of three ways to run, 20 unless set.
#
# The kernel takes namespaces down some time after the last process in them has
# ended; so what is left is looked at until there is nothing, or too long.
# shellcheck source=lib/test/tap.sh
. "$LINGER_SOURCE/lib/test/tap.sh" || exit
kills=${LINGER_KILLS:-20}
patience_s=60

# As root of a user namespace that may have so many others of each kind.
limit=100

# Copies, where everybody may run them, and which are nobody else's: a process
# of ours is told by its program.
chmod 755 "$place"
mkdir bin topologies
mkdir -m 777 here
cp "$fixtures/process/waits" "$fixtures/verdict/passes" \
	"$LINGER_CASES/last_ack/syn_is_challenged" bin
cp "$LINGER_TOPOLOGIES"/*.gv topologies
chmod -R a+rX bin topologies
export LINGER_TOPOLOGIES=$place/topologies TMPDIR=$place/here
cd here || exit 1

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

somebody_of_ours()
{
	[ -n "$(ours)" ]
}

# All on the machine in which a case could have left something.  What a sysctl
# is read for may be refused.
machine()
{
	ip -o link | cut -d: -f2-
	nft list ruleset
	ls -A /run/netns "$place/here"
	ls -d /tmp/check_* /tmp/linger*
	grep -w nsfs /proc/self/mountinfo
	sysctl -a --pattern '^net\.(core|ipv4|ipv6)\.'
} 2>/dev/null

child_of()
{
	pgrep -P "$1" | shuf -n 1
}

# Of the processes of a case that runs as $1: itself (0), the first of a world
# (1), or that which the case's body is in (2); as far as they are there yet.
choose_victim() # PID DEPTH
{
	victim=$1
	for _ in $(seq "$2"); do
		child=$(child_of "$victim")
		victim=${child:-$victim}
	done
}

# Runs a case, kills one of its processes, waits for the case to end.
kill_once() # COMMAND...
{
	"$@" --format jsonl >"$place/.events" 2>"$place/.errors" &
	main=$!
	sleep "0.$(printf '%03d' $((RANDOM % 400)))"
	choose_victim "$main" $((round % 3))
	kill -9 "$victim"
	wait "$main"
	status=$?
} 2>"$place/.job"

events() # KIND
{
	grep -c "^{\"event\":\"$1\"" "$place/.events"
}

# Whether the case said all that it should before it ended: of each variant that
# it has begun the verdict.
is_complete()
{
	[ "$status" = 137 ] && [ "$victim" = "$main" ] && return
	[ "$(events start)" -gt 0 ] && [ "$(events start)" = "$(events verdict)" ]
}

# kill_often COMMAND_BEFORE...: each round ends with nobody there.
kill_often()
{
	incomplete=0 survived=0 killed_main=0
	for round in $(seq "$kills"); do
		if [ $((round / 3 % 2)) = 0 ]; then
			kill_once "$@" "$place/bin/waits" --variant ipv4
		else
			kill_once "$@" "$place/bin/syn_is_challenged" \
				--variant 'ipv[46],ack_arrives*'
		fi
		killed_main=$((killed_main + (victim == main)))
		is_complete || incomplete=$((incomplete + 1))
		await "$patience_s" nobody_of_ours || survived=$((survived + 1))
	done
}

# How many namespaces of each kind can be made at once: each level of this makes
# the next, and the last says which it is.
# shellcheck disable=SC2016
deeper='unshare -nmu --fork sh -c "$0" "$0" $(($1 + 1)) 2>/dev/null || echo "$1"'

# To look uses them all up; so it is looked again after longer and longer.
all_are_free()
{
	for pause in 1 2 4 8 16 32; do
		free=$(sh -c "$deeper" "$deeper" 0)
		[ "$free" != "$limit" ] || return 0
		sleep "$pause"
	done
	echo "$free of $limit namespaces can be made" >&2
	return 1
}

# In a user namespace of its own, nothing of what was made still counts.
if [ "${1-}" = limited ]; then
	for kind in net mnt uts; do
		echo "$limit" >"/proc/sys/user/max_${kind}_namespaces" || exit 77
	done
	kill_often
	[ $((incomplete + survived)) = 0 ] && all_are_free
	exit
fi

# compare WAY COMMAND_BEFORE...
compare()
{
	way=$1
	shift
	"$@" "$place/bin/waits" --variant ipv4 >"$place/.output" 2>&1 &
	holds "$way: what runs is seen" await "$patience_s" somebody_of_ours
	kill -9 $!
	wait $! 2>"$place/.job"
	await "$patience_s" nobody_of_ours

	machine >"$place/before"
	kill_often "$@"
	is "$way: each process ends with those that it depends on" "$survived" 0
	is "$way: each variant has its verdict if its program lives" \
		"$incomplete" 0
	holds "$way: several kinds of process were killed" \
		[ "$killed_main" -gt 0 -a "$killed_main" -lt "$kills" ]
	is "$way: the machine is as it was" "$(diff "$place/before" <(machine))" ''
}

try "$place/bin/waits" --describe
is 'there is a case to be killed' "$status" 0
compare 'as we are'

nobody='setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs'
if [ "$UID" != 0 ]; then
	skip 'as nobody' 'that is what we are'
elif ! $nobody unshare -Urn true 2>"$place/.errors"; then
	skip 'as nobody' "$(head -n 1 "$place/.errors")"
else
	# shellcheck disable=SC2086 # several words
	try $nobody "$place/bin/passes"
	is 'as nobody: a case passes' \
		"$status $(grep -c '^ok [0-9]* - [^#]*$' "$place/.output")" '0 8'
	# shellcheck disable=SC2086
	compare 'as nobody' $nobody
fi

if unshare -Ur true 2>"$place/.errors"; then
	try unshare -Ur "$LINGER_SOURCE/lib/test/leave_nothing.sh" limited
	case $status in
	77) skip 'namespaces are gone' 'no limits for them here' ;;
	*) is 'namespaces are gone' "$status$(cat "$place/.errors")" 0 ;;
	esac
else
	skip 'namespaces are gone' "$(head -n 1 "$place/.errors")"
fi

finish
