// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "linger.h"

#include <time.h>

int64_t lg_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int64_t lg_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}
