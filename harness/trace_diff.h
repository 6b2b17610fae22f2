/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two canonical traces, laid beside each other. */
#ifndef LG_TRACE_DIFF_H
#define LG_TRACE_DIFF_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct lg_trace_row {
	const char *left, *right; /* NULL: nothing there */
	size_t left_at, right_at; /* which line of its trace, from 0 */
	bool same;
};

struct lg_trace_diff {
	struct lg_trace_row *rows;
	size_t n;
	size_t first; /* row that differs; n: none does */
};

/* The lines are those of the traces: arrays of strings, which have to last. */
void lg_trace_diff(struct lg_trace_diff *diff, const json_t *left,
		   const json_t *right);
void lg_trace_diff_free(struct lg_trace_diff *diff);

#endif
