#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger bisect: what git is told.  The tree is made up; its kernels do not
# boot, but for a real one, if there is any.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

built=${LINGER_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/linger/kernels}
export LINGER_KERNELS=$place/kernels
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

bisect()
{
	try "$linger" bisect --kernel-source tree "$@"
}

mkdir -p tree/scripts/kconfig tree/arch/um
touch tree/Kconfig tree/arch/um/Kconfig
cat >tree/Makefile <<-'MAKE'
	tinyconfig: ; @echo CONFIG_TINY=y >$(O)/.config
	olddefconfig: ; @echo configured >>$(O)/made
	linux: ; @O=$(O) sh -e ./compile
MAKE

# kernel FILE: what the tree's source makes is a copy of it.
kernel()
{
	echo "cp '$1' \"\$O/linux\"; echo compiled >>\"\$O/made\"" \
		>tree/compile
}

{
	cat "$(type -P true)"
	printf '\0User Mode Linux v9.8\0Linux version 9.8.7 (who)\0'
	printf 'time-travel=inf-cpu\0'
} >fake
chmod +x fake
case_name=ports/free_after_60_s

kernel "$place/fake"
bisect "$case_name:ipv4*"
is 'of one that does not boot nothing can be told' \
	"$status:$(tail -n 1 .output)" '125:linger bisect: cannot tell'
is 'what was compiled is kept' "$(find kernels -name made | wc -l)" 1
bisect "$case_name:ipv4*"
is 'for the next commit' "$(cat kernels/.bisect/*/made | paste -sd' ')" \
	'configured compiled configured compiled'
is 'and is no kernel of its own' "$("$linger" kernel list | wc -l)" \
	"$(LINGER_KERNELS=nowhere "$linger" kernel list | wc -l)"
bisect --objects objects "$case_name:ipv4*"
is 'or kept elsewhere' "$status:$(ls objects)" '125:linger-results
linux
made'

echo 'echo "error: no semicolon" >&2; exit 1' >tree/compile
bisect "$case_name:ipv4*"
is 'of one that does not build, nothing either' \
	"$status:$(tail -n 1 .output)" '125:linger bisect: cannot tell'
holds 'the compiler is heard' grep -q 'no semicolon' .errors

# One that is killed leaves no compiler that still writes there.
mkfifo started gate
# shellcheck disable=SC2016
{
	echo 'echo $$ >"$STARTED"; cat "$GATE"' >tree/compile
	export STARTED=$place/started GATE=$place/gate
}
"$linger" bisect --kernel-source tree --objects objects "$case_name" \
	>first 2>&1 &
first=$!
read -r compiler <started
bisect --objects objects "$case_name"
is 'a second bisection does not write to the same folder' "$status:$errors" \
	"255:linger: another bisection is at work in $place/objects \
(--objects names another folder)"
{
	kill -s KILL "$first"
	wait "$first"
} 2>.killed
holds 'the compiler of one that is killed ends' \
	await 20 test ! -d "/proc/$compiler"
echo exit 1 >tree/compile
free()
{
	bisect --objects objects "$case_name"
	[ "$status" = 125 ]
}
holds 'and the next one may begin' await 20 free

full_disk()
{
	bisect --objects full "$case_name"
	is 'a disk that is too small ends the bisection' \
		"$status:${errors%%about*}:${errors##*for }" \
		"255:linger: no space: :$place/full \
(--objects names another folder)"
	cp fake full/linux
	# shellcheck disable=SC2016
	echo 'head -c 60m /dev/zero >"$O/fill"' >tree/compile
	bisect --objects full "$case_name"
	is 'so does one that has become full' \
		"$status:$(tail -n 1 .errors | cut -c 1-17)" \
		'255:linger: no space:'
}
export case_name
on_small_disk 40m full_disk 'a disk that is too small ends the bisection' \
	'so does one that has become full'

# What is wrong here is wrong for each commit.
bisect no/such_case
is 'a case that is not there ends the bisection' "$status" 255
bisect
is 'so does none' "$status:${errors%%
*}" '255:linger bisect: which case is to tell good from bad?'
bisect --jobs nought "$case_name"
is 'and wrong usage' "$status" 255
try "$linger" bisect --kernel-source . "$case_name"
is 'and what is no kernel' "$status:$errors" \
	'255:linger: . is no source tree of a kernel'
bisect --against nowhere.json "$case_name:ipv4*"
is 'and a baseline that is not there' "$status" 255

real=$(find "$built" -maxdepth 2 -path '*/uml-*/linux' 2>/dev/null |
	sort | tail -n 1)
if [ -z "$real" ]; then
	skip 'a good one' 'there is no UML kernel'
	skip 'a bad one' 'there is no UML kernel'
	skip 'a bisection' 'there is no UML kernel'
	finish
	exit
fi

kernel "$real"
bisect "$case_name:ipv4*"
is 'one on which the case passes is good' "$status:$(tail -n 1 .output)" \
	'0:linger bisect: good'
"$linger" run --kernel "$real" --baseline=was "$case_name:ipv4*" >.run
was=$(echo was/*.json)
cp "$was" as_it_was.json
sed -i 's/"TW": 1/"TW": 77/' "$was"
bisect --against "$was" "$case_name:ipv4*"
is 'one that is not as in the baseline is bad' "$status:$(tail -n 1 .output)" \
	'1:linger bisect: bad'

# What is expected is part of these commits: it changes with the fifth.
git()
{
	command git -C tree -c user.name=a -c user.email=a@b "$@" >.git.out 2>&1
}
git init -q
cp as_it_was.json tree/expected.json
for commit in 1 2 3 4 5 6; do
	echo $commit >tree/number
	kernel "$real"
	[ $commit != 3 ] || echo false >tree/compile
	[ $commit -lt 5 ] || cp "$was" tree/expected.json
	git add -A
	git commit -qm "commit $commit"
done
git bisect start HEAD HEAD~5
(cd tree && command git bisect run "$linger" bisect --against expected.json \
	"$case_name:ipv4*") >.bisected 2>&1
is 'git finds the commit' "$(grep -A 5 'is the first bad' .bisected |
	grep -x ' *commit [1-6]')" '    commit 5'
finish
