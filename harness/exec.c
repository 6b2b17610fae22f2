// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * linger exec: any program in the world that cases have.  In a guest that is
 * the guest's own, or, with a topology, the one that this very command makes
 * when it is run there.
 */
#include "command.h"
#include "errand.h"
#include "error.h"
#include "kernels.h"
#include "option.h"
#include "path.h"
#include "text.h"
#include "topology_option.h"
#include "visit.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
	struct lg_kernels kernels;
	struct lg_topology_option topology;
	struct lg_errand_files files;
	const char *host;    /* NULL: the first */
	const char *results; /* NULL: no captures */
	const char *time;    /* NULL: not given */
	bool real_time;
	unsigned long deadline_s; /* 0: not given */
	char **words;
};

enum { KEY_TIME = 0x400, KEY_RESULTS, KEY_DEADLINE };

static const struct argp_option option_table[] = {
	{"kernel", 'k', "NAME", 0,
	 "Run it on this kernel: a name of `linger kernel list', a path, or "
	 "`host' (the running one, which is the default)",
	 0},
	{"topology", 't', "NAME|FILE", 0,
	 "Build this topology (default: nothing but a loopback)", 0},
	{"host", 'H', "HOST", 0,
	 "Run it on that host (default: the topology's first)", 0},
	{"param", 'p', "NAME=VALUE", 0,
	 "Give a parameter of the topology a value", 0},
	{"results", KEY_RESULTS, "DIR", 0,
	 "Capture at all link ends: DIR/HOST-INTERFACE.pcap", 0},
	{"time", KEY_TIME, "virtual|real", 0,
	 "Whose clock a guest follows (default: virtual, in which waiting "
	 "takes no time)",
	 0},
	{"file", 'f', "PATH[=DEST]", 0,
	 "Take a file or folder along to a guest, to the same place or to DEST",
	 0},
	{"deadline", KEY_DEADLINE, "S", 0,
	 "Kill it if it takes more than S seconds of real time (default: in a "
	 "guest 60, or 600 if that is emulated, once it has booted; at a "
	 "terminal none)",
	 0},
	{0}};

/* ---- options ----------------------------------------------------------- */

static void choose_kernel(struct argp_state *state, const char *name)
{
	struct options *options = state->input;
	char *error = NULL;

	lg_kernels_free(&options->kernels);
	if (lg_kernels_choose(&options->kernels, name, &error))
		argp_error(state, "--kernel: %s", error);
	if (options->kernels.n > 1)
		argp_error(state, "--kernel: '%s' are several", name);
}

