// SPDX-License-Identifier: GPL-2.0-or-later
#include "cases.h"

#include "event.h"
#include "option.h"
#include "path.h"
#include "schedule.h"
#include "select.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DESCRIBE_DEADLINE_MS 10000
#define DESCRIBE_AT_ONCE 8

/* ---- options ----------------------------------------------------------- */

enum { KEY_CASES = 0x100, KEY_VARY, KEY_FAMILY, KEY_TOPOLOGY_DIR };

static const struct argp_option case_options[] = {
	{"cases", KEY_CASES, "DIR", 0,
	 "Look for cases there (default: $LINGER_CASES, the build tree, or the "
	 "installed ones)",
	 1},
	{"vary", KEY_VARY, "[HOST.]NAME=V,V", 0,
	 "A variant for each of these values, in every case chosen", 1},
	{"family", KEY_FAMILY, "4|6", 0, "Only the variants of this family", 1},
	{"topology-dir", KEY_TOPOLOGY_DIR, "DIR", 0,
	 "Look for topologies there (default: $LINGER_TOPOLOGIES, or the "
	 "installed ones)",
	 1},
	{0}};

static void pass_on(struct lg_case_options *options, const char *name,
		    const char *value)
{
	options->options =
		lg_there(reallocarray(options->options, options->n_options + 3,
				      sizeof(*options->options)));
	options->options[options->n_options++] = lg_text("%s", name);
	options->options[options->n_options++] = lg_text("%s", value);
	options->options[options->n_options] = NULL;
}

