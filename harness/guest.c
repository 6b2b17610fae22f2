// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * linger guest: cases in a guest, as if they had been started here: what they
 * print is ours, their bundles come to stand where they were asked for.
 * `linger run --kernel` starts them through it.
 */
#include "guest.h"
#include "command.h"
#include "kernel_store.h"
#include "option.h"
#include "path.h"
#include "payload.h"
#include "text.h"

#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
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

/* Where cases look for them, too: beside the folder that they are in, and where
 * they were installed. */
static char *find_topologies(const char *program)
{
	const char *given = getenv("LINGER_TOPOLOGIES");
	if (given)
		return lg_text("%s", given);
	char *copy = lg_text("%s", program);
	char *beside =
		lg_text("%s/topologies", dirname(dirname(dirname(copy))));
	free(copy);
	if (!access(beside, R_OK))
		return beside;
	free(beside);
	return lg_text(LG_DATADIR "/topologies");
}

/* A job's --out is a folder here; in the guest it is always the same. */
static const char *take_out(char **argv)
{
	static char inside[] = LG_GUEST_BUNDLE;
	const char *out = NULL;
	for (char **word = argv; *word; word++) {
		if (strcmp(*word, "--out") || !word[1])
			continue;
		out = word[1];
		word[1] = inside;
	}
	return out;
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
	for (char **word = options->words; *word; word++) {
		struct lg_job *job = &jobs[*n];
		job->argv = word;
		job->deadline_s = (unsigned)options->timeout_s;
		while (*word && !is_separator(*word))
			word++;
		bool last = !*word;
		*word = NULL;
		*n += *job->argv != NULL;
		if (last)
			break;
	}
	for (size_t i = 0; i < *n; i++)
		jobs[i].bundle = take_out(jobs[i].argv);
	return jobs;
}

/* An archive without a name: nothing is left of it. */
static int make_payload(const struct options *options,
			const struct lg_guest *guest, char **error)
{
	char *init = options->init ? lg_text("%s", options->init)
				   : lg_path_own("linger-init");
	char *topologies = options->topologies
				   ? lg_text("%s", options->topologies)
				   : find_topologies(*options->words);
	struct lg_payload payload = {
		.init = init,
		.topologies = topologies,
		.modules = guest->kernel->modules,
	};

	int fd = memfd_create("initramfs", 0);
	int result = fd < 0 ? -errno : 0;
	if (result)
		*error = lg_text("initramfs: %s", strerror(-result));
	else
		result = lg_payload_write(&payload, guest->jobs, guest->n, fd,
					  error);
	free(init);
	free(topologies);
	return result ? result : fd;
}

/* Boots guests until all jobs are done: one that is lost in a guest leaves the
 * ones after it to the next. */
static int run_guests(struct lg_guest *guest, char **error)
{
	off_t size = lseek(guest->initramfs, 0, SEEK_END);
	int result = 0;

	while (!result && guest->n) {
		result = lg_payload_jobs(guest, error);
		if (!result)
			result = lg_guest_run(guest, error);
		for (; guest->n && guest->jobs->done; guest->n--)
			guest->jobs++;
		if (!result && (lseek(guest->initramfs, size, SEEK_SET) < 0 ||
				ftruncate(guest->initramfs, size))) {
			result = -errno;
			*error = lg_text("initramfs: %s", strerror(-result));
		}
	}
	return result;
}

static int status_of(const struct lg_job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int status = jobs[i].status;
		if (WIFSIGNALED(status))
			return LG_STATUS_SIGNAL + WTERMSIG(status);
		if (WEXITSTATUS(status))
			return WEXITSTATUS(status);
	}
	return LG_STATUS_FINE;
}

static int run(const struct options *options, const struct lg_kernel *kernel,
	       char **error)
{
	size_t n;
	struct lg_job *jobs = read_jobs(options, &n);
	struct lg_guest guest = {
		.kernel = kernel,
		.jobs = jobs,
		.n = n,
		.real_time = options->real_time,
		.deadline_s = (unsigned)options->deadline_s,
	};

	guest.initramfs = make_payload(options, &guest, error);
	int result = guest.initramfs < 0 ? guest.initramfs
					 : run_guests(&guest, error);
	int status = result ? LG_STATUS_BROKEN : status_of(jobs, n);
	if (guest.initramfs >= 0)
		close(guest.initramfs);
	for (size_t i = 0; i < n; i++)
		free(jobs[i].lost);
	free(jobs);
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
