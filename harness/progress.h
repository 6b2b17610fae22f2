/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a run is: lines at a terminal's bottom that are written over; a line
 * now and then where lines stay.
 */
#ifndef LG_PROGRESS_H
#define LG_PROGRESS_H

#include "run.h"
#include "terminal.h"

#include <stdio.h>

struct lg_progress {
	FILE *file;
	struct lg_terminal *terminal; /* its size is kept up to date */
	int64_t shown_ms; /* when something was last written; 0: never */
};

/* Shows it.  Where lines stay, only notes that something has been written. */
void lg_progress_show(struct lg_progress *progress, const struct lg_run *run);

/* Makes room for other lines. */
void lg_progress_clear(struct lg_progress *progress);

/* To be called often: shows it when it is time to. */
void lg_progress_tick(struct lg_progress *progress, const struct lg_run *run);

#endif
