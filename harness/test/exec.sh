#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger exec: any program in a world of its own, here and in guests.
# shellcheck source=harness/test/guests.sh
. "$LINGER_SOURCE/harness/test/guests.sh" || exit

bytes()
{
	cat "$LINGER_BUILD/linger" "$LINGER_BUILD/linger-init"
}

# executes ARGUMENT...
executes()
{
	try "$linger" exec "$@" </dev/null
}

# ---- what is wrong with the command ----------------------------------------

# refuses TITLE MESSAGE ARGUMENT...
refuses()
{
	title=$1 message=$2
	shift 2
	executes "$@"
	is "$title" "$status:$output:$(head -n 1 .errors)" "2::$message"
}

of='linger exec:'
refuses 'no command' "$of a command is needed"
refuses 'an unknown kernel' \
	"$of --kernel: there is no kernel nix: see \`linger kernel list' (a path has a '/' in it)" \
	--kernel nix -- true
refuses 'several kernels' "$of --kernel: 'host,host,$linger' are several" \
	--kernel "host,host,$linger" -- true
refuses 'a topology that is not there' \
	'linger: nix: cannot open: No such file or directory' \
	--topology nix -- true
refuses 'a host that is not there' "linger: pair has no host 'nobody'" \
	--topology pair --host nobody -- true
refuses 'a host of nothing' "$of --host and --param are of a --topology" \
	--host client -- true
refuses 'captures of nothing' \
	"$of --results: only a --topology has links to capture at" \
	--results here -- true
refuses 'a parameter without a value' "$of --param: 'k' is not NAME=VALUE" \
	--topology pair --param k -- true
refuses 'a file that is not there' \
	"$of --file: nix: No such file or directory" --file nix -- true
refuses 'a place that is relative' "$of --file: 'x' is no absolute path" \
	--file /bin/sh=x -- true
refuses 'another place on the running kernel' \
	"$of --file: only in a guest can a file be elsewhere" \
	--file /bin/sh=/x -- true
refuses 'virtual time on the running kernel' \
	"$of --time: the clock of the running kernel is real" \
	--time virtual -- true
executes --topology pair --results /dev/null/x -- true
is 'a folder that can not be made' "$status:$output:$errors" \
	'3::linger: cannot make /dev/null/x: Not a directory'

# ---- guests that are made up -----------------------------------------------

# base64_of TEXT
base64_of()
{
	printf '%s' "$1" | base64 -w0
}

kernel prints <<END
begin
event '{"event":"output","to":1,"base64":"$(base64_of one)"}'
event '{"event":"output","to":2,"base64":"$(base64_of two)"}'
event 'no event'
event '{"event":"output","to":1,"base64":"$(base64_of three)"}'
end 1792
END
executes --kernel prints -- true
is 'output and errors come apart, and the status' \
	"$status:$output:$errors" 7:onethree:two
spills()
{
	"$linger" exec --kernel prints -- true >/dev/full
}
try spills
is 'output that can not be written is no success' "$status:${errors##*linger: }" \
	'3:the output cannot be written: No space left on device'

kernel segfaults <<'END'
begin
end 11
END
executes --kernel segfaults -- true
is 'a signal is told as shells do' "$status:$errors" 139:

kernel complains <<'END'
begin
console 'WARNING: CPU: 0 PID: 1 at net/ipv4/tcp.c:7 tcp_close+0x1/0x2'
end 0
END
executes --kernel complains -- true
is 'a warning of the kernel is no success' "$status:$output:$errors" \
	'1::linger: the kernel of guest complains printed:
  [    1.000000] WARNING: CPU: 0 PID: 1 at net/ipv4/tcp.c:7 tcp_close+0x1/0x2'

kernel panics <<'END'
begin
console 'Kernel panic - not syncing: for a test'
exit 1
END
executes --kernel panics -- true
is 'a panic is a broken set-up' "$status:$errors" \
	'3:linger: guest panics ended before it did
  [    1.000000] Kernel panic - not syncing: for a test'

kernel panics_early <<'END'
console 'Kernel panic - not syncing: no init'
END
executes --kernel panics_early -- true
is 'so is one at boot' "$status:$errors" \
	'3:linger: guest panics_early did not boot
  [    1.000000] Kernel panic - not syncing: no init'

kernel hangs <<'END'
begin
exec sleep 1000
END
executes --kernel hangs --deadline 1 -- true
is 'one that hangs is killed' "$status:$errors" \
	'3:linger: guest hangs did not end the command within 1 s of real time'
exec 3<> <(:)
reads()
{
	"$linger" exec --kernel hangs --deadline 1 -- true <&3
}
try reads
is 'input that does not end is not waited for' "$status:$errors" \
	'3:linger: standard input did not end within 1 s: a guest gets all of it when it boots'
exec 3>&-

executes --kernel prints -- nix
is 'a command that is not there' "$status:$errors" \
	'127:linger: nix: No such file or directory'
executes --kernel prints -- /dev/null
is 'one that can not be executed' "$status:$errors" \
	'126:linger: /dev/null: Permission denied'
: >known
executes --kernel prints -- true ./known other
is 'a file that was not taken along is hinted at' "$status:$errors" \
	'7:twolinger: ./known is not in the guest: --file ./known takes it along'
executes --kernel prints --file known -- true ./known
is 'one that was is not' "$status:$errors" 7:two

