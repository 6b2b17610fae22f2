/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The items of a run by case and kernel. */
#ifndef LG_GROUP_H
#define LG_GROUP_H

#include "run.h"

struct lg_group {
	const struct lg_program *program;
	const struct lg_kernel *kernel;
	const struct lg_item **items; /* in the order of the case's variants */
	size_t n;
};

struct lg_groups {
	struct lg_group *list; /* in the order of the cases */
	size_t n;
	const struct lg_item **items;
};

void lg_groups_make(struct lg_groups *groups, const struct lg_run *run);
void lg_groups_free(struct lg_groups *groups);

/* The one that an item of the run is in. */
struct lg_group *lg_groups_find(const struct lg_groups *groups,
				const struct lg_item *item);

/* Counts its verdicts; returns how many there are so far. */
size_t lg_group_count(const struct lg_group *group, size_t counts[LG_VERDICTS]);

/* "CASE", with its kernel if any of them is a guest's; to be freed. */
char *lg_group_name(const struct lg_run *run, const struct lg_group *group);

#endif
