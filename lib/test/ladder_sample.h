/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ladders of what linger's cases show, written by hand. */
#ifndef LG_LADDER_SAMPLE_H
#define LG_LADDER_SAMPLE_H

#include "ladder.h"

struct ladder_sample {
	const char *name; /* of its golden files */
	unsigned width;	  /* of the text */
	void (*make)(struct lg_ladder *ladder);
};

/* Ends with a NULL name. */
extern const struct ladder_sample ladder_samples[];

#endif
