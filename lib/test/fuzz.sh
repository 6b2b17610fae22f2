#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Feeds what reads foreign bytes, frames and notations, with libFuzzer.
# LINGER_FUZZ_SECONDS: how long at most for each, 20 unless set.
set -u

lib=${LINGER_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}/lib
seconds=${LINGER_FUZZ_SECONDS:-20}
cc=${FUZZ_CC:-clang}

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

build() { # OUTPUT SOURCE...
	output=$1
	shift
	# shellcheck disable=SC2046 # several words
	"$cc" -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -I"$lib" \
		$(pkg-config --cflags check) -o "$output" "$@" 2>"$work/log"
}

diagnose() {
	sed 's/^/# /' "$work/log"
}

cat >"$work/probe.c" <<'END'
#include <check.h>
#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return data != data + size ? 0 : 0;
}
END
if ! build "$work/probe" "$work/probe.c"; then
	echo "1..0 # SKIP $cc builds nothing with -fsanitize=fuzzer"
	exit 0
fi

# What it finds goes into the first folder, so that is not the corpus itself.
# Nothing under test allocates, and looking for leaks needs ptrace().
feed() { # NUMBER NOUN
	name="$2: nothing that is fed breaks it"
	mkdir "$work/$2"
	if build "$work/fuzz_$2" "$lib/test/fuzz_$2.c" "$lib/test/sample.c" \
		"$lib/segment.c" "$lib/segment_build.c" "$lib/notation.c" \
		"$lib/pattern.c" "$lib/error.c" &&
		ASAN_OPTIONS=detect_leaks=0 "$work/fuzz_$2" -seed=1 \
			-runs=200000 -max_total_time="$seconds" -max_len=256 \
			-artifact_prefix="$work/" "$work/$2" \
			"$lib/test/corpus/$2" >"$work/log" 2>&1; then
		echo "ok $1 - $name"
		grep '^Done ' "$work/log" | sed 's/^/# /'
	else
		echo "not ok $1 - $name"
		diagnose
		failed=1
	fi
}

failed=0
echo 1..2
feed 1 segment
feed 2 notation
exit $failed
