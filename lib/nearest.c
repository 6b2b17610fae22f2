// SPDX-License-Identifier: GPL-2.0-or-later
#include "nearest.h"

#include <stdio.h>
#include <string.h>

#define BEST (sizeof(((struct lg_nearest *)0)->best) / sizeof(struct lg_near))
#define NAME_ROOM sizeof(((struct lg_near *)0)->name)

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * The edit distance, except that words more at the end of `offered` cost 1
 * together: tcp_tw_reuse_delay is near to a misspelt tcp_tw_reuse.
 */
static unsigned distance(const char *asked, const char *offered)
{
	size_t length = strlen(offered);
	unsigned row[NAME_ROOM];

	for (size_t j = 0; j <= length; j++)
		row[j] = (unsigned)j;
	for (const char *a = asked; *a; a++) {
		unsigned diagonal = row[0]++;
		for (size_t j = 1; j <= length; j++) {
			unsigned changed = diagonal + (*a != offered[j - 1]);
			diagonal = row[j];
			row[j] = least(changed, least(row[j], row[j - 1]) + 1);
		}
	}

	unsigned best = row[length];
	for (size_t j = 0; j < length; j++) {
		if (offered[j] == '_')
			best = least(best, row[j] + 1);
	}
	return best;
}

void lg_nearest_offer(struct lg_nearest *nearest, const char *name)
{
	if (strlen(name) >= NAME_ROOM)
		return;
	unsigned far = distance(nearest->asked, name);
	if (far > (strlen(nearest->asked) + 2) / 3)
		return;

	size_t place = nearest->n;
	while (place && nearest->best[place - 1].distance > far)
		place--;
	if (place == BEST)
		return;
	if (nearest->n < BEST)
		nearest->n++;
	memmove(&nearest->best[place + 1], &nearest->best[place],
		(nearest->n - 1 - place) * sizeof(struct lg_near));
	nearest->best[place].distance = far;
	strcpy(nearest->best[place].name, name);
}

void lg_nearest_print(char *text, size_t room, const struct lg_nearest *nearest,
		      const char *before)
{
	size_t length = 0;
	text[0] = '\0';
	for (size_t i = 0; i < nearest->n && length < room; i++)
		length += (size_t)snprintf(
			text + length, room - length, "%s%s%s", i ? ", " : "; ",
			i ? "" : before, nearest->best[i].name);
}
