// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's timers may take. */
#define LG_IMPLEMENTATION
#include "linger.h"
#include "need.h"
#include "verdict.h"

#include <inttypes.h>

/* A few ticks, and in real time how long a busy machine may look away. */
#define LATE_VIRTUAL_MS 30
#define LATE_REAL_MS 5000

void lg_assert_timer(int64_t took_ms, int64_t ms)
{
	char why[128];
	int virtual = lg_need_probe("virtual-time", why, sizeof(why));
	if (virtual < 0)
		lg_broken_by("cannot say whether time is virtual");

	/* The clock of the wire may be slowed down to agree with others. */
	int64_t least = ms - 1 - ms / 1000;
	int64_t most = ms + ms / 8 + (virtual ? LATE_VIRTUAL_MS : LATE_REAL_MS);
	if (took_ms < least || took_ms > most)
		lg_fail("it took %" PRId64 " ms, expected a timer of %" PRId64
			" ms: %" PRId64 " to %" PRId64 " ms",
			took_ms, ms, least, most);
}
