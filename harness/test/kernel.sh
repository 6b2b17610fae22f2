#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger kernel: what is kept, from what, and what is wrong with a source or an
# image.  Sources, compilers and packages are made up, but for a kernel that has
# been built already, if there is one.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

built=${LINGER_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/linger/kernels}
export LINGER_KERNELS=$place/kernels
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

kernel()
{
	try "$linger" kernel "$@"
}

# What is in the store, besides what it keeps for itself.
kept()
{
	find kernels -mindepth 1 -maxdepth 1 ! -name .locks -printf '%f\n' |
		sort | paste -sd' '
}

# ---- sources ---------------------------------------------------------------

# uml FILE VERSION: what passes for a UML kernel.
uml()
{
	{
		cat "$(type -P true)"
		printf '\0User Mode Linux v%s\0Linux version %s (who)\0' \
			"$2" "$2"
		printf 'time-travel=inf-cpu\0'
	} >"$1"
	chmod +x "$1"
}

# tree FOLDER: what passes for a source.
tree()
{
	mkdir -p "$1/scripts/kconfig" "$1/arch/um"
	touch "$1/Kconfig" "$1/arch/um/Kconfig" "$1/lacks"
	uml "$1/image" 9.8.7
	cat >"$1/Makefile" <<-'MAKE'
		VERSION = 9
		PATCHLEVEL = 8
		SUBLEVEL = 7
		EXTRAVERSION = -fake
		tinyconfig: ; @echo CONFIG_TINY=y >$(O)/.config
		olddefconfig: ; @sed -i -f lacks $(O)/.config
		linux: ; @O=$(O) sh -e ./compile
	MAKE
	# shellcheck disable=SC2016
	echo 'echo "  CC      a.o"; cp image "$O/linux"' >"$1/compile"
}

tree good
kernel build good
is 'a tree is built, and called after its version' "$status:$errors:$(kept)" \
	'0::uml-9.8.7-fake'
holds 'that is said' grep -q '^uml-9.8.7-fake is built: Linux 9.8.7, ' .output
holds 'nothing is said to lack' test -z "$(grep lacks .output)"
holds 'with its image, configuration and record' \
	test -x kernels/uml-9.8.7-fake/linux \
	-a -s kernels/uml-9.8.7-fake/config \
	-a -s kernels/uml-9.8.7-fake/kernel.json
holds 'and nothing of what it was made from' \
	test "$(find kernels/uml-9.8.7-fake | wc -l)" = 4
holds 'the options asked for are in it' \
	grep -qx CONFIG_UML_TIME_TRAVEL_SUPPORT=y kernels/uml-9.8.7-fake/config
is 'nothing is written to the tree' "$(find good -newer .output)" ''

kernel build good
holds 'the same is not built twice' grep -q ' is there already: ' .output
kernel build good --force
holds 'unless it is said to' grep -q ' is built: ' .output
echo >>good/image
kernel build good
holds 'a tree that has changed is built again' grep -q ' is built: ' .output

kernel build good --name=other
kernel list
is 'what is kept is listed, after the running one' \
	"$(awk '{print $1, $2, $3}' .output)" \
"NAME KIND VERSION
host host $(uname -r)
other uml 9.8.7
uml-9.8.7-fake uml 9.8.7"
kernel show other --json
holds 'what is known of one is shown' \
	grep -q '"source": ".*/good"' .output
is 'though it does not boot' "$status:$(head -n1 <<<"$errors")" \
	"3:linger: cannot ask kernel other what it can do: $linger ended with status 3"
kernel show host
is 'the running one can be asked, too' \
	"$status:$(awk '$1 == "version" { print $2 }' .output)" "0:$(uname -r)"
kernel show host,other
is 'but not several' "$status:$errors" \
	"2:linger: 'host,other' are several"
kernel rm other
is 'one is removed' "$status:$output$errors:$(kept)" '0::uml-9.8.7-fake'
kernel rm other
is 'but not twice' "$status:$output:$errors" \
	"2::linger: there is no kernel other: see \`linger kernel list'"
kernel rm ../kernels
is 'a path is no name' "$status:${errors%% the name*}" \
	"2:linger: '../kernels' can't be"
kernel rm host
is 'nor does the running one go' "$status:${errors%% the name*}" \
	"2:linger: 'host' can't be"
