// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * linger guest: one program in a guest, as if it had been started here: its
 * standard output is ours, its bundle comes to stand where it was asked for.
 * `linger run --kernel` starts cases through it.
 */
#include "guest.h"
#include "command.h"
#include "error.h"
#include "kernel_store.h"
#include "payload.h"
#include "text.h"

#include <argp.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Real time for a guest to end in; its own deadlines are in its own time. */
#define DEADLINE_S 60

struct options {
	const char *kernel, *init, *topologies;
	char **argv; /* the program and its arguments */
	bool real_time;
	unsigned long deadline_s;
};

enum { KEY_TIME = 0x300, KEY_INIT, KEY_TOPOLOGIES, KEY_DEADLINE };

static const struct argp_option option_table[] = {
	{"kernel", 'k', "KERNEL", 0, "Name or path of the kernel", 0},
	{"time", KEY_TIME, "virtual|real", 0,
	 "Whose clock the guest follows (default: virtual)", 0},
	{"topology-dir", KEY_TOPOLOGIES, "DIR", 0, "Topologies to take along",
	 0},
	{"init", KEY_INIT, "FILE", 0, "The guest's first process", 0},
	{"timeout", KEY_DEADLINE, "S", 0,
	 "Kill the guest after S seconds of real time (default: 60)", 0},
	{0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'k':
		options->kernel = value;
		return 0;
	case KEY_TIME:
		if (strcmp(value, "virtual") && strcmp(value, "real"))
			argp_error(state,
				   "--time: '%s' is neither virtual nor real",
				   value);
		options->real_time = !strcmp(value, "real");
		return 0;
	case KEY_TOPOLOGIES:
		options->topologies = value;
		return 0;
	case KEY_INIT:
		options->init = value;
		return 0;
	case KEY_DEADLINE:
		if (!lg_text_number(value, 86400, &options->deadline_s))
			argp_error(state, "--timeout: '%s' is no number",
				   value);
		return 0;
	case ARGP_KEY_ARGS:
		options->argv = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		if (!options->kernel || !options->argv)
			argp_error(state, "a kernel and a program are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* linger-init stands beside linger in the build tree, else where it was
 * installed. */
static char *find_init(void)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[length > 0 ? length : 0] = '\0';
	char *beside = lg_text("%s/linger-init", dirname(self));
	if (!access(beside, R_OK))
		return beside;
	free(beside);
	return lg_text("%s/../linger-init", LG_CASEDIR);
}

/* The program's --out is a folder here; in the guest it is init's. */
static const char *take_out(char **argv)
{
	const char *out = NULL;
	for (char **argument = argv; *argument; argument++) {
		if (strcmp(*argument, "--out") || !argument[1])
			continue;
		out = argument[1];
		argument[1] = LG_GUEST_BUNDLE;
	}
	return out;
}

static int make_payload(const struct options *options,
			const struct lg_kernel *kernel, char **error)
{
	char *init = options->init ? lg_text("%s", options->init) : find_init();
	const char *topologies = options->topologies;
	if (!topologies)
		topologies = getenv("LINGER_TOPOLOGIES");

	struct lg_payload payload = {
		.init = init,
		.program = options->argv[0],
		.topologies =
			topologies ? topologies : LG_DATADIR "/topologies",
		.modules = kernel->modules,
	};
	/* Without a name: nothing is left of it. */
	int fd = memfd_create("initramfs", 0);
	int result = fd < 0 ? -errno : lg_payload_write(&payload, fd, error);
	if (fd < 0)
		*error = lg_text("initramfs: %s", strerror(-result));
	free(init);
	return result ? result : fd;
}

int lg_command_guest(int argc, char **argv)
{
	static const struct argp argp = {
		option_table,
		parse,
		"PROGRAM [ARGUMENT...]",
		"Runs one program in a guest of its own.",
		NULL,
		NULL,
		NULL};
	struct options options = {.deadline_s = DEADLINE_S};
	struct lg_kernel kernel;
	char *error = NULL;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);
	if (lg_kernel_find(options.kernel, &kernel, &error)) {
		fprintf(stderr, "linger: %s\n", error);
		free(error);
		return LG_STATUS_USAGE;
	}
	struct lg_guest guest = {
		.kernel = &kernel,
		.argv = options.argv + 1,
		.bundle = take_out(options.argv),
		.real_time = options.real_time,
		.deadline_s = (unsigned)options.deadline_s,
	};
	guest.initramfs = make_payload(&options, &kernel, &error);
	int status = LG_STATUS_BROKEN;
	if (guest.initramfs >= 0 && !lg_guest_run(&guest, &error))
		status = guest.status;
	if (error)
		fprintf(stderr, "linger: %s\n", error);
	free(error);
	lg_kernel_free(&kernel);
	return status;
}
