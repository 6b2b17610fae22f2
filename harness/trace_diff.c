// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace_diff.h"

#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Longer ones are laid beside each other as they are: nobody reads them, and
 * the table would take seconds. */
#define CELLS_MOST (1u << 22)

struct side {
	const char **lines;
	size_t n;
	size_t at; /* the next one to be laid down */
};

static struct side new_side(const json_t *trace)
{
	struct side side = {.n = json_array_size(trace)};
	side.lines = lg_room(side.n, sizeof(*side.lines));
	for (size_t i = 0; i < side.n; i++)
		side.lines[i] = json_string_value(json_array_get(trace, i));
	return side;
}

static bool agree(const struct side *left, size_t i, const struct side *right,
		  size_t j)
{
	return !strcmp(left->lines[i], right->lines[j]);
}

static void add_row(struct lg_trace_diff *diff, struct side *left,
		    bool has_left, struct side *right, bool has_right)
{
	struct lg_trace_row *row = &diff->rows[diff->n];
	row->left_at = left->at;
	row->right_at = right->at;
	if (has_left)
		row->left = left->lines[left->at++];
	if (has_right)
		row->right = right->lines[right->at++];
	row->same = row->left && row->right && !strcmp(row->left, row->right);
	if (!row->same && diff->first == SIZE_MAX)
		diff->first = diff->n;
	diff->n++;
}

/* What has no counterpart stands beside each other, as far as it reaches. */
static void add_until(struct lg_trace_diff *diff, struct side *left, size_t i,
		      struct side *right, size_t j)
{
	while (left->at < i || right->at < j)
		add_row(diff, left, left->at < i, right, right->at < j);
}

/* The middle, in which both begin and end with something else.  cells[i][j]
 * is the longest that what is left of both has in common. */
static void add_middle(struct lg_trace_diff *diff, struct side *left,
		       size_t left_end, struct side *right, size_t right_end)
{
	size_t begin = left->at, rows = left_end - begin;
	size_t other = right->at, columns = right_end - other;
	if (!rows || !columns || rows + 1 > CELLS_MOST / (columns + 1))
		return;

	size_t width = columns + 1;
	uint32_t *cells = lg_room((rows + 1) * width, sizeof(*cells));
	for (size_t i = rows; i-- > 0;) {
		for (size_t j = columns; j-- > 0;) {
			uint32_t down = cells[(i + 1) * width + j];
			uint32_t across = cells[i * width + j + 1];
			cells[i * width + j] =
				agree(left, begin + i, right, other + j)
					? cells[(i + 1) * width + j + 1] + 1
				: down > across ? down
						: across;
		}
	}
	for (size_t i = 0, j = 0; i < rows && j < columns;) {
		if (agree(left, begin + i, right, other + j)) {
			add_until(diff, left, begin + i, right, other + j);
			add_row(diff, left, true, right, true);
			i++;
			j++;
		} else if (cells[(i + 1) * width + j] >=
			   cells[i * width + j + 1]) {
			i++;
		} else {
			j++;
		}
	}
	free(cells);
}

void lg_trace_diff(struct lg_trace_diff *diff, const json_t *left_trace,
		   const json_t *right_trace)
{
	struct side left = new_side(left_trace), right = new_side(right_trace);
	size_t left_end = left.n, right_end = right.n;

	*diff = (struct lg_trace_diff){.first = SIZE_MAX};
	diff->rows = lg_room(left.n + right.n, sizeof(*diff->rows));
	while (left.at < left.n && right.at < right.n &&
	       agree(&left, left.at, &right, right.at))
		add_row(diff, &left, true, &right, true);
	while (left_end > left.at && right_end > right.at &&
	       agree(&left, left_end - 1, &right, right_end - 1)) {
		left_end--;
		right_end--;
	}
	add_middle(diff, &left, left_end, &right, right_end);
	add_until(diff, &left, left_end, &right, right_end);
	while (left.at < left.n)
		add_row(diff, &left, true, &right, true);
	if (diff->first == SIZE_MAX)
		diff->first = diff->n;
	free(left.lines);
	free(right.lines);
}

void lg_trace_diff_free(struct lg_trace_diff *diff)
{
	free(diff->rows);
	*diff = (struct lg_trace_diff){0};
}
