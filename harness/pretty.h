/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the format for people share. */
#ifndef LG_PRETTY_H
#define LG_PRETTY_H

#include "group.h"
#include "terminal.h"

#include <stdio.h>

struct lg_pretty {
	FILE *file;
	struct lg_terminal terminal;
	struct lg_groups groups;
};

/* The sequence in which a verdict is written; "" without colours. */
const char *lg_pretty_colour(const struct lg_pretty *pretty,
			     enum lg_verdict verdict);
const char *lg_pretty_plain(const struct lg_pretty *pretty);

/* Each line of a text behind the indent. */
void lg_pretty_indented(const struct lg_pretty *pretty, const char *indent,
			const char *text);

/* "12 ms"; of virtual time also what it took; to be freed. */
char *lg_pretty_duration(const struct lg_item *item);

/* "3 passed, 1 failed": those of which there are any; to be freed. */
char *lg_pretty_counts(const size_t counts[LG_VERDICTS]);

/* A line for a group: "pass    CASE  35 passed, 1 skipped". */
void lg_pretty_group(const struct lg_pretty *pretty, const struct lg_run *run,
		     const struct lg_group *group);

#endif
