// SPDX-License-Identifier: GPL-2.0-or-later
#include "terminal.h"

#include "cells.h"
#include "text.h"
#include "utf8.h"

#include <assert.h>
#include <langinfo.h>
#include <libsmartcols/libsmartcols.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* COLUMNS says how wide tables are to be, wherever they go. */
static void measure(struct lg_terminal *terminal, bool is_terminal)
{
	struct winsize size;
	if (is_terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size)) {
		terminal->width = size.ws_col;
		terminal->height = size.ws_row;
	}
	const char *given = getenv("COLUMNS");
	unsigned long columns;
	if (given && lg_text_number(given, USHRT_MAX, &columns))
		terminal->width = (unsigned)columns;
}

struct lg_terminal lg_terminal(void)
{
	const char *type = getenv("TERM");
	const char *no_colour = getenv("NO_COLOR");
	bool is_terminal = isatty(STDOUT_FILENO);
	bool capable = is_terminal && type && strcmp(type, "dumb");
	struct lg_terminal terminal = {
		.live = capable,
		.colour = capable && !(no_colour && *no_colour),
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
	};
	measure(&terminal, is_terminal);
	return terminal;
}

char *lg_terminal_cut(const struct lg_terminal *terminal, const char *text,
		      unsigned room)
{
	if (lg_cells_width(text) <= room)
		return lg_text("%s", text);
	const char *end = text;
	for (unsigned i = 1; i < room && *end; i++)
		lg_utf8_next(&end);
	return lg_text("%.*s%s", (int)(end - text), text,
		       !room		? ""
		       : terminal->utf8 ? "\u2026"
					: "~");
}

const char *lg_terminal_colour(const struct lg_terminal *terminal,
			       enum lg_colour colour)
{
	static const char *const sequences[] = {
		[LG_PLAIN] = "\033[0m",	  [LG_GREEN] = "\033[32m",
		[LG_RED] = "\033[31m",	  [LG_MAGENTA] = "\033[35m",
		[LG_YELLOW] = "\033[33m", [LG_BOLD] = "\033[1m",
		[LG_FAINT] = "\033[2m"};
	static_assert(sizeof(sequences) / sizeof(*sequences) == LG_FAINT + 1,
		      "a sequence for each colour");
	return terminal->colour ? sequences[colour] : "";
}

static int column_flags(char mark)
{
	switch (mark) {
	case '>':
		return SCOLS_FL_RIGHT;
	case '~':
		return SCOLS_FL_TRUNC;
	default:
		return 0;
	}
}

void lg_table_column(struct libscols_table *table, const char *name)
{
	int flags = column_flags(*name);
	lg_there(scols_table_new_column(table, name + (flags != 0),
					flags ? 0.1 : 0, flags));
}

struct libscols_table *lg_table(const struct lg_terminal *terminal, ...)
{
	struct libscols_table *table = lg_there(scols_new_table());
	scols_table_set_termforce(table, terminal->width
						 ? SCOLS_TERMFORCE_ALWAYS
						 : SCOLS_TERMFORCE_NEVER);
	if (terminal->width)
		scols_table_set_termwidth(table, terminal->width);
	scols_table_set_column_separator(table, "  ");

	va_list names;
	va_start(names, terminal);
	for (const char *name; (name = va_arg(names, const char *));)
		lg_table_column(table, name);
	va_end(names);
	return table;
}

void lg_table_hide(struct libscols_table *table, size_t column)
{
	scols_column_set_flags(scols_table_get_column(table, column),
			       SCOLS_FL_HIDDEN);
}

struct libscols_line *lg_table_line(struct libscols_table *table)
{
	return lg_there(scols_table_new_line(table, NULL));
}

void lg_table_cell(struct libscols_line *line, size_t column,
		   const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = lg_text_of(format, arguments);
	va_end(arguments);
	/* The line takes it over. */
	if (scols_line_refer_data(line, column, text))
		lg_there(NULL);
}

void lg_table_print(struct libscols_table *table)
{
	lg_table_write(table, stdout);
}

void lg_table_write(struct libscols_table *table, FILE *file)
{
	char *text = NULL;
	if (scols_print_table_to_string(table, &text))
		lg_there(NULL);
	scols_unref_table(table);

	for (char *line = text; line && *line;) {
		size_t length = strcspn(line, "\n");
		size_t kept = length;
		while (kept && line[kept - 1] == ' ')
			kept--;
		fprintf(file, "%.*s\n", (int)kept, line);
		line += length + (line[length] == '\n');
	}
	free(text);
}
