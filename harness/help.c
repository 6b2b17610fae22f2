// SPDX-License-Identifier: GPL-2.0-or-later
/* linger help */
#include "help.h"

#include "command.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

/* A text of the manual. */
static const struct page {
	const char *name, *title, *text;
} pages[] = {
#include "docs/manual/manual.inc"
};
#define N_PAGES (sizeof(pages) / sizeof(*pages))

static const struct lg_command *find_command(const char *name)
{
	for (const struct lg_command *c = lg_commands; c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
	}
	return NULL;
}

static bool is_topic(const struct page *page)
{
	return !find_command(page->name);
}

const char *lg_help_topic(size_t n, const char **title)
{
	for (size_t i = 0; i < N_PAGES; i++) {
		if (!is_topic(&pages[i]) || n--)
			continue;
		*title = pages[i].title;
		return pages[i].name;
	}
	return NULL;
}

/* The page of that name, or the only one whose name begins so. */
static const struct page *find_page(const char *name)
{
	const struct page *found = NULL;
	size_t n = 0;
	for (size_t i = 0; i < N_PAGES; i++) {
		if (!strcmp(pages[i].name, name))
			return &pages[i];
		if (strncmp(pages[i].name, name, strlen(name)) != 0)
			continue;
		found = &pages[i];
		n++;
	}
	return n == 1 ? found : NULL;
}

static void list_topics(void)
{
	const char *name, *title;
	puts("Usage: linger help [COMMAND|TOPIC]\n");
	puts("`linger help COMMAND' is about one of the commands:\n");
	for (const struct lg_command *c = lg_commands; c->name; c++) {
		if (c->does)
			printf("  %-12s %s\n", c->name, c->does);
	}
	puts("\nThere are other topics, too:\n");
	for (size_t i = 0; (name = lg_help_topic(i, &title)); i++)
		printf("  %-12s %s\n", name, title);
}

int lg_command_help(int argc, char **argv)
{
	if (argc < 2 || *argv[1] == '-') {
		list_topics();
		return LG_STATUS_FINE;
	}
	const struct page *page = find_page(argv[1]);
	if (page) {
		fputs(page->text, stdout);
		return LG_STATUS_FINE;
	}
	fprintf(stderr,
		"linger: there is no help on '%s'; `linger help' lists "
		"what there is\n",
		argv[1]);
	return LG_STATUS_USAGE;
}
