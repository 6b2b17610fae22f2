// SPDX-License-Identifier: GPL-2.0-or-later
#include "cells.h"

#include "utf8.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct lg_cell {
	uint32_t glyph;
	enum lg_ink ink;
};

static const char *const ink_codes[] = {
	[LG_INK_PLAIN] = "",
	[LG_INK_FAINT] = "\033[2m",
	[LG_INK_STATE] = "\033[1m",
	[LG_INK_COUNTER] = "\033[36m",
	[LG_INK_BAD] = "\033[31m",
	[LG_INK_HELD] = "\033[33m",
	[LG_INK_REWRITTEN] = "\033[35m",
};
static_assert(sizeof(ink_codes) / sizeof(*ink_codes) == LG_INK_REWRITTEN + 1,
	      "a code for each ink");

static void clear(struct lg_cells *cells)
{
	for (unsigned x = 0; x < cells->width; x++)
		cells->cells[x] = (struct lg_cell){' ', LG_INK_PLAIN};
}

int lg_cells_make(struct lg_cells *cells, unsigned width, bool ascii,
		  bool colour)
{
	*cells = (struct lg_cells){
		.cells = calloc(width, sizeof(struct lg_cell)),
		.width = width,
		.ascii = ascii,
		.colour = colour,
	};
	if (!cells->cells)
		return -ENOMEM;
	clear(cells);
	return 0;
}

void lg_cells_free(struct lg_cells *cells)
{
	free(cells->cells);
	cells->cells = NULL;
}

void lg_cells_put(struct lg_cells *cells, unsigned x, uint32_t glyph,
		  enum lg_ink ink)
{
	if (x < cells->width)
		cells->cells[x] = (struct lg_cell){glyph, ink};
}

uint32_t lg_cells_at(const struct lg_cells *cells, unsigned x)
{
	return x < cells->width ? cells->cells[x].glyph : ' ';
}

unsigned lg_cells_width(const char *string)
{
	unsigned n = 0;

	for (; *string; n++)
		lg_utf8_next(&string);
	return n;
}

unsigned lg_cells_print(struct lg_cells *cells, unsigned x, const char *string,
			unsigned room, enum lg_ink ink)
{
	unsigned n = 0;

	for (; *string && n < room; n++) {
		uint32_t character = lg_utf8_next(&string);

		if (n + 1 == room && *string)
			character = LG_GLYPH_CUT;
		lg_cells_put(cells, x + n, character, ink);
	}
	return n;
}

static char to_ascii(uint32_t glyph)
{
	switch (glyph) {
	case LG_GLYPH_LIFE:
		return '|';
	case LG_GLYPH_SILENCE:
		return ':';
	case LG_GLYPH_FLOW:
		return '-';
	case LG_GLYPH_INJECTED:
		return '=';
	case LG_GLYPH_CROSS:
		return '+';
	case LG_GLYPH_RIGHT:
		return '>';
	case LG_GLYPH_LEFT:
		return '<';
	case LG_GLYPH_RIGHT_DOWN:
	case LG_GLYPH_LEFT_DOWN:
		return '.';
	case LG_GLYPH_DOWN_RIGHT:
	case LG_GLYPH_DOWN_LEFT:
		return '\'';
	case LG_GLYPH_CUT:
		return '~';
	case LG_GLYPH_MARK:
		return '*';
	}
	return glyph < 0x80 ? (char)glyph : '?';
}

static void write_ink(const struct lg_cells *cells, enum lg_ink *now,
		      enum lg_ink ink, FILE *out)
{
	if (!cells->colour || *now == ink)
		return;
	if (*now != LG_INK_PLAIN)
		fputs("\033[0m", out);
	fputs(ink_codes[ink], out);
	*now = ink;
}

void lg_cells_end(struct lg_cells *cells, FILE *out)
{
	enum lg_ink ink = LG_INK_PLAIN;
	unsigned width = cells->width;

	while (width && cells->cells[width - 1].glyph == ' ')
		width--;
	for (unsigned x = 0; x < width; x++) {
		write_ink(cells, &ink, cells->cells[x].ink, out);
		if (cells->ascii)
			fputc(to_ascii(cells->cells[x].glyph), out);
		else
			lg_utf8_write(cells->cells[x].glyph, out);
	}
	write_ink(cells, &ink, LG_INK_PLAIN, out);
	fputc('\n', out);
	clear(cells);
}
