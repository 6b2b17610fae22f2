/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several baselines: those of a run, or those that a command is to look at. */
#ifndef LG_BASELINES_H
#define LG_BASELINES_H

#include "baseline.h"

struct lg_baselines {
	struct lg_baseline **list;
	size_t n;
	json_t *described; /* case: what it says of itself; NULL: nothing */
};

/* Those that return an int return 0, or -errno with lg_error_text(). */

/* What a case says of itself goes with its variants that are added later. */
void lg_baselines_describe(struct lg_baselines *baselines,
			   const json_t *described);

/* Takes in a variant's events, each kernel's and each repeat's into a baseline
 * of its own.  Of a case that could not be described it keeps only that. */
void lg_baselines_add(struct lg_baselines *baselines, const json_t *events);

/*
 * Appends what is meant by `name`: the file of a baseline; a results folder,
 * which has one for each kernel of the run; or a kernel, whose file is in
 * `folder`: NAME.json, or uml-NAME.json, host-NAME.json, qemu-NAME.json,
 * whichever is there first.
 */
int lg_baselines_find(struct lg_baselines *baselines, const char *folder,
		      const char *name);

/* Appends those of all files NAME.json in the folder, the oldest kernel first.
 */
int lg_baselines_find_all(struct lg_baselines *baselines, const char *folder);

/* Leaves out what the globs don't mean (select.h).  Returns how many variants
 * are left, each kernel's counted. */
size_t lg_baselines_keep(struct lg_baselines *baselines, char *const *globs);

/* What of the cases was run. */
enum lg_extent {
	LG_ALL_VARIANTS,
	LG_SOME_VARIANTS,
	LG_CHANGED_VARIANTS, /* some, and they may not be what cases have */
};

/* Makes the folder, unless it is there, and sees whether files can be written
 * to it: before a run whose baselines would have nowhere to go. */
int lg_baselines_prepare(const char *folder);

/*
 * Writes each into the folder, as NAME.json.  If they are not of all variants,
 * the others stay in the file as they are; but those go that a case no longer
 * has, of the cases of which some were run.  Of what was broken there stays
 * what the file had of the same kernel.
 */
int lg_baselines_write(const struct lg_baselines *baselines, const char *folder,
		       enum lg_extent extent);

void lg_baselines_free(struct lg_baselines *baselines);

#endif
