/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line at a terminal's bottom that says how far a run is. */
#ifndef LG_PROGRESS_H
#define LG_PROGRESS_H

#include "run.h"
#include "terminal.h"

/* Writes it over what was there; does nothing where lines stay. */
void lg_progress_show(const struct lg_run *run,
		      const struct lg_terminal *terminal);
void lg_progress_clear(const struct lg_terminal *terminal);

#endif
