// SPDX-License-Identifier: GPL-2.0-or-later
/* linger list */
#include "cases.h"
#include "command.h"
#include "schedule.h"
#include "select.h"
#include "terminal.h"
#include "text.h"

#include <argp.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Terminals narrower than this get the columns that matter most. */
#define WIDE 100

struct options {
	struct lg_case_options cases;
	char *const *globs;
	bool variants, names, json;
};

enum { KEY_VARIANTS = 0x200, KEY_NAMES, KEY_JSON };

static const struct argp_option option_table[] = {
	{"variants", KEY_VARIANTS, NULL, 0, "A line for each variant", 0},
	{"names", KEY_NAMES, NULL, 0,
	 "Names alone, one a line: of cases, or of variants", 0},
	{"json", KEY_JSON, NULL, 0,
	 "What each case says of itself, as a JSON array", 0},
	{0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
	(void)value;
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->cases;
		return 0;
	case KEY_VARIANTS:
		options->variants = true;
		return 0;
	case KEY_NAMES:
		options->names = true;
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		options->globs = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static size_t count_variants(const struct lg_program *program,
			     char *const *globs)
{
	size_t n = 0;
	for (size_t i = 0; i < program->n_variants; i++)
		n += lg_globs_have(globs, program->name,
				   program->variants[i].name);
	return n;
}

/* "netem, nat" */
static char *needs_of(const struct lg_program *program)
{
	size_t i;
	json_t *need;
	char *needs = lg_text("%s", "");
	json_array_foreach(json_object_get(program->described, "needs"), i,
			   need)
	{
		const char *text = json_string_value(need);
		lg_text_append(&needs, "%s%s", *needs ? ", " : "",
			       text ? text : "?");
	}
	return needs;
}

static void print_cases(const struct lg_cases *cases,
			const struct options *options)
{
	struct lg_terminal terminal = lg_terminal();
	struct libscols_table *table =
		lg_table(&terminal, "CASE", "TOPOLOGY", ">VARIANTS", "NEEDS",
			 "CLAIMS", "~TITLE", NULL);
	if (terminal.width && terminal.width < WIDE) {
		lg_table_hide(table, 1);
		lg_table_hide(table, 3);
		lg_table_hide(table, 4);
	}

	for (size_t i = 0; i < cases->n; i++) {
		const struct lg_program *program = &cases->list[i];
		size_t n_variants = count_variants(program, options->globs);
		if (program->broken || !n_variants)
			continue;
		char *needs = needs_of(program);
		struct libscols_line *line = lg_table_line(table);
		lg_table_cell(line, 0, "%s", program->name);
		lg_table_cell(line, 1, "%s", program->topology);
		lg_table_cell(line, 2, "%zu", n_variants);
		lg_table_cell(line, 3, "%s", needs);
		lg_table_cell(line, 4, "%s", program->claims);
		lg_table_cell(line, 5, "%s", program->title);
		free(needs);
	}
	lg_table_print(table);
}

static void print_variants(const struct lg_cases *cases,
			   const struct options *options)
{
	struct lg_terminal terminal = lg_terminal();
	struct libscols_table *table =
		lg_table(&terminal, "VARIANT", ">LASTS", "BULK", NULL);

	for (size_t i = 0; i < cases->n; i++) {
		const struct lg_program *program = &cases->list[i];
		for (size_t j = 0; j < program->n_variants; j++) {
			const struct lg_program_variant *variant =
				&program->variants[j];
			if (!lg_globs_have(options->globs, program->name,
					   variant->name))
				continue;
			char lasts[LG_DURATION_ROOM] = "";
			if (variant->lasts_ms)
				lg_text_duration(lasts, variant->lasts_ms);
			struct libscols_line *line = lg_table_line(table);
			lg_table_cell(line, 0, "%s:%s", program->name,
				      variant->name);
			lg_table_cell(line, 1, "%s", lasts);
			lg_table_cell(line, 2, "%s",
				      variant->bulk ? "bulk" : "");
		}
	}
	lg_table_print(table);
}

static void print_names(const struct lg_cases *cases,
			const struct options *options)
{
	for (size_t i = 0; i < cases->n; i++) {
		const struct lg_program *program = &cases->list[i];
		if (!options->variants)
			puts(program->name);
		for (size_t j = 0; options->variants && j < program->n_variants;
		     j++) {
			const char *variant = program->variants[j].name;
			if (lg_globs_have(options->globs, program->name,
					  variant))
				printf("%s:%s\n", program->name, variant);
		}
	}
}

static void print_json(const struct lg_cases *cases)
{
	json_t *all = lg_there(json_array());
	for (size_t i = 0; i < cases->n; i++) {
		const struct lg_program *program = &cases->list[i];
		json_t *one =
			program->broken
				? json_pack("{s:s, s:s}", "case", program->name,
					    "broken", program->broken)
				: json_incref(program->described);
		if (json_array_append_new(all, lg_there(one)))
			lg_there(NULL);
	}
	char *text = lg_there(json_dumps(all, JSON_INDENT(2)));
	puts(text);
	free(text);
	json_decref(all);
}

/* Returns how many there are. */
static size_t name_broken(const struct lg_cases *cases)
{
	size_t n = 0;
	for (size_t i = 0; i < cases->n; i++) {
		const struct lg_program *program = &cases->list[i];
		if (!program->broken)
			continue;
		fprintf(stderr, "linger: %s is broken: %s\n", program->name,
			program->broken);
		n++;
	}
	return n;
}

static int list(const struct lg_cases *cases, const struct options *options)
{
	if (options->json)
		print_json(cases);
	else if (options->names)
		print_names(cases, options);
	else if (options->variants)
		print_variants(cases, options);
	else
		print_cases(cases, options);
	return name_broken(cases) ? LG_STATUS_BROKEN : LG_STATUS_FINE;
}

int lg_command_list(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "[GLOB...]",
		.doc = "Lists the cases that the globs mean (default: all)."
		       "\vA glob is CASE or CASE:VARIANT.",
		.children = lg_case_children};
	static char *none[] = {NULL};
	struct options options = {.globs = none};
	struct lg_cases cases;
	int status = LG_STATUS_USAGE;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	options.cases.undescribed =
		options.names && !options.variants && !options.json;
	lg_schedule_signals();
	if (!lg_cases_find(&cases, &options.cases, options.globs))
		status = cases.signal ? LG_STATUS_SIGNAL + cases.signal
				      : list(&cases, &options);
	lg_cases_free(&cases);
	lg_case_options_free(&options.cases);
	return status;
}
