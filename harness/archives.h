/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guests of a run boot into.  Each needs an archive of its own, since
 * what it is to do stands at the end; what comes before is the same for all
 * that run the same programs, and to copy that for each would be some of what a
 * guest takes: so an archive serves one guest after the other.
 */
#ifndef LG_ARCHIVES_H
#define LG_ARCHIVES_H

#include "schedule.h"

struct lg_archive {
	int fd;
	const struct lg_task *task; /* whose guest has it until that ends */
};

struct lg_archives {
	int packed; /* what all of them begin with, a file */
	off_t size; /* of it */
	struct lg_archive *list;
	size_t n;
};

/* They begin with that, which is closed in the end. */
void lg_archives_begin(struct lg_archives *archives, int packed);
void lg_archives_end(struct lg_archives *archives);

/* One that is in no use, for this task's guest; the descriptor stays ours.
 * -errno with a message in *error, to be freed. */
int lg_archives_take(struct lg_archives *archives, const struct lg_task *task,
		     char **error);

#endif