kernel build good --name=all
is 'nor is what --kernel knows already' "$status:${errors%% the name*}" \
	"2:linger: 'all' can't be"

tree wants
echo '/^CONFIG_NFT_QUOTA=/d; /^CONFIG_NFT_COUNTER=/d' >wants/lacks
kernel build wants --name=wants
is 'an option that is wished for in vain is named' \
	"$status:$(sed -n 3p .output)" '0:it lacks NFT_QUOTA'
kernel show wants
holds 'later too' grep -qx 'missing   NFT_QUOTA' .output
echo '/^CONFIG_VETH=/d; /^CONFIG_IPV6=/d' >wants/lacks
kernel build wants --name=wants
is 'without an essential one there is no kernel' "$status:$errors" \
	"2:linger: wants lacks what linger can't do without: IPV6 VETH"
kernel show wants
holds 'the one that was there is kept' grep -qx 'missing   NFT_QUOTA' .output
kernel rm wants

if (cd good && git init -q && git add -A && git -c user.name=a \
	-c user.email=a@b commit -qm a) 2>.git-errors; then
	kernel build good --name=git
	touch good/*
	kernel build good --name=git
	holds 'in git the commit counts, not the time' \
		grep -q ' is there already: ' .output
	echo '# x' >>good/Makefile
	kernel build good --name=git
	holds 'and what differs from it' grep -q ' is built: ' .output
	echo a >good/untracked
	kernel build good --name=git
	holds 'untracked files, too' grep -q ' is built: ' .output
	kernel build good --name=git
	holds 'which are known the next time' \
		grep -q ' is there already: ' .output
	echo b >good/untracked
	kernel build good --name=git
	holds 'unless they have changed' grep -q ' is built: ' .output
	rm good/untracked
	kernel rm git
	rm -rf good/.git
else
	skip 'in git the commit counts, not the time' 'no git'
	skip 'and what differs from it' 'no git'
	skip 'untracked files, too' 'no git'
	skip 'which are known the next time' 'no git'
	skip 'unless they have changed' 'no git'
fi

mkdir tar
tree tar/linux-9.8.7
tar -cJf linux-9.8.7.tar.xz -C tar linux-9.8.7
kernel build ./linux-9.8.7.tar.xz
is 'a tarball is built' "$status:$errors:$(kept)" \
	'0::uml-9.8.7 uml-9.8.7-fake'
kernel rm uml-9.8.7

# ---- sources that are none -------------------------------------------------

kernel build
is 'a source has to be given' "$status:$errors" \
	'2:Usage: linger kernel build [OPTION...] SOURCE'
kernel build nothing
is 'and to be there' "$status:${errors%%:*}:${errors:8:24}" \
	'2:linger:nothing is no source: ne'
mkdir empty
kernel build empty
is 'a folder can be something else' "$status:$errors" \
	'2:linger: empty is no source tree of a kernel'
tree before-uml
rm -r before-uml/arch/um
kernel build before-uml
is 'a kernel can be without UML' "$status:$errors" \
	'2:linger: before-uml has no User Mode Linux: arch/um is not in it'
tree used
touch used/.config
kernel build used
is 'a tree that was built in is no source' "$status:${errors%%, and*}" \
	'2:linger: used has been built in (there is .config)'
echo garbage >garbage.tar.xz
kernel build garbage.tar.xz
is 'a tarball can be none' "$status:${errors%%:*}:$(kept)" \
	'2:linger:uml-9.8.7-fake'
holds 'tar says why' grep -q 'cannot unpack .*garbage.tar.xz: tar ended' .errors

tree broken
echo 'echo "a.c:1: error: no such thing" >&2; exit 1' >broken/compile
kernel build broken --name=broken
is 'a source that does not compile' "$status:$(kept)" '3:uml-9.8.7-fake'
holds 'shows the last of the compiler' \
	grep -qx 'a.c:1: error: no such thing' .errors
# shellcheck disable=SC2016
echo 'echo "a.c:1: warning: what?" >&2; echo "a.c:2: error: that" >&2
for i in $(seq 100); do echo "b.c:$i: warning: that, too" >&2; done
exit 1' >broken/compile
kernel build broken --name=broken
is 'and the first error, whatever comes after it' \
	"$(sed -n '2p;$=' .errors)" 'a.c:2: error: that
13'
# shellcheck disable=SC2016
echo 'for i in $(seq 100); do echo "a.c:$i: warning: so" >&2; done
echo "a.c:101: undefined" >&2; echo "ld: error: 1" >&2; exit 1' >broken/compile
kernel build broken --name=broken
is 'with what was said before it, if it is among the last' \
	"$(grep -c . .errors):$(grep -c 'a.c:101: undefined' .errors)" 13:1
# shellcheck disable=SC2016
echo 'cp Kconfig "$O/linux"' >broken/compile
kernel build broken --name=broken
holds 'what is no kernel is not kept' \
	test "$status" -ne 0 -a "$(kept)" = uml-9.8.7-fake

mkdir bin
for tool in env make gcc ld flex bison perl tar xz sh sed; do
	ln -s "$(type -P $tool || type -P true)" "bin/$tool"
done
try env PATH="$place/bin" "$linger" kernel build good
is 'a missing tool is named' "$status:$errors" \
	'3:linger: to build a kernel, these packages have to be installed: bc'

if unshare -rm true 2>/dev/null; then
	mkdir small
	# shellcheck disable=SC2016
	try unshare -rm sh -c 'mount -t tmpfs -o size=1m none small &&
		LINGER_KERNELS=$PWD/small "$0" kernel build good' "$linger"
	is 'a disk that is too small is said to be' \
		"$status:${errors%%:*}:${errors:8:9}" '3:linger:no space:'
	# What is mounted can't be moved away.
	# shellcheck disable=SC2016
	try unshare -rm sh -c 'mount --bind kernels/uml-9.8.7-fake \
		kernels/uml-9.8.7-fake && "$0" kernel build good --force' \
		"$linger"
	is 'a kernel whose place is not to be had' \
		"$status:${errors%%/*}:${errors##*: }" \
		'3:linger: cannot keep :Device or resource busy'
	is 'is the one that was there' \
		"$(find kernels/uml-9.8.7-fake | wc -l):$(kept)" \
		'4:uml-9.8.7-fake'
else
	skip 'a disk that is too small is said to be' 'no user namespaces'
	skip 'a kernel whose place is not to be had' 'no user namespaces'
	skip 'is the one that was there' 'no user namespaces'
fi

# ---- at once, and interrupted ----------------------------------------------

tree slow
mkfifo started gate
# shellcheck disable=SC2016
echo 'echo $$ >"$STARTED"; cat "$GATE"; cp image "$O/linux"' >slow/compile
export STARTED=$place/started GATE=$place/gate

"$linger" kernel build slow --name=slow >first 2>&1 &
first=$!
read -r _ <started
mkfifo second third
"$linger" kernel build slow --name=slow >second 2>&1 &
second=$!
"$linger" kernel build slow --name=slow >third 2>/dev/null &
third=$!
read -r line <third
kill -s TERM $third
wait $third
is 'one that waits can be ended' "$?:${line%% process*}" '143:waiting for'
{
	read -r line
	is 'a second build waits for the first' "$line" \
		"waiting for process $first, which makes slow"
	: >gate
	wait "$first"
	is 'that one ends' "$?" 0
	read -r line
	is 'and the second has nothing to do' "${line%%:*}" \
		"slow is there already"
} <second
wait "$second"
is 'which is fine' "$?" 0

for signal in INT TERM HUP; do
	# In the background a shell has SIGINT ignored, below nohup SIGHUP is.
	env --default-signal=INT,TERM,HUP "$linger" kernel build slow \
		--name=slow --force >first 2>&1 &
	first=$!
	read -r compiler <started
	kill -s "$signal" "$first"
	wait "$first"
	is "SIG$signal ends a build" "$?" $((128 + $(kill -l $signal)))
	is "SIG$signal leaves the store whole" "$(kept)" 'slow uml-9.8.7-fake'
	holds "SIG$signal ends the compiler" test -n "$compiler" \
		-a ! -d "/proc/$compiler"
done

env --ignore-signal=HUP "$linger" kernel build slow --name=slow \
	--force >first 2>&1 &
first=$!
read -r _ <started
kill -s HUP "$first"
timeout 20 sh -c ': >gate'
wait "$first"
is 'but not what ignores it, as with nohup' "$?" 0

"$linger" kernel build slow --name=slow --force >first 2>&1 &
first=$!
read -r compiler <started
{
	kill -s KILL "$first"
	wait "$first"
} 2>.killed
holds 'a killed build ends the compiler' \
	await 20 test ! -d "/proc/$compiler"
holds 'a killed build leaves its folder' \
	test -d "kernels/slow.building-$first"
kernel list
holds 'which is no kernel' test -z "$(grep building .output)"
kernel build good
is 'and the next build removes it' "$status:$(kept)" '0:slow uml-9.8.7-fake'
kernel rm slow

# ---- packages --------------------------------------------------------------

# What passes for apt: linux-source-9.8 in the machine's release and the next.
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
export RELEASE=$release
cat >bin/apt-get <<'APT'
#!/bin/bash
config=$2
shift 2
echo "$*" >>"$PLACE/apt-log"
case $* in
'update --print-uris')
	for suite in "$RELEASE" "$RELEASE-security" "$RELEASE-updates"; do
		echo "'http://here.invalid/d/dists/$suite/InRelease' x 0"
	done ;;
'-qq update '*)
	cat "${config%/*}/sources.list" >"$PLACE/sources"
	[ -z "${UNSIGNED-}" ] || {
		echo "E: The repository '$UNSIGNED' is not signed." >&2
		exit 100
	} ;;
'-qq download '*)
	touch "$3_1_all.deb" ;;
esac
APT
cat >bin/apt-cache <<'APT'
#!/bin/bash
case ${!#} in
linux-source)
	printf 'Version: 9.8\nDepends: linux-source-9.8 (= 1), xz-utils\n' ;;
linux-source-9.8)
	printf 'Version: 9.8.7-1\nDepends: binutils, xz-utils\n' ;;
linux-image-fake)
	printf 'Version: 1\nDepends: linux-image-9.8.7-fake | other\n' ;;
linux-image-9.8.7-fake)
	printf 'Version: 1\nDepends: kmod, linux-modules-9.8.7-fake (= 1)\n' ;;
linux-modules-9.8.7-fake)
	printf 'Version: 1\n' ;;
*)
	exit 100 ;;
esac
APT
cat >bin/dpkg-deb <<'APT'
#!/bin/bash
mkdir -p "$3"
cp -r "$PLACE/packages/${2%_1_all.deb}/." "$3"
APT
chmod +x bin/apt-get bin/apt-cache bin/dpkg-deb
export PLACE=$place
mkdir -p packages/linux-source-9.8/usr/src
cp linux-9.8.7.tar.xz packages/linux-source-9.8/usr/src/linux-source-9.8.tar.xz

PATH=$place/bin:$PATH
kernel build linux-source-9.8
is 'a package of this release is built' "$status:$errors:$(kept)" \
	'0::uml-9.8 uml-9.8.7-fake'
is 'from the sources that the machine has' \
	"$(sed -E 's/.* (http.*)/\1/' sources)" \
	"http://here.invalid/d $release main
http://here.invalid/d $release-security main
http://here.invalid/d $release-updates main"
kernel show uml-9.8
holds 'its version is on record' \
	grep -qx 'source    linux-source-9.8 9.8.7-1' .output
: >apt-log
kernel build linux-source
holds 'a package that points to it is the same' \
	grep -q 'uml-9.8 is there already' .output
holds 'which needs no second fetching' test -z "$(grep download apt-log)"
kernel rm uml-9.8
kernel build linux-source-9.8/next
is 'another release is fetched from where this one is' \
	"$(sed -E 's/.* (http.*)/\1/' sources)" \
	"http://here.invalid/d next main
http://here.invalid/d next-security main"
kernel rm uml-9.8
kernel build linux-source-1.0
is 'a package that is not there is named' "$status:$errors" \
	'2:linger: linux-source-1.0: there is no package linux-source-1.0'

export UNSIGNED=http://third.invalid
kernel build linux-source-9.8
is 'a source that cannot be used is no matter' "$status:$errors:$(kept)" \
	'0::uml-9.8 uml-9.8.7-fake'
kernel rm uml-9.8
kernel build linux-source-1.0
is 'unless the package is not there' "$status:$errors" \
"3:linger: linux-source-1.0: there is no package linux-source-1.0: cannot see \
what packages there are: apt-get ended with status 100
E: The repository 'http://third.invalid' is not signed."
unset UNSIGNED

# ---- images ----------------------------------------------------------------

# bytes FILE AT TEXT: writes over a part of it.
bytes()
{
	printf %b "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# stock FILE: what passes for a bzImage of version 9.8.7-fake.
stock()
{
	truncate -s 4096 "$1"
	bytes "$1" $((0x1f1)) '\003'
	bytes "$1" $((0x1f4)) '\200\000'
	bytes "$1" $((0x202)) 'HdrS\017\002'
	bytes "$1" $((0x20e)) '\000\001' # behind the first sector
	bytes "$1" $((0x236)) '\001'
	bytes "$1" $((0x300)) '9.8.7-fake (who) #1'
}

# module FILE DEPENDS: what passes for one, of that version.
module()
{
	printf '\177ELF\0vermagic=9.8.7-fake SMP\0depends=%s\0' "$2" >"$1"
}

stock bzImage
mods=packages/linux-modules-9.8.7-fake/lib/modules/9.8.7-fake
mkdir -p "$mods/kernel"
module $mods/kernel/veth.ko ''
module $mods/kernel/sch_netem.ko ''
module $mods/kernel/tcp_diag.ko inet_diag
module $mods/kernel/inet_diag.ko ''
module $mods/kernel/nf_conntrack.ko nf-defrag
module $mods/kernel/nf-defrag.ko ''
module $mods/kernel/nf_nat.ko nf_conntrack
module $mods/kernel/nothing_to_us.ko ''
xz $mods/kernel/nf_nat.ko
gzip $mods/kernel/veth.ko
echo kernel/net/nf_tables.ko >$mods/modules.builtin

kernel import bzImage $mods
is 'a stock kernel is imported' "$status:$errors:$(kept)" \
	'0::qemu-9.8.7-fake uml-9.8.7-fake'
is 'with the modules to load, those that others need first' \
	"$(paste -sd' ' kernels/qemu-9.8.7-fake/modules/order)" \
"veth.ko sch_netem.ko inet_diag.ko tcp_diag.ko nf_defrag.ko nf_conntrack.ko \
nf_nat.ko"
is 'all uncompressed' \
	"$(head -qc 4 kernels/qemu-9.8.7-fake/modules/*.ko | tr -d '\177')" \
	ELFELFELFELFELFELFELF
kernel rm qemu-9.8.7-fake

# vmlinux FILE TYPE: what passes for an unpacked kernel, with a note of Xen's.
vmlinux()
{
	truncate -s 140 "$1"
	bytes "$1" 0 '\177ELF\002\001\001'
	bytes "$1" 32 '\100' # the program header
	bytes "$1" 56 '\001'
	bytes "$1" 64 '\004' # notes
	bytes "$1" 72 '\170'
	bytes "$1" 96 '\024'
	bytes "$1" 120 "\\004\\0\\0\\0\\004\\0\\0\\0\\$2\\0\\0\\0Xen\\0"
}

# packed TYPE: a bzImage of it.
packed()
{
	cp bzImage with-kernel
	rm -f kernel-in-it
	vmlinux kernel-in-it "$1"
	gzip -c kernel-in-it >packed
	bytes with-kernel $((0x24c)) "$(printf '\\%03o' "$(stat -c %s packed)")"
	dd if=packed of=with-kernel bs=1 seek=2048 conv=notrunc status=none
}

packed 22
kernel import with-kernel
is 'a kernel that boots as it is comes out of its image' \
	"$status:$errors:$(cmp kernels/qemu-9.8.7-fake/linux kernel-in-it)" 0::
packed 21
kernel import with-kernel
is 'another one stays in' \
	"$status:$errors:$(cmp kernels/qemu-9.8.7-fake/linux with-kernel)" 0::
bytes with-kernel 2080 garbage
kernel import with-kernel
is 'one that cannot be unpacked is not kept' \
	"$status:$(head -n1 <<<"$errors")" \
	'3:linger: cannot unpack the kernel: sh ended with status 1'
kernel rm qemu-9.8.7-fake

mkdir -p packages/linux-image-9.8.7-fake/boot
cp bzImage packages/linux-image-9.8.7-fake/boot/vmlinuz-9.8.7-fake
kernel import linux-image-fake --name=stock
is 'a package is imported, with those that it needs' \
	"$status:$errors:$(wc -l <kernels/stock/modules/order)" 0::7
kernel rm stock

rm $mods/kernel/sch_netem.ko
kernel import bzImage $mods
is 'modules that are missing are named' \
	"$status:${errors##*; }:$(kept)" '2:missing: sch_netem:uml-9.8.7-fake'
module $mods/kernel/sch_netem.ko lost
kernel import bzImage $mods
is 'so are those that others need' "$status:$errors" \
	"2:linger: sch_netem needs lost, which is not in $mods"
printf '\177ELF\0vermagic=9.8.6 SMP\0' >$mods/kernel/sch_netem.ko
kernel import bzImage $mods
is 'modules of another kernel are refused' "$status:$errors" \
	"2:linger: the modules in $mods are of 9.8.6, but the image is 9.8.7-fake"
kernel import bzImage empty
is 'a folder can be without any' "$status:$errors" \
	'2:linger: there are no modules in empty'

kernel import nothing
is 'an image has to be there' "$status:${errors%% file*}" \
	'2:linger: nothing is neither a'
kernel import empty
is 'a folder is no image' "$status:$errors" \
	"2:linger: $place/empty is no kernel image"
kernel import garbage.tar.xz
is 'nor is any file' "$status:$errors" \
	"2:linger: $place/garbage.tar.xz is no kernel image"
kernel import "$(type -P true)"
is 'nor any program' "$status:${errors##* is }" '2:no kernel'
sed 's/time-travel/no-travel--/' good/image >in-real-time
kernel import in-real-time
is 'nor a kernel without virtual time' "$status:${errors%%,*}" \
	"2:linger: $place/in-real-time has no virtual time"
cp good/image arm
bytes arm 18 '\267'
kernel import arm
is 'another architecture is refused' "$status:$errors" \
	"2:linger: $place/arm is of another architecture than x86-64"
cp bzImage old
bytes old $((0x236)) '\000'
kernel import old
is 'so is a 32-bit kernel' "$status:$errors" \
	"2:linger: $place/old is a 32-bit kernel"
cp bzImage old
truncate -s 4095 old
kernel import old
is 'and one that is cut short' "$status:$errors" \
	"2:linger: $place/old is cut short"
truncate -s 540 old
kernel import old
is 'by however much' "$status:$errors" \
	"2:linger: $place/old is cut short"
is 'nothing of all this is kept' "$(kept)" uml-9.8.7-fake

echo '{' >kernels/uml-9.8.7-fake/kernel.json
kernel show uml-9.8.7-fake
is 'a record that is damaged is named' "$status:${errors%%.json*}" \
	"3:linger: $place/kernels/uml-9.8.7-fake/kernel"
kernel rm uml-9.8.7-fake
is 'and can be removed' "$status:$(kept)" 0:

# ---- a real one ------------------------------------------------------------

real=$(find "$built" -mindepth 2 -maxdepth 2 -path '*/uml-*/linux' \
	2>/dev/null | head -n 1)
if [ -n "$real" ]; then
	kernel import "$real" --name=real
	is 'a real kernel is what it is taken for' "$status:$errors:$(kept)" \
		0::real
	kernel show real
	is 'its version is what it says itself' \
		"$(sed -n 's/^version *//p' .output)" "$("$real" --version)"
	holds 'and it is asked what it can do' \
		grep -Eq '^virtual-time +yes$' .output
	sed -i 's/"virtual-time": null/"virtual-time": "as kept"/' \
		kernels/real/probed.json
	kernel show real
	holds 'once' grep -Eq '^virtual-time +no +as kept$' .output
	touch kernels/real/linux
	kernel show real
	holds 'until it is another' grep -Eq '^virtual-time +yes$' .output
else
	skip 'a real kernel is what it is taken for' 'none has been built'
	skip 'its version is what it says itself' 'none has been built'
	skip 'and it is asked what it can do' 'none has been built'
	skip 'once' 'none has been built'
	skip 'until it is another' 'none has been built'
fi

finish
