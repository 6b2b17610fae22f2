// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare_ladders.h"

#include "text.h"
#include "trace_diff.h"

#include <stdlib.h>
#include <string.h>

#define INDENT 6
/* Of what is the same on both sides, beside each difference. */
#define CONTEXT 2
#define SKIPPED_LEAST 3

/* The only two hosts, as the first segment names them. */
struct ends {
	bool two;
	char *hosts[2];
};

struct printing {
	const struct lg_terminal *terminal;
	struct lg_trace_diff diff;
	struct ends ends;
	char **left, **right; /* of each row, as they are printed */
};

/* ---- lines ------------------------------------------------------------- */

/* "+2s client:4000 > server:80 S 0:0(0)" */
struct parts {
	const char *gap, *from, *from_port, *to, *to_port, *rest;
	int gap_length, from_length, from_port_length, to_length,
		to_port_length;
};

static bool read_end(const char **at, const char **host, int *length,
		     const char **port, int *port_length)
{
	*host = *at;
	*length = (int)strcspn(*at, ": ");
	if ((*at)[*length] != ':')
		return false;
	*port = *at + *length + 1;
	*port_length = (int)strcspn(*port, " ");
	*at = *port + *port_length;
	return true;
}

static bool read_parts(const char *line, struct parts *parts)
{
	const char *at = line;
	*parts = (struct parts){.gap = line};
	if (*at == '+') {
		parts->gap_length = (int)strcspn(at, " ");
		at += parts->gap_length + (at[parts->gap_length] == ' ');
	}
	if (!read_end(&at, &parts->from, &parts->from_length, &parts->from_port,
		      &parts->from_port_length) ||
	    strncmp(at, " > ", 3) != 0)
		return false;
	at += 3;
	if (!read_end(&at, &parts->to, &parts->to_length, &parts->to_port,
		      &parts->to_port_length))
		return false;
	parts->rest = at;
	return true;
}

static bool is_host(const char *name, const char *text, int length)
{
	return !strncmp(name, text, (size_t)length) && !name[length];
}

static void note_ends(struct ends *ends, const char *line)
{
	struct parts parts;
	if (!line || !ends->two)
		return;
	ends->two = read_parts(line, &parts);
	if (!ends->two)
		return;
	if (!ends->hosts[0]) {
		ends->hosts[0] = lg_text("%.*s", parts.from_length, parts.from);
		ends->hosts[1] = lg_text("%.*s", parts.to_length, parts.to);
	}
	bool there = is_host(ends->hosts[0], parts.from, parts.from_length) &&
		     is_host(ends->hosts[1], parts.to, parts.to_length);
	bool back = is_host(ends->hosts[1], parts.from, parts.from_length) &&
		    is_host(ends->hosts[0], parts.to, parts.to_length);
	ends->two = there || back;
}

/* Between two hosts: "4000 -> 80 S 0:0(0)", the first host's port first. */
static char *shorten(const struct ends *ends, const char *line)
{
	struct parts p;
	if (!line)
		return lg_text("%s", "");
	if (!ends->two || !read_parts(line, &p))
		return lg_text("%s", line);
	const char *blank = p.gap_length ? " " : "";
	if (is_host(ends->hosts[0], p.from, p.from_length))
		return lg_text("%.*s%s%.*s -> %.*s%s", p.gap_length, p.gap,
			       blank, p.from_port_length, p.from_port,
			       p.to_port_length, p.to_port, p.rest);
	return lg_text("%.*s%s%.*s <- %.*s%s", p.gap_length, p.gap, blank,
		       p.to_port_length, p.to_port, p.from_port_length,
		       p.from_port, p.rest);
}

/* ---- which rows -------------------------------------------------------- */

/* Whether any row that differs is so near. */
static bool is_near_difference(const struct lg_trace_diff *diff, size_t row)
{
	size_t from = row > CONTEXT ? row - CONTEXT : 0;
	for (size_t i = from; i <= row + CONTEXT && i < diff->n; i++) {
		if (!diff->rows[i].same)
			return true;
	}
	return false;
}

/* How many rows from here on are not worth their lines. */
static size_t count_skipped(const struct lg_trace_diff *diff, size_t row)
{
	size_t n = 0;
	while (row + n < diff->n && !is_near_difference(diff, row + n))
		n++;
	return n >= SKIPPED_LEAST ? n : 0;
}

