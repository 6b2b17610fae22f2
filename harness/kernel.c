// SPDX-License-Identifier: GPL-2.0-or-later
/* linger kernel */
#include "command.h"
#include "error.h"
#include "kernel_build.h"
#include "kernel_exec.h"
#include "kernel_import.h"
#include "kernel_news.h"
#include "kernel_probe.h"
#include "kernel_shelf.h"
#include "kernel_show.h"
#include "kernel_store.h"
#include "kernels.h"
#include "option.h"
#include "path.h"
#include "schedule.h"
#include "terminal.h"
#include "text.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

struct options {
	char *arguments[2];
	unsigned n;
	const char *name;
	unsigned long jobs;
	bool force, json;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'n':
		options->name = value;
		return 0;
	case 'j':
		options->jobs =
			lg_option_number(state, "--jobs", value, INT_MAX);
		return 0;
	case 'f':
		options->force = true;
		return 0;
	case 'J':
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->n == 2)
			argp_error(state, "'%s' is too much", value);
		options->arguments[options->n++] = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Of those with an argument: as many as there must be, and may be. */
static void parse_all(const struct argp *argp, int argc, char **argv,
		      struct options *options, unsigned least, unsigned most)
{
	argp_parse(argp, argc, argv, 0, NULL, options);
	if (options->n >= least && options->n <= most)
		return;
	fprintf(stderr, "Usage: %s [OPTION...]%s%s\n", argv[0],
		argp->args_doc ? " " : "",
		argp->args_doc ? argp->args_doc : "");
	exit(LG_STATUS_USAGE);
}

static int fail(int error)
{
	fprintf(stderr, "linger: %s\n", lg_error_text());
	if (error == LG_EXEC_STOPPED)
		return LG_STATUS_SIGNAL + lg_exec_signal();
	if (error == -EINVAL || error == -ENOENT || error == -ENOEXEC)
		return LG_STATUS_USAGE;
	return LG_STATUS_BROKEN;
}

/* ---- what there is ----------------------------------------------------- */

static const char *text_of(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));
	return text ? text : "";
}

/* Of all files of a kernel, in bytes. */
static uint64_t size_of(const char *name)
{
	char *path = lg_shelf_path(name, "");
	uint64_t size = 0;
	FTS *tree = lg_path_walk(path);
	for (FTSENT *entry; tree && (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_F)
			size += (uint64_t)entry->fts_statp->st_size;
	}
	if (tree)
		fts_close(tree);
	free(path);
	return size;
}

static double megabytes(uint64_t size)
{
	return (double)size / 1e6;
}

static void print_missing(const json_t *record)
{
	const json_t *missing = json_object_get(record, "missing");
	size_t i;
	json_t *option;
	if (!json_array_size(missing))
		return;
	fputs("it lacks", stdout);
	json_array_foreach(missing, i, option)
		printf(" %s", json_string_value(option));
	fputs("\n", stdout);
}

static void print_made(const json_t *record, const char *what)
{
	const char *name = text_of(record, "name");
	const char *version = text_of(record, "version");
	printf("%s is %s: Linux %s, %.1f MB\n", name, what,
	       *version ? version : "(unknown)", megabytes(size_of(name)));
	print_missing(record);
}

/* ---- commands ---------------------------------------------------------- */

static const struct argp_option build_options[] = {
	{"name", 'n', "NAME", 0, "What to call it (default: after its version)",
	 0},
	{"jobs", 'j', "N", 0, "Compilers at once (default: one a core)", 0},
	{"force", 'f', NULL, 0, "Although the same has been built already", 0},
	{0}};

