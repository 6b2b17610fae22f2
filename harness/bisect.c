// SPDX-License-Identifier: GPL-2.0-or-later
/* linger bisect */
#include "against.h"
#include "cases.h"
#include "command.h"
#include "error.h"
#include "folder.h"
#include "kernel_build.h"
#include "kernel_exec.h"
#include "kernel_news.h"
#include "kernel_shelf.h"
#include "kernel_source.h"
#include "kernel_store.h"
#include "option.h"
#include "path.h"
#include "schedule.h"
#include "text.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What `git bisect run` makes of a status.  What git cannot help, wrong usage
 * among it, ends the bisection: else each commit would fail for it. */
enum bisect_status {
	BISECT_GOOD = 0,
	BISECT_BAD = 1,
	BISECT_CANNOT_TELL = 125,
	BISECT_END = 255,
};

/* Less than this, and what failed may have failed for it. */
#define ROOM_LEAST (UINT64_C(32) << 20)
#define REMEDY "--objects names another folder"

struct options {
	struct lg_case_options cases;
	const char *source;
	const char *objects; /* NULL: in the store */
	const char *against, *known;
	unsigned long jobs;
	char **globs;
};

enum { KEY_OBJECTS = 0x200, KEY_AGAINST, KEY_KNOWN };

static const struct argp_option option_table[] = {
	{"kernel-source", 's', "TREE", 0,
	 "The source tree of the kernel (default: the current folder)", 0},
	{"objects", KEY_OBJECTS, "DIR", 0,
	 "Keep what is compiled there, for the next commit (default: beside "
	 "the kernels that linger keeps)",
	 0},
	{"jobs", 'j', "N", 0, "Compile N files at once (default: one a core)",
	 0},
	{"against", KEY_AGAINST, "BASELINE", 0,
	 "A commit is bad if something is not as in this file, rather than if "
	 "a case fails",
	 0},
	{"known", KEY_KNOWN, "FILE", 0,
	 "Deviations from it that are known, as for `linger run'", 0},
	{0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->cases;
		return 0;
	case 's':
		options->source = value;
		return 0;
	case KEY_OBJECTS:
		options->objects = value;
		return 0;
	case 'j':
		options->jobs =
			lg_option_number(state, "--jobs", value, INT_MAX);
		return 0;
	case KEY_AGAINST:
		options->against = value;
		return 0;
	case KEY_KNOWN:
		options->known = value;
		return 0;
	case ARGP_KEY_ARGS:
		/* They are the end of argv, which a NULL ends. */
		options->globs = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which case is to tell good from bad?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- the kernel -------------------------------------------------------- */

/* A folder for each tree; hidden, so that it is none of the kernels. */
static char *default_objects(const char *tree)
{
	char *name = lg_text_replace(tree, "/", "%");
	char *root = lg_shelf_root();
	char *path = lg_text("%s/.bisect/%s", root, name);
	free(root);
	free(name);
	return path;
}

static int end(void)
{
	fprintf(stderr, "linger: %s\n", lg_error_text());
	return BISECT_END;
}

/* The tree that is meant, if a kernel can be built of it here. */
static char *find_tree(const struct options *options)
{
	char *tree = realpath(options->source, NULL);
	if (!tree) {
		lg_error(errno, "%s", options->source);
		return NULL;
	}
	if (!lg_kernel_can_build() &&
	    !lg_source_check_tree(tree, options->source))
		return tree;
	free(tree);
	return NULL;
}

/* Where it is compiled, and what cases leave: of one bisection at a time. */
struct objects {
	char *folder; /* absolute, since make works in the tree */
	int lock;
};

static int make_folder(struct objects *objects, const struct options *options,
		       const char *tree)
{
	char *given = options->objects ? lg_text("%s", options->objects)
				       : default_objects(tree);
	int result = lg_path_make_folder(given);
	if (!result) {
		objects->folder = realpath(given, NULL);
		if (!objects->folder)
			result = lg_error(errno, "%s", given);
	}
	free(given);
	return result;
}

static int lock_folder(struct objects *objects)
{
	char *path = lg_text("%s/.lock", objects->folder);
	int result = 0;
	objects->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (objects->lock < 0 || flock(objects->lock, LOCK_EX | LOCK_NB))
		result = lg_error(errno, "cannot lock %s", path);
	if (result == -EWOULDBLOCK)
		lg_error(0, "another bisection is at work in %s (" REMEDY ")",
			 objects->folder);
	free(path);
	return result;
}

/* What is compiled already takes little more. */
static int need_room(const struct objects *objects)
{
	char *image = lg_text("%s/linux", objects->folder);
	uint64_t room =
		access(image, F_OK) ? LG_KERNEL_OBJECTS_SIZE : ROOM_LEAST;
	free(image);
	return lg_path_need_room(objects->folder, room, REMEDY);
}

static int open_objects(struct objects *objects, const struct options *options,
			const char *tree)
{
	int result = make_folder(objects, options, tree);
	if (!result)
		result = lock_folder(objects);
	return result ? result : need_room(objects);
}

static void close_objects(struct objects *objects)
{
	if (objects->lock >= 0)
		close(objects->lock);
	free(objects->folder);
}

/* BISECT_GOOD, if there is the image `linux' among the objects; or another
 * status, after a message. */
static int build(const struct options *options, struct objects *objects)
{
	char *tree = find_tree(options);
	if (!tree || open_objects(objects, options, tree)) {
		free(tree);
		return end();
	}

	int result =
		lg_kernel_build_in(tree, objects->folder,
				   (unsigned)options->jobs, &lg_kernel_news);
	lg_kernel_news_end();
	free(tree);
	if (!result)
		return BISECT_GOOD;
	fprintf(stderr, "linger: %s\n", lg_error_text());
	return result == LG_EXEC_STOPPED ? LG_STATUS_SIGNAL + lg_exec_signal()
					 : BISECT_CANNOT_TELL;
}

/* Not each kernel of a long history can run as cases want it. */
static int check_image(const char *image)
{
	struct lg_kernel kernel;
	char *error = NULL;
	int result = lg_kernel_find(image, &kernel, &error);

	if (!result && kernel.real_time)
		error = lg_text("%s has " LG_KERNEL_REAL_TIME, image);
	if (!result)
		lg_kernel_free(&kernel);
	if (!error)
		return BISECT_GOOD;
	fprintf(stderr, "linger: %s\n", error);
	free(error);
	return BISECT_CANNOT_TELL;
}

/* ---- the case ---------------------------------------------------------- */

struct words {
	const char **list;
	size_t n;
};

static void add(struct words *words, const char *word)
{
	words->list[words->n++] = word;
}

static void add_option(struct words *words, const char *name, const char *value)
{
	if (!value)
		return;
	add(words, name);
	add(words, value);
}

static const char **run_command(const struct options *options,
				const char *image, const char *results)
{
	size_t n_globs = 0;
	while (options->globs[n_globs])
		n_globs++;
	struct words words = {
		.list = lg_room(options->cases.n_options + n_globs + 16,
				sizeof(*words.list))};

	add(&words, "linger");
	add(&words, "run");
	add_option(&words, "--kernel", image);
	add_option(&words, "--results", results);
	add_option(&words, "--cases", options->cases.folder);
	add_option(&words, "--against", options->against);
	add_option(&words, "--known", options->known);
	for (size_t i = 0; i < options->cases.n_options; i++)
		add(&words, options->cases.options[i]);
	add(&words, "--");
	for (size_t i = 0; i < n_globs; i++)
		add(&words, options->globs[i]);
	return words.list;
}

/* Waits for it, and hands signals that are meant for us on to it. */
static int wait_for(pid_t child)
{
	sigset_t set;
	int status;

	lg_schedule_ending_signals(&set);
	sigaddset(&set, SIGCHLD);
	while (waitpid(child, &status, WNOHANG) == 0) {
		int number = sigwaitinfo(&set, NULL);
		if (number > 0 && number != SIGCHLD)
			kill(child, number);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : LG_STATUS_SIGNAL + WTERMSIG(status);
}

static int run(const struct options *options, const char *image,
	       const char *results)
{
	const char **command = run_command(options, image, results);
	fflush(stdout);
	pid_t parent = getpid(), child = fork();
	if (!child) {
		/* It writes to what is locked as long as we live. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(LG_STATUS_BROKEN);
		execv("/proc/self/exe", (char *const *)command);
		_exit(LG_STATUS_BROKEN);
	}
	int status = child < 0 ? LG_STATUS_BROKEN : wait_for(child);
	free(command);
	return status;
}

static int verdict_of(int status)
{
	switch (status) {
	case LG_STATUS_FINE:
		return BISECT_GOOD;
	case LG_STATUS_FAILED:
		return BISECT_BAD;
	case LG_STATUS_USAGE:
		return BISECT_END;
	case LG_STATUS_BROKEN:
	case LG_STATUS_NOTHING_RAN:
		return BISECT_CANNOT_TELL;
	default:
		return status;
	}
}

static int judge(const struct options *options, const char *folder)
{
	char *image = lg_text("%s/linux", folder);
	/* What made a commit bad can be looked at when all is over. */
	char *results = lg_text("%s/" LG_FOLDER_DEFAULT, folder);
	int status = check_image(image);
	if (!status)
		status = verdict_of(run(options, image, results));
	free(image);
	free(results);
	return status;
}

/* ---- all of it --------------------------------------------------------- */

/* What is asked for has to be there: that is known before minutes of
 * compiling. */
static int check(const struct options *options)
{
	struct lg_against against = {0};
	struct lg_cases cases;

	if (options->against &&
	    lg_against_open(&against, options->against, options->known)) {
		lg_against_free(&against);
		return end();
	}
	lg_against_free(&against);
	int result = lg_cases_find(&cases, &options->cases, options->globs);
	int status = result	    ? BISECT_END
		     : cases.signal ? LG_STATUS_SIGNAL + cases.signal
				    : BISECT_GOOD;
	lg_cases_free(&cases);
	return status;
}

/* A disk that is full is so for each commit, and says nothing of this one. */
static int blame_room(int status, const struct objects *objects)
{
	if (status != BISECT_CANNOT_TELL ||
	    !lg_path_need_room(objects->folder, ROOM_LEAST, REMEDY))
		return status;
	return end();
}

static const char *name_of(int status)
{
	return status == BISECT_GOOD  ? "good"
	       : status == BISECT_BAD ? "bad"
				      : "cannot tell";
}

int lg_command_bisect(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "CASE...",
		.doc = "Builds the kernel of a source tree and runs cases on "
		       "it, for `git bisect run linger bisect CASE'."
		       "\vCASE is a glob, as for `linger run'.  Exit status: 0 "
		       "good, 1 bad, 125 cannot tell (it does not build or "
		       "boot, the case is skipped or broken), 128 and more: "
		       "git had better stop.",
		.children = lg_case_children};
	struct options options = {.source = ".", .jobs = lg_schedule_cores()};
	struct objects objects = {.lock = -1};

	argp_err_exit_status = BISECT_END;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	lg_schedule_signals();
	int status = check(&options);
	if (!status)
		status = build(&options, &objects);
	if (!status)
		status = judge(&options, objects.folder);
	status = blame_room(status, &objects);
	if (status <= BISECT_CANNOT_TELL)
		printf("linger bisect: %s\n", name_of(status));
	/* For git any other status would be one of the commit's. */
	if (fflush(stdout) || ferror(stdout))
		status = BISECT_END;
	lg_case_options_free(&options.cases);
	close_objects(&objects);
	return status;
}
