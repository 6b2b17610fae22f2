/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cases in a guest, as if they had been started here: what they print is ours,
 * their bundles come to stand where they were asked for.
 */
#ifndef LG_GUEST_CASES_H
#define LG_GUEST_CASES_H

#include "guest.h"

#include <sys/types.h>

struct lg_guest_cases {
	const struct lg_kernel *kernel;
	struct lg_job *jobs; /* of lg_guest_case() */
	size_t n;
	const char *init;	/* the first process; NULL: that of ours */
	const char *topologies; /* folder; NULL: where cases look for them */
	/* As in struct lg_guest: */
	bool real_time;
	unsigned long seed;
	unsigned deadline_s;
};

/* A job of a case and its arguments, some of which it changes; they stay the
 * caller's.  `deadline_s` is of the guest's time. */
struct lg_job lg_guest_case(char **argv, unsigned deadline_s);

/* A file without a name, for what a guest boots into: nothing is left of it.
 * Returns its descriptor, or -errno with a message in *error, to be freed. */
int lg_guest_cases_archive(char **error);

/*
 * What they boot into, in such a file.  Guests of kernels with the same modules
 * that run the same programs can boot into copies of it.
 */
int lg_guest_cases_pack(const struct lg_guest_cases *cases, char **error);

/*
 * Boots guests from there until all jobs are done: one that is lost in a guest
 * leaves those after it to the next.  What they are to do is written behind the
 * first `size` bytes of the archive, which are those of lg_guest_cases_pack().
 * Returns the exit status of the first that did not end well; LG_STATUS_BROKEN
 * with a message in *error, to be freed, if no guest could be tried.
 */
int lg_guest_cases_run(const struct lg_guest_cases *cases, int archive,
		       off_t size, char **error);

#endif
