/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run consists of. */
#ifndef LG_ITEM_H
#define LG_ITEM_H

#include "run.h"

struct lg_choice {
	char *const *globs; /* ends with NULL */
	const struct lg_kernels *kernels;
	bool real_time;
	unsigned long seed; /* 0: the usual one */
	struct lg_shard shard;
	unsigned long repeats;
};

/* Fills in run->items: what is chosen, the longest first, so that all of it
 * ends soonest. */
void lg_items_choose(struct lg_run *run, const struct lg_cases *cases,
		     const struct lg_choice *choice);

/* Gives each item its command; `pcap` may be NULL. */
void lg_items_command(struct lg_run *run, const char *pcap);

void lg_items_free(struct lg_run *run);

#endif
