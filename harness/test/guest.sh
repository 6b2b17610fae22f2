#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Guests: what comes of a variant when its kernel complains, dies, hangs or does
# not boot.  Those kernels are made up; a real one shows that guests do.
# shellcheck source=harness/test/guests.sh
. "$LINGER_SOURCE/harness/test/guests.sh" || exit

# on NAME: the verdict and the reason of a variant on it.
on()
{
	run --kernel "$1" --format jsonl "${2-verdict/passes:ipv4}"
	sed -n 's/.*"event":"verdict".*"verdict":"\([a-z]*\)".*"reason":"\([^"]*\)".*/\1: \2/p' \
		"$place/.output"
}

# The reason of the only variant.
reason()
{
	sed -n 's/.*"event":"verdict".*"reason":"\([^"]*\)".*/\1/p' \
		"$place/.output"
}

# ---- one that does what it should ------------------------------------------

kernel good <<'END'
begin
verdict pass ''
end 0
END
is 'a guest passes' "$(on good)" 'pass: '
run --kernel good,host --format tap verdict/passes:ipv4
is 'names say on which kernel' \
	"$(sed -n 's/^ok [12] - //p' <<<"$output" | sort | paste -sd' ')" \
	'verdict/passes:ipv4 on good verdict/passes:ipv4 on host'
run --kernel good,good,good verdict/passes:ipv4
is 'a kernel counts once' "$(tail -n1 <<<"$output" | sed 's/ in .*//')" \
	'1 passed, 0 failed, 0 broken, 0 skipped'
