// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "ladder_picture.h"

#include "cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN 16
#define AXIS 86		/* room for times */
#define HOP_MIN 200	/* between hosts */
#define AROUND_WORDS 56 /* what is to be seen of an arrow beside its words */
#define SLANT 16	/* of an arrow that takes no time */
#define ABOVE 18	/* the room that an arrow needs over it */
#define BELOW 8		/* and under it, without words */
#define NOTE 15
#define BREAK 26     /* the room on either side of a break */
#define CLEARANCE 48 /* under an arrow's tail, to what crosses the arrow */
#define SHELF 44     /* the first shelf's distance from the line */
#define SHELF_STEP 16
#define SHELVES 4

/* Words wrap at so many characters. */
#define WRAP_FEW 60
#define WRAP_SOME 42
#define WRAP_NARROW 28

static int max(int a, int b)
{
	return a > b ? a : b;
}

static size_t first_of(const struct lg_ladder_arrow *arrow)
{
	return arrow->from < arrow->to ? arrow->from : arrow->to;
}

static size_t last_of(const struct lg_ladder_arrow *arrow)
{
	return arrow->from < arrow->to ? arrow->to : arrow->from;
}

/* ---- words ------------------------------------------------------------- */

/* The width of a string.  The type is monospaced: 0.6 em, at 12 and at 11
 * pixels. */
static int large_width(const char *string)
{
	return ((int)lg_cells_width(string) * 73 + 9) / 10;
}

static int small_width(const char *string)
{
	return ((int)lg_cells_width(string) * 67 + 9) / 10;
}

static size_t wrap_at(const struct lg_picture *picture, size_t arrow)
{
	if (picture->arrows[arrow].crosses || picture->ladder->n_hosts > 4)
		return WRAP_NARROW;
	return picture->ladder->n_hosts > 2 ? WRAP_SOME : WRAP_FEW;
}

static void add_line(struct lg_picture_words *words, const char *text,
		     size_t length)
{
	if (words->n < LG_PICTURE_LINES)
		snprintf(words->lines[words->n++], LG_LADDER_TEXT, "%.*s",
			 (int)length, text);
}

/* With the comma behind it. */
static size_t item_length(const char *list)
{
	size_t length = strcspn(list, ",");

	return length + (list[length] == ',');
}

/* Breaks a list behind its commas. */
static void add_wrapped(struct lg_picture_words *words, const char *text,
			size_t wrap)
{
	while (strlen(text) > wrap) {
		size_t length = item_length(text);

		while (text[length]) {
			size_t next = length + item_length(text + length);

			if (next > wrap)
				break;
			length = next;
		}
		add_line(words, text, length);
		text += length;
	}
	if (*text)
		add_line(words, text, strlen(text));
}

static void place_words(const struct lg_picture *picture, size_t i,
			struct lg_picture_words *words)
{
	const struct lg_ladder_arrow *arrow = &picture->ladder->arrows[i];
	size_t lines = words->n - 1 + (words->remark[0] != '\0');
	int length =
		abs(picture->hosts[arrow->to] - picture->hosts[arrow->from]);
	int middle = 0;

	words->over = 1;
	if (picture->arrows[i].crosses) {
		words->over += lines;
		return;
	}
	for (size_t k = 1; k < words->n; k++)
		middle = max(middle, small_width(words->lines[k]));
	words->remark_fits = words->n > 1 && words->remark[0] &&
			     arrow->fate != LG_LOST &&
			     picture->steps.held_as[i] == LG_NO_INDEX &&
			     (length - middle) / 2 - picture->arrows[i].shelf >
				     small_width(words->remark) + 2 * MARGIN;
	words->under = lines - words->remark_fits;
}

void lg_picture_words(const struct lg_picture *picture, size_t arrow,
		      struct lg_picture_words *words)
{
	char label[LG_LADDER_TEXT];

	*words = (struct lg_picture_words){.n = 0};
	lg_ladder_label(&picture->ladder->arrows[arrow], LG_LABEL_FULL, label);
	size_t numbers = (size_t)(strchrnul(label, '<') - label);
	bool has_options = label[numbers];

