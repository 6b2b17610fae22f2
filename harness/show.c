// SPDX-License-Identifier: GPL-2.0-or-later
/* linger show */
#include "command.h"
#include "folder.h"
#include "select.h"
#include "terminal.h"
#include "text.h"

#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	const char *results, *kernel;
	char *const *globs;
};

/* While the events are read. */
struct showing {
	const struct options *options;
	struct lg_terminal terminal;
	size_t n_shown;
};

static const struct argp_option option_table[] = {
	{"results", 'r', "DIR", 0,
	 "Where `linger run' kept them (default: ./" LG_FOLDER_DEFAULT ")", 0},
	{"kernel", 'k', "NAME", 0, "Only what ran on this kernel", 0},
	{0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'r':
		options->results = value;
		return 0;
	case 'k':
		options->kernel = value;
		return 0;
	case ARGP_KEY_ARGS:
		options->globs = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A member as text that is safe to print; "" if it is none. */
static char *member(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));
	return lg_text_clean(text ? text : "", text ? strlen(text) : 0);
}

static void show_start(struct showing *showing, const json_t *event)
{
	char *name = member(event, "case"), *variant = member(event, "variant");
	char *topology = member(event, "topology");
	char *kernel = member(event, "kernel");
	char *name_of_kernel = member(event, "kernel_name");
	json_int_t repeat =
		json_integer_value(json_object_get(event, "repeat"));

	if (showing->n_shown++)
		putchar('\n');
	printf("%s%s%s%s", lg_terminal_colour(&showing->terminal, LG_BOLD),
	       name, *variant ? ":" : "", variant);
	if (repeat)
		printf(" (run %lld)", (long long)repeat);
	printf("%s\n", lg_terminal_colour(&showing->terminal, LG_PLAIN));
	printf("  topology %s, kernel %s", *topology ? topology : "-", kernel);
	/* The running one needs no name. */
	if (*name_of_kernel && strcmp(name_of_kernel, "host"))
		printf(" (%s)", name_of_kernel);
	putchar('\n');
	free(name);
	free(variant);
	free(topology);
	free(kernel);
	free(name_of_kernel);
}

static void show_lines(const char *heading, const json_t *event)
{
	size_t i;
	json_t *line;
	printf("  %s\n", heading);
	json_array_foreach(json_object_get(event, "lines"), i, line)
	{
		const char *text = json_string_value(line);
		char *clean = lg_text_clean(text ? text : "",
					    text ? strlen(text) : 0);
		printf("    %s\n", clean);
		free(clean);
	}
}

static void show_counters(const json_t *event)
{
	char *host = member(event, "host");
	printf("  counters of %s:", host);
	free(host);

	const char *name;
	json_t *value;
	const char *separator = " ";
	/* Only the name comes from outside as text. */
	json_object_foreach(json_object_get(event, "moved"), name, value)
	{
		char *clean = lg_text_clean(name, strlen(name));
		printf("%s%s %+lld", separator, clean,
		       (long long)json_integer_value(value));
		separator = ", ";
		free(clean);
	}
	putchar('\n');
}

static void show_pair(const char *label, const json_t *event, const char *name,
		      const char *value)
{
	char *first = member(event, name), *second = member(event, value);
	printf("  %s%s%s%s\n", label, first, *second ? ": " : "", second);
	free(first);
	free(second);
}

static void show_verdict(const json_t *event)
{
	char duration[LG_DURATION_ROOM];
	char *verdict = member(event, "verdict");
	char *reason = member(event, "reason"), *file = member(event, "file");

	printf("  %s, %s\n", verdict,
	       lg_text_duration(duration, json_integer_value(json_object_get(
						  event, "duration_ms"))));
	for (const char *line = reason; *line;) {
		size_t length = strcspn(line, "\n");
		printf("    %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
	if (*file)
		printf("    at %s:%lld\n", file,
		       (long long)json_integer_value(
			       json_object_get(event, "line")));
	free(verdict);
	free(reason);
	free(file);
}

/* Events that are not known here are passed over. */
static void show_event(struct showing *showing, const char *kind,
		       const json_t *event)
{
	if (!strcmp(kind, "start"))
		show_start(showing, event);
	else if (!strcmp(kind, "note"))
		show_pair("note: ", event, "text", "");
	else if (!strcmp(kind, "observe"))
		show_pair("observed ", event, "name", "value");
	else if (!strcmp(kind, "counters"))
		show_counters(event);
	else if (!strcmp(kind, "ladder"))
		show_lines("ladder", event);
	else if (!strcmp(kind, "report"))
		show_lines("report", event);
	else if (!strcmp(kind, "bundle"))
		show_pair("bundle: ", event, "path", "");
	else if (!strcmp(kind, "verdict"))
		show_verdict(event);
}

static bool is_of_kernel(const json_t *event, const char *kernel)
{
	const char *is =
		json_string_value(json_object_get(event, "kernel_name"));
	return !kernel || (is && !strcmp(is, kernel));
}

/* Returns false if the line is no event. */
static bool show_line(struct showing *showing, const char *line, size_t size)
{
	json_t *event = json_loadb(line, size, 0, NULL);
	const char *kind = NULL, *name = NULL, *variant = NULL;
	bool right =
		event && !json_unpack(event, "{s:s, s:s, s:s}", "event", &kind,
				      "case", &name, "variant", &variant);
	if (right && lg_globs_have(showing->options->globs, name, variant) &&
	    is_of_kernel(event, showing->options->kernel))
		show_event(showing, kind, event);
	json_decref(event);
	return right;
}

static int show_file(struct showing *showing, const char *path, FILE *file)
{
	char *line = NULL;
	size_t room = 0;
	int status = LG_STATUS_FINE;
	ssize_t size;

	for (unsigned number = 1; (size = getline(&line, &room, file)) >= 0;
	     number++) {
		if (show_line(showing, line, (size_t)size))
			continue;
		fprintf(stderr, "linger: %s:%u: this is no event\n", path,
			number);
		status = LG_STATUS_BROKEN;
		break;
	}
	free(line);
	if (showing->n_shown || status)
		return status;
	fprintf(stderr,
		"linger: the last run in %s has nothing that '%s' "
		"matches\n",
		showing->options->results, showing->options->globs[0]);
	return LG_STATUS_USAGE;
}

int lg_command_show(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "CASE...",
		.doc = "Shows all that the last run recorded of a case."
		       "\vCASE is a glob, as for `linger run'."};
	struct options options = {.results = LG_FOLDER_DEFAULT};
	argp_parse(&argp, argc, argv, 0, NULL, &options);

	char *path = lg_text("%s/last/events.jsonl", options.results);
	FILE *file = fopen(path, "re");
	int status = LG_STATUS_USAGE;
	if (!file) {
		fprintf(stderr, "linger: there is no last run in %s: %s: %s\n",
			options.results, path, strerror(errno));
	} else {
		struct showing showing = {.options = &options,
					  .terminal = lg_terminal()};
		status = show_file(&showing, path, file);
		fclose(file);
	}
	free(path);
	return status;
}
