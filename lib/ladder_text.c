// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
/*
 * The ladder for terminals.  Labels stand in their arrows, notes beside their
 * host's line.  Where the columns are too near to each other for that, all
 * words stand beside the ladder.
 */
#include "ladder_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- arrows ------------------------------------------------------------ */

static enum lg_ink ink_of(const struct lg_ladder_arrow *arrow)
{
	if (arrow->unexpected)
		return LG_INK_BAD;
	switch (arrow->fate) {
	case LG_ARRIVED:
		break;
	case LG_LOST:
	case LG_DROPPED:
		return LG_INK_BAD;
	case LG_HELD:
		return LG_INK_HELD;
	case LG_REWRITTEN:
		return LG_INK_REWRITTEN;
	}
	return arrow->injected ? LG_INK_HELD : LG_INK_PLAIN;
}

static uint32_t head_of(const struct lg_ladder_arrow *arrow)
{
	bool right = arrow->from < arrow->to;

	switch (arrow->fate) {
	case LG_LOST:
	case LG_DROPPED:
		return 'X';
	case LG_HELD:
		return right ? ']' : '[';
	case LG_ARRIVED:
	case LG_REWRITTEN:
		break;
	}
	return right ? LG_GLYPH_RIGHT : LG_GLYPH_LEFT;
}

/* 1, or what is -1 to unsigned arithmetic. */
static unsigned ahead(const struct lg_ladder_arrow *arrow)
{
	return arrow->from < arrow->to ? 1u : -1u;
}

/* From `x` to before `end`. */
static void put_flow(struct lg_page *page, const struct lg_ladder_arrow *arrow,
		     unsigned x, unsigned end)
{
	uint32_t flow = arrow->injected ? LG_GLYPH_INJECTED : LG_GLYPH_FLOW;

	for (; x != end; x += ahead(arrow)) {
		bool crosses = lg_cells_at(&page->row, x) == LG_GLYPH_LIFE;

		lg_cells_put(&page->row, x, crosses ? LG_GLYPH_CROSS : flow,
			     ink_of(arrow));
	}
}

static void put_departure(struct lg_page *page, size_t i)
{
	const struct lg_ladder_arrow *arrow = &page->ladder->arrows[i];
	unsigned next = ahead(arrow);
	unsigned from = lg_page_column(page, arrow->from) + next;
	unsigned tip = lg_page_column(page, arrow->to) - next;
	uint32_t head = head_of(arrow);

	if (lg_page_bends(page, i)) {
		tip = lg_page_bend(page, i);
		head = arrow->from < arrow->to ? LG_GLYPH_RIGHT_DOWN
					       : LG_GLYPH_LEFT_DOWN;
	} else if (arrow->fate == LG_LOST) {
		unsigned way = (tip - from) * next;

		tip -= next * (way / 4);
	}
	put_flow(page, arrow, from, tip);
	lg_cells_put(&page->row, tip, head, ink_of(arrow));
}

static void put_arrival(struct lg_page *page, size_t i)
{
	const struct lg_ladder_arrow *arrow = &page->ladder->arrows[i];
	unsigned bend = lg_page_bend(page, i);
	unsigned tip = lg_page_column(page, arrow->to) - ahead(arrow);

	lg_cells_put(&page->row, bend,
		     arrow->from < arrow->to ? LG_GLYPH_DOWN_RIGHT
					     : LG_GLYPH_DOWN_LEFT,
		     ink_of(arrow));
	put_flow(page, arrow, bend + ahead(arrow), tip);
	lg_cells_put(&page->row, tip, head_of(arrow), ink_of(arrow));
}

/* ---- words in arrows --------------------------------------------------- */

/* As much of the label as there is room for. */
static void choose_label(const struct lg_ladder_arrow *arrow, unsigned room,
			 char label[LG_LADDER_TEXT])
{
	for (int detail = LG_LABEL_FULL; detail >= LG_LABEL_SHORT; detail--) {
		lg_ladder_label(arrow, (enum lg_label_detail)detail, label);
		if (lg_cells_width(label) <= room)
			return;
	}
}

/* The part of an arrow that words may cover. */
struct span {
	unsigned from, to; /* to: behind its last cell */
};