	add_line(words, label, numbers - has_options);
	add_wrapped(words, label + numbers, wrap_at(picture, arrow));
	lg_ladder_remark(&picture->steps, arrow, words->remark);
	place_words(picture, arrow, words);
}

static int width_of(const struct lg_picture_words *words)
{
	int width = small_width(words->remark);

	if (words->n)
		width = max(width, large_width(words->lines[0]));
	for (size_t i = 1; i < words->n; i++)
		width = max(width, small_width(words->lines[i]));
	return width;
}

/* ---- what crosses what ------------------------------------------------- */

static bool meet(const struct lg_ladder_arrow *a,
		 const struct lg_ladder_arrow *b)
{
	return first_of(a) < last_of(b) && first_of(b) < last_of(a);
}

/*
 * An arrow is crossed by one that leaves the other way while it is on its way,
 * or that arrives before it although it left later.  Both are found while going
 * through what is between its two ends.
 */
static void find_crossings(struct lg_picture *picture)
{
	const struct lg_steps *steps = &picture->steps;

	for (size_t i = 0; i < steps->n; i++) {
		size_t one = steps->steps[i].index;
		const struct lg_ladder_arrow *a = &picture->ladder->arrows[one];

		if (steps->steps[i].kind != LG_STEP_LEAVES)
			continue;
		for (size_t k = i + 1; k < steps->n; k++) {
			size_t other = steps->steps[k].index;
			const struct lg_ladder_arrow *b =
				&picture->ladder->arrows[other];

			if (steps->steps[k].kind == LG_STEP_NOTE)
				continue;
			if (other == one)
				break;
			bool opposed = (a->from < a->to) != (b->from < b->to);
			bool leaves = steps->steps[k].kind == LG_STEP_LEAVES;
			if (leaves != opposed || !meet(a, b) || other < one)
				continue;
			picture->arrows[one].crosses = true;
			picture->arrows[other].crosses = true;
		}
	}
}

/* ---- columns ----------------------------------------------------------- */

int lg_picture_note_side(size_t host)
{
	return host == 0 ? -1 : 1;
}

int lg_picture_note_offset(const struct lg_picture *picture, size_t host)
{
	size_t lanes = picture->steps.connections[host];

	return 12 + (lanes > 1 ? (int)(lanes - 1) * LG_PICTURE_LANE : 0);
}

static int note_width(const struct lg_picture *picture, size_t host)
{
	int width = 0;

	for (size_t i = 0; i < picture->ladder->n_notes; i++) {
		const struct lg_ladder_note *note = &picture->ladder->notes[i];

		char text[LG_LADDER_TEXT];

		if (note->host != host)
			continue;
		lg_ladder_note(&picture->steps, note, text);
		width = max(width, small_width(text));
	}
	return width ? width + lg_picture_note_offset(picture, host) : 0;
}

static int hop_for_words(const struct lg_picture *picture)
{
	int hop = HOP_MIN;

	for (size_t i = 0; i < picture->ladder->n_arrows; i++) {
		const struct lg_ladder_arrow *arrow =
			&picture->ladder->arrows[i];
		int hops = (int)(last_of(arrow) - first_of(arrow));
		struct lg_picture_words words;

		lg_picture_words(picture, i, &words);
		int width = width_of(&words);
		if (picture->arrows[i].crosses)
			width *= 3; /* they meet behind it */
		if (arrow->unexpected && arrow->expected)
			width = max(width, small_width(arrow->expected) +
						   AROUND_WORDS);
		if (picture->steps.held_as[i] != LG_NO_INDEX)
			width += SHELF + SHELVES * SHELF_STEP;
		hop = max(hop, (width + 2 * AROUND_WORDS) / hops);
	}
	return hop;
}

