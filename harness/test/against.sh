#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Baselines that runs write, and runs that are held against them.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

members()
{
	grep -o "\"$1\": .*" "$2" | tr '\n' ' '
}

# ---- writing ----

run --baseline verdict/passes verdict/fails
is 'a baseline is written where baselines are' "$status:$(ls results)" \
	'1:host-6.1.json'
is 'with every verdict' "$(members verdict results/host-6.1.json)" \
	'"verdict": "fail" "verdict": "fail" "verdict": "pass" "verdict": "pass" '
cp results/host-6.1.json first.json
run --baseline verdict/passes verdict/fails
holds 'the next run writes the same' cmp results/host-6.1.json first.json
run --baseline=results verdict/skips:ipv4 verdict/is_broken
is 'a part goes into it, but for what is broken' \
	"$status:$(members verdict results/host-6.1.json)" \
	'3:"verdict": "fail" "verdict": "fail" "verdict": "pass" "verdict": "pass" "verdict": "skip" '

sed 's/"ipv6": {/"ipv5": {/' first.json >results/host-6.1.json
run --baseline --family 4 verdict/passes
is 'variants that a choice leaves out stay' \
	"$(grep -c '"ipv5": {' results/host-6.1.json)" 2
run --baseline verdict/passes:ipv4
is 'those go that their case no longer has' \
	"$(grep -c '"ipv5": {' results/host-6.1.json)" 1

# whole: a catalogue of one case, whose variants in $BROKEN are.
mkdir -p whole/verdict
cp "$fakes/fake.sh" whole
cat >whole/verdict/varies <<'END'
#!/bin/sh
. "$(dirname "$0")/../fake.sh"
run()
{
	start
	case " $BROKEN " in
	*" $variant "*) verdict broken 'as it was told' ;;
	*) verdict pass '' ;;
	esac
}
main "$@"
END
chmod +x whole/verdict/varies

# all_but VARIANTS: a baseline of all; prints the status and what it tells of.
all_but()
{
	BROKEN=$1 try "$linger" run --cases whole --baseline=all
	echo "$status:$(sed -n 's/^ *"\(ipv.\)": {/\1/p' all/host-6.1.json |
		paste -sd' ')"
}
is 'what is broken has no place in it' "$(all_but ipv6)" 3:ipv4
is 'what is not has' "$(all_but '')" '0:ipv4 ipv6'
cp all/host-6.1.json all.json
is 'and keeps it when it is broken again' "$(all_but ipv6)" '3:ipv4 ipv6'
is 'also when all of it is' "$(all_but 'ipv4 ipv6')" '3:ipv4 ipv6'
holds 'as it was' cmp all/host-6.1.json all.json
sed -i 's/"release": "6.1"/"release": "6.1.2"/' all/host-6.1.json
is 'of another release nothing is kept' "$(all_but ipv6)" 3:ipv4
rm -r whole all

sed 's/"release": "6.1"/"release": "6.1.2"/' first.json >results/host-6.1.json
cp results/host-6.1.json other.json
run --baseline verdict/passes
is 'not into that of another release' "$status:$errors" \
	'3:linger: results/host-6.1.json is of 6.1.2 (host, real time), and this ran on 6.1 (host, real time): a part of the cases can'\''t be put in; run all of them, or remove the file'
holds 'which stays as it is' cmp results/host-6.1.json other.json

head -c 200 first.json >results/host-6.1.json
run --baseline verdict/passes
is 'nor into half a file' "$status:${errors%%:[0-9]*}" \
	'3:linger: results/host-6.1.json'
run --baseline=/proc/none verdict/passes
is 'a folder that cannot be made is named' "$status:$errors" \
	'3:linger: cannot make /proc/none: No such file or directory'
run --baseline --repeat 2 verdict/passes
is 'what ran twice is no baseline' "$status:${errors%%
*}" '2:linger run: --baseline is of one run of each variant, without --repeat'
run --baseline --seed 1 verdict/passes
is 'nor what drew other random numbers' "$status:${errors%%
*}" '2:linger run: --baseline is of the usual random numbers, without --seed'

echo >file
run --format tap --baseline=file/results verdict/passes
is 'a folder that cannot be made is told before anything runs' \
	"$status:$output:$errors" '3::linger: cannot make file/results: Not a directory'