static struct span span_of(const struct lg_page *page,
			   const struct lg_ladder_arrow *arrow)
{
	bool right = arrow->from < arrow->to;
	unsigned low = lg_page_column(page, right ? arrow->from : arrow->to);
	unsigned high = lg_page_column(page, right ? arrow->to : arrow->from);
	unsigned pad = 3 + 2 * page->most_bends;
	struct span span = {low + pad, high + 1 - pad};
	unsigned quarter = (high - low) / 4;

	if (arrow->fate == LG_LOST && right)
		span.to -= quarter;
	if (arrow->fate == LG_LOST && !right)
		span.from += quarter;
	return span;
}

/* With a blank on either side. */
static void put_words(struct lg_page *page, unsigned x, const char *words,
		      unsigned width, enum lg_ink ink)
{
	lg_cells_put(&page->row, x, ' ', LG_INK_PLAIN);
	lg_cells_print(&page->row, x + 1, words, width, ink);
	lg_cells_put(&page->row, x + 1 + width, ' ', LG_INK_PLAIN);
}

/* The remark is near to the head, the label in the middle of what is left.
 * Returns whether there is room for the remark. */
static bool put_words_in(struct lg_page *page,
			 const struct lg_ladder_arrow *arrow,
			 const char *remark)
{
	struct span span = span_of(page, arrow);
	unsigned room = span.to - span.from - 2;
	unsigned remark_width = lg_cells_width(remark);
	char label[LG_LADDER_TEXT];

	choose_label(arrow, room, label);
	unsigned width = lg_cells_width(label);
	if (width > room)
		width = room;
	bool fits = remark_width + width + 3 <= room;
	if (*remark && fits) {
		unsigned taken = remark_width + 2;

		if (arrow->from < arrow->to) {
			span.to -= taken;
			put_words(page, span.to, remark, remark_width,
				  ink_of(arrow));
		} else {
			put_words(page, span.from, remark, remark_width,
				  ink_of(arrow));
			span.from += taken;
		}
	}
	put_words(page, (span.from + span.to - width - 2) / 2, label, width,
		  LG_INK_PLAIN);
	return fits;
}

/* Likewise, beside the ladder.  There a SYN's options are worth less than a
 * row. */
static bool put_words_beside(struct lg_page *page,
			     const struct lg_ladder_arrow *arrow,
			     const char *remark)
{
	unsigned x = lg_page_beside(page);
	unsigned room = page->row.width - x;
	unsigned taken = *remark ? lg_cells_width(remark) + 2 : 0;
	char label[LG_LADDER_TEXT];

	lg_ladder_label(arrow, LG_LABEL_OPTIONS, label);
	if (lg_cells_width(label) > room)
		lg_ladder_label(arrow, LG_LABEL_SHORT, label);
	bool fits = lg_cells_width(label) + taken <= room;
	choose_label(arrow, fits ? room - taken : room, label);
	x += lg_cells_print(&page->row, x, label, room, LG_INK_PLAIN);
	if (fits)
		lg_cells_print(&page->row, x + 2, remark, LG_LADDER_TEXT,
			       ink_of(arrow));
	return fits;
}

/* A row of words about the arrow above it. */
static void draw_words_below(struct lg_page *page, FILE *out,
			     const struct lg_ladder_arrow *arrow,
			     const char *words)
{
	unsigned width = lg_cells_width(words);
	unsigned x = lg_page_beside(page) + 2;
	unsigned room = page->row.width - x;

	if (!page->beside) {
		struct span span = span_of(page, arrow);

		x = span.from;
		room = span.to - span.from;
		if (arrow->from < arrow->to && width < room)
			x = span.to - width;
	}
	lg_page_put_lines(page, LG_GLYPH_LIFE);
	lg_cells_print(&page->row, x, words, room, ink_of(arrow));
	lg_cells_end(&page->row, out);
}

static void draw_departure(struct lg_page *page, size_t row, FILE *out)
{
	size_t i = page->rows[row].index;
	const struct lg_ladder_arrow *arrow = &page->ladder->arrows[i];
	char words[LG_LADDER_TEXT];

	lg_page_put_lines(page, LG_GLYPH_LIFE);
	lg_page_put_time(page, row);
	if (arrow->unexpected)
		lg_cells_print(&page->row, page->mark, "!!", 2, LG_INK_BAD);
	put_departure(page, i);
	lg_page_remark(page, i, words);
	bool said = page->beside ? put_words_beside(page, arrow, words)
				 : put_words_in(page, arrow, words);
	lg_cells_end(&page->row, out);

	lg_page_takes_off(page, i);
	if (!said && *words)
		draw_words_below(page, out, arrow, words);
	if (arrow->unexpected && arrow->expected) {
		snprintf(words, sizeof(words), "expected: %s", arrow->expected);
		draw_words_below(page, out, arrow, words);
	}
}

