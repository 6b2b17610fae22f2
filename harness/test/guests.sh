#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels for tests of guests: $real is a real one, $LINGER_TEST_KERNEL or the
# first UML kernel in the store, or empty; `real` has linger find it there.  All
# others are made up: scripts that speak as a guest does.  It is sourced.
#
# shellcheck disable=SC2034
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh" || exit

real=$("$LINGER_SOURCE/harness/dev/some-kernel" "$linger" 2>/dev/null)
store=${LINGER_KERNELS:-${XDG_CACHE_HOME:-$HOME/.cache}/linger/kernels}
export LINGER_KERNELS=$place/kernels

# real COMMAND...: with the kernels that are kept.
real()
{
	LINGER_KERNELS=$store "$@"
}

# kernel NAME: a UML kernel that is the script on standard input.  It prints on
# the console with `console TEXT`, and on the terminal of events with `event`.
kernel()
{
	mkdir -p "kernels/$1"
	printf '{"name":"%s","kind":"uml","version":"9.9"}\n' "$1" \
		>"kernels/$1/kernel.json"
	{
		cat <<-'SCRIPT'
			#!/bin/bash
			for word; do
				case $word in
				con0=*) console=${word##*:} ;;
				con1=*) events=${word##*:} ;;
				esac
			done
			console() { echo "[    1.000000] $1" >&"$console"; }
			event() { echo "$1" >&"$events"; }
			say() { echo "linger-init: $1" >&"$console"; }
			begin() { say begin && event '{"event":"begin"}'; }
			verdict() { event "{\"event\":\"verdict\",\"verdict\":\"$1\",\"reason\":\"$2\"}"; }
			end() { say end && event "{\"event\":\"end\",\"status\":$1,\"late\":false}"; }
		SCRIPT
		cat
	} >"kernels/$1/linux"
	chmod +x "kernels/$1/linux"
}
