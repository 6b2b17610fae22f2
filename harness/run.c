// SPDX-License-Identifier: GPL-2.0-or-later
/* linger run */
#include "run.h"

#include "against.h"
#include "baselines.h"
#include "boot.h"
#include "command.h"
#include "error.h"
#include "item.h"
#include "option.h"
#include "output.h"
#include "text.h"

#include <argp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Waiting costs nothing. */
#define AT_ONCE 64

struct options {
	struct lg_case_options cases;
	struct lg_choice choice;
	struct lg_kernels kernels;
	unsigned long at_once;	 /* 0: not given */
	unsigned long timeout_s; /* 0: not given */
	struct lg_outputs outputs;
	const char *pcap;
	const char *results;
	const char *baseline; /* the folder to write to; NULL: none */
	const char *against, *known;
};

/* While it runs. */
struct running {
	struct lg_run run;
	struct lg_boot boot;
	struct lg_outputs *outputs;
	const char *unwritten; /* an output that can't be written */
	bool stored_all;
	struct lg_baselines seen;
	struct lg_against against;
	/* By kernel: */
	bool *boots;	/* a guest has come up */
	bool *unusable; /* the first one has not */
};

/* ---- options ----------------------------------------------------------- */

enum {
	KEY_REPEAT = 0x200,
	KEY_SHARD,
	KEY_FORMAT,
	KEY_PCAP,
	KEY_RESULTS,
	KEY_TIMEOUT,
	KEY_TIME,
	KEY_SEED,
	KEY_BASELINE,
	KEY_AGAINST,
	KEY_KNOWN
};

static const struct argp_option option_table[] = {
	{"kernel", 'k', "NAME,...", 0,
	 "Run on these kernels: names of `linger kernel list', paths, `host' "
	 "(the running one, which is the default), `all'",
	 0},
	{"time", KEY_TIME, "virtual|real", 0,
	 "Whose clock guests follow (default: virtual, in which waiting takes "
	 "no time)",
	 0},
	{"seed", KEY_SEED, "N", 0,
	 "Have guests draw other random numbers, others for each N (default: "
	 "the same in every run)",
	 0},
	{"jobs", 'j', "N", 0,
	 "Run at most N variants at once (default: 64, and one guest a core)",
	 0},
	{"repeat", KEY_REPEAT, "N", 0, "Run each variant N times", 0},
	{"shard", KEY_SHARD, "I/N", 0,
	 "Run the I-th of N parts of what is chosen", 0},
	{"format", KEY_FORMAT, "pretty|tap|ktap|junit|jsonl[=FILE]", 0,
	 "What to print, or to write to a file; can be repeated (default: "
	 "pretty)",
	 0},
	{"pcap", KEY_PCAP, "always|fail", 0,
	 "When to keep captures (default: fail)", 0},
	{"results", KEY_RESULTS, "DIR", 0,
	 "Keep the results there (default: ./" LG_FOLDER_DEFAULT ")", 0},
	{"baseline", KEY_BASELINE, "DIR", OPTION_ARG_OPTIONAL,
	 "Write what each kernel did to DIR/KERNEL.json (default: "
	 "./" LG_BASELINE_FOLDER "); a part of the cases takes the place of "
	 "that part",
	 0},
	{"against", KEY_AGAINST, "BASELINE", 0,
	 "Fail only where something is not as in this file, or in the file "
	 "that the kernel has in this folder",
	 0},
	{"known", KEY_KNOWN, "FILE", 0,
	 "Deviations from it that are known (default: " LG_KNOWN_FILE
	 " beside it)",
	 0},
	{"timeout", KEY_TIMEOUT, "S", 0,
	 "End each variant after S seconds (default: 60 more than it lasts)",
	 0},
	{0}};

static void add_output(struct argp_state *state, const char *text)
{
	struct options *options = state->input;
	char *error = lg_outputs_add(&options->outputs, text);
	if (error)
		argp_error(state, "--format: %s", error);
}