static void draw_arrival(struct lg_page *page, size_t row, FILE *out)
{
	size_t i = page->rows[row].index;

	lg_page_lands(page, i);
	lg_page_put_lines(page, LG_GLYPH_LIFE);
	lg_page_put_time(page, row);
	put_arrival(page, i);
	if (page->beside) {
		unsigned x = lg_page_beside(page);
		char label[LG_LADDER_TEXT];

		lg_ladder_label(&page->ladder->arrows[i], LG_LABEL_SHORT,
				label);
		x += lg_cells_print(&page->row, x, label, LG_LADDER_TEXT,
				    LG_INK_PLAIN);
		lg_cells_print(&page->row, x + 1, "arrives", LG_LADDER_TEXT,
			       LG_INK_FAINT);
	}
	lg_cells_end(&page->row, out);
}

/* ---- notes ------------------------------------------------------------- */

/* Notes stand to the right of their host's line, except those of the last
 * host: there the ladder ends. */
static bool is_left_of_line(const struct lg_page *page, size_t host)
{
	return host > 0 && host + 1 == page->ladder->n_hosts;
}

static void begin_notes(struct lg_page *page)
{
	unsigned off = page->most_bends ? 3 + 2 * page->most_bends : 2;

	for (size_t host = 0; host < page->ladder->n_hosts; host++)
		page->note_end[host] =
			lg_page_column(page, host) +
			(is_left_of_line(page, host) ? -off : off);
	lg_page_put_lines(page, LG_GLYPH_LIFE);
}

/* How much room there is in the row for more of a host's notes. */
static unsigned note_room(const struct lg_page *page, size_t host)
{
	unsigned end = page->note_end[host];
	size_t last = page->ladder->n_hosts - 1;
	unsigned limit = host + 1 == last ? page->note_end[last]
					  : lg_page_column(page, host + 1) - 1;

	if (is_left_of_line(page, host)) {
		limit = end;
		end = page->note_end[host - 1];
	}
	return end < limit ? limit - end : 0;
}

/* Returns whether there is room for it; with `cut` there is. */
static bool put_note(struct lg_page *page, const struct lg_ladder_note *note,
		     bool cut)
{
	unsigned *end = &page->note_end[note->host];
	unsigned room = note_room(page, note->host);
	char words[LG_LADDER_TEXT];

	lg_ladder_note(&page->steps, note, words);
	unsigned width = lg_cells_width(words);
	if (width > room && !cut)
		return false;
	if (width > room)
		width = room;
	enum lg_ink ink =
		note->kind == LG_NOTE_STATE ? LG_INK_STATE : LG_INK_COUNTER;
	if (is_left_of_line(page, note->host)) {
		*end -= width;
		lg_cells_print(&page->row, *end + 1, words, width, ink);
		*end -= 1;
	} else {
		lg_cells_print(&page->row, *end, words, width, ink);
		*end += width + 1;
	}
	return true;
}

/* Beside the ladder, each note has its row. */
static void put_note_beside(struct lg_page *page,
			    const struct lg_ladder_note *note)
{
	unsigned x = lg_page_beside(page);
	unsigned room = page->row.width - x;
	enum lg_ink ink =
		note->kind == LG_NOTE_STATE ? LG_INK_STATE : LG_INK_COUNTER;
	char words[LG_LADDER_TEXT];

	lg_ladder_note(&page->steps, note, words);
	lg_cells_put(&page->row, lg_page_column(page, note->host),
		     LG_GLYPH_MARK, ink);
	unsigned width =
		lg_cells_print(&page->row, x, page->ladder->hosts[note->host],
			       room, LG_INK_PLAIN);
	if (width + 1 < room)
		lg_cells_print(&page->row, x + width + 1, words,
			       room - width - 1, ink);
}

static const struct lg_ladder_note *note_at(const struct lg_page *page,
					    size_t row)
{
	return &page->ladder->notes[page->rows[row].index];
}

static bool place_note(struct lg_page *page, size_t row, bool first)
{
	if (!page->beside)
		return put_note(page, note_at(page, row), first);
	if (first)
		put_note_beside(page, note_at(page, row));
	return first;
}

/* Draws the notes of one moment, states nearest to the lines.  Returns how
 * many these are. */
