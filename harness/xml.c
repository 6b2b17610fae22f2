// SPDX-License-Identifier: GPL-2.0-or-later
#include "xml.h"

#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *bytes, *instead;
	bool only_in_attributes;
} escapes[] = {
	{"&", "&amp;"},
	{"<", "&lt;"},
	{">", "&gt;"},
	{"\"", "&quot;"},
	/* They would become blanks. */
	{"\n", "&#10;", true},
	{"\t", "&#9;", true},
	/* Beside control characters and surrogates the only ones that are
	 * none. */
	{"\xef\xbf\xbe", "\\ufffe"},
	{"\xef\xbf\xbf", "\\uffff"},
};
#define N_ESCAPES (sizeof(escapes) / sizeof(*escapes))

static void print(FILE *file, const char *text, bool in_attribute)
{
	char *clean = lg_text_clean(text, strlen(text));
	for (const char *at = clean; *at;) {
		size_t i = 0;
		while (i < N_ESCAPES &&
		       (strncmp(at, escapes[i].bytes,
				strlen(escapes[i].bytes)) != 0 ||
			escapes[i].only_in_attributes > in_attribute))
			i++;
		if (i == N_ESCAPES) {
			putc(*at++, file);
			continue;
		}
		fputs(escapes[i].instead, file);
		at += strlen(escapes[i].bytes);
	}
	free(clean);
}

void lg_xml_text(FILE *file, const char *text)
{
	print(file, text, false);
}

void lg_xml_attribute(FILE *file, const char *name, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = lg_text_of(format, arguments);
	va_end(arguments);

	fprintf(file, " %s=\"", name);
	print(file, text, true);
	putc('"', file);
	free(text);
}
