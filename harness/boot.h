/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks of a run: a case program here, or a guest.  A kernel that boots in
 * no time gets a guest for each item; one that is emulated runs many in one.
 */
#ifndef LG_BOOT_H
#define LG_BOOT_H

#include "archives.h"
#include "run.h"
#include "schedule.h"

struct lg_boot {
	struct lg_run *run;
	unsigned long timeout_s; /* of a variant; 0: 60 more than it lasts */

	struct lg_task *tasks;
	size_t n;
	struct lg_archives archives; /* what guests boot into that are... */
	const struct lg_item *packed_for; /* ...like this; NULL: none yet */
};

/*
 * Makes the tasks: `of` of each is its first item, those that share a guest are
 * chained by `next`.  `guests`: how many are to run at once.
 */
void lg_boot_plan(struct lg_boot *boot, unsigned guests);
void lg_boot_end(struct lg_boot *boot);

/* Starts a guest's task, as the schedule demands. */
int lg_boot_start(struct lg_boot *boot, struct lg_task *task);

/* The item that it runs, or is to run next; NULL: all are done. */
struct lg_item *lg_boot_item(const struct lg_task *task);

/*
 * Whether a guest has said all of its item: then `part` is a task that had only
 * this item, and its output is taken from that of `task` by lg_boot_drop().
 */
bool lg_boot_part(const struct lg_task *task, struct lg_task *part,
		  bool *booted);
void lg_boot_drop(struct lg_task *task, const struct lg_task *part);

#endif
