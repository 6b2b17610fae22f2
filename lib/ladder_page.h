/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of a ladder in text: which rows there are, and where its columns,
 * times and bends stand.
 *
 * An arrow that is slow enough for other things to happen meanwhile has two
 * rows: where it leaves and where it arrives.  In between it runs downwards,
 * near to the host it goes to; that is its bend.
 */
#ifndef LG_LADDER_PAGE_H
#define LG_LADDER_PAGE_H

#include "cells.h"
#include "ladder_steps.h"

/* An arrow that takes this long shows when it arrived. */
#define LG_PAGE_SLOW_NS INT64_C(1000000)

#define LG_PAGE_BENDS 3 /* at a host and side at once; more have one row */

struct lg_page {
	const struct lg_ladder *ladder;
	struct lg_steps steps;
	struct lg_cells row;
	struct lg_step *rows; /* the steps that have one */
	size_t n_rows;
	size_t *bends; /* by arrow: its place, LG_NO_INDEX: it has one row */
	unsigned most_bends;
	size_t *flying;	    /* the arrow at each bend of each host and side */
	unsigned *note_end; /* by host: how far the row's notes reach */
	unsigned point;	    /* where the times' decimal points are */
	unsigned mark;	    /* where "!!" goes */
	unsigned left, hop; /* the first column, and from one to the next */
	bool beside;	    /* words stand beside the ladder, not in it */
};

/* 0 or -ENOMEM. */
int lg_page_make(struct lg_page *page, const struct lg_ladder *ladder,
		 struct lg_ladder_style style);
void lg_page_free(struct lg_page *page);

unsigned lg_page_column(const struct lg_page *page, size_t host);
/* Where words begin that stand beside the ladder. */
unsigned lg_page_beside(const struct lg_page *page);

bool lg_page_bends(const struct lg_page *page, size_t arrow);
unsigned lg_page_bend(const struct lg_page *page, size_t arrow);
/* From the next row on, the arrow is on its way, and isn't any more. */
void lg_page_takes_off(struct lg_page *page, size_t arrow);
void lg_page_lands(struct lg_page *page, size_t arrow);

/* Puts the life lines, and the arrows that are on their way. */
void lg_page_put_lines(struct lg_page *page, uint32_t glyph);
/* Puts when a row is. */
void lg_page_put_time(struct lg_page *page, size_t row);

/* The remark on an arrow; how long it took is part of it, unless its rows show
 * that. */
void lg_page_remark(const struct lg_page *page, size_t arrow,
		    char text[LG_LADDER_TEXT]);

#endif
