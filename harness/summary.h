/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run ends with, for people. */
#ifndef LG_SUMMARY_H
#define LG_SUMMARY_H

#include "pretty.h"

/* A table of the cases; why some were skipped; each failure, with what runs it
 * again; the sum. */
void lg_summary_print(const struct lg_pretty *pretty, const struct lg_run *run);

#endif