# ---- the running kernel ----------------------------------------------------

# What is the same wherever it runs: runs_programs NAME OPTION...
runs_programs()
{
	where=$1
	shift
	executes "$@" -- sh -c 'echo out; echo error >&2; exit 5'
	is "status, output and errors $where" "$status:$output:$errors" \
		5:out:error
	bytes | "$linger" exec "$@" -- cat >copy
	holds "bytes come and go as they are $where" cmp copy <(bytes)
	executes "$@" -- sh -c 'kill -SEGV $$'
	is "a signal that ends it $where" "$status" 139
	executes "$@" -- sh -c "exec \"$PWD/nix\""
	is "what is not found $where" "$status" 127
	executes "$@" -- ip -brief link show up
	is "the loopback is up $where" "$(awk '{ print $1 }' <<<"$output")" lo
	executes "$@" -- ./script word
	is "a script and its interpreter $where" "$status:$output" \
		"0:$PWD:word"
	executes "$@" --topology chain --param k=2 --host client -- \
		sh -c 'hostname; cat /proc/net/dev'
	is "a host of a topology $where" \
		"$(sed -nE '1p; s/^ *(router\w+):.*/\1/p' <<<"$output" | paste -sd' ')" \
		'client router1'
	rm -rf captures
	executes "$@" --topology pair --results captures/of -- ./talks
	is "captures come back $where" "$status:$(cd captures/of && echo ./*)" \
		'0:./client-server.pcap ./server-client.pcap'
	is "with what was sent $where" "$(grep -l 'knock knock' captures/of/*)" \
		'captures/of/client-server.pcap
captures/of/server-client.pcap'
}

cat >script <<'END'
#!/usr/bin/env -S bash
echo "$PWD:$1"
END
cat >talks <<'END'
#!/bin/bash
echo knock knock >/dev/udp/10.0.1.2/7
END
chmod +x script talks

if "$linger" doctor | grep -q '^worlds *yes'; then
	runs_programs here
	executes --deadline 1 -- sleep 1000
	is 'a deadline ends it' "$status:$errors" \
		'3:linger: it did not end within 1 s'
	executes --topology pair -- sh -c 'sleep 1000 & ls -d /proc/[0-9]*'
	is 'what it leaves running does not hold us' "$status" 0
else
	skip 'programs here' 'no worlds can be made'
fi

# ---- a real guest ----------------------------------------------------------

if [ -z "$real" ]; then
	skip 'programs in a guest' \
		'no UML kernel is kept; see `linger kernel build'"'"
	finish
	exit
fi
export LINGER_KERNELS=$store
runs_programs 'in a guest' --kernel "$real" --file "$(type -P cat)" \
	--file "$(type -P hostname)"
executes --kernel "$real" --file "$(type -P date)" --file "$(type -P sleep)" \
	-- sh -c 'date +%F; sleep 100000; date +%F'
is 'a day and more goes by at once' "$output" '2026-01-01
2026-01-02'
mkdir folder
echo text >folder/file
ln -s file folder/link
ln -s nowhere folder/dangles
executes --kernel "$real" --file folder --file folder=/else/where -- \
	cat folder/link /else/where/file
is 'folders come along' "$status:$output" '0:text
text'
executes --kernel "$real" --file folder -- readlink folder/dangles folder/link
is 'with their links' "$output" 'nowhere
file'
executes --kernel "$real" -- sh -c 'head -c1 known'
is 'programs that do not come along are hinted at' \
	"$status:$(tail -n 1 .errors)" \
	'127:linger: there is no program in the guest but sh and what --file takes along'
executes --kernel "$real" --deadline 2 -- sh -c 'while :; do :; done'
is 'one that spins is ended' "$status:${errors% did not*}" \
	"3:linger: guest $real"

# typed ARGUMENT...: what a terminal shows on which standard input is typed;
# the status in $status.
typed()
{
	status=0
	TERM=vt100 script -qec "stty rows 30 cols 100
		'$linger' exec --kernel '$real' --deadline 60 $*; status=\$?
		stty -a | grep -ow -e -icanon; exit \$status" \
		/dev/null >.output 2>&1 || status=$?
	tr -d '\r' <.output
}
tools=
for tool in tty stty; do
	tools="$tools --file $(type -P $tool)"
done
# shellcheck disable=SC2016 # for that shell to expand
typed --time real "$tools" -- sh <<<'tty; stty size; echo "$TERM"; exit 9' \
	>shown
is 'in real time a program has a terminal' \
	"$(grep -o -e '/dev/tty.*' -e '30 100' -e vt100 shown | paste -sd' ')" \
	'/dev/tty2 30 100 vt100'
is 'the status is still its own' "$status" 9
is 'and the terminal what it was' "$(grep -ce -icanon shown)" 0
typed "$tools" -- tty <<<'' >shown
holds 'in virtual time it has none' grep -qx 'not a tty' shown

set -m
for signal in INT TERM KILL; do
	mkfifo "alive-$signal"
	"$linger" exec --kernel "$real" --time real -- sleep 1000 \
		>.output 2>&1 3>"alive-$signal" &
	runner=$!
	exec 4<"alive-$signal"
	kill -$signal $runner
	wait $runner 2>/dev/null
	# At its end when nobody has it open any more.
	holds "no process outlives SIG$signal" test -z "$(cat <&4)"
	exec 4<&-
done
finish
