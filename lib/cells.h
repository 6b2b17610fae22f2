/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A row of cells for terminals: drawn in any order, written once.  So nothing
 * gets wider than the row.
 */
#ifndef LG_CELLS_H
#define LG_CELLS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum lg_ink {
	LG_INK_PLAIN,
	LG_INK_FAINT,
	LG_INK_STATE,
	LG_INK_COUNTER,
	LG_INK_BAD,
	LG_INK_HELD,
	LG_INK_REWRITTEN,
};

/* Any character will do; these have ASCII of their own. */
enum lg_glyph {
	LG_GLYPH_LIFE = 0x2502,	      /* | */
	LG_GLYPH_SILENCE = 0x250a,    /* : */
	LG_GLYPH_FLOW = 0x2500,	      /* - */
	LG_GLYPH_INJECTED = 0x2550,   /* = */
	LG_GLYPH_CROSS = 0x253c,      /* + */
	LG_GLYPH_RIGHT = 0x25ba,      /* > */
	LG_GLYPH_LEFT = 0x25c4,	      /* < */
	LG_GLYPH_RIGHT_DOWN = 0x256e, /* . */
	LG_GLYPH_LEFT_DOWN = 0x256d,  /* . */
	LG_GLYPH_DOWN_RIGHT = 0x2570, /* ' */
	LG_GLYPH_DOWN_LEFT = 0x256f,  /* ' */
	LG_GLYPH_CUT = 0x2026,	      /* ~ */
	LG_GLYPH_MARK = 0x25cf,	      /* * */
};

struct lg_cells {
	struct lg_cell *cells;
	unsigned width;
	bool ascii, colour;
};

/* 0 or -ENOMEM. */
int lg_cells_make(struct lg_cells *cells, unsigned width, bool ascii,
		  bool colour);
void lg_cells_free(struct lg_cells *cells);

/* What lies outside the row is left away. */
void lg_cells_put(struct lg_cells *cells, unsigned x, uint32_t glyph,
		  enum lg_ink ink);
uint32_t lg_cells_at(const struct lg_cells *cells, unsigned x);

/* Puts UTF-8, cut visibly to `room` characters.  Control characters become
 * '?'.  Returns how wide it is. */
unsigned lg_cells_print(struct lg_cells *cells, unsigned x, const char *string,
			unsigned room, enum lg_ink ink);

/* How wide a string is in cells. */
unsigned lg_cells_width(const char *string);

/* Writes the row as a line and makes it empty. */
void lg_cells_end(struct lg_cells *cells, FILE *out);

#endif
