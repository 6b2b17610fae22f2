#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# All cases on another kernel, in virtual time: on $LINGER_TEST_KERNEL (a name or
# path, or several with commas between), or else on the first UML kernel that
# `linger kernel list` has.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

kernel=$("$LINGER_SOURCE/harness/dev/some-kernel" "$linger")
if [ -z "$kernel" ]; then
	echo '1..0 # SKIP there is no UML kernel: ./bootstrap check builds one,' \
		'and so does ./linger kernel build linux-source'
	exit 0
fi
# Nothing in it depends on when it is done, but something in tests beside it may.
nice -n 10 "$linger" run --kernel "$kernel" --format tap \
	--cases "$LINGER_BUILD/cases"
