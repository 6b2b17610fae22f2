/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segments to test with: any that can be, from a seed. */
#ifndef LG_SAMPLE_H
#define LG_SAMPLE_H

#include "segment.h"

#define LG_SAMPLE_PAYLOAD 1400

/* Stands for nrand48()'s state: equal seeds make equal samples. */
struct lg_seed {
	unsigned short state[3];
};

uint32_t lg_sample_below(struct lg_seed *seed, uint32_t limit);
uint32_t lg_sample_number(struct lg_seed *seed);

/* A segment whose options fit into a header; its payload is letters. */
struct lg_segment lg_sample_segment(struct lg_seed *seed);
struct lg_edit lg_sample_edit(struct lg_seed *seed);

/* Its frame, between fixed MAC addresses.  Aborts if it cannot be built. */
size_t lg_sample_frame(const struct lg_segment *segment, uint8_t *frame,
		       size_t room);

/* The first field, time_ns aside, in which they differ; NULL for none. */
const char *lg_sample_difference(const struct lg_segment *one,
				 const struct lg_segment *other);

#endif
