/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of a ladder as a picture, in pixels: time runs downwards, not to
 * scale, so that a handshake and a TIME_WAIT fit on one page; but it never
 * runs backwards, and nothing is written over anything else.
 */
#ifndef LG_LADDER_PICTURE_H
#define LG_LADDER_PICTURE_H

#include "ladder_steps.h"

#define LG_PICTURE_LINE 13 /* from one line of text to the next */
#define LG_PICTURE_LANE 10 /* from one connection's bar to the next */
#define LG_PICTURE_HEAD 56 /* the middle of the hosts' names */
#define LG_PICTURE_LINES 8

struct lg_picture_arrow {
	int leaves, arrives; /* y */
	int shelf;    /* how far from its host's line a held one waits, 0: no */
	bool crosses; /* others: so its words are where it leaves */
};

struct lg_picture_break {
	int y;
	int64_t ns;
};

struct lg_picture {
	const struct lg_ladder *ladder;
	struct lg_steps steps;
	int width, height;
	int axis;    /* x */
	int *hosts;  /* x */
	int *names;  /* widths of their heads */
	int life[2]; /* y of the life lines' ends */
	struct lg_picture_arrow *arrows;
	int *notes; /* y */
	struct lg_picture_break *breaks;
	size_t n_breaks;
	int *reached; /* y, by host and side: nothing is free above it */
};

/* The words of an arrow.  The first line is the numbers, options follow. */
struct lg_picture_words {
	char lines[LG_PICTURE_LINES][LG_LADDER_TEXT];
	size_t n;
	char remark[LG_LADDER_TEXT]; /* empty: none */
	bool remark_fits;	     /* beside the first line under the arrow */
	size_t over, under;	     /* how many lines are there */
};

/* 0 or -ENOMEM. */
int lg_picture_make(struct lg_picture *picture, const struct lg_ladder *ladder);
void lg_picture_free(struct lg_picture *picture);

void lg_picture_words(const struct lg_picture *picture, size_t arrow,
		      struct lg_picture_words *words);

/* On which side of its host's line a note is: -1 left, 1 right. */
int lg_picture_note_side(size_t host);
/* How far from the line. */
int lg_picture_note_offset(const struct lg_picture *picture, size_t host);

#endif
