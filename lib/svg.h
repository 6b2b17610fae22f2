/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of an SVG document, in whole pixels. */
#ifndef LG_SVG_H
#define LG_SVG_H

#include <stdio.h>

/* The part of a text that stands at its point. */
enum lg_svg_anchor { LG_ANCHOR_START, LG_ANCHOR_MIDDLE, LG_ANCHOR_END };

/* Text, as it stands between tags. */
void lg_svg_escape(FILE *out, const char *text);

void lg_svg_text(FILE *out, int x, int y, const char *class,
		 enum lg_svg_anchor anchor, const char *text);

void lg_svg_line(FILE *out, const char *class, int x1, int y1, int x2, int y2);

#endif