static void place_columns(struct lg_picture *picture)
{
	const struct lg_ladder *ladder = picture->ladder;
	int hop = hop_for_words(picture);

	for (size_t i = 0; i < ladder->n_hosts; i++) {
		picture->names[i] = large_width(ladder->hosts[i]) + 28;
		hop = max(hop, picture->names[i] + MARGIN);
		if (i > 0 && i + 1 < ladder->n_hosts)
			hop = max(hop, note_width(picture, i) + 2 * MARGIN);
	}
	picture->axis = AXIS;
	int x = AXIS + MARGIN;
	int right = 0;
	if (ladder->n_hosts) {
		size_t last = ladder->n_hosts - 1;

		x += max(note_width(picture, 0), picture->names[0] / 2);
		right = picture->names[last] / 2;
		if (last > 0)
			right = max(right, note_width(picture, last));
	}
	for (size_t i = 0; i < ladder->n_hosts; i++)
		picture->hosts[i] = x + (int)i * hop;
	if (ladder->n_hosts)
		x = picture->hosts[ladder->n_hosts - 1];
	picture->width = x + right + MARGIN;
	if (ladder->title)
		picture->width =
			max(picture->width,
			    2 * MARGIN + large_width(ladder->title) * 5 / 4);
}

/* ---- rows -------------------------------------------------------------- */

/* How far the time between two steps moves the second: by its magnitude. */
static int advance(int64_t ns)
{
	int y = 0;

	for (int64_t span = ns / 1000000; span > 0; span /= 2)
		y += 5;
	return y;
}

static int *reached(struct lg_picture *picture, size_t host, int side)
{
	return &picture->reached[2 * host + (side > 0)];
}

/* Where lines and words of an arrow begin: over it by the one, under it by the
 * other. */
static void measure(const struct lg_picture *picture, size_t i, int *above,
		    int *below)
{
	const struct lg_ladder_arrow *arrow = &picture->ladder->arrows[i];
	struct lg_picture_words words;

	lg_picture_words(picture, i, &words);
	*above = ABOVE + ((int)words.over - 1) * LG_PICTURE_LINE;
	*below = BELOW + (int)words.under * LG_PICTURE_LINE;
	if (arrow->unexpected && arrow->expected)
		*below += 2 * LG_PICTURE_LINE;
}

/* How far down an arrow's hops are taken: between its ends, and at `end`, which
 * is one of them. */
static int reached_by(struct lg_picture *picture,
		      const struct lg_ladder_arrow *arrow, size_t end)
{
	size_t first = first_of(arrow), last = last_of(arrow);
	int y = *reached(picture, end, end == first ? 1 : -1);

	for (size_t host = first + 1; host < last; host++) {
		y = max(y, *reached(picture, host, -1));
		y = max(y, *reached(picture, host, 1));
	}
	return y;
}

static int place_leaves(struct lg_picture *picture, size_t i, int y)
{
	const struct lg_ladder_arrow *arrow = &picture->ladder->arrows[i];
	int side = arrow->from < arrow->to ? 1 : -1;
	int above, below;

	measure(picture, i, &above, &below);
	y = max(y, reached_by(picture, arrow, arrow->from) + above);
	if (picture->arrows[i].crosses)
		below += CLEARANCE;
	*reached(picture, arrow->from, side) = y + below;
	picture->arrows[i].leaves = y;
	return y;
}

static int place_arrives(struct lg_picture *picture, size_t i, int y)
{
	const struct lg_ladder_arrow *arrow = &picture->ladder->arrows[i];
	int side = arrow->from < arrow->to ? -1 : 1;
	int above, below;

	measure(picture, i, &above, &below);
	y = max(y, picture->arrows[i].leaves + SLANT);
	y = max(y, reached_by(picture, arrow, arrow->to) + ABOVE);
	*reached(picture, arrow->to, side) = y + below;
	for (size_t host = first_of(arrow) + 1; host < last_of(arrow); host++) {
		*reached(picture, host, -1) = y + below;
		*reached(picture, host, 1) = y + below;
	}
	picture->arrows[i].arrives = y;
	return y;
}

static int place_note(struct lg_picture *picture, size_t i, int y)
{
	size_t host = picture->ladder->notes[i].host;
	int *over = reached(picture, host, lg_picture_note_side(host));

	y = max(y, *over + NOTE);
	*over = y + 4;
	picture->notes[i] = y;
	return y;
}

