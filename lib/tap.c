// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *string_of(const json_t *event, const char *member)
{
	const char *text = json_string_value(json_object_get(event, member));
	return text ? text : "";
}

static void print_lines(const json_t *event)
{
	size_t i;
	json_t *line;
	json_array_foreach(json_object_get(event, "lines"), i, line)
		printf("# %s\n", json_string_value(line));
}

/* A reason may have lines of its own. */
static void print_reason(const char *verdict, const char *reason)
{
	printf("# %s: ", verdict);
	for (const char *at = reason; *at; at++) {
		putchar(*at);
		if (*at == '\n')
			fputs("# ", stdout);
	}
	putchar('\n');
}

static void print_verdict(const struct lg_tap *tap, const json_t *event)
{
	const char *verdict = string_of(event, "verdict");
	bool ok = !strcmp(verdict, "pass") || !strcmp(verdict, "skip");

	printf("%s %zu - %s %s", ok ? "ok" : "not ok", tap->done,
	       string_of(event, "case"), string_of(event, "variant"));
	if (!strcmp(verdict, "skip"))
		printf(" # SKIP %s", string_of(event, "reason"));
	putchar('\n');
	if (ok)
		return;
	print_reason(verdict, string_of(event, "reason"));
	if (json_object_get(event, "file"))
		printf("# at %s:%lld\n", string_of(event, "file"),
		       json_integer_value(json_object_get(event, "line")));
}

static void read_verdict(struct lg_tap *tap, const json_t *event)
{
	const char *verdict = string_of(event, "verdict");
	tap->done++;
	tap->failed += !strcmp(verdict, "fail");
	tap->broken += !strcmp(verdict, "broken");
}

/* Of all, or of the verdict only. */
static json_t *read_events(const char *events, bool all)
{
	json_t *list = json_array();

	while (*events) {
		size_t length = strcspn(events, "\n");
		json_t *event = NULL;
		if (all ||
		    !strncmp(events, LG_TAP_VERDICT, strlen(LG_TAP_VERDICT)))
			event = json_loadb(events, length, 0, NULL);
		if (event)
			json_array_append_new(list, event);
		events += length + (events[length] == '\n');
	}
	return list;
}

/* The verdict comes last in the stream and first in TAP. */
void lg_tap_read(struct lg_tap *tap, const char *events, bool print)
{
	json_t *all = read_events(events, print);

	if (print && !tap->done)
		printf("1..%zu\n", tap->total);
	size_t i;
	json_t *event;
	json_array_foreach(all, i, event)
	{
		if (!strcmp(string_of(event, "event"), "verdict")) {
			read_verdict(tap, event);
			if (print)
				print_verdict(tap, event);
		}
	}
	json_array_foreach(all, i, event)
	{
		const char *kind = string_of(event, "event");
		if (print && !strcmp(kind, "report"))
			print_lines(event);
		if (print && !strcmp(kind, "note"))
			printf("# %s\n", string_of(event, "text"));
	}
	fflush(stdout);
	json_decref(all);
}