static void choose_kernels(struct argp_state *state, const char *names)
{
	struct options *options = state->input;
	char *error = NULL;

	lg_kernels_free(&options->kernels);
	if (lg_kernels_choose(&options->kernels, names, &error))
		argp_error(state, "--kernel: %s", error);
}

static void check(const struct argp_state *state, const struct options *options)
{
	const struct lg_kernels *kernels = &options->kernels;
	if (options->baseline && options->choice.repeats > 1)
		argp_error(state, "--baseline is of one run of each variant, "
				  "without --repeat");
	if (options->baseline && options->choice.seed)
		argp_error(state, "--baseline is of the usual random numbers, "
				  "without --seed");
	if (options->baseline && options->against)
		argp_error(state, "either --baseline or --against: what is "
				  "expected can't be written at once");
	if (options->known && !options->against)
		argp_error(state, "--known is of use with --against only");
	for (size_t i = 0; i < kernels->n && !options->choice.real_time; i++) {
		if (kernels->list[i].real_time)
			argp_error(state,
				   "--kernel: %s has " LG_KERNEL_REAL_TIME,
				   kernels->list[i].name);
	}
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	static const char *const captures[] = {"always", "fail", NULL};
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->cases;
		return 0;
	case 'k':
		choose_kernels(state, value);
		return 0;
	case KEY_TIME:
		options->choice.real_time = lg_option_real_time(state, value);
		return 0;
	case KEY_SEED:
		options->choice.seed =
			lg_option_number(state, "--seed", value, UINT32_MAX);
		return 0;
	case 'j':
		options->at_once =
			lg_option_number(state, "--jobs", value, 4096);
		return 0;
	case KEY_REPEAT:
		options->choice.repeats =
			lg_option_number(state, "--repeat", value, 1000000);
		return 0;
	case KEY_SHARD:
		if (!lg_shard_read(value, &options->choice.shard))
			argp_error(state,
				   "--shard: '%s' is not I/N with I from 1 "
				   "to N",
				   value);
		return 0;
	case KEY_FORMAT:
		add_output(state, value);
		return 0;
	case KEY_PCAP:
		lg_option_word(state, "--pcap", value, captures);
		options->pcap = value;
		return 0;
	case KEY_RESULTS:
		options->results = value;
		return 0;
	case KEY_BASELINE:
		options->baseline = value ? value : LG_BASELINE_FOLDER;
		return 0;
	case KEY_AGAINST:
		options->against = value;
		return 0;
	case KEY_KNOWN:
		options->known = value;
		return 0;
	case KEY_TIMEOUT:
		options->timeout_s = lg_option_number(state, "--timeout", value,
						      365 * 86400);
		return 0;
	case ARGP_KEY_ARGS:
		/* They are the end of argv, which a NULL ends. */
		options->choice.globs = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		check(state, options);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- running ----------------------------------------------------------- */

static void stop(struct running *running, struct lg_schedule *schedule,
		 const char *why)
{
	running->run.stopped = why;
	if (schedule)
		schedule->stop = true;
}

/* `what` may be NULL. */
static void note_unwritten(struct running *running,
			   struct lg_schedule *schedule, const char *what)
{
	if (!what || running->unwritten)
		return;
	running->unwritten = what;
	stop(running, schedule, "what it reports cannot be written");
}

/* Keeps, counts and reports the result of an item. */
static void finish(struct running *running, struct lg_schedule *schedule,
		   struct lg_item *item)
{
	struct lg_run *run = &running->run;
	struct lg_result *result = &item->result;

	item->done = true;
	run->n_done++;
	run->counts[result->verdict]++;
	if (running->stored_all &&
	    lg_folder_add(&run->folder, result->events)) {
		running->stored_all = false;
		fprintf(stderr, "linger: %s\n", lg_error_text());
		stop(running, schedule, "the results cannot be written");
	}
	lg_baselines_add(&running->seen, result->events);
	note_unwritten(running, schedule,
		       lg_outputs_done(running->outputs, run, item));
	json_decref(result->events);
	result->events = NULL;
}

static struct lg_identity identity(const struct lg_run *run,
				   const struct lg_item *item)
{
	return (struct lg_identity){
		.case_name = item->program->name,
		.variant = item->variant ? item->variant->name : "",
		.kernel_name = item->kernel->name,
		.kernel = lg_kernel_is_host(item->kernel) ? NULL
			  : item->kernel->version ? item->kernel->version
						  : "",
		.topology =
			item->program->topology ? item->program->topology : "",
		.guest = lg_kernel_is_host(item->kernel)
				 ? "host"
				 : lg_kernel_kind_name(item->kernel->kind),
		.virtual_time = item->virtual_time,
		.seed = lg_kernel_is_host(item->kernel) ? 0 : run->seed,
		.lasts_ms = item->variant ? item->variant->lasts_ms : 0,
		.repeat = run->repeats > 1 ? item->repeat : 0,
		.written_to = run->folder.fresh,
		.found_at = run->folder.last,
	};
}

/* What was to run on a kernel that does not boot has its result. */
static void give_up_kernel(struct running *running,
			   struct lg_schedule *schedule,
			   const struct lg_kernel *kernel)
{
	char *reason = lg_text("not run: guest %s does not boot", kernel->name);
	for (size_t i = 0; i < schedule->n; i++) {
		struct lg_task *task = &schedule->tasks[i];
		struct lg_item *item = task->of;
		if (task->state != LG_TASK_WAITS || item->kernel != kernel)
			continue;
		task->state = LG_TASK_UNMADE;
		for (; item; item = item->next) {
			struct lg_identity who = identity(&running->run, item);
			lg_result_broken(&item->result, &who, reason);
			finish(running, schedule, item);
		}
	}
	free(reason);
}

static void note_boot(struct running *running, struct lg_schedule *schedule,
		      const struct lg_kernel *kernel, bool booted)
{
	size_t i = (size_t)(kernel - running->run.kernels->list);
	running->boots[i] |= booted;
	if (booted || running->boots[i] || running->unusable[i])
		return;
	running->unusable[i] = true;
	give_up_kernel(running, schedule, kernel);
}

/* Guests tell of one item after the other. */
static void task_heard(struct lg_schedule *schedule, struct lg_task *task)
{
	struct running *running = schedule->of;
	struct lg_item *item;
	struct lg_task part;
	bool booted;

	while ((item = lg_boot_item(task)) &&
	       lg_boot_part(task, &part, &booted)) {
		struct lg_identity who = identity(&running->run, item);
		lg_result_read(&item->result, &who, &part);
		lg_boot_drop(task, &part);
		finish(running, schedule, item);
		note_boot(running, schedule, item->kernel, booted);
	}
}

/* It was `last` that ran when its guest's process ended; those after it did
 * not. */
static void give_up_rest(struct running *running, struct lg_schedule *schedule,
			 const struct lg_task *task, const struct lg_item *last)
{
	char *reason =
		running->run.stopped
			? lg_text("was stopped with the whole run")
			: lg_text("not run: %s:%s was the end of its "
				  "guest",
				  last->program->name, last->variant->name);
	for (struct lg_item *item; (item = lg_boot_item(task));) {
		struct lg_identity who = identity(&running->run, item);
		lg_result_broken(&item->result, &who, reason);
		finish(running, schedule, item);
	}
	free(reason);
}

static void task_done(struct lg_schedule *schedule, struct lg_task *task)
{
	struct running *running = schedule->of;
	struct lg_item *item;

	if (schedule->signal && !running->run.stopped)
		running->run.stopped = "it was interrupted";
	if (running->run.kernels->any_guest)
		task_heard(schedule, task);
	if (!(item = lg_boot_item(task)))
		return;
	struct lg_identity who = identity(&running->run, item);
	lg_result_read(&item->result, &who, task);
	finish(running, schedule, item);
	give_up_rest(running, schedule, task, item);
}

static int start_guest(struct lg_schedule *schedule, struct lg_task *task)
{
	struct running *running = schedule->of;
	return lg_boot_start(&running->boot, task);
}

static void tick(struct lg_schedule *schedule)
{
	struct running *running = schedule->of;
	lg_outputs_tick(running->outputs, &running->run);
}

/* Cases that cannot be described: nothing is started for them. */
static void report_broken_cases(struct running *running)
{
	for (size_t i = 0; i < running->run.n; i++) {
		struct lg_item *item = &running->run.items[i];
		if (item->variant)
			continue;
		struct lg_identity who = identity(&running->run, item);
		lg_result_broken(&item->result, &who, item->program->broken);
		finish(running, NULL, item);
	}
}

/* Returns the signal that ended it, 0 if none did, or -errno. */
static int run_all(struct running *running, const struct options *options)
{
	struct lg_run *run = &running->run;
	bool guests = run->kernels->any_guest;
	unsigned long at_once = options->at_once;
	struct lg_schedule schedule = {
		.at_once = at_once ? at_once : AT_ONCE,
		/* Guests are bulk: who asks for many gets them. */
		.cores = guests && at_once ? (unsigned)at_once
					   : lg_schedule_cores(),
		.start = start_guest,
		.heard = guests ? task_heard : NULL,
		.done = task_done,
		.tick = tick,
		.tick_ms = lg_outputs_tick_ms(running->outputs),
		.of = running};
	running->boot =
		(struct lg_boot){.run = run, .timeout_s = options->timeout_s};
	lg_boot_plan(&running->boot, schedule.cores);
	schedule.tasks = running->boot.tasks;
	schedule.n = running->boot.n;
	running->boots = lg_room(run->kernels->n, sizeof(bool));
	running->unusable = lg_room(run->kernels->n, sizeof(bool));

	run->schedule = &schedule;
	run->started_ms = lg_clock_ms();
	note_unwritten(running, NULL, lg_outputs_begin(running->outputs, run));
	report_broken_cases(running);
	int result = run->stopped ? 0 : lg_schedule_run(&schedule);
	if (schedule.signal)
		run->stopped = "it was interrupted";
	else if (result)
		run->stopped = "nothing can be started";
	note_unwritten(running, NULL, lg_outputs_end(running->outputs, run));
	run->schedule = NULL;
	lg_boot_end(&running->boot);
	free(running->boots);
	free(running->unusable);
	return result ? result : schedule.signal;
}

/* ---- the end of it ----------------------------------------------------- */

/* `unexpected`: how many variants are not as they should be. */
static int status_of(const struct lg_run *run, size_t unexpected)
{
	if (unexpected)
		return LG_STATUS_FAILED;
	if (run->counts[LG_BROKEN])
		return LG_STATUS_BROKEN;
	if (!run->counts[LG_PASS] && !run->counts[LG_FAIL])
		return LG_STATUS_NOTHING_RAN;
	return LG_STATUS_FINE;
}

static enum lg_extent extent_of(const struct options *options)
{
	if (options->cases.n_options)
		return LG_CHANGED_VARIANTS;
	if (*options->choice.globs || options->choice.shard.of > 1)
		return LG_SOME_VARIANTS;
	return LG_ALL_VARIANTS;
}

/* What becomes of baselines when a run is whole. */
static int look_back(struct running *running, const struct options *options,
		     size_t *unexpected)
{
	if (options->baseline)
		return lg_baselines_write(&running->seen, options->baseline,
					  extent_of(options));
	if (options->against)
		return lg_against_judge(&running->against, &running->seen,
					lg_outputs_are_pretty(running->outputs),
					unexpected);
	return 0;
}

/* Keeps the results if the run is whole. */
static int conclude(struct running *running, const struct options *options,
		    int ended_by)
{
	struct lg_run *run = &running->run;

	if (ended_by < 0)
		fprintf(stderr, "linger: cannot start anything: %s\n",
			strerror(-ended_by));
	if (running->unwritten)
		fprintf(stderr, "linger: cannot write to %s\n",
			running->unwritten);
	if (run->stopped) {
		lg_folder_drop(&run->folder);
		return ended_by > 0 ? LG_STATUS_SIGNAL + ended_by
				    : LG_STATUS_BROKEN;
	}
	size_t unexpected = run->counts[LG_FAIL];
	if (lg_folder_keep(&run->folder) ||
	    look_back(running, options, &unexpected)) {
		fprintf(stderr, "linger: %s\n", lg_error_text());
		return LG_STATUS_BROKEN;
	}
	return status_of(run, unexpected);
}

static int begin(struct running *running, struct options *options,
		 const struct lg_cases *cases)
{
	struct lg_folder *folder = &running->run.folder;
	int result = 0;
	if (options->baseline)
		result = lg_baselines_prepare(options->baseline);
	if (options->against)
		result = lg_against_open(&running->against, options->against,
					 options->known);
	if (!result)
		result = lg_folder_open(folder, options->results);
	if (result)
		return result;
	for (size_t i = 0; i < cases->n; i++) {
		if (cases->list[i].described && !cases->list[i].broken)
			lg_baselines_describe(&running->seen,
					      cases->list[i].described);
	}
	/* NULL: there is no case that could be described. */
	if (running->seen.described)
		result = lg_folder_describe(folder, running->seen.described);
	/* Only now: what their files had is gone then. */
	if (!result)
		result = lg_outputs_open(&options->outputs);
	if (result)
		lg_folder_drop(folder);
	return result;
}

static int run_cases(struct options *options, const struct lg_cases *cases)
{
	struct running running = {.outputs = &options->outputs,
				  .stored_all = true,
				  .run = {.options = options->cases.options,
					  .cases = options->cases.folder}};

	if (begin(&running, options, cases)) {
		fprintf(stderr, "linger: %s\n", lg_error_text());
		return LG_STATUS_BROKEN;
	}
	/* What has been begun to be written becomes whole also then. */
	if (cases->signal)
		stop(&running, NULL, "it was interrupted");
	lg_items_choose(&running.run, cases, &options->choice);
	lg_items_command(&running.run, options->pcap);
	int ended_by = run_all(&running, options);
	int status = conclude(&running, options,
			      ended_by ? ended_by : cases->signal);
	lg_baselines_free(&running.seen);
	lg_against_free(&running.against);
	lg_items_free(&running.run);
	return status;
}

int lg_command_run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "[GLOB...]",
		.doc = "Runs the variants that the globs mean (default: all), "
		       "each "
		       "in a fresh world, and reports what came of them."
		       "\vA glob is CASE or CASE:VARIANT.  Exit status: 0 all "
		       "as "
		       "expected, 1 some failed (with --against: something "
		       "has changed), 2 usage, 3 some broken, 77 nothing ran.",
		.children = lg_case_children};
	static char *none[] = {NULL};
	struct options options = {
		.choice = {.globs = none, .shard = {1, 1}, .repeats = 1},
		.results = LG_FOLDER_DEFAULT};
	struct lg_cases cases;
	int status = LG_STATUS_USAGE;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (!options.kernels.n)
		lg_kernels_choose(&options.kernels, "host", NULL);
	options.choice.kernels = &options.kernels;
	lg_schedule_signals();
	if (!lg_cases_find(&cases, &options.cases, options.choice.globs))
		status = run_cases(&options, &cases);
	lg_cases_free(&cases);
	lg_case_options_free(&options.cases);
	lg_kernels_free(&options.kernels);
	lg_outputs_free(&options.outputs);
	return status;
}
