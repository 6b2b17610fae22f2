/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run as those see it who report it. */
#ifndef LG_RUN_H
#define LG_RUN_H

#include "cases.h"
#include "folder.h"
#include "kernels.h"
#include "result.h"
#include "select.h"

/* A variant of a case, to be run once. */
struct lg_item {
	const struct lg_program *program;
	const struct lg_program_variant *variant; /* NULL: the case can't be
						   * described, so isn't run */
	const struct lg_kernel *kernel;
	bool virtual_time;    /* waiting costs it nothing */
	struct lg_item *next; /* in the same guest; NULL: none */
	unsigned long repeat; /* from 1 */
	char **command;
	bool done;
	struct lg_result result; /* without events, once it is reported */
};

struct lg_run {
	struct lg_item *items; /* in the order in which they start */
	size_t n;
	unsigned long repeats;
	size_t n_done;
	size_t counts[LG_VERDICTS];
	int64_t started_ms;
	struct lg_folder folder;
	const struct lg_schedule *schedule;
	char *const *options; /* that cases were given; ends with NULL */
	const char *cases;    /* --cases; NULL: not given */
	const struct lg_kernels *kernels;
	bool real_time;	     /* in guests, too */
	unsigned long seed;  /* of guests' random numbers */
	const char *stopped; /* why it ended early; NULL: it didn't */
};

/* "CASE:VARIANT", with its kernel if any of them is a guest's, and with which
 * run it was; to be freed. */
char *lg_item_name(const struct lg_run *run, const struct lg_item *item);

/* "VARIANT", with which run it was; the case's name if it has none.  To be
 * freed. */
char *lg_item_variant(const struct lg_run *run, const struct lg_item *item);

/* Its verdict and the reason, which is to be freed.  What a run that was
 * stopped has not come to is broken: it never looks as if it had passed. */
enum lg_verdict lg_item_verdict(const struct lg_item *item);
char *lg_item_reason(const struct lg_run *run, const struct lg_item *item);

/* The command that runs it alone; to be freed. */
char *lg_item_again(const struct lg_run *run, const struct lg_item *item);

/* How long it is expected to take of real time, beside what starting and ending
 * takes. */
unsigned lg_item_lasts_ms(const struct lg_item *item);

#endif
