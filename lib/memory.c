// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The heap grows by so much at once; what is less comes from there. */
#define HEAP_STEP (512 << 10)
#define OWN_MAPPING (1 << 20)

void lg_memory_place(void)
{
	const char *guest = getenv("LINGER_GUEST");
	if (!guest || strcmp(guest, "uml"))
		return;
	mallopt(M_TOP_PAD, HEAP_STEP);
	mallopt(M_MMAP_THRESHOLD, OWN_MAPPING);
	mlockall(MCL_CURRENT | MCL_FUTURE);
}
