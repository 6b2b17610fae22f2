// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "event.h"
#include "linger.h"
#include "observe.h"
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>

/* Whether the case announces it. */
static bool is_claimed(unsigned number)
{
	const char *at = lg_case.claims ? lg_case.claims : "";
	for (char *end;; at = end) {
		unsigned long next = strtoul(at, &end, 10);
		if (end == at)
			return false;
		if (next == number)
			return true;
	}
}

void lg_claim(struct lg_net *net, unsigned number, bool holds)
{
	char name[16];

	(void)net;
	if (!is_claimed(number))
		lg_broken("claim %u is none of this case's", number);
	snprintf(name, sizeof(name), "%u", number);
	if (!lg_is_said("claim", name, holds))
		lg_event("claim", json_pack("{s:i, s:b}", "claim", (int)number,
					    "holds", (int)holds));
}
