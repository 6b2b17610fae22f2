// SPDX-License-Identifier: GPL-2.0-or-later
/* main() of every case program. */
#define LG_IMPLEMENTATION
#include "describe.h"
#include "error.h"
#include "judge.h"
#include "memory.h"
#include "need.h"
#include "recycle.h"
#include "run_variants.h"
#include "serve.h"

#include <argp.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_FAILED 1
#define STATUS_USAGE 2
#define STATUS_BROKEN 3

struct options {
	struct lg_run_options run;
	bool describe;
	const char *variant;
	unsigned families;
	char **vary;
	size_t n_vary;
};

enum {
	KEY_DESCRIBE = 256,
	KEY_FORMAT,
	KEY_VARIANT,
	KEY_VARY,
	KEY_FAMILY,
	KEY_OUT,
	KEY_PCAP,
	KEY_TOPOLOGIES
};

static const struct argp_option option_table[] = {
	{"describe", KEY_DESCRIBE, NULL, 0, "Print what the case is, as JSON",
	 0},
	{"format", KEY_FORMAT, "tap|jsonl", 0, "What to print (default: tap)",
	 0},
	{"variant", KEY_VARIANT, "GLOB", 0, "Only these variants", 0},
	{"vary", KEY_VARY, "[HOST.]NAME=V,V", 0,
	 "Run with each of these values of a sysctl of the host, or of a "
	 "parameter of the case",
	 0},
	{"family", KEY_FAMILY, "4|6", 0, "Only IPv4, or only IPv6", 0},
	{"out", KEY_OUT, "DIR", 0, "Folder for what a failure leaves behind",
	 0},
	{"pcap", KEY_PCAP, "always|fail", 0,
	 "When to keep captures there (default: fail)", 0},
	{"topology-dir", KEY_TOPOLOGIES, "DIR", 0,
	 "Where topologies are (default: $LINGER_TOPOLOGIES)", 0},
	{0},
};

/* One of two words. */
static bool second_word(struct argp_state *state, const char *option,
			const char *argument, const char *first,
			const char *second)
{
	if (strcmp(argument, first) && strcmp(argument, second))
		argp_error(state, "--%s is %s or %s, not \"%s\"", option, first,
			   second, argument);
	return !strcmp(argument, second);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_DESCRIBE:
		options->describe = true;
		return 0;
	case KEY_FORMAT:
		options->run.jsonl =
			second_word(state, "format", argument, "tap", "jsonl");
		return 0;
	case KEY_VARIANT:
		options->variant = argument;
		return 0;
	case KEY_VARY:
		options->vary = realloc(options->vary,
					(options->n_vary + 1) * sizeof(char *));
		if (!options->vary)
			argp_failure(state, STATUS_BROKEN, ENOMEM, "--vary");
		options->vary[options->n_vary++] = argument;
		return 0;
	case KEY_FAMILY:
		options->families =
			second_word(state, "family", argument, "4", "6")
				? LG_IPV6
				: LG_IPV4;
		return 0;
	case KEY_OUT:
		options->run.out = argument;
		return 0;
	case KEY_PCAP:
		options->run.pcap_always =
			second_word(state, "pcap", argument, "fail", "always");
		return 0;
	case KEY_TOPOLOGIES:
		options->run.topology_dir = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool is_chosen(const struct lg_variants *variants, const char *glob,
		      size_t n, bool exactly)
{
	const char *name = variants->list[n].name;
	return exactly ? !strcmp(name, glob) : !fnmatch(glob, name, 0);
}

/* Leaves the variants that are asked for: a name may hold what a glob would
 * take for its own, so the very name comes first. */
static void choose(struct lg_variants *variants, const char *glob)
{
	bool exactly = false;
	for (size_t i = 0; i < variants->n; i++)
		exactly |= is_chosen(variants, glob, i, true);

	size_t kept = 0;
	for (size_t i = 0; i < variants->n; i++) {
		if (!is_chosen(variants, glob, i, exactly))
			continue;
		struct lg_variant keep = variants->list[i];
		variants->list[i] = variants->list[kept];
		variants->list[kept++] = keep;
	}
	/* What is not wanted is at the end; it lives as long as the process. */
	variants->n = kept;
}

/* What could not be written has told nobody anything. */
static int finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "%s: cannot write the output\n", lg_case_name());
	return STATUS_BROKEN;
}

