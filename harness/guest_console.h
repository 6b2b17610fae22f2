/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's kernel prints. */
#ifndef LG_GUEST_CONSOLE_H
#define LG_GUEST_CONSOLE_H

#include <jansson.h>
#include <stddef.h>

struct lg_console {
	char *text; /* of the job at hand; NULL: nothing yet */
	size_t size, room;
	char *splat; /* the first line that tells of a fault; NULL: none */
};

void lg_console_add(struct lg_console *console, const char *bytes, size_t size);

/* Forgets what was printed so far: it belongs to what is over. */
void lg_console_reset(struct lg_console *console);
void lg_console_free(struct lg_console *console);

/* Its end, or what follows the fault, as lines that are safe to print. */
json_t *lg_console_lines(const struct lg_console *console);

#endif
