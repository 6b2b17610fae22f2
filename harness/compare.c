// SPDX-License-Identifier: GPL-2.0-or-later
/* linger compare */
#include "compare.h"

#include "command.h"
#include "error.h"
#include "option.h"
#include "text.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

struct options {
	const char *folder;
	char **globs; /* ended by NULL */
	size_t n_globs;
	enum format { TEXT, JSON, HTML, MATRIX } format;
	char **names;
	int n_names;
};

enum { KEY_FORMAT = 0x200 };

static const struct argp_option option_table[] = {
	{"baselines", 'b', "DIR", 0,
	 "Where the baselines of kernels are that are only named (default: "
	 "./" LG_BASELINE_FOLDER ")",
	 0},
	{"case", 'c', "GLOB", 0,
	 "Compare only these cases or variants; may be given more than once",
	 0},
	{"format", KEY_FORMAT, "text|json|html|matrix", 0,
	 "What to make of it (default: text); html is the page of `linger "
	 "report', matrix one in Markdown, of all baselines unless some are "
	 "named",
	 0},
	{0}};

static void add_glob(struct options *options, char *glob)
{
	options->globs[options->n_globs++] = glob;
	options->globs[options->n_globs] = NULL;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	static const char *const formats[] = {"text", "json", "html", "matrix",
					      NULL};
	struct options *options = state->input;

	switch (key) {
	case 'b':
		options->folder = value;
		return 0;
	case 'c':
		add_glob(options, value);
		return 0;
	case KEY_FORMAT:
		options->format = (enum format)lg_option_word(state, "--format",
							      value, formats);
		return 0;
	case ARGP_KEY_ARGS:
		options->names = state->argv + state->next;
		options->n_names = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (!options->n_names && options->format != MATRIX)
			argp_usage(state);
		if (options->n_globs && options->format == HTML)
			argp_error(state, "--case: the page has all cases, and "
					  "a search of its own");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int find_folder(struct lg_baselines *baselines,
		       const struct options *options)
{
	if (!lg_baselines_find_all(baselines, options->folder))
		return 0;
	fprintf(stderr, "linger: %s\n", lg_error_text());
	return LG_STATUS_BROKEN;
}

/* 0, or the status of an error that has been told. */
static int find_all(struct lg_baselines *baselines,
		    const struct options *options)
{
	for (int i = 0; i < options->n_names; i++) {
		int result = lg_baselines_find(baselines, options->folder,
					       options->names[i]);
		if (!result)
			continue;
		fprintf(stderr, "linger: %s\n", lg_error_text());
		return LG_STATUS_BROKEN;
	}
	if (options->format == MATRIX && !options->n_names)
		return find_folder(baselines, options);
	if (baselines->n >= 2 || options->format == MATRIX)
		return 0;
	fprintf(stderr,
		"linger: there is nothing to compare %s with: it is a single "
		"baseline\n",
		options->names[0]);
	return LG_STATUS_USAGE;
}

/* The report's page has the comparison: it says where. */
static bool write_page(const struct lg_baselines *baselines,
		       const struct options *options)
{
	int n = 0;
	char **argv = lg_room((size_t)options->n_names + 5, sizeof(*argv));
	char name[] = "linger compare", baselines_option[] = "--baselines",
	     end[] = "--";
	char *folder = lg_text("%s", options->folder);

	argv[n++] = name;
	argv[n++] = baselines_option;
	argv[n++] = folder;
	argv[n++] = end;
	for (int i = 0; i < options->n_names; i++)
		argv[n++] = options->names[i];
	bool written = !lg_command_report(n, argv);
	if (written)
		printf("the comparison is at " LG_REPORT_DEFAULT
		       "#compare=%s,%s\n",
		       lg_baseline_name(baselines->list[0]),
		       lg_baseline_name(baselines->list[baselines->n - 1]));
	free(folder);
	free(argv);
	return written;
}

static int compare(struct lg_baselines *baselines,
		   const struct options *options)
{
	struct lg_comparison comparison;
	int status = LG_STATUS_FINE;

	lg_compare(&comparison, baselines, &(struct lg_compare_filter){0});
	if (comparison.n || comparison.n_facts)
		status = LG_STATUS_FAILED;
	if (options->format == JSON)
		lg_compare_json(&comparison);
	else if (options->format == TEXT)
		lg_compare_text(&comparison);
	else if (!write_page(baselines, options))
		status = LG_STATUS_BROKEN;
	lg_comparison_free(&comparison);
	return status;
}

static int print(struct lg_baselines *baselines, const struct options *options)
{
	int status = LG_STATUS_FINE;
	if (options->n_globs && !lg_baselines_keep(baselines, options->globs)) {
		fprintf(stderr,
			"linger: --case: no variant of these baselines is "
			"meant by '%s'\n",
			options->globs[0]);
		return LG_STATUS_USAGE;
	}
	if (options->format == MATRIX)
		lg_compare_matrix(baselines);
	else
		status = compare(baselines, options);
	return status;
}

int lg_command_compare(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "BASELINE BASELINE...",
		.doc = "Tells what changes from one baseline to the next, by "
		       "case, variant and observation."
		       "\vA BASELINE is a file that `linger run --baseline' "
		       "wrote, a kernel that has one in ./" LG_BASELINE_FOLDER
		       " (6.1 is uml-6.1 there), or the results folder of a "
		       "run, which has one of each kernel.  Exit status: 0 "
		       "nothing changed, 1 something did, 2 usage, 3 a "
		       "baseline cannot be read."};
	struct options options = {.folder = LG_BASELINE_FOLDER};
	struct lg_baselines baselines = {0};

	options.globs = lg_room((size_t)argc + 1, sizeof(*options.globs));
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	int status = find_all(&baselines, &options);
	if (!status)
		status = print(&baselines, &options);
	lg_baselines_free(&baselines);
	free(options.globs);
	return status;
}
