// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_console.h"

#include "guest.h"
#include "text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A guest that prints without end has said enough at its beginning. */
#define KEPT ((size_t)1 << 20)
#define LINES_SHOWN 40

/* How the kernel begins what it should never have to say. */
static const char *const faults[] = {
	"WARNING: ",
	"BUG: ",
	"kernel BUG at ",
	"Oops",
	"Internal error: ",
	"general protection",
	"Kernel panic",
	"INFO: possible",
	"INFO: suspicious",
	"INFO: inconsistent",
	"INFO: rcu",
	"INFO: task ",
	"unregister_netdevice: waiting",
	"refcount_t: ",
};

/* "[   12.345678] text": a program prints on the console too. */
static const char *kernel_text(const char *line)
{
	if (*line != '[')
		return NULL;
	line += 1 + strspn(line + 1, " 0123456789.");
	/* With CONFIG_PRINTK_CALLER: "[   12.345678][    T1] text". */
	if (line[0] == ']' && line[1] == '[')
		line += 2 + strcspn(line + 2, "]\n");
	return *line == ']' ? line + 1 : NULL;
}

static bool is_fault(const char *line)
{
	const char *text = kernel_text(line);
	if (!text)
		return false;
	text += strspn(text, " ");
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		if (!strncmp(text, faults[i], strlen(faults[i])))
			return true;
	}
	return false;
}

static const char *find_fault(const struct lg_console *console)
{
	const char *line = console->text;
	const char *limit = line + lg_console_part(console), *end;
	for (; line && (end = memchr(line, '\n', (size_t)(limit - line)));
	     line = end + 1) {
		if (is_fault(line))
			return line;
	}
	return NULL;
}

void lg_console_add(struct lg_console *console, const char *bytes, size_t size)
{
	if (size > KEPT - console->size)
		size = KEPT - console->size;
	if (console->room < console->size + size + 1) {
		console->room = 2 * (console->size + size) + 1;
		console->text = lg_there(realloc(console->text, console->room));
	}
	/* Terminals end lines with both. */
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != '\r' && bytes[i])
			console->text[console->size++] = bytes[i];
	}
	console->text[console->size] = '\0';
}

/* The line that is this mark; NULL if it is not there. */
static char *find_mark(const struct lg_console *console, const char *mark)
{
	return console->size ? strstr(console->text, mark) : NULL;
}

/* Drops all before it, and the mark. */
static void drop_through(struct lg_console *console, const char *at,
			 const char *mark)
{
	const char *from = at + strlen(mark);
	console->size -= (size_t)(from - console->text);
	memmove(console->text, from, console->size + 1);
}

void lg_console_begin(struct lg_console *console)
{
	const char *at = find_mark(console, LG_GUEST_BEGIN);
	if (at)
		drop_through(console, at, LG_GUEST_BEGIN);
}

size_t lg_console_part(const struct lg_console *console)
{
	const char *at = find_mark(console, LG_GUEST_END);
	return at ? (size_t)(at - console->text) : console->size;
}

void lg_console_end(struct lg_console *console)
{
	const char *at = find_mark(console, LG_GUEST_END);
	if (at)
		drop_through(console, at, LG_GUEST_END);
	else
		console->size = 0;
}

void lg_console_free(struct lg_console *console)
{
	free(console->text);
	*console = (struct lg_console){0};
}

char *lg_console_fault(const struct lg_console *console)
{
	const char *line = find_fault(console);
	return line ? lg_text_clean(line, strcspn(line, "\n")) : NULL;
}

char *lg_console_cause(const struct lg_console *console)
{
	char *fault = lg_console_fault(console);
	size_t size = fault ? 0 : lg_console_part(console);
	while (size && console->text[size - 1] == '\n')
		size--;
	if (!size)
		return fault;
	const char *start = memrchr(console->text, '\n', size);
	start = start ? start + 1 : console->text;
	return lg_text_clean(start, size - (size_t)(start - console->text));
}

/* The last lines before `limit`. */
static const char *last_lines(const char *text, const char *limit)
{
	const char *at = limit;
	for (unsigned lines = 0; at > text; at--) {
		if (at[-1] == '\n' && lines++ == LINES_SHOWN)
			break;
	}
	return at;
}

json_t *lg_console_lines(const struct lg_console *console)
{
	json_t *lines = lg_there(json_array());
	size_t size = lg_console_part(console);
	const char *limit = console->text + size;
	const char *at = size ? find_fault(console) : limit;
	if (!at)
		at = last_lines(console->text, limit);

	for (unsigned n = 0; at < limit && n < LINES_SHOWN; n++) {
		const char *end = memchr(at, '\n', (size_t)(limit - at));
		size_t length = (size_t)((end ? end : limit) - at);
		char *clean = lg_text_clean(at, length);
		char *indented = lg_text("  %s", clean);
		json_array_append_new(lines, json_string(indented));
		free(indented);
		free(clean);
		at += length + 1;
	}
	return lines;
}
