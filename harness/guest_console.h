/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest's console says.  Init marks on it where a job begins and ends: a
 * console and the events that come with it are read when they are, so that only
 * this tells what belongs to which.
 */
#ifndef LG_GUEST_CONSOLE_H
#define LG_GUEST_CONSOLE_H

#include <jansson.h>
#include <stddef.h>

struct lg_console {
	char *text; /* NULL: nothing yet */
	size_t size, room;
};

void lg_console_add(struct lg_console *console, const char *bytes, size_t size);

/* Drops what came before the mark of a job's beginning. */
void lg_console_begin(struct lg_console *console);

/* How much of it is of the job at hand: up to the mark of its end; all, if that
 * is not there.  lg_console_end() drops it. */
size_t lg_console_part(const struct lg_console *console);
void lg_console_end(struct lg_console *console);

void lg_console_free(struct lg_console *console);

/* The first line of that part which tells of a fault of the kernel, to be
 * freed; NULL: there is none. */
char *lg_console_fault(const struct lg_console *console);

/* What tells best why there is no more of it: that line, else the last one.  To
 * be freed; NULL: there is none. */
char *lg_console_cause(const struct lg_console *console);

/* The part's end, or what follows the fault, as lines that are safe to print.
 */
json_t *lg_console_lines(const struct lg_console *console);

#endif