static void check(const struct argp_state *state, struct options *options)
{
	if (!options->words)
		argp_error(state, "a command is needed");
	if (!options->topology.given &&
	    (options->host || options->topology.params))
		argp_error(state, "--host and --param are of a --topology");
	if (!options->topology.given && options->results)
		argp_error(state, "--results: only a --topology has links to "
				  "capture at");
	if (!options->kernels.n)
		lg_kernels_choose(&options->kernels, "host", NULL);
	if (options->kernels.any_guest)
		return;
	if (options->time && !options->real_time)
		argp_error(state, "--time: the clock of the running kernel is "
				  "real");
	if (lg_errand_files_move(&options->files))
		argp_error(state, "--file: only in a guest can a file be "
				  "elsewhere");
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	char *error = NULL;

	switch (key) {
	case 'k':
		choose_kernel(state, value);
		return 0;
	case 't':
		options->topology.given = value;
		return 0;
	case 'H':
		options->host = value;
		return 0;
	case 'p':
		lg_topology_option_param(&options->topology, state, value);
		return 0;
	case 'f':
		if (lg_errand_files_add(&options->files, value, &error))
			argp_error(state, "--file: %s", error);
		return 0;
	case KEY_RESULTS:
		options->results = value;
		return 0;
	case KEY_TIME:
		options->time = value;
		options->real_time = lg_option_real_time(state, value);
		return 0;
	case KEY_DEADLINE:
		options->deadline_s = lg_option_number(state, "--deadline",
						       value, 365 * 86400);
		return 0;
	case ARGP_KEY_ARGS:
		options->words = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		check(state, options);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- running ----------------------------------------------------------- */

static int complain(int status, const char *text)
{
	fprintf(stderr, "linger: %s\n", text);
	return status;
}

/* What this very command is to be in the guest; ends with NULL.  The words that
 * are ours are freed with free_words(). */
static char **guest_words(const struct options *options, const char *file,
			  const char *host)
{
	const struct lg_topology_option *topology = &options->topology;
	char **words = lg_room(2 * topology->n_params + 10, sizeof(*words));
	size_t n = 0;

	words[n++] = lg_there(realpath("/proc/self/exe", NULL));
	words[n++] = lg_text("exec");
	words[n++] = lg_text("--topology=%s", file);
	words[n++] = lg_text("--host=%s", host);
	for (size_t i = 0; i < topology->n_params; i++)
		words[n++] = lg_text("--param=%s=%s", topology->params[i].name,
				     topology->params[i].value);
	if (options->results)
		words[n++] = lg_text("--results=" LG_GUEST_BUNDLE);
	words[n++] = lg_text("--");
	return words;
}

static void free_words(char **words)
{
	for (char **word = words; word && *word; word++)
		free(*word);
	free(words);
}

static int run_here(const struct options *options,
		    const struct lg_topology *topology, const char *host)
{
	return lg_visit_run(&(struct lg_visit){
		.topology = topology,
		.host = host,
		.argv = options->words,
		.captures = options->results,
		.deadline_s = (unsigned)options->deadline_s});
}

static int run_in_guest(struct options *options,
			const struct lg_topology *topology, const char *host)
{
	struct lg_errand errand = {.kernel = &options->kernels.list[0],
				   .files = &options->files,
				   .words = options->words,
				   .results = options->results,
				   .real_time = options->real_time,
				   .deadline_s = (unsigned)options->deadline_s};
	char *error = NULL;

	if (topology) {
		if (lg_errand_files_add(&options->files, topology->file,
					&error))
			return complain(LG_STATUS_BROKEN, error);
		size_t last = options->files.n - 1;
		errand.through = guest_words(
			options, options->files.list[last].to, host);
	}
	int status = lg_errand_run(&errand);
	free_words(errand.through);
	return status;
}

static int run(struct options *options, const struct lg_topology *topology)
{
	const char *host = options->host;
	if (topology && !host)
		host = topology->hosts[0].name;
	if (options->results && lg_path_make_folder(options->results))
		return complain(LG_STATUS_BROKEN, lg_error_text());
	return options->kernels.any_guest
		       ? run_in_guest(options, topology, host)
		       : run_here(options, topology, host);
}

static int run_in_topology(struct options *options)
{
	char *error = NULL;
	struct lg_topology *topology =
		lg_topology_option_read(&options->topology, &error);
	int status = LG_STATUS_USAGE;

	if (!topology)
		complain(status, error);
	else if (options->host &&
		 lg_topology_host_index(topology, options->host) < 0)
		fprintf(stderr, "linger: %s has no host '%s'\n", topology->name,
			options->host);
	else
		status = run(options, topology);
	free(error);
	lg_topology_free(topology);
	return status;
}

int lg_command_exec(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "-- CMD [ARGUMENT...]",
		.doc = "Runs a command in a world of its own, as cases have "
		       "it: "
		       "on any kernel, in virtual time, in a topology."
		       "\vIn a guest there is nothing but the command, found "
		       "by PATH, the libraries that it loads, its interpreter "
		       "if it is a script, and what --file takes along: "
		       "`linger exec -k uml-7.2 -f /usr/sbin/ip -- sh -c 'ip "
		       "link'`.  It runs in the folder of this name, which is "
		       "empty but for that, and without the environment.  "
		       "Standard input is read to its end before the guest "
		       "boots.  If it is a terminal, as standard output is, "
		       "the command has one, too, with --time real: in virtual "
		       "time hours go by before the first key.  A program that "
		       "spins until it is late gets on with --time real "
		       "only.\n\n"
		       "Exit status: the command's (128 and the number of a "
		       "signal that ended it; 126 and 127 if it could not be "
		       "started); 1 if it is 0, but the kernel complained; "
		       "2 usage; 3 broken set-up."};
	struct options options = {0};

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);
	int status = options.topology.given ? run_in_topology(&options)
					    : run(&options, NULL);
	lg_topology_option_free(&options.topology);
	lg_errand_files_free(&options.files);
	lg_kernels_free(&options.kernels);
	return status;
}
