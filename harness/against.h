/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run that is held against baselines. */
#ifndef LG_AGAINST_H
#define LG_AGAINST_H

#include "baselines.h"
#include "known.h"

struct lg_against {
	char *path;
	bool is_folder; /* with a file for each kernel */
	struct lg_known known;
};

/*
 * Before the run: a baseline for all of its kernels, or a folder of them; and
 * the known deviations (NULL: known.json beside the baselines).  Returns 0, or
 * -errno with lg_error_text().
 */
int lg_against_open(struct lg_against *against, const char *path,
		    const char *known);

/*
 * After it: tells what is not as in the baselines, `in_full` on standard output
 * or else in a line each on standard error.  Variants that did not run are not
 * missed, and those that are new only count if they fail.  `unexpected` becomes
 * their number, not counting those that are merely broken.  Returns 0, or
 * -errno with lg_error_text().
 */
int lg_against_judge(struct lg_against *against,
		     const struct lg_baselines *seen, bool in_full,
		     size_t *unexpected);

void lg_against_free(struct lg_against *against);

#endif