run --kernel all --format jsonl verdict/passes:ipv4
is 'all are the host and those that are kept' \
	"$(sed -n 's/.*"event":"verdict".*"kernel_name":"\([^"]*\)".*/\1/p' <<<"$output" |
		sort | paste -sd' ')" 'good host'
try "$linger" show --kernel good verdict/passes
is 'show chooses by kernel' \
	"$(grep -c '^verdict/passes' <<<"$output"):$(grep -o '(good)' <<<"$output")" \
	'1:(good)'

# ---- kernels that complain -------------------------------------------------

kernel warns <<'END'
begin
console 'all is well'
console 'WARNING: CPU: 0 PID: 1 at net/ipv4/tcp.c:7 tcp_close+0x1/0x2'
console 'Call Trace:'
verdict pass ''
end 0
END
is 'a warning makes it fail' "$(on warns)" \
	'fail: the kernel printed: [    1.000000] WARNING: CPU: 0 PID: 1 at net/ipv4/tcp.c:7 tcp_close+0x1/0x2'
bundle="linger-results/last/bundles/warns/verdict/passes/ipv4"
is 'the console is in its bundle' "$(sed -n 1p $bundle/console.log)" \
	'[    1.000000] all is well'
holds 'the splat is in its report' grep -q '"event":"report".*Call Trace' \
	"$place/.output"
holds 'its bundle is called by its last name' \
	grep -q "\"path\":\"$place/$bundle\"" "$place/.output"

kernel warned <<'END'
console 'WARNING: this was while it booted'
begin
verdict pass ''
end 0
END
is 'what it said before is no fault of the variant' "$(on warned)" 'pass: '

kernel warned_of <<'END'
begin
echo 'WARNING: said the program' >&"$console"
verdict pass ''
end 0
END
is 'what a program prints is no fault of the kernel' "$(on warned_of)" 'pass: '

kernel panics <<'END'
begin
console 'Kernel panic - not syncing: for a test'
exit 1
END
is 'a panic makes it fail' "$(on panics)" \
	'fail: the kernel printed: [    1.000000] Kernel panic - not syncing: for a test'

# ---- kernels that end or hang ----------------------------------------------

kernel ends <<'END'
begin
console 'so far'
END
is 'an end before that of the case is broken' "$(on ends)" \
	'broken: guest ends ended before it did: [    1.000000] so far'
holds 'the end of the console is in its report' \
	grep -q '"event":"report".*so far' "$place/.output"

kernel crashes_it <<'END'
begin
end 11
END
is 'a case that crashes there is broken' "$(on crashes_it)" \
	'broken: ended by SIGSEGV before its verdict'

kernel kills_it <<'END'
begin
event '{"event":"end","status":9,"late":true}'
END
is 'a case that hangs there is broken' "$(on kills_it)" \
	'broken: did not end within 60 s of the guest'\''s time'

kernel hangs <<'END'
begin
console 'and then nothing'
exec sleep 1000
END
try "$linger" guest --deadline 1 --kernel hangs "$linger"
is 'one that hangs is killed' "$(grep -o '"reason":"[^"]*"' <<<"$output")" \
	'"reason":"guest hangs did not end it within 1 s of real time"'

kernel hangs_early <<'END'
console 'not yet'
exec sleep 1000
END
try "$linger" guest --deadline 1 --kernel hangs_early "$linger"
is 'one that does not come up is killed' \
	"$(grep -o '"reason":"[^"]*"' <<<"$output")" \
	'"reason":"guest hangs_early did not boot within 1 s of real time"'
holds 'with its console' grep -q 'not yet' "$place/.output"

kernel panics_early <<'END'
console 'Kernel panic - not syncing: no init'
END
is 'a panic at boot is broken' "$(on panics_early)" \
	'broken: guest panics_early did not boot: [    1.000000] Kernel panic - not syncing: no init'
run --kernel panics_early --format tap
is 'what does not boot once is not tried again' \
	"$(grep -c '^# broken: not run: guest panics_early does not boot$' <<<"$output"):$(grep -c '^# broken: guest panics_early did not boot: .*no init$' <<<"$output"):$status" \
	"$(($(grep -c '^not ok' <<<"$output") - 1)):1:3"

kernel is_text <<<'}'
echo nonsense >kernels/is_text/linux
is 'what can not be executed is broken' "$(on is_text)" \
	'broken: guest is_text did not boot: linger: cannot run linux: Exec format error'

kernel is_killed <<'END'
kill -KILL $$
END
is 'one that is killed as it boots is broken' "$(on is_killed)" \
	'broken: guest is_killed did not boot: linger: it ended in: Killed; there may be too little memory'

# What a kernel says while the next job runs is no fault of the one before it,
# though all of it may have come at once.
kernel warns_later <<'END'
begin
verdict pass ''
end 0
begin
console 'BUG: sleeping function called from invalid context'
verdict pass ''
end 0
END
try "$linger" guest --kernel warns_later "$linger" ';' "$linger"
is 'a fault is of the job that it came with' \
	"$(grep -o '"verdict":"[a-z]*"' <<<"$output" | paste -sd' ')" \
	'"verdict":"pass" "verdict":"fail"'

# A job after one that was lost runs in another guest.
kernel loses_first <<END
if [ ! -e $place/lost ]; then
	touch $place/lost
	begin
	exit
fi
begin
verdict pass ''
end 0
END
try "$linger" guest --kernel loses_first "$linger" ';' "$linger"
is 'one that is lost leaves the others to the next guest' \
	"$(grep -o '"verdict":"[a-z]*"' <<<"$output" | paste -sd' ')" \
	'"verdict":"broken" "verdict":"pass"'

# ---- stock kernels -----------------------------------------------------------

mkdir -p kernels/stock bin
printf '{"name":"stock","kind":"qemu","version":"9.9"}\n' \
	>kernels/stock/kernel.json
touch kernels/stock/linux

try env PATH="$place/bin" "$linger" guest --kernel stock "$linger"
is 'without QEMU they do not boot' "$(reason)" \
	"guest stock did not boot: linger: cannot run qemu-system-x86_64: No such file or directory; \`linger doctor' says what to install"

# machine: QEMU is the script on standard input.
machine()
{
	cat >bin/qemu-system-x86_64
	chmod +x bin/qemu-system-x86_64
	PATH=$place/bin:$PATH run --kernel stock --format jsonl \
		verdict/passes:ipv4
}

machine <<'END'
#!/bin/bash
echo 'qemu: no such machine' >&2
exit 1
END
is 'what QEMU says is told' "$(reason)" \
	'guest stock did not boot: qemu: no such machine'
machine <<'END'
#!/bin/bash
for word; do
	case $word in
	file:*) out=${word#file:} ;;
	esac
done
echo '{"event":"begin"}
{"event":"verdict","verdict":"broken","reason":"no veth"}
{"event":"end","status":0,"late":false}' >"$out"
END
is 'modules that are not there are thought of' "$(reason)" \
	"no veth (guest stock has no modules: \`linger kernel import IMAGE MODULES' brings them along)"

# ---- files -----------------------------------------------------------------

kernel leaves <<'END'
begin
event '{"event":"file","name":"trace.pcap","base64":"AAH+/w=="}'
event '{"event":"file","name":"../outside","base64":"QQ=="}'
event '{"event":"file","name":"empty","base64":""}'
event '{"event":"bundle","path":"/bundle"}'
verdict fail because
end 1
END
is 'a failure keeps its reason' "$(on leaves)" 'fail: because'
bundle="linger-results/last/bundles/leaves/verdict/passes/ipv4"
is 'files come out as they were' \
	"$(od -An -tx1 $bundle/trace.pcap | tr -d ' '):$(stat -c %s $bundle/empty)" \
	'0001feff:0'
is 'and only into the bundle' "$(find . -name outside)" ''

# ---- what is wrong with the command ----------------------------------------

run --kernel nonesuch verdict/passes
is 'a kernel that is not there' "$status" 2
holds 'is named' grep -q nonesuch "$place/.errors"
run --kernel ./nonesuch verdict/passes
is 'a path that is not there' "$status" 2
cp /bin/true ./no_kernel
run --kernel ./no_kernel verdict/passes
is 'a program that is no kernel' "$status" 2
holds 'is called so' grep -q 'no_kernel is no kernel' "$place/.errors"
printf '\0User Mode Linux v9\0Linux version 9 (who)\0' >>./no_kernel
run --kernel ./no_kernel verdict/passes
is 'a kernel without virtual time' "$status" 2
holds 'is called so' grep -q 'no_kernel has no virtual time' "$place/.errors"
run --kernel good,, verdict/passes
is 'a name that is missing' "$status" 2
run --time sometimes verdict/passes
is 'a clock that there is not' "$status" 2

# ---- what is left ----------------------------------------------------------

kernel stays <<END
begin
exec -a linger-guest-$$ sleep 1000
END
guests()
{
	pgrep -fc "^linger-guest-$$ 1000" || true
}

# until_guests N: for as long as that may take; else false.
until_guests()
{
	for ((i = 0; i < 500; i++)); do
		[ "$(guests)" = "$1" ] && return
		read -rt 0.02 <> <(:)
	done
	return 1
}

for signal in KILL INT; do
	"$linger" run --cases "$fakes" --kernel stays verdict/passes:ipv4 \
		>.output 2>&1 &
	runner=$!
	until_guests 1
	kill -$signal $runner
	wait $runner 2>/dev/null
	holds "no guest outlives a runner that ends by SIG$signal" \
		until_guests 0
done
is 'nothing is left in /dev/shm' "$(find /dev/shm -name '*vm_file*')" ''

# ---- a real one ------------------------------------------------------------

if [ -z "$real" ]; then
	skip 'a real guest' 'no UML kernel is kept; see `linger kernel build'"'"
	finish
	exit
fi
try real "$linger" guest --kernel "$real" --timeout 5 "$(type -P sleep)" 1000
is 'what takes too long is ended after its time, which goes by at once' \
	"$(grep -o '"reason":"[^"]*"' <<<"$output")" \
	'"reason":"did not end within 5 s of the guest'\''s time"'
try real "$linger" run --kernel "$real" 'ports/free_after_60_s:ipv4,*'
is 'cases pass there' "$status" 0

# Of a case that has several to run one process is there for all: each of them
# runs as if it were alone, and none spoils another.
clock=$LINGER_BUILD/cases/handshake/isn_clock_ticks
# of VARIANT...: what comes of these, in one guest.
of()
{
	jobs=()
	for variant; do
		jobs+=("$clock" --format jsonl --variant "$variant" ';')
	done
	try real "$linger" guest --kernel "$real" --timeout 60 "${jobs[@]}"
	grep -E -o '"verdict":"[a-z]*"|"reason":"[^"]+"|"status":[0-9]+' \
		.output | paste -sd' '
}
is 'several variants of a case run in one guest' \
	"$(of ipv4,1_s ipv6,1_s ipv4,3_s)" \
	'"verdict":"pass" "status":0 "verdict":"pass" "status":0 "verdict":"pass" "status":0'
is 'one may be wrong, one may be late' \
	"$(of ipv4,1_s nonesuch ipv4,275_s ipv6,1_s ipv6,3_s)" \
	'"verdict":"pass" "status":0 "status":512 "verdict":"broken" "reason":"did not end within 60 s of the guest'\''s time" "status":768 "verdict":"pass" "status":0 "verdict":"pass" "status":0'

random='cat /proc/sys/kernel/random/uuid'
# shellcheck disable=SC2086 # a command and its argument
first=$(real "$linger" exec --kernel "$real" -- $random)
# shellcheck disable=SC2086
is 'its randomness is the same in each run' \
	"$(real "$linger" exec --kernel "$real" -- $random)" "$first"
holds 'and there is some' test "${#first}" = 36

# drawn [OPTION...]: the initial timestamps, which a kernel draws.
drawn()
{
	real "$linger" run --kernel "$real" --format jsonl "$@" \
		'handshake/isn_clock_ticks:ipv4,1_s' |
		sed -n 's/.*"event":"ladder"//p'
}
first=$(drawn --seed 1)
holds 'a seed draws others' test "$first" != "$(drawn)"
is 'the same again' "$(drawn --seed 1)" "$first"
holds 'than another seed' test "$first" != "$(drawn --seed 2)"
holds 'they are seen in the ladder' grep -q 'TS val' <<<"$first"
try real "$linger" run --kernel "$real" --seed 7 --format jsonl \
	'handshake/isn_clock_ticks:ipv4,1_s'
is 'the seed is told' "$(grep -o '"seed":[0-9]*' <<<"$output")" '"seed":7'
finish
