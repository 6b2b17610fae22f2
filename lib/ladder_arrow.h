/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrows of a ladder as SVG, with all that stands at them. */
#ifndef LG_LADDER_ARROW_H
#define LG_LADDER_ARROW_H

#include "ladder_picture.h"

#include <stdio.h>

void lg_ladder_draw_arrow(const struct lg_picture *picture, FILE *out,
			  size_t i);

#endif