static int build(int argc, char **argv)
{
	static const struct argp argp = {
		.options = build_options,
		.parser = parse,
		.args_doc = "SOURCE",
		.doc = "Builds a User Mode Linux kernel, whose time can be "
		       "virtual, and keeps it."
		       "\vSOURCE is a kernel's source tree, a tarball, or a "
		       "package such as linux-source-6.1; with another release "
		       "of "
		       "the distribution it is linux-source-6.12/trixie.  "
		       "Nothing "
		       "is installed, and nothing is written to a tree.\n\n"
		       "Exit status: 2 if the source is at fault, 3 if "
		       "something "
		       "else is."};
	struct options options = {.jobs = lg_schedule_cores()};
	parse_all(&argp, argc, argv, &options, 1, 1);

	struct lg_kernel_build request = {.source = options.arguments[0],
					  .name = options.name,
					  .jobs = (unsigned)options.jobs,
					  .force = options.force};
	json_t *record;
	bool is_new;
	lg_schedule_signals();
	int result =
		lg_kernel_build(&request, &lg_kernel_news, &record, &is_new);
	lg_kernel_news_end();
	if (result)
		return fail(result);
	print_made(record, is_new ? "built" : "there already");
	json_decref(record);
	return LG_STATUS_FINE;
}

static const struct argp_option import_options[] = {
	{"name", 'n', "NAME", 0, "What to call it (default: after its version)",
	 0},
	{0}};

static int import(int argc, char **argv)
{
	static const struct argp argp = {
		.options = import_options,
		.parser = parse,
		.args_doc = "IMAGE [MODULES]",
		.doc = "Keeps a stock kernel, for a virtual machine, with the "
		       "modules that linger needs."
		       "\vIMAGE is a bzImage (vmlinuz), with its modules in "
		       "the "
		       "folder MODULES, as /lib/modules/VERSION; or a package "
		       "such "
		       "as linux-image-cloud-amd64, which has both; with "
		       "another "
		       "release of the distribution it is "
		       "linux-image-cloud-amd64/trixie.  Nothing is "
		       "installed.\n\n"
		       "Exit status: 2 if the image or the modules are at "
		       "fault, 3 "
		       "if something else is."};
	struct options options = {0};
	parse_all(&argp, argc, argv, &options, 1, 2);

	struct lg_kernel_import request = {.image = options.arguments[0],
					   .modules = options.arguments[1],
					   .name = options.name};
	json_t *record;
	lg_schedule_signals();
	int result = lg_kernel_import(&request, &lg_kernel_news, &record);
	if (result)
		return fail(result);
	print_made(record, "imported");
	json_decref(record);
	return LG_STATUS_FINE;
}

static void list_host(struct libscols_table *table)
{
	struct libscols_line *line = lg_table_line(table);
	struct utsname system;
	uname(&system);
	lg_table_cell(line, 0, "host");
	lg_table_cell(line, 1, "host");
	lg_table_cell(line, 2, "%s", system.release);
	lg_table_cell(line, 4, "the running one");
}

static void list_one(struct libscols_table *table, const char *name)
{
	struct libscols_line *line = lg_table_line(table);
	json_t *record;
	lg_table_cell(line, 0, "%s", name);
	lg_table_cell(line, 3, "%.1f", megabytes(size_of(name)));
	if (lg_shelf_read(name, &record)) {
		lg_table_cell(line, 4, "unreadable: %s", lg_error_text());
		return;
	}
	lg_table_cell(line, 1, "%s", text_of(record, "kind"));
	lg_table_cell(line, 2, "%s", text_of(record, "version"));
	lg_table_cell(line, 4, "%s", text_of(record, "source"));
	json_decref(record);
}

static int list(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.doc = "Lists the running kernel and those that are "
		       "kept."};
	struct options options = {0};
	parse_all(&argp, argc, argv, &options, 0, 0);

	char **names;
	size_t n;
	int result = lg_shelf_names(&names, &n);
	if (result)
		return fail(result);
	struct lg_terminal terminal = lg_terminal();
	struct libscols_table *table = lg_table(
		&terminal, "NAME", "KIND", "VERSION", ">MB", "~SOURCE", NULL);
	list_host(table);
	for (size_t i = 0; i < n; i++)
		list_one(table, names[i]);
	lg_table_print(table);
	lg_shelf_free_names(names, n);
	if (!n) {
		char *root = lg_shelf_root();
		printf("\nThere are no others in %s.\n", root);
		free(root);
	}
	return LG_STATUS_FINE;
}

static int unknown(const char *name)
{
	lg_error(0, "there is no kernel %s: see `linger kernel list'", name);
	return fail(-ENOENT);
}

static const struct argp_option show_options[] = {
	{"json", 'J', NULL, 0, "As a JSON object", 0}, {0}};

