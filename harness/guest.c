// SPDX-License-Identifier: GPL-2.0-or-later
/* linger guest: cases in a guest, without a run. */
#include "guest_cases.h"

#include "command.h"
#include "kernel_store.h"
#include "option.h"
#include "text.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* For a case, in the guest's time; init counts it. */
#define CASE_DEADLINE_S (365 * 86400)

struct options {
	const char *kernel, *init, *topologies;
	char **words; /* cases and their arguments; ends with NULL */
	bool real_time;
	unsigned long deadline_s; /* of real time */
	unsigned long timeout_s;  /* of the guest's */
};

enum { KEY_TIME = 0x300, KEY_INIT, KEY_TOPOLOGIES, KEY_DEADLINE, KEY_TIMEOUT };

static const struct argp_option option_table[] = {
	{"kernel", 'k', "KERNEL", 0, "Name or path of the kernel", 0},
	{"time", KEY_TIME, "virtual|real", 0,
	 "Whose clock the guest follows (default: virtual)", 0},
	{"topology-dir", KEY_TOPOLOGIES, "DIR", 0, "Topologies to take along",
	 0},
	{"init", KEY_INIT, "FILE", 0, "The guest's first process", 0},
	{"timeout", KEY_TIMEOUT, "S", 0,
	 "End each case after S seconds of the guest's time", 0},
	{"deadline", KEY_DEADLINE, "S", 0,
	 "Kill a guest that takes more than S seconds of real time to boot or "
	 "for a case (default: 60)",
	 0},
	{0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'k':
		options->kernel = value;
		return 0;
	case KEY_TIME:
		options->real_time = lg_option_real_time(state, value);
		return 0;
	case KEY_TOPOLOGIES:
		options->topologies = value;
		return 0;
	case KEY_INIT:
		options->init = value;
		return 0;
	case KEY_TIMEOUT:
		options->timeout_s = lg_option_number(state, "--timeout", value,
						      CASE_DEADLINE_S);
		return 0;
	case KEY_DEADLINE:
		options->deadline_s = lg_option_number(state, "--deadline",
						       value, CASE_DEADLINE_S);
		return 0;
	case ARGP_KEY_ARGS:
		options->words = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		if (!options->kernel || !options->words)
			argp_error(state, "a kernel and a case are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool is_separator(const char *word)
{
	return !strcmp(word, ";");
}

/* Makes jobs of the words: each ends at a ";". */
static struct lg_job *read_jobs(const struct options *options, size_t *n)
{
	size_t most = 1;
	for (char **word = options->words; *word; word++)
		most += is_separator(*word);
	struct lg_job *jobs = lg_room(most, sizeof(*jobs));

	*n = 0;
	for (char **word = options->words, **end; *word; word = end) {
		end = word;
		while (*end && !is_separator(*end))
			end++;
		if (*end)
			*end++ = NULL;
		if (*word)
			jobs[(*n)++] = lg_guest_case(
				word, (unsigned)options->timeout_s);
	}
	return jobs;
}

static int run(const struct options *options, const struct lg_kernel *kernel,
	       char **error)
{
	struct lg_guest_cases cases = {
		.kernel = kernel,
		.init = options->init,
		.topologies = options->topologies,
		.real_time = options->real_time,
		.deadline_s = (unsigned)options->deadline_s,
	};

	cases.jobs = read_jobs(options, &cases.n);
	int status = LG_STATUS_BROKEN;
	int packed = -1;
	if (cases.n)
		packed = lg_guest_cases_pack(&cases, error);
	else
		*error = lg_text("a case is needed");
	if (packed >= 0) {
		off_t size = lseek(packed, 0, SEEK_END);
		status = lg_guest_cases_run(&cases, packed, size, error);
		close(packed);
	}
	free(cases.jobs);
	return status;
}

int lg_command_guest(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "CASE [ARGUMENT...] [';' CASE...]",
		.doc = "Runs cases in a guest, one after the other."
		       "\vA case that ends its guest is lost; those after "
		       "it run in another one."};
	struct options options = {.deadline_s = LG_GUEST_DEADLINE_S,
				  .timeout_s = CASE_DEADLINE_S};
	struct lg_kernel kernel;
	char *error = NULL;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);
	int status = LG_STATUS_USAGE;
	if (!lg_kernel_find(options.kernel, &kernel, &error)) {
		status = run(&options, &kernel, &error);
		lg_kernel_free(&kernel);
	}
	if (error)
		fprintf(stderr, "linger: %s\n", error);
	free(error);
	return status;
}