static int describe(const struct lg_variants *variants)
{
	json_t *about = lg_case_describe(variants);
	if (!about || json_dumpf(about, stdout, JSON_INDENT(1)))
		return STATUS_BROKEN;
	putchar('\n');
	json_decref(about);
	return finish(EXIT_SUCCESS);
}

/* A case that stands in a tree with topologies beside its cases uses those;
 * else those that are installed. */
static const char *find_topologies(void)
{
	static char folder[PATH_MAX];
	const char *given = getenv("LINGER_TOPOLOGIES");
	if (given)
		return given;

	/* TREE/cases/MECHANISM/NAME */
	ssize_t length =
		readlink("/proc/self/exe", folder, sizeof(folder) - 32);
	folder[length > 0 ? length : 0] = '\0';
	for (int up = 0; up < 3; up++) {
		char *slash = strrchr(folder, '/');
		if (slash)
			*slash = '\0';
	}
	strcat(folder, "/topologies");
	return access(folder, R_OK) ? LG_DATADIR "/topologies" : folder;
}

/* As the case declares them, for all that this process is asked to run. */
static struct lg_variants declared;

/* What takes as long as a good part of a variant is done once by who serves.
 * If it fails, so does each run. */
static void prepare(void)
{
	if (lg_variants_make(&lg_case, LG_IPV4 | LG_IPV6, NULL, 0, &declared))
		declared = (struct lg_variants){0};
	lg_body_prepare(find_topologies());
	lg_need_keep_answers();
}

static int make_variants(const struct options *options,
			 struct lg_variants *variants)
{
	*variants = declared;
	if (declared.n && !options->n_vary &&
	    options->families == (LG_IPV4 | LG_IPV6))
		return 0;
	return lg_variants_make(&lg_case, options->families, options->vary,
				options->n_vary, variants);
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		option_table,
		parse_option,
		NULL,
		"Runs one linger case on the running kernel and says in TAP "
		"what came of it.",
		NULL,
		NULL,
		NULL};
	struct options options = {.families = LG_IPV4 | LG_IPV6};
	lg_memory_place();
	argp_err_exit_status = STATUS_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (!options.run.topology_dir)
		options.run.topology_dir = find_topologies();

	struct lg_variants variants;
	if (make_variants(&options, &variants)) {
		fprintf(stderr, "%s: %s\n", lg_case_name(), lg_error_text());
		return STATUS_USAGE;
	}
	if (options.variant)
		choose(&variants, options.variant);
	if (options.describe)
		return describe(&variants);
	if (!variants.n) {
		fprintf(stderr, "%s: no such variant: %s\n", lg_case_name(),
			options.variant ? options.variant : "of this family");
		return STATUS_USAGE;
	}

	lg_recycle_keep_initial();
	options.run.only_one = variants.n == 1;
	struct lg_tap tap = {.total = variants.n};
	if (lg_run_variants(&options.run, &variants, &tap)) {
		fprintf(stderr, "%s: %s\n", lg_case_name(), lg_error_text());
		return STATUS_BROKEN;
	}
	if (variants.list != declared.list)
		lg_variants_free(&variants);
	if (tap.failed)
		return finish(STATUS_FAILED);
	return finish(tap.broken || tap.done < tap.total ? STATUS_BROKEN
							 : EXIT_SUCCESS);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], LG_SERVE)) {
		prepare();
		return lg_serve(run);
	}
	return run(argc, argv);
}