/* What is on record of one that is kept; of others, what is plain to see. */
static int read_record(const struct lg_kernel *kernel, json_t **record)
{
	bool is_host = lg_kernel_is_host(kernel);
	if (!is_host && !strchr(kernel->name, '/'))
		return lg_shelf_read(kernel->name, record);
	struct utsname system;
	uname(&system);
	*record = lg_there(json_pack(
		"{s:s, s:s, s:s?}", "name", kernel->name, "kind",
		is_host ? "host" : lg_kernel_kind_name(kernel->kind), "version",
		is_host ? system.release : kernel->version));
	return 0;
}

/* What it can do is asked of it last: it may not boot. */
static int show_one(const struct lg_kernel *kernel, bool json)
{
	json_t *record, *found = NULL;
	int result = read_record(kernel, &record);
	if (result)
		return fail(result);
	lg_schedule_signals();
	result = lg_kernel_probe(kernel, &found);
	if (json) {
		if (found)
			json_object_set(record, "found", found);
		json_dumpf(record, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		lg_kernel_show(record, found);
	}
	fflush(stdout);
	json_decref(found);
	json_decref(record);
	return result ? fail(result) : LG_STATUS_FINE;
}

static int show(int argc, char **argv)
{
	static const struct argp argp = {
		.options = show_options,
		.parser = parse,
		.args_doc = "KERNEL",
		.doc = "Shows what is known of a kernel, and what it can do."
		       "\vKERNEL is a name, `host' or a path, as for `linger "
		       "run'.  It is booted for that, once."};
	struct options options = {0};
	parse_all(&argp, argc, argv, &options, 1, 1);

	struct lg_kernels kernels;
	char *error = NULL;
	int result = lg_kernels_choose(&kernels, options.arguments[0], &error);
	if (!result && kernels.n > 1) {
		error = lg_text("'%s' are several", options.arguments[0]);
		result = -EINVAL;
	}
	if (result) {
		lg_error(0, "%s", error);
		free(error);
		result = fail(result);
	} else {
		result = show_one(kernels.list, options.json);
	}
	lg_kernels_free(&kernels);
	return result;
}

static int rm(int argc, char **argv)
{
	static const struct argp argp = {.parser = parse,
					 .args_doc = "NAME",
					 .doc = "Removes a kernel."};
	struct options options = {0};
	parse_all(&argp, argc, argv, &options, 1, 1);

	int result = lg_shelf_remove(options.arguments[0]);
	if (!result)
		return LG_STATUS_FINE;
	return result == -ENOENT ? unknown(options.arguments[0]) : fail(result);
}

static const struct lg_command commands[] = {
	{"list", "what kernels there are", list},
	{"build", "build one in virtual time, from its source", build},
	{"import", "keep a stock one, with its modules", import},
	{"show", "what one is and can do", show},
	{"rm", "remove one", rm},
	{NULL, NULL, NULL}};

static void print_help(FILE *stream)
{
	fputs("Usage: linger kernel COMMAND [ARGUMENT...]\n"
	      "Keeps kernels for cases to run on.\n\n"
	      "Commands:\n",
	      stream);
	for (const struct lg_command *c = commands; c->name; c++)
		fprintf(stream, "  %-8s %s\n", c->name, c->does);
	fputs("\nThey are kept in $LINGER_KERNELS, or else in linger/kernels "
	      "in the user's cache.\n"
	      "`linger kernel COMMAND --help' has the options of each.\n",
	      stream);
}

int lg_command_kernel(int argc, char **argv)
{
	if (argc > 1 &&
	    (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?"))) {
		print_help(stdout);
		return LG_STATUS_FINE;
	}
	for (const struct lg_command *c = commands; argc > 1 && c->name; c++) {
		if (strcmp(c->name, argv[1]))
			continue;
		char *name = lg_text("%s %s", argv[0], argv[1]);
		argv[1] = name;
		program_invocation_name = name;
		int status = c->run(argc - 1, argv + 1);
		free(name);
		return status;
	}
	if (argc > 1)
		fprintf(stderr, "linger kernel: there is no command '%s'\n",
			argv[1]);
	print_help(stderr);
	return LG_STATUS_USAGE;
}
