/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be written where, and tables that keep to it. */
#ifndef LG_TERMINAL_H
#define LG_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

struct libscols_table;
struct libscols_line;

struct lg_terminal {
	bool live;	 /* lines can be written over */
	bool colour;	 /* NO_COLOR is not set */
	bool utf8;	 /* more than ASCII can be shown */
	unsigned width;	 /* in columns; 0: not limited */
	unsigned height; /* in lines; 0: not known */
};

/* What standard output is. */
struct lg_terminal lg_terminal(void);

enum lg_colour {
	LG_PLAIN,
	LG_GREEN,
	LG_RED,
	LG_MAGENTA,
	LG_YELLOW,
	LG_BOLD,
	LG_FAINT
};

/* The sequence that begins a colour (LG_PLAIN: ends any); "" without them. */
const char *lg_terminal_colour(const struct lg_terminal *terminal,
			       enum lg_colour colour);

/* As much of a line as there is room for, visibly cut; to be freed. */
char *lg_terminal_cut(const struct lg_terminal *terminal, const char *text,
		      unsigned room);

/* A table on standard output; its columns' names follow, ended by NULL.  A
 * name that begins with '>' aligns to the right, with '~' may be cut short. */
struct libscols_table *lg_table(const struct lg_terminal *terminal, ...)
	__attribute__((sentinel));

/* One column more; of a table that has no lines yet. */
void lg_table_column(struct libscols_table *table, const char *name);

void lg_table_hide(struct libscols_table *table, size_t column);

struct libscols_line *lg_table_line(struct libscols_table *table);
void lg_table_cell(struct libscols_line *line, size_t column,
		   const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Prints it, without blanks at the ends of lines, and frees it. */
void lg_table_print(struct libscols_table *table);
/* Likewise, to a file. */
void lg_table_write(struct libscols_table *table, FILE *file);

#endif
