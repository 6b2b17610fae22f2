/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ladder of a trace. */
#ifndef LG_DRAWING_H
#define LG_DRAWING_H

#include "ladder.h"
#include "trace.h"

struct lg_drawing {
	struct lg_ladder ladder;
	const char **hosts;
	struct lg_ladder_arrow *arrows;
};

/*
 * Finds the arrows of a network's trace.  `unexpected` (may be NULL) is the
 * frame that failed the case, `expected` what should have come.  The ladder
 * points into the trace.  0, or -ENOMEM.
 */
int lg_drawing_make(const struct lg_net *net, const char *title,
		    const struct lg_frame *unexpected, const char *expected,
		    struct lg_drawing *drawing);
void lg_drawing_free(struct lg_drawing *drawing);

#endif