static size_t draw_notes(struct lg_page *page, size_t row, FILE *out)
{
	static const enum lg_note_kind order[] = {LG_NOTE_STATE,
						  LG_NOTE_COUNTER};
	bool first = true;
	size_t n = 1;

	while (row + n < page->n_rows &&
	       page->rows[row + n].kind == LG_STEP_NOTE &&
	       page->rows[row + n].time_ns - page->rows[row].time_ns <
		       LG_PAGE_SLOW_NS)
		n++;
	begin_notes(page);
	if (row == 0 || page->rows[row].time_ns != page->rows[row - 1].time_ns)
		lg_page_put_time(page, row);
	for (size_t i = 0; i < 2 * n; i++) {
		size_t at = row + i % n;

		if (note_at(page, at)->kind != order[i / n])
			continue;
		if (!place_note(page, at, first)) {
			lg_cells_end(&page->row, out);
			begin_notes(page);
			place_note(page, at, true);
		}
		first = false;
	}
	lg_cells_end(&page->row, out);
	return n;
}

/* ---- the whole --------------------------------------------------------- */

static void draw_title(struct lg_page *page, FILE *out)
{
	if (!page->ladder->title)
		return;
	lg_cells_print(&page->row, 0, page->ladder->title, page->row.width,
		       LG_INK_STATE);
	lg_cells_end(&page->row, out);
	lg_cells_end(&page->row, out);
}

static void draw_heads(struct lg_page *page, FILE *out)
{
	for (size_t host = 0; host < page->ladder->n_hosts; host++) {
		const char *name = page->ladder->hosts[host];
		unsigned width = lg_cells_width(name);
		unsigned x = lg_page_column(page, host);

		if (page->hop && width >= page->hop)
			width = page->hop - 1;
		lg_cells_print(&page->row, x - width / 2, name, width,
			       LG_INK_STATE);
	}
	lg_cells_end(&page->row, out);
}

/* What is left out, or that there is nothing. */
static void draw_words(struct lg_page *page, FILE *out, const char *words)
{
	lg_page_put_lines(page, LG_GLYPH_SILENCE);
	unsigned x = page->beside ? lg_page_beside(page) : page->left + 2;
	lg_cells_print(&page->row, x, words, page->row.width - x, LG_INK_FAINT);
	lg_cells_end(&page->row, out);
}

static void draw_silence(struct lg_page *page, size_t row, FILE *out)
{
	char span[LG_LADDER_TEXT], words[LG_LADDER_TEXT];

	if (row == 0)
		return;
	int64_t ns = page->rows[row].time_ns - page->rows[row - 1].time_ns;
	if (ns < LG_LADDER_BREAK_NS)
		return;
	lg_ladder_span(ns, span);
	snprintf(words, sizeof(words), "... %.20s ...", span);
	draw_words(page, out, words);
}

static void draw_rows(struct lg_page *page, FILE *out)
{
	for (size_t row = 0; row < page->n_rows;) {
		draw_silence(page, row, out);
		switch (page->rows[row].kind) {
		case LG_STEP_LEAVES:
			draw_departure(page, row++, out);
			break;
		case LG_STEP_ARRIVES:
			draw_arrival(page, row++, out);
			break;
		case LG_STEP_NOTE:
			row += draw_notes(page, row, out);
			break;
		}
	}
}

static void draw(struct lg_page *page, FILE *out)
{
	size_t left_out = page->steps.first_arrow;

	draw_title(page, out);
	draw_heads(page, out);
	if (left_out) {
		char words[LG_LADDER_TEXT];

		snprintf(words, sizeof(words),
			 "... %zu earlier segment%s left out ...", left_out,
			 left_out == 1 ? "" : "s");
		draw_words(page, out, words);
	}
	draw_rows(page, out);
	if (!page->ladder->n_arrows)
		draw_words(page, out, "(no segments)");
}

char *lg_ladder_text(const struct lg_ladder *ladder,
		     struct lg_ladder_style style)
{
	struct lg_page page;
	char *text = NULL;
	size_t size;

	int error = lg_page_make(&page, ladder, style);
	if (error < 0) {
		errno = -error;
		return NULL;
	}
	FILE *out = open_memstream(&text, &size);
	if (out) {
		draw(&page, out);
		bool failed = ferror(out);

		if (fclose(out) || failed) {
			free(text);
			text = NULL;
			errno = ENOMEM;
		}
	}
	lg_page_free(&page);
	return text;
}
