// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "ladder_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 100
#define WIDTH_MIN 40
#define HOP_MIN 4
#define HOP_BESIDE 10 /* if the words are beside the ladder */
#define BESIDE_MIN                                                             \
	50		/* room for these, before the columns get any narrower \
			 */
#define AROUND_LABEL 10 /* the least that is to be seen of an arrow */

static unsigned max(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static unsigned min(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* ---- columns ----------------------------------------------------------- */

unsigned lg_page_column(const struct lg_page *page, size_t host)
{
	return page->left + (unsigned)host * page->hop;
}

unsigned lg_page_beside(const struct lg_page *page)
{
	return min(lg_page_column(page, page->ladder->n_hosts - 1) + 3,
		   page->row.width);
}

/* How wide a hop has to be for the arrows' labels, with `remarks` or not. */
static unsigned hop_for_labels(const struct lg_page *page,
			       enum lg_label_detail detail, bool remarks)
{
	unsigned hop = 0;

	for (size_t i = page->steps.first_arrow; i < page->ladder->n_arrows;
	     i++) {
		const struct lg_ladder_arrow *arrow = &page->ladder->arrows[i];
		size_t hops = arrow->from < arrow->to ? arrow->to - arrow->from
						      : arrow->from - arrow->to;
		char text[LG_LADDER_TEXT];

		lg_ladder_label(arrow, detail, text);
		unsigned width = lg_cells_width(text);
		lg_page_remark(page, i, text);
		if (remarks && *text)
			width += lg_cells_width(text) + 5;
		hop = max(hop, (width + AROUND_LABEL) / (unsigned)hops);
	}
	return hop + 4 * page->most_bends;
}

static unsigned hop_for_notes(const struct lg_page *page)
{
	unsigned hop = 0;

	for (size_t i = 0; i < page->ladder->n_notes; i++) {
		char text[LG_LADDER_TEXT];

		lg_ladder_note(&page->steps, &page->ladder->notes[i], text);
		hop = max(hop, lg_cells_width(text) + 6);
	}
	return hop + 2 * page->most_bends;
}

static unsigned longest_name(const struct lg_ladder *ladder)
{
	unsigned longest = 0;

	for (size_t host = 0; host < ladder->n_hosts; host++)
		longest = max(longest, lg_cells_width(ladder->hosts[host]));
	return longest;
}

static void lay_out_columns(struct lg_page *page)
{
	const struct lg_ladder *ladder = page->ladder;
	unsigned names = longest_name(ladder);
	unsigned margin = page->mark;

	for (size_t i = page->steps.first_arrow; i < ladder->n_arrows; i++)
		if (ladder->arrows[i].unexpected)
			margin = page->mark + 3;
	page->left = max(margin, names / 2);
	if (ladder->n_hosts < 2) {
		page->beside = true;
		return;
	}
	unsigned hops = (unsigned)ladder->n_hosts - 1;
	unsigned ends = page->left + names / 2 + 1;
	unsigned width = page->row.width;
	unsigned room = width > ends ? (width - ends) / hops : 0;

	unsigned least = max(hop_for_notes(page),
			     hop_for_labels(page, LG_LABEL_OPTIONS, false));
	page->beside = room < least;
	if (!page->beside) {
		unsigned enough = hop_for_labels(page, LG_LABEL_FULL, true);
		page->hop = min(room, max(max(least, enough), names + 2));
		return;
	}
	unsigned wanted = max(names + 2, HOP_BESIDE + 2 * page->most_bends);
	unsigned spare = width > page->left + BESIDE_MIN
				 ? (width - page->left - BESIDE_MIN) / hops
				 : 0;
	page->hop = max(HOP_MIN, min(wanted, spare));
}

/* ---- arrows on their way ----------------------------------------------- */

bool lg_page_bends(const struct lg_page *page, size_t arrow)
{
	return page->bends[arrow] != LG_NO_INDEX;
}

/* What comes from the left and what comes from the right bends on different
 * sides of a host. */
static size_t *bends_near(const struct lg_page *page, size_t arrow)
{
	const struct lg_ladder_arrow *of = &page->ladder->arrows[arrow];
	size_t side = of->from < of->to ? 0 : 1;

	return &page->flying[(2 * of->to + side) * LG_PAGE_BENDS];
}

unsigned lg_page_bend(const struct lg_page *page, size_t arrow)
{
	const struct lg_ladder_arrow *of = &page->ladder->arrows[arrow];
	unsigned off = 3 + 2 * (unsigned)page->bends[arrow];

	return lg_page_column(page, of->to) + (of->from < of->to ? -off : off);
}

void lg_page_takes_off(struct lg_page *page, size_t arrow)
{
	if (lg_page_bends(page, arrow))
		bends_near(page, arrow)[page->bends[arrow]] = arrow;
}

void lg_page_lands(struct lg_page *page, size_t arrow)
{
	if (lg_page_bends(page, arrow))
		bends_near(page, arrow)[page->bends[arrow]] = LG_NO_INDEX;
}

static void find_bend(struct lg_page *page, size_t arrow)
{
	const size_t *flying = bends_near(page, arrow);

	for (size_t place = 0; place < LG_PAGE_BENDS; place++) {
		if (flying[place] != LG_NO_INDEX)
			continue;
		page->bends[arrow] = place;
		page->most_bends = max(page->most_bends, (unsigned)place + 1);
		return;
	}
}

static bool is_slow(const struct lg_ladder_arrow *arrow)
{
	return lg_arrow_end(arrow) - arrow->left_ns >= LG_PAGE_SLOW_NS;
}

static void plan_bends(struct lg_page *page)
{
	for (size_t i = 0; i < page->steps.n; i++) {
		const struct lg_step *step = &page->steps.steps[i];
		const struct lg_step *next = step + 1;
		size_t arrow = step->index;

		switch (step->kind) {
		case LG_STEP_NOTE:
			break;
		case LG_STEP_ARRIVES:
			lg_page_lands(page, arrow);
			break;
		case LG_STEP_LEAVES:
			/* Its arrival comes behind it, so there is a next. */
			if (!is_slow(&page->ladder->arrows[arrow]) ||
			    (next->kind == LG_STEP_ARRIVES &&
			     next->index == arrow))
				break;
			find_bend(page, arrow);
			lg_page_takes_off(page, arrow);
			break;
		}
	}
}

/* ---- rows -------------------------------------------------------------- */

static void plan_rows(struct lg_page *page)
{
	page->n_rows = 0;
	for (size_t i = 0; i < page->steps.n; i++) {
		const struct lg_step *step = &page->steps.steps[i];

		if (step->kind != LG_STEP_ARRIVES ||
		    lg_page_bends(page, step->index))
			page->rows[page->n_rows++] = *step;
	}
}

static bool are_close(const struct lg_page *page, size_t row)
{
	if (row == 0 || row >= page->n_rows)
		return false;
	int64_t between_ns =
		page->rows[row].time_ns - page->rows[row - 1].time_ns;
	return between_ns > 0 && between_ns < LG_PAGE_SLOW_NS;
}

static void print_time(const struct lg_page *page, size_t row,
		       char time[LG_LADDER_TEXT])
{
	bool micro = are_close(page, row) || are_close(page, row + 1);

	lg_steps_time(&page->steps, page->rows[row].time_ns, micro, time);
}

static void lay_out_times(struct lg_page *page)
{
	unsigned digits = 0;

	for (size_t row = 0; row < page->n_rows; row++) {
		char time[LG_LADDER_TEXT];

		print_time(page, row, time);
		unsigned point = (unsigned)strcspn(time, ".");
		page->point = max(page->point, point);
		digits = max(digits, (unsigned)strlen(time) - point);
	}
	page->mark = page->point + digits + 1;
}

void lg_page_put_time(struct lg_page *page, size_t row)
{
	char time[LG_LADDER_TEXT];

	print_time(page, row, time);
	lg_cells_print(&page->row, page->point - (unsigned)strcspn(time, "."),
		       time, LG_LADDER_TEXT, LG_INK_FAINT);
}

void lg_page_put_lines(struct lg_page *page, uint32_t glyph)
{
	for (size_t host = 0; host < page->ladder->n_hosts; host++)
		lg_cells_put(&page->row, lg_page_column(page, host), glyph,
			     LG_INK_FAINT);
	for (size_t i = 0; i < 2 * LG_PAGE_BENDS * page->ladder->n_hosts; i++)
		if (page->flying[i] != LG_NO_INDEX)
			lg_cells_put(&page->row,
				     lg_page_bend(page, page->flying[i]), glyph,
				     LG_INK_PLAIN);
}

/* ---- words ------------------------------------------------------------- */

void lg_page_remark(const struct lg_page *page, size_t i,
		    char text[LG_LADDER_TEXT])
{
	const struct lg_ladder_arrow *arrow = &page->ladder->arrows[i];
	char span[LG_LADDER_TEXT];

	lg_ladder_remark(&page->steps, i, text);
	if (!is_slow(arrow) || lg_page_bends(page, i))
		return;
	size_t length = strlen(text);
	lg_ladder_span(lg_arrow_end(arrow) - arrow->left_ns, span);
	snprintf(text + length, LG_LADDER_TEXT - length, "%s+%.20s",
		 length ? ", " : "", span);
}

/* ---- the whole --------------------------------------------------------- */

static size_t *make_indices(size_t n)
{
	size_t *indices = calloc(n + 1, sizeof(*indices));

	for (size_t i = 0; indices && i < n; i++)
		indices[i] = LG_NO_INDEX;
	return indices;
}

static void forget_bends(struct lg_page *page)
{
	for (size_t i = 0; i < page->ladder->n_arrows; i++)
		page->bends[i] = LG_NO_INDEX;
	page->most_bends = 0;
}

static void lay_out(struct lg_page *page)
{
	plan_rows(page);
	lay_out_times(page);
	lay_out_columns(page);
}

int lg_page_make(struct lg_page *page, const struct lg_ladder *ladder,
		 struct lg_ladder_style style)
{
	unsigned width = style.width ? max(style.width, WIDTH_MIN) : WIDTH;

	*page = (struct lg_page){.ladder = ladder};
	int error = lg_steps_make(&page->steps, ladder, style.most);
	if (error < 0)
		return error;
	error = lg_cells_make(&page->row, width, style.ascii, style.colour);
	page->rows = calloc(page->steps.n + 1, sizeof(*page->rows));
	page->bends = make_indices(ladder->n_arrows);
	page->flying = make_indices(2 * LG_PAGE_BENDS * ladder->n_hosts);
	page->note_end = calloc(ladder->n_hosts + 1, sizeof(*page->note_end));
	if (error < 0 || !page->rows || !page->bends || !page->flying ||
	    !page->note_end) {
		lg_page_free(page);
		return -ENOMEM;
	}
	plan_bends(page);
	lay_out(page);
	if (page->hop < 4 + 2 * page->most_bends) {
		forget_bends(page);
		lay_out(page);
	}
	return 0;
}

void lg_page_free(struct lg_page *page)
{
	lg_steps_free(&page->steps);
	lg_cells_free(&page->row);
	free(page->rows);
	free(page->bends);
	free(page->flying);
	free(page->note_end);
}
