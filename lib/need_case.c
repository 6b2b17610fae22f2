// SPDX-License-Identifier: GPL-2.0-or-later
/* What there is, as a case asks for it. */
#define LG_IMPLEMENTATION
#include "linger.h"
#include "need.h"
#include "verdict.h"

void lg_skip_without(const char *need)
{
	char why[256];
	int met = lg_need_probe(need, why, sizeof(why));
	if (met < 0)
		lg_broken_by("need \"%s\"", need);
	if (!met)
		lg_skip_for("needs %s: %s", need, why);
}

void lg_need(struct lg_net *net, const char *need)
{
	(void)net;
	lg_skip_without(need);
}

bool lg_has(struct lg_net *net, const char *need)
{
	char why[256];
	int there = lg_need_probe(need, why, sizeof(why));
	if (there < 0)
		lg_broken_by("cannot say whether there is %s", need);
	return (lg_fact)(net, need, there);
}