run --format tap --baseline=/proc verdict/passes
is 'as is one that takes no files' "$status:$output:$errors" \
	'3::linger: cannot write to /proc: No such file or directory'

full_disk()
{
	cp first.json full/host-6.1.json
	head -c 12288 /dev/zero >full/fill 2>/dev/null
	run --baseline=full verdict/passes
	is 'a full disk has one message' "$status:$errors" \
		'3:linger: cannot write baseline full/host-6.1.json: No space left on device'
	holds 'and loses nothing' cmp full/host-6.1.json first.json
	is 'and leaves nothing' "$(ls full)" 'fill
host-6.1.json'
}
on_small_disk 16k full_disk 'a full disk'

# ---- against ----

cp first.json results/host-6.1.json
run --format tap --against results verdict/passes verdict/fails
is 'what fails as it did before is expected' "$status:$errors" 0:
run --format tap --against results/host-6.1.json verdict/fails:ipv6
is 'a file is as good as its folder' "$status:$errors" 0:
run --format tap --against results verdict/fails verdict/is_broken
is 'what is broken is still told' "$status:$errors" 3:
run --format tap --against results verdict/skips
is 'what is new and does not fail is no deviation' "$status:$errors" 77:

sed 's/"pass"/"fail"/' first.json >results/host-6.1.json
run --format tap --against results verdict/passes verdict/fails
is 'what fails no more is a deviation' "$status:$errors" \
	'1:linger: not as in results/host-6.1.json: verdict/passes:ipv4|ipv6: verdict'
run --against results verdict/passes
is 'and is shown in full to people' \
	"$status:$(sed -n '/^verdict.passes: /,/is the same\|^$/p' .output)" \
	'1:verdict/passes: A fake that is called verdict/passes.
  ipv4|ipv6
    verdict: fail -> pass'

known()
{
	printf '[{"glob":"%s","kernel":"%s","what":"%s","reason":"it is mended",' \
		"$1" "$2" "$3"
	printf '"link":"https://example.org/1","until":"%s"}]' "$4"
}

known 'verdict/passes:*' 'host-*' verdict 9999-12-31 >results/known.json
run --format tap --against results verdict/passes
is 'what is known is excused, and told' "$status:$errors" \
	'0:linger: known: verdict/passes:* on host-*, verdict: it is mended (https://example.org/1, until 9999-12-31)'
known 'verdict/passes:*' 'host-*' verdict 2026-01-31 >results/known.json
run --format tap --against results verdict/passes
is 'until it expires' "$status:$errors" \
	'1:linger: not as in results/host-6.1.json: verdict/passes:ipv4|ipv6: verdict
linger: known: verdict/passes:* on host-*, verdict: expired on 2026-01-31, and counts no more (https://example.org/1)'
known 'verdict/passes:ipv4' 'host-*' 'counter *' 9999-12-31 >mine.json
run --format tap --against results --known mine.json verdict/passes
is 'what does not occur is named' "$status:${errors#*
}" \
	'1:linger: known: verdict/passes:ipv4 on host-*, counter *: did not occur: take it out of mine.json'
run --format tap --against results --known mine.json verdict/fails
is 'but not if nothing ran that it is about' "$status:$errors" 0:

known 'verdict/passes:ipv4' 'host-*' verdict tomorrow >mine.json
run --format tap --against results --known mine.json verdict/passes
is 'a date has to be one' "$status:$errors" \
	"3:linger: mine.json: deviation 1: \"until\": 'tomorrow' is no date like 2027-01-31"
echo '[{"glob":"*"}]' >mine.json
run --format tap --against results --known mine.json verdict/passes
is 'all has to be there' "$status:$errors" \
	'3:linger: mine.json: deviation 1: Object item not found: kernel'
run --format tap --against nowhere verdict/passes
is 'a baseline that is not there is missed before anything runs' \
	"$status:$output:$errors" \
	'3::linger: cannot read baseline nowhere: No such file or directory'
run --format tap --against . verdict/passes
is 'one of this kernel, after it' "$status:$errors" \
	'3:linger: cannot read baseline ./host-6.1.json: No such file or directory'

finish
