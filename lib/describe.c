// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "describe.h"

#include "event.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Put into each case by linger.h. */
extern const char lg_case_source[];
extern const char lg_case_path[];

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

const char *lg_case_name(void)
{
	static char name[256];
	if (name[0])
		return name;

	/* The last two parts of the path, without ".c". */
	const char *start = lg_case_path + strlen(lg_case_path);
	for (int slashes = 0; start > lg_case_path; start--) {
		if (start[-1] == '/' && ++slashes == 2)
			break;
	}
	snprintf(name, sizeof(name), "%s", start);
	char *dot = strrchr(name, '.');
	if (dot)
		*dot = '\0';
	return name;
}

void lg_case_line(int line, char *text, size_t room)
{
	const char *at = lg_case_source;

	while (--line > 0 && *at) {
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	at += strspn(at, " \t");
	snprintf(text, room, "%.*s", (int)strcspn(at, "\n"), at);
}

/*
 * The story is the comment that opens the file: its paragraphs as lines, with
 * an empty line between them.
 */
static char *read_story(void)
{
	char *story = NULL;
	size_t size;
	const char *at = strstr(lg_case_source, "/*");
	const char *end = at ? strstr(at, "*/") : NULL;
	FILE *out = open_memstream(&story, &size);
	if (!out)
		return NULL;

	bool begun = false, gap = false;
	for (at = end ? at + 2 : NULL; at && at < end;) {
		const char *line = at + strspn(at, " \t");
		if (line < end && *line == '*')
			line++;
		line += strspn(line, " \t");
		const char *stop = line + strcspn(line, "\n");
		if (stop > end)
			stop = end;
		while (stop > line && isspace((unsigned char)stop[-1]))
			stop--;
		if (stop > line) {
			fprintf(out, "%s%.*s",
				!begun ? ""
				: gap  ? "\n\n"
				       : " ",
				(int)(stop - line), line);
			begun = true;
		}
		gap = begun && stop <= line;
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	fclose(out);
	return story;
}

/* Up to the first full stop, which is not part of it. */
static size_t title_length(const char *story)
{
	size_t length = strcspn(story, "\n");
	for (size_t i = 0; i < length; i++) {
		if (story[i] == '.' && (i + 1 == length || story[i + 1] == ' '))
			return i;
	}
	return length;
}

json_t *lg_case_describe(const struct lg_variants *variants)
{
	char *story = read_story();
	if (!story)
		return NULL;

	json_t *needs = json_array(), *list = json_array(),
	       *facts = json_object();
	for (size_t i = 0; i < LENGTH(lg_case.needs) && lg_case.needs[i]; i++)
		json_array_append_new(needs, json_string(lg_case.needs[i]));
	for (size_t i = 0; i < LENGTH(lg_case.facts) && lg_case.facts[i].fact;
	     i++)
		json_object_set_new(facts, lg_case.facts[i].fact,
				    json_string(lg_case.facts[i].means));
	for (size_t i = 0; i < variants->n; i++) {
		const struct lg_variant *variant = &variants->list[i];
		json_array_append_new(list,
				      json_pack("{s:s, s:I, s:b}", "name",
						variant->name, "lasts_ms",
						(json_int_t)variant->lasts_ms,
						"bulk", (int)variant->bulk));
	}
	json_t *about = json_pack(
		"{s:i, s:s, s:s, s:s%, s:s, s:s, s:b, s:o, s:o, s:o}", "schema",
		LG_SCHEMA, "case", lg_case_name(), "story", story, "title",
		story, title_length(story), "topology", lg_case.topology,
		"claims", lg_case.claims ? lg_case.claims : "", "bulk",
		(int)lg_case.bulk, "needs", needs, "facts", facts, "variants",
		list);
	free(story);
	return about;
}
