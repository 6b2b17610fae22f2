// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_console.h"

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

static const char *line_of(const char *text, size_t at)
{
	while (at && text[at - 1] != '\n')
		at--;
	return text + at;
}

/* Looks at lines that are whole from `at` on. */
static void look_for_fault(struct lg_console *console, size_t at)
{
	const char *line = line_of(console->text, at), *end;
	for (; !console->splat && (end = strchr(line, '\n')); line = end + 1) {
		if (is_fault(line))
			console->splat =
				lg_text_clean(line, (size_t)(end - line));
	}
}

void lg_console_add(struct lg_console *console, const char *bytes, size_t size)
{
	size_t before = console->size;
	if (size > KEPT - before)
		size = KEPT - before;
	if (console->room < before + size + 1) {
		console->room = 2 * (before + size) + 1;
		console->text = lg_there(realloc(console->text, console->room));
	}
	/* Terminals end lines with both. */
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != '\r' && bytes[i])
			console->text[console->size++] = bytes[i];
	}
	console->text[console->size] = '\0';
	look_for_fault(console, before);
}

void lg_console_reset(struct lg_console *console)
{
	console->size = 0;
	if (console->text)
		*console->text = '\0';
	free(console->splat);
	console->splat = NULL;
}

void lg_console_free(struct lg_console *console)
{
	lg_console_reset(console);
	free(console->text);
}

static const char *shown_from(const struct lg_console *console)
{
	const char *splat =
		console->splat ? strstr(console->text, console->splat) : NULL;
	if (splat)
		return splat;
	const char *at = console->text + console->size;
	for (unsigned lines = 0; at > console->text; at--) {
		if (at[-1] == '\n' && lines++ == LINES_SHOWN)
			break;
	}
	return at;
}

json_t *lg_console_lines(const struct lg_console *console)
{
	json_t *lines = lg_there(json_array());
	const char *at = console->size ? shown_from(console) : "";
	for (unsigned n = 0; *at && n < LINES_SHOWN; n++) {
		size_t length = strcspn(at, "\n");
		char *clean = lg_text_clean(at, length);
		char *indented = lg_text("  %s", clean);
		json_array_append_new(lines, json_string(indented));
		free(indented);
		free(clean);
		at += length + (at[length] == '\n');
	}
	return lines;
}