static size_t widest(char *const *lines, size_t n, const char *name)
{
	size_t most = strlen(name);
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(lines[i]);
		most = length > most ? length : most;
	}
	return most;
}

/* ---- printing ---------------------------------------------------------- */

static const char *mark(const struct lg_trace_diff *diff, size_t row)
{
	return diff->rows[row].same ? "  " : row == diff->first ? "=>" : " *";
}

static const char *colour(const struct printing *printing, size_t row)
{
	const struct lg_trace_diff *diff = &printing->diff;
	return lg_terminal_colour(printing->terminal,
				  diff->rows[row].same ? LG_PLAIN
				  : row == diff->first ? LG_RED
						       : LG_YELLOW);
}

static void print_beside(const struct printing *printing, size_t row,
			 size_t width)
{
	printf("%*s%s%s %-*s | %s%s\n", INDENT - 3, "", colour(printing, row),
	       mark(&printing->diff, row), (int)width, printing->left[row],
	       printing->right[row],
	       lg_terminal_colour(printing->terminal, LG_PLAIN));
}

static void print_under(const struct printing *printing, size_t row)
{
	const struct lg_trace_row *at = &printing->diff.rows[row];
	const char *plain = lg_terminal_colour(printing->terminal, LG_PLAIN);
	const char *first = mark(&printing->diff, row);

	if (at->same) {
		printf("%*s   %s\n", INDENT - 1, "", printing->left[row]);
		return;
	}
	if (at->left)
		printf("%*s%s%s - %s%s\n", INDENT - 3, "",
		       colour(printing, row), first, printing->left[row],
		       plain);
	if (at->right)
		printf("%*s%s%s + %s%s\n", INDENT - 3, "",
		       colour(printing, row), at->left ? "  " : first,
		       printing->right[row], plain);
}

/* `width`: of the left side; 0: one under the other. */
static void print_rows(const struct printing *printing, size_t width)
{
	const struct lg_trace_diff *diff = &printing->diff;
	for (size_t row = 0; row < diff->n;) {
		size_t skipped = count_skipped(diff, row);
		if (skipped) {
			printf("%*s... %zu the same\n", INDENT, "", skipped);
			row += skipped;
			continue;
		}
		if (width)
			print_beside(printing, row, width);
		else
			print_under(printing, row);
		row++;
	}
}

static void print_all(const struct printing *printing,
		      const char *const names[2])
{
	const struct lg_trace_diff *diff = &printing->diff;
	size_t left = widest(printing->left, diff->n, names[0]);
	size_t right = widest(printing->right, diff->n, names[1]);
	size_t room = printing->terminal->width;

	if (printing->ends.two)
		printf("%*s(%s -> %s)\n", INDENT, "", printing->ends.hosts[0],
		       printing->ends.hosts[1]);
	if (!room || INDENT + left + 3 + right <= room) {
		printf("%*s%-*s | %s\n", INDENT, "", (int)left, names[0],
		       names[1]);
		print_rows(printing, left);
		return;
	}
	printf("%*s- %s\n%*s+ %s\n", INDENT, "", names[0], INDENT, "",
	       names[1]);
	print_rows(printing, 0);
}

void lg_compare_ladders(const struct lg_terminal *terminal,
			const char *const names[2], const json_t *left,
			const json_t *right)
{
	struct printing printing = {.terminal = terminal,
				    .ends = {.two = true}};
	struct lg_trace_diff *diff = &printing.diff;

	lg_trace_diff(diff, left, right);
	for (size_t i = 0; i < diff->n; i++) {
		note_ends(&printing.ends, diff->rows[i].left);
		note_ends(&printing.ends, diff->rows[i].right);
	}
	printing.left = lg_room(diff->n, sizeof(*printing.left));
	printing.right = lg_room(diff->n, sizeof(*printing.right));
	for (size_t i = 0; i < diff->n; i++) {
		printing.left[i] = shorten(&printing.ends, diff->rows[i].left);
		printing.right[i] =
			shorten(&printing.ends, diff->rows[i].right);
	}
	print_all(&printing, names);
	for (size_t i = 0; i < diff->n; i++) {
		free(printing.left[i]);
		free(printing.right[i]);
	}
	free(printing.left);
	free(printing.right);
	free(printing.ends.hosts[0]);
	free(printing.ends.hosts[1]);
	lg_trace_diff_free(diff);
}
