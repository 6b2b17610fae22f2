#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `make install` installs is enough to write a case elsewhere.
set -u
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
prefix=$tmp/prefix
count=0

# try TITLE COMMAND...: one test; what it prints is shown if it fails.
try()
{
	title=$1
	shift
	count=$((count + 1))
	if "$@" >"$tmp/output" 2>&1; then
		echo "ok $count - $title"
	else
		sed 's/^/# /' "$tmp/output"
		echo "not ok $count - $title"
	fi
}

# make(1) that runs this test has told us its flags: they are not for this one.
installing()
{
	env -u MAKEFLAGS -u MFLAGS make -s -C "$LINGER_BUILD" "$1" prefix="$prefix"
}

is_there()
{
	for file in bin/linger include/linger.h lib/liblinger.a \
		lib/pkgconfig/linger.pc share/man/man1/linger.1 \
		share/man/man7/linger-case.7 share/man/man7/linger-topology.7 \
		share/bash-completion/completions/linger \
		share/zsh/site-functions/_linger \
		share/fish/vendor_completions.d/linger.fish; do
		[ -f "$prefix/$file" ] || echo "no $file"
	done
	for source in "$LINGER_SOURCE"/cases/*/*.c; do
		name=${source#"$LINGER_SOURCE"/}
		[ -x "$prefix/libexec/linger/${name%.c}" ] || echo "no ${name%.c}"
	done
	for file in "$LINGER_SOURCE"/topologies/*.gv; do
		[ -f "$prefix/share/linger/topologies/${file##*/}" ] ||
			echo "no ${file##*/}"
	done
}

is_complete()
{
	absent=$(is_there)
	[ -z "$absent" ] || { echo "$absent" && false; }
}

builds()
{
	cat >"$tmp/greeting.c" <<'END'
/*
 * A case that was written elsewhere.
 *
 * One connection, nothing else.
 */
#include <linger.h>

static void run(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	int listener = lg_listen(server, 80);

	lg_connect(lg_host(net, "client"), 0, server, 80);
	lg_accept(listener);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.run = run,
};
END
	# The tree was configured for another prefix.
	sed -i "s|^prefix=.*|prefix=$prefix|" "$prefix/lib/pkgconfig/linger.pc"
	export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
	cd "$tmp" || return
	# shellcheck disable=SC2046 # words
	cc -o greeting greeting.c $(pkg-config --cflags --libs linger)
}

describes()
{
	LINGER_TOPOLOGIES=$prefix/share/linger/topologies "$tmp/greeting" \
		--describe >"$tmp/description" || return
	cat "$tmp/description"
	grep -q 'A case that was written elsewhere' "$tmp/description"
}

is_gone()
{
	installing uninstall || return
	left=$(find "$prefix" ! -type d)
	[ -z "$left" ] || { echo "left: $left" && false; }
}

echo 1..5
try 'make install' installing install
try 'programs, cases, topologies, library and manual are installed' is_complete
try 'a case elsewhere builds with the flags of pkg-config alone' builds
try 'it describes itself' describes
try 'make uninstall leaves nothing' is_gone