static error_t parse_case_option(int key, char *value, struct argp_state *state)
{
	static const char *const families[] = {"4", "6", NULL};
	struct lg_case_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options->options = lg_room(1, sizeof(*options->options));
		return 0;
	case KEY_CASES:
		free(options->folder);
		options->folder = lg_text("%s", value);
		return 0;
	case KEY_VARY: {
		const char *equals = strchr(value, '=');
		if (!equals || equals == value || *value == '.')
			argp_error(state,
				   "--vary: '%s' is not "
				   "[HOST.]NAME=VALUE[,VALUE...]",
				   value);
		pass_on(options, "--vary", value);
		return 0;
	}
	case KEY_FAMILY:
		lg_option_word(state, "--family", value, families);
		pass_on(options, "--family", value);
		return 0;
	case KEY_TOPOLOGY_DIR:
		pass_on(options, "--topology-dir", value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp case_argp = {.options = case_options,
				      .parser = parse_case_option};

const struct argp_child lg_case_children[] = {
	{&case_argp, 0, "Which variants there are:", 1}, {0}};

void lg_case_options_free(struct lg_case_options *options)
{
	for (size_t i = 0; i < options->n_options; i++)
		free(options->options[i]);
	free(options->options);
	free(options->folder);
}

/* ---- finding ----------------------------------------------------------- */

static bool is_folder(const char *path)
{
	struct stat stat_buffer;
	return !stat(path, &stat_buffer) && S_ISDIR(stat_buffer.st_mode);
}

static char *usual_folder(void)
{
	const char *given = getenv("LINGER_CASES");
	if (given && *given)
		return lg_text("%s", given);
	char *built = lg_path_beside("cases");
	if (is_folder(built))
		return built;
	free(built);
	return lg_text("%s", LG_LIBEXECDIR "/cases");
}

static bool is_program(const char *path)
{
	struct stat stat_buffer;
	return !stat(path, &stat_buffer) && S_ISREG(stat_buffer.st_mode) &&
	       !access(path, X_OK);
}

static void add_program(struct lg_cases *cases, const char *mechanism,
			const char *name)
{
	char *path = lg_text("%s/%s/%s", cases->path, mechanism, name);
	if (!is_program(path)) {
		free(path);
		return;
	}
	cases->list = lg_there(
		reallocarray(cases->list, cases->n + 1, sizeof(*cases->list)));
	cases->list[cases->n++] = (struct lg_program){
		.name = lg_text("%s/%s", mechanism, name), .path = path};
}

static void add_mechanism(struct lg_cases *cases, const char *mechanism,
			  char *const *globs)
{
	char *path = lg_text("%s/%s", cases->folder, mechanism);
	DIR *folder = opendir(path);
	free(path);
	if (!folder)
		return;

	for (struct dirent *entry; (entry = readdir(folder));) {
		if (strchr(entry->d_name, '.'))
			continue;
		char *name = lg_text("%s/%s", mechanism, entry->d_name);
		if (lg_globs_have_case(globs, name))
			add_program(cases, mechanism, entry->d_name);
		free(name);
	}
	closedir(folder);
}

static int compare_programs(const void *a, const void *b)
{
	const struct lg_program *first = a, *second = b;
	return strcmp(first->name, second->name);
}

static int find_programs(struct lg_cases *cases, char *const *globs)
{
	DIR *folder = opendir(cases->folder);
	cases->path = folder ? lg_path_absolute(cases->folder) : NULL;
	if (!cases->path) {
		fprintf(stderr, "linger: cannot look for cases in %s: %s\n",
			cases->folder, strerror(errno));
		if (folder)
			closedir(folder);
		return -1;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (!strchr(entry->d_name, '.'))
			add_mechanism(cases, entry->d_name, globs);
	}
	closedir(folder);
	if (cases->n)
		qsort(cases->list, cases->n, sizeof(*cases->list),
		      compare_programs);
	return 0;
}

/* ---- describing -------------------------------------------------------- */

/* Returns why it can't be read, NULL if it could. */
static char *read_variants(struct lg_program *program, json_t *variants)
{
	json_error_t error;
	size_t i;
	json_t *object;

	program->variants =
		lg_room(json_array_size(variants), sizeof(*program->variants));
	json_array_foreach(variants, i, object)
	{
		struct lg_program_variant *variant = &program->variants[i];
		json_int_t lasts_ms = 0;
		int bulk = 0;
		if (json_unpack_ex(object, &error, 0, "{s:s, s?I, s?b}", "name",
				   &variant->name, "lasts_ms", &lasts_ms,
				   "bulk", &bulk))
			return lg_text("--describe: variant %zu: %s", i + 1,
				       error.text);
		if (lasts_ms < 0 || lasts_ms > UINT32_MAX)
			return lg_text("--describe: variant %s: lasts_ms "
				       "out of range",
				       variant->name);
		variant->lasts_ms = (unsigned)lasts_ms;
		variant->bulk = bulk;
		for (size_t j = 0; j < i; j++) {
			if (!strcmp(program->variants[j].name, variant->name))
				return lg_text("--describe: two variants are "
					       "called %s",
					       variant->name);
		}
		program->n_variants++;
	}
	return NULL;
}

static bool needs(const json_t *described, const char *need)
{
	size_t i;
	json_t *text;
	json_array_foreach(json_object_get(described, "needs"), i, text)
	{
		if (json_is_string(text) &&
		    !strcmp(json_string_value(text), need))
			return true;
	}
	return false;
}

static char *read_description(struct lg_program *program, const char *text,
			      size_t size)
{
	json_error_t error;
	program->described = json_loadb(text, size, 0, &error);
	if (!program->described)
		return lg_text("--describe: no JSON: %s", error.text);

	int schema;
	const char *name;
	json_t *variants;
	program->title = program->topology = program->claims = "";
	if (json_unpack_ex(program->described, &error, 0,
			   "{s:i, s:s, s?s, s?s, s?s, s:o}", "schema", &schema,
			   "case", &name, "title", &program->title, "topology",
			   &program->topology, "claims", &program->claims,
			   "variants", &variants))
		return lg_text("--describe: %s", error.text);
	if (schema != LG_SCHEMA)
		return lg_text("--describe: schema %d, expected %d", schema,
			       LG_SCHEMA);
	if (strcmp(name, program->name))
		return lg_text("--describe: it calls itself %s", name);
	if (!json_is_array(variants))
		return lg_text("--describe: variants are no array");
	program->virtual_time = needs(program->described, "virtual-time");
	return read_variants(program, variants);
}

/* Why a --describe that did not end well gave nothing. */
static char *describe_failure(const struct lg_task *task)
{
	switch (task->state) {
	case LG_TASK_LATE:
		return lg_text("--describe did not end within %d s",
			       DESCRIBE_DEADLINE_MS / 1000);
	case LG_TASK_FLOODED:
		return lg_text("--describe wrote too much");
	case LG_TASK_UNMADE:
		return lg_text("cannot be started: %s", strerror(-task->error));
	case LG_TASK_STOPPED:
		return lg_text("--describe was interrupted");
	case LG_TASK_ENDED:
	case LG_TASK_WAITS:
	case LG_TASK_RUNS:
		break;
	}
	if (WIFSIGNALED(task->status))
		return lg_text("--describe ended by SIG%s",
			       sigabbrev_np(WTERMSIG(task->status)));
	if (WEXITSTATUS(task->status)) {
		const struct lg_bytes *err = &task->child.err_text;
		char *said =
			lg_text_clean(err->data ? err->data : "",
				      err->data ? strcspn(err->data, "\n") : 0);
		char *why = lg_text("--describe ended with status %d%s%s",
				    WEXITSTATUS(task->status),
				    *said ? ": " : "", said);
		free(said);
		return why;
	}
	return NULL;
}

static void described(struct lg_schedule *schedule, struct lg_task *task)
{
	(void)schedule;
	struct lg_program *program = task->of;
	const struct lg_bytes *out = &task->child.out_text;

	program->broken = describe_failure(task);
	if (!program->broken)
		program->broken = read_description(
			program, out->data ? out->data : "", out->size);
	if (program->broken)
		program->n_variants = 0;
}

static char **describe_command(const struct lg_program *program,
			       const struct lg_case_options *options)
{
	char **argv = lg_room(options->n_options + 3, sizeof(*argv));
	argv[0] = program->path;
	argv[1] = (char *)"--describe";
	for (size_t i = 0; i < options->n_options; i++)
		argv[2 + i] = options->options[i];
	return argv;
}

static int describe_programs(struct lg_cases *cases,
			     const struct lg_case_options *options)
{
	struct lg_schedule schedule = {
		.tasks = lg_room(cases->n, sizeof(struct lg_task)),
		.n = cases->n,
		.at_once = DESCRIBE_AT_ONCE,
		.done = described};
	char ***commands = lg_room(cases->n, sizeof(*commands));

	for (size_t i = 0; i < cases->n; i++) {
		commands[i] = describe_command(&cases->list[i], options);
		schedule.tasks[i] =
			(struct lg_task){.argv = commands[i],
					 .deadline_ms = DESCRIBE_DEADLINE_MS,
					 .of = &cases->list[i]};
	}
	int result = lg_schedule_run(&schedule);
	cases->signal = schedule.signal;

	for (size_t i = 0; i < cases->n; i++)
		free(commands[i]);
	free(commands);
	free(schedule.tasks);
	if (!result)
		return 0;
	fprintf(stderr, "linger: cannot start anything: %s\n",
		strerror(-result));
	return -1;
}

/* ---- both -------------------------------------------------------------- */

static bool means_something(const struct lg_cases *cases,
			    const struct lg_case_options *options,
			    const char *glob)
{
	for (size_t i = 0; i < cases->n; i++) {
		const struct lg_program *program = &cases->list[i];
		if (!lg_glob_has_case(glob, program->name))
			continue;
		if (!strchr(glob, ':') || program->broken ||
		    options->undescribed)
			return true;
		for (size_t j = 0; j < program->n_variants; j++) {
			if (lg_glob_has(glob, program->name,
					program->variants[j].name))
				return true;
		}
	}
	return false;
}

int lg_cases_find(struct lg_cases *cases, const struct lg_case_options *options,
		  char *const *globs)
{
	*cases = (struct lg_cases){0};
	cases->folder = options->folder ? lg_text("%s", options->folder)
					: usual_folder();
	if (find_programs(cases, globs) ||
	    (!options->undescribed && describe_programs(cases, options)))
		return -1;
	if (cases->signal)
		return 0;

	for (; *globs; globs++) {
		if (means_something(cases, options, *globs))
			continue;
		fprintf(stderr, "linger: nothing in %s matches '%s'\n",
			cases->folder, *globs);
		return -1;
	}
	return 0;
}

void lg_cases_free(struct lg_cases *cases)
{
	for (size_t i = 0; i < cases->n; i++) {
		struct lg_program *program = &cases->list[i];
		free(program->name);
		free(program->path);
		free(program->broken);
		free(program->variants);
		json_decref(program->described);
	}
	free(cases->list);
	free(cases->folder);
	free(cases->path);
}
