/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names nearest to one that does not exist, for messages about it. */
#ifndef LG_NEAREST_H
#define LG_NEAREST_H

#include <stddef.h>

struct lg_near {
	char name[64];
	unsigned distance;
};

struct lg_nearest {
	const char *asked;
	struct lg_near best[3]; /* nearest first */
	size_t n;
};

/* Offers a name that does exist; it is kept if it is near enough. */
void lg_nearest_offer(struct lg_nearest *nearest, const char *name);

/* Writes "; BEFORE" and the names, "a, b, c"; nothing if nothing is near. */
void lg_nearest_print(char *text, size_t room, const struct lg_nearest *nearest,
		      const char *before);

#endif
