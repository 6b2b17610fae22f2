// SPDX-License-Identifier: GPL-2.0-or-later
/* linger claims */
#include "claims.h"
#include "cases.h"
#include "command.h"
#include "error.h"
#include "json.h"
#include "option.h"
#include "schedule.h"
#include "text.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_FORMAT = 0x200,
	KEY_UNDECIDED,
	KEY_CLAIMS,
	KEY_CASES,
	KEY_BASELINES
};

struct options {
	const char *claims, *folder;
	char *cases; /* NULL: the usual place */
	bool markdown, undecided;
	char **arguments;
	int n_arguments;
};

static const struct argp_option option_table[] = {
	{"format", KEY_FORMAT, "table|markdown", 0,
	 "What to print (default: table); markdown is the page", 0},
	{"undecided", KEY_UNDECIDED, NULL, 0,
	 "Only claims that are undecided on any of the kernels", 0},
	{"claims", 'c', "FILE", 0,
	 "Judge these (default: $LINGER_CLAIMS, or those of the cases)", 0},
	{"cases", KEY_CASES, "DIR", 0,
	 "Look for cases there (default: $LINGER_CASES, the build tree, or the "
	 "installed ones)",
	 0},
	{"baselines", 'b', "DIR", 0,
	 "Where baselines are (default: ./" LG_BASELINE_FOLDER ")", 0},
	{0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
	static const char *const formats[] = {"table", "markdown", NULL};
	struct options *options = state->input;

	switch (key) {
	case KEY_FORMAT:
		options->markdown =
			lg_option_word(state, "--format", value, formats) == 1;
		return 0;
	case KEY_UNDECIDED:
		options->undecided = true;
		return 0;
	case 'c':
		options->claims = value;
		return 0;
	case KEY_CASES:
		options->cases = value;
		return 0;
	case 'b':
		options->folder = value;
		return 0;
	case ARGP_KEY_ARGS:
		options->arguments = state->argv + state->next;
		options->n_arguments = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Those below that return an int return 0, or -errno with lg_error_text(). */

/* ---- what was asked for ------------------------------------------------ */

/* A kernel's name has more than digits. */
static bool is_number(const char *argument, unsigned long *number)
{
	return lg_text_number(argument, INT32_MAX, number);
}

static int read_list(struct lg_claims *claims, const char *given)
{
	char *path = lg_claim_list_path(given);
	int result = -ENOENT;
	if (path)
		result = lg_claim_list_read(&claims->of, path);
	else
		lg_error(0,
			 "there are no claims: --claims says where they are");
	free(path);
	return result;
}

static int choose(struct lg_claims *claims, unsigned long number)
{
	const struct lg_claim *claim =
		lg_claim_list_find(&claims->of, (long)number);
	if (!claim) {
		lg_error(0, "there is no claim %lu in %s", number,
			 claims->of.path);
		return -EINVAL;
	}
	claims->chosen[claim - claims->of.list] = true;
	return 0;
}

static int choose_claims(struct lg_claims *claims,
			 const struct options *options)
{
	unsigned long number;
	int result = 0;

	claims->chosen = lg_room(claims->of.n, sizeof(*claims->chosen));
	for (int i = 0; i < options->n_arguments && !result; i++) {
		if (!is_number(options->arguments[i], &number))
			continue;
		claims->in_full = true;
		result = choose(claims, number);
	}
	for (size_t i = 0; i < claims->of.n && !claims->in_full; i++)
		claims->chosen[i] = true;
	return result;
}

static int find_baselines(struct lg_claims *claims,
			  const struct options *options)
{
	unsigned long number;
	int result = 0;

	for (int i = 0; i < options->n_arguments && !result; i++) {
		if (!is_number(options->arguments[i], &number))
			result = lg_baselines_find(&claims->baselines,
						   options->folder,
						   options->arguments[i]);
	}
	if (!result && !claims->baselines.n)
		result = lg_baselines_find_all(&claims->baselines,
					       options->folder);
	return result;
}

/* ---- whether it fits together ------------------------------------------ */

static int check_decider(const struct lg_claims *claims, long number,
			 const char *who)
{
	if (lg_claim_list_find(&claims->of, number))
		return 0;
	lg_error(0, "%s decides claim %ld, which %s does not have", who, number,
		 claims->of.path);
	return -EINVAL;
}

static int check_variant(const struct lg_claims *claims,
			 const struct lg_baseline *baseline, const char *name,
			 const char *variant, const json_t *said)
{
	const char *claim;
	json_t *unused;
	int result = 0;

	json_object_foreach((json_t *)said, claim, unused)
	{
		char *who = lg_text("%s: %s:%s", baseline->path, name, variant);
		if (!result)
			result = check_decider(claims, atol(claim), who);
		free(who);
	}
	return result;
}

static int check_baseline(const struct lg_claims *claims,
			  const struct lg_baseline *baseline)
{
	const char *name, *variant;
	json_t *about, *value;

	json_object_foreach(baseline->cases, name, about)
	{
		json_object_foreach(json_object_get(about, "variants"), variant,
				    value)
		{
			int result =
				check_variant(claims, baseline, name, variant,
					      json_object_get(value, "claims"));
			if (result)
				return result;
		}
	}
	return 0;
}

static void add_decider(struct lg_claims *claims, long number,
			const char *case_name)
{
	char *name = lg_text("%ld", number);
	lg_json_append(lg_json_array_in(claims->deciders, name),
		       json_string(case_name));
	free(name);
}

static int read_case(struct lg_claims *claims, const struct lg_program *program)
{
	if (program->broken) {
		lg_error(0, "%s is broken: %s", program->name, program->broken);
		return -EINVAL;
	}
	const char *text = program->claims;
	char *end;
	for (long number; (number = strtol(text, &end, 10), end > text);
	     text = end) {
		int result = check_decider(claims, number, program->name);
		if (result)
			return result;
		add_decider(claims, number, program->name);
	}
	if (text[strspn(text, " ")]) {
		lg_error(0, "%s: its claims are '%s', and not numbers",
			 program->name, program->claims);
		return -EINVAL;
	}
	return 0;
}

static int put_together(struct lg_claims *claims, const struct lg_cases *cases)
{
	int result = 0;
	claims->deciders = lg_there(json_object());
	for (size_t i = 0; i < cases->n && !result; i++)
		result = read_case(claims, &cases->list[i]);
	for (size_t i = 0; i < claims->baselines.n && !result; i++)
		result = check_baseline(claims, claims->baselines.list[i]);
	return result;
}

/* ---- the command ------------------------------------------------------- */

static void keep_undecided(struct lg_claims *claims)
{
	for (size_t i = 0; i < claims->of.n; i++)
		claims->chosen[i] &= lg_claims_is_undecided(
			claims, claims->of.list[i].number);
}

static int print(struct lg_claims *claims, const struct options *options)
{
	if (options->undecided)
		keep_undecided(claims);
	if (options->markdown)
		lg_claims_markdown(claims);
	else
		lg_claims_table(claims);
	return LG_STATUS_FINE;
}

static int fail(int status)
{
	fprintf(stderr, "linger: %s\n", lg_error_text());
	return status;
}

static int claims_of(struct lg_claims *claims, struct lg_cases *cases,
		     const struct options *options)
{
	char *none[] = {NULL};
	struct lg_case_options where = {.folder = options->cases};

	if (read_list(claims, options->claims))
		return fail(LG_STATUS_BROKEN);
	if (choose_claims(claims, options))
		return fail(LG_STATUS_USAGE);
	if (find_baselines(claims, options))
		return fail(LG_STATUS_BROKEN);
	if (lg_cases_find(cases, &where, none))
		return LG_STATUS_BROKEN;
	if (cases->signal)
		return LG_STATUS_SIGNAL + cases->signal;
	return put_together(claims, cases) ? fail(LG_STATUS_BROKEN)
					   : print(claims, options);
}

int lg_command_claims(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "[NUMBER|BASELINE...]",
		.doc = "Says of what is claimed about the ends of connections "
		       "whether kernels were seen to do it."
		       "\vNUMBERs choose claims, to be shown in full.  "
		       "BASELINE "
		       "is as for `linger compare' (default: all that there "
		       "are)."};
	struct options options = {.folder = LG_BASELINE_FOLDER};
	struct lg_claims claims = {0};
	struct lg_cases cases = {0};

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	lg_schedule_signals();
	int status = claims_of(&claims, &cases, &options);

	lg_cases_free(&cases);
	lg_baselines_free(&claims.baselines);
	lg_claim_list_free(&claims.of);
	json_decref(claims.deciders);
	free(claims.chosen);
	return status;
}