static int place_break(struct lg_picture *picture, int64_t ns, int y)
{
	int lowest = y;

	for (size_t i = 0; i < 2 * picture->ladder->n_hosts; i++)
		lowest = max(lowest, picture->reached[i]);
	picture->breaks[picture->n_breaks++] =
		(struct lg_picture_break){lowest + BREAK, ns};
	return lowest + 2 * BREAK;
}

static void place_rows(struct lg_picture *picture)
{
	int y = LG_PICTURE_HEAD + 36;
	int64_t before_ns = picture->steps.n ? picture->steps.steps[0].time_ns
					     : picture->steps.start_ns;

	picture->life[0] = LG_PICTURE_HEAD + 14;
	for (size_t i = 0; i < 2 * picture->ladder->n_hosts; i++)
		picture->reached[i] = picture->life[0];
	for (size_t i = 0; i < picture->steps.n; i++) {
		const struct lg_step *step = &picture->steps.steps[i];
		int64_t ns = step->time_ns - before_ns;

		before_ns = step->time_ns;
		y = ns >= LG_LADDER_BREAK_NS ? place_break(picture, ns, y)
					     : y + advance(ns);
		switch (step->kind) {
		case LG_STEP_LEAVES:
			y = place_leaves(picture, step->index, y);
			break;
		case LG_STEP_ARRIVES:
			y = place_arrives(picture, step->index, y);
			break;
		case LG_STEP_NOTE:
			y = place_note(picture, step->index, y);
			break;
		}
	}
	for (size_t i = 0; i < 2 * picture->ladder->n_hosts; i++)
		y = max(y, picture->reached[i]);
	picture->life[1] = y + 24;
	picture->height = picture->life[1] + MARGIN;
}

/* ---- shelves ----------------------------------------------------------- */

/* Two that wait at once at the same line wait at different distances. */
static void place_on_shelves(struct lg_picture *picture)
{
	const struct lg_ladder *ladder = picture->ladder;
	int64_t until_ns[SHELVES];

	for (size_t i = 0; i < SHELVES; i++)
		until_ns[i] = INT64_MIN;
	for (size_t i = 0; i < ladder->n_arrows; i++) {
		const struct lg_ladder_arrow *arrow = &ladder->arrows[i];
		size_t release = picture->steps.released_as[i];
		size_t place = 0;

		if (arrow->fate != LG_HELD)
			continue;
		while (place + 1 < SHELVES && until_ns[place] > arrow->left_ns)
			place++;
		if (release != LG_NO_INDEX)
			until_ns[place] = ladder->arrows[release].left_ns;
		picture->arrows[i].shelf = SHELF + (int)place * SHELF_STEP;
	}
}

/* ---- the whole --------------------------------------------------------- */

int lg_picture_make(struct lg_picture *picture, const struct lg_ladder *ladder)
{
	size_t n_hosts = ladder->n_hosts;

	*picture = (struct lg_picture){.ladder = ladder};
	int error = lg_steps_make(&picture->steps, ladder, 0);
	if (error < 0)
		return error;
	picture->hosts = calloc(n_hosts + 1, sizeof(int));
	picture->names = calloc(n_hosts + 1, sizeof(int));
	picture->reached = calloc(2 * n_hosts + 1, sizeof(int));
	picture->notes = calloc(ladder->n_notes + 1, sizeof(int));
	picture->arrows =
		calloc(ladder->n_arrows + 1, sizeof(*picture->arrows));
	picture->breaks =
		calloc(picture->steps.n + 1, sizeof(*picture->breaks));
	if (!picture->hosts || !picture->names || !picture->reached ||
	    !picture->notes || !picture->arrows || !picture->breaks) {
		lg_picture_free(picture);
		return -ENOMEM;
	}
	find_crossings(picture);
	place_on_shelves(picture);
	place_columns(picture);
	place_rows(picture);
	return 0;
}

void lg_picture_free(struct lg_picture *picture)
{
	lg_steps_free(&picture->steps);
	free(picture->hosts);
	free(picture->names);
	free(picture->reached);
	free(picture->notes);
	free(picture->arrows);
	free(picture->breaks);
}
