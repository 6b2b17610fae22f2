/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The results folder.  FOLDER/last is what the last finished run left:
 * events.jsonl, cases.json (by name, what the cases said of themselves), and
 * bundles/[KERNEL/]CASE/VARIANT/ of what failed.  A run
 * writes to FOLDER/.new-PID, which takes the place of `last` at once when it
 * is whole.
 */
#ifndef LG_FOLDER_H
#define LG_FOLDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#define LG_FOLDER_DEFAULT "linger-results"
#define LG_FOLDER_EVENTS "events.jsonl"
#define LG_FOLDER_CASES "cases.json"

struct lg_folder {
	char *path;  /* absolute, as those below */
	char *fresh; /* what this run writes to */
	char *last;
	FILE *events;
	bool made; /* there was no such folder before */
};

/* Each of these returns 0, or -errno with lg_error_text(). */

/* Begins a run's results; clears away what killed runs have left. */
int lg_folder_open(struct lg_folder *folder, const char *path);

int lg_folder_describe(const struct lg_folder *folder, const json_t *described);
int lg_folder_add(struct lg_folder *folder, const json_t *events);

/* Makes them the last ones; or forgets them, also when that failed. */
int lg_folder_keep(struct lg_folder *folder);
void lg_folder_drop(struct lg_folder *folder);

/* Where a variant's bundle goes; to be freed.  `kernel` is NULL for the
 * host's; `repeat` counts from 1. */
char *lg_folder_bundle(const struct lg_folder *folder, const char *kernel,
		       const char *case_name, const char *variant,
		       unsigned long repeat);

#endif
