// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * linger complete: what a word of a command line may become, for shells.  A
 * line each, with what it means behind a tab; or ":files", ":folders",
 * ":commands" for what a shell knows better.
 *
 * What there is to be typed is read from the commands' own help, so that each
 * option can be completed as soon as it exists.
 */
#include "cases.h"
#include "command.h"
#include "help.h"
#include "kernel_store.h"
#include "path.h"
#include "schedule.h"
#include "synopsis.h"
#include "text.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP_DEADLINE_MS 5000

struct completion {
	char **words; /* behind "linger"; the last is to be completed */
	size_t n;
	size_t begin;	  /* of what is no (sub)command */
	char command[32]; /* the first word */
	struct lg_synopsis synopsis;
	char *lead;	   /* what a candidate's word begins with */
	const char *typed; /* and goes on with */
};

/* ---- candidates -------------------------------------------------------- */

static void offer(const struct completion *completion, const char *word,
		  const char *means)
{
	size_t length = strlen(completion->typed);
	if (!strncmp(word, completion->typed, length))
		printf("%s%s\t%s\n", completion->lead, word, means);
}

static void offer_commands(const struct completion *completion)
{
	for (size_t i = 0; i < completion->synopsis.n_commands; i++)
		offer(completion, completion->synopsis.commands[i].name,
		      completion->synopsis.commands[i].does);
}

static void offer_topics(const struct completion *completion)
{
	const char *name, *title;
	for (const struct lg_command *c = lg_commands; c->name; c++) {
		if (c->does)
			offer(completion, c->name, c->does);
	}
	for (size_t i = 0; (name = lg_help_topic(i, &title)); i++)
		offer(completion, name, title);
}

static void offer_options(const struct completion *completion)
{
	for (size_t i = 0; i < completion->synopsis.n_options; i++) {
		const struct lg_synopsis_option *option =
			&completion->synopsis.options[i];
		char *word = lg_text("--%s", option->name);
		offer(completion, word, option->does);
		free(word);
	}
}

static void offer_stored_kernels(const struct completion *completion)
{
	struct lg_kernel *list;
	size_t n;
	char *error = NULL;
	if (lg_kernel_all(&list, &n, &error)) {
		free(error);
		return;
	}
	for (size_t i = 0; i < n; i++)
		offer(completion, list[i].name,
		      list[i].version ? list[i].version : "");
	lg_kernel_free_all(list, n);
}

static void offer_any_kernel(const struct completion *completion)
{
	offer(completion, "host", "the running one");
	offer_stored_kernels(completion);
}

static void offer_kernels(const struct completion *completion)
{
	offer(completion, "all", "all that there are");
	offer_any_kernel(completion);
}

static void offer_topologies(const struct completion *completion)
{
	char *path = lg_path_topologies();
	DIR *folder = opendir(path);
	free(path);
	if (!folder)
		return;
	for (struct dirent *entry; (entry = readdir(folder));) {
		char *end = strstr(entry->d_name, ".gv");
		if (!end || end[3])
			continue;
		*end = '\0';
		offer(completion, entry->d_name, "");
	}
	closedir(folder);
}

/* ---- cases ------------------------------------------------------------- */

/* The value that the words give an option; NULL: none. */
static const char *value_given(const struct completion *completion,
			       const char *option)
{
	size_t length = strlen(option);
	for (size_t i = completion->begin; i + 1 < completion->n; i++) {
		const char *word = completion->words[i];
		if (strncmp(word, option, length) != 0)
			continue;
		if (word[length] == '=')
			return word + length + 1;
		if (!word[length] && i + 2 < completion->n)
			return completion->words[i + 1];
	}
	return NULL;
}

/* Those that change which variants there are. */
static void pass_on(const struct completion *completion,
		    struct lg_case_options *options)
{
	static const char *const names[] = {"--family", "--vary",
					    "--topology-dir"};
	const char *folder = value_given(completion, "--cases");
	if (folder)
		options->folder = lg_text("%s", folder);
	options->options = lg_room(7, sizeof(char *));
	for (size_t i = 0; i < 3; i++) {
		const char *value = value_given(completion, names[i]);
		if (!value)
			continue;
		options->options[options->n_options++] =
			lg_text("%s", names[i]);
		options->options[options->n_options++] = lg_text("%s", value);
	}
}

static void offer_program(const struct completion *completion,
			  const struct lg_program *program)
{
	if (!strchr(completion->typed, ':'))
		offer(completion, program->name, "");
	for (size_t i = 0; i < program->n_variants; i++) {
		char *name = lg_text("%s:%s", program->name,
				     program->variants[i].name);
		offer(completion, name, "");
		free(name);
	}
}

/* Only the variants of a case that is named are asked for. */
static void offer_cases(const struct completion *completion)
{
	size_t length = strcspn(completion->typed, ":");
	char *named = completion->typed[length]
			      ? lg_text("%.*s", (int)length, completion->typed)
			      : NULL;
	char *globs[] = {named, NULL};
	struct lg_case_options options = {.undescribed = !named};
	struct lg_cases cases;

	pass_on(completion, &options);
	if (!lg_cases_find(&cases, &options, globs)) {
		for (size_t i = 0; i < cases.n; i++)
			offer_program(completion, &cases.list[i]);
	}
	lg_cases_free(&cases);
	lg_case_options_free(&options);
	free(named);
}

/* ---- what a placeholder stands for ------------------------------------- */

static void offer_files(const struct completion *completion)
{
	(void)completion;
	puts(":files");
}

static void offer_folders(const struct completion *completion)
{
	(void)completion;
	puts(":folders");
}

static void offer_programs(const struct completion *completion)
{
	(void)completion;
	puts(":commands");
}

/* `of`: the option or the command that it is of; NULL: any. */
static const struct {
	const char *placeholder, *of;
	void (*offer)(const struct completion *completion);
} kinds[] = {
	{"NAME", "--kernel", offer_kernels},
	{"NAME", "--topology", offer_topologies},
	{"NAME", "kernel", offer_stored_kernels},
	{"KERNEL", "kernel", offer_any_kernel},
	{"COMMAND", NULL, offer_commands},
	{"COMMAND", "help", offer_topics},
	{"GLOB", NULL, offer_cases},
	{"CASE", NULL, offer_cases},
	{"FILE", "topo", offer_topologies},
	{"FILE", NULL, offer_files},
	{"PATH", NULL, offer_files},
	{"SOURCE", NULL, offer_files},
	{"IMAGE", NULL, offer_files},
	{"BASELINE", NULL, offer_files},
	{"DIR", NULL, offer_folders},
	{"MODULES", NULL, offer_folders},
	{"CMD", NULL, offer_programs},
	{"PROGRAM", NULL, offer_programs},
};

/* One of the alternatives: a word to be typed, or what stands for others. */
static void offer_alternative(const struct completion *completion,
			      const char *word, const char *of)
{
	if (!isupper((unsigned char)*word))
		offer(completion, word, "");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(kinds[i].placeholder, word) &&
		    (!kinds[i].of || !strcmp(kinds[i].of, of)))
			kinds[i].offer(completion);
	}
}

/* "tap|ktap", "NAME|FILE", "[GLOB...]" */
static void offer_placeholder(const struct completion *completion,
			      const char *placeholder, const char *of)
{
	placeholder += strspn(placeholder, "[");
	while (*placeholder) {
		size_t length = strcspn(placeholder, "|[],.=");
		char *word = lg_text("%.*s", (int)length, placeholder);
		offer_alternative(completion, word, of);
		free(word);
		placeholder += length;
		if (*placeholder != '|')
			return;
		placeholder++;
	}
}

/* ---- where in the line it is ------------------------------------------- */

static const struct lg_synopsis_option *
find_option(const struct completion *completion, const char *word)
{
	const struct lg_synopsis *synopsis = &completion->synopsis;
	size_t length = strcspn(word, "=");
	for (size_t i = 0; i < synopsis->n_options; i++) {
		const struct lg_synopsis_option *option = &synopsis->options[i];
		bool is_long = !strncmp(word, "--", 2) &&
			       strlen(option->name) == length - 2 &&
			       !strncmp(option->name, word + 2, length - 2);
		bool is_short = option->letter && word[0] == '-' &&
				word[1] == option->letter && !word[2];
		if (is_long || is_short)
			return option;
	}
	return NULL;
}

/* How many arguments there are before the last word; NULL in *pending, or the
 * option whose value it is; whether no options can follow. */
static size_t count_arguments(const struct completion *completion,
			      const struct lg_synopsis_option **pending,
			      bool *only_arguments)
{
	size_t n = 0;
	*pending = NULL;
	*only_arguments = false;
	for (size_t i = completion->begin; i + 1 < completion->n; i++) {
		const char *word = completion->words[i];
		const struct lg_synopsis_option *option =
			*only_arguments ? NULL : find_option(completion, word);
		if (*pending) {
			*pending = NULL;
		} else if (!*only_arguments && !strcmp(word, "--")) {
			*only_arguments = true;
		} else if (*only_arguments || *word != '-') {
			n++;
		} else if (option && option->value && !option->can_lack_it &&
			   !strchr(word, '=')) {
			*pending = option;
		}
	}
	return n;
}

static void complete_value(struct completion *completion,
			   const struct lg_synopsis_option *option)
{
	const char *comma = strrchr(completion->typed, ',');
	char *of = lg_text("--%s", option->name);
	/* What stands behind it, as in "junit[=FILE]". */
	if (strchr(completion->typed, '=') && strstr(option->value, "[=FILE]"))
		offer_files(completion);
	/* One of a list. */
	if (comma && strstr(option->value, ",...")) {
		lg_text_append(&completion->lead, "%.*s",
			       (int)(comma + 1 - completion->typed),
			       completion->typed);
		completion->typed = comma + 1;
	}
	offer_placeholder(completion, option->value, of);
	free(of);
}

static void complete_argument(const struct completion *completion, size_t nth,
			      bool only_arguments)
{
	const struct lg_synopsis *synopsis = &completion->synopsis;
	if (!synopsis->n_arguments)
		return;
	for (size_t i = 0; i < synopsis->n_arguments; i++) {
		/* "[-- CMD...]" is two words of it. */
		if (!strcmp(synopsis->arguments[i], "[--") ||
		    !strcmp(synopsis->arguments[i], "--")) {
			if (only_arguments)
				nth = i + 1;
			else if (nth >= i)
				return;
		}
	}
	size_t last = synopsis->n_arguments - 1;
	offer_placeholder(completion,
			  synopsis->arguments[nth < last ? nth : last],
			  completion->command);
}

static void complete(struct completion *completion)
{
	const char *word = completion->words[completion->n - 1];
	const char *equals = strchr(word, '=');
	const struct lg_synopsis_option *option;
	bool only_arguments;
	size_t nth = count_arguments(completion, &option, &only_arguments);

	completion->typed = word;
	if (option) {
		complete_value(completion, option);
	} else if (!only_arguments && !strncmp(word, "--", 2) && equals) {
		option = find_option(completion, word);
		lg_text_append(&completion->lead, "%.*s",
			       (int)(equals + 1 - word), word);
		completion->typed = equals + 1;
		if (option && option->value)
			complete_value(completion, option);
	} else if (!only_arguments && *word == '-') {
		offer_options(completion);
	} else {
		complete_argument(completion, nth, only_arguments);
	}
}

/* ---- the help ---------------------------------------------------------- */

static void keep_help(struct lg_schedule *schedule, struct lg_task *task)
{
	struct lg_synopsis *synopsis = schedule->of;
	const char *text = task->child.out_text.data;
	lg_synopsis_read(synopsis, text ? text : "");
}

/* What `linger WORD... --help` says; the words end with a NULL. */
static void read_help(struct lg_synopsis *synopsis, char **words, size_t n)
{
	char **argv = lg_room(n + 3, sizeof(*argv));
	argv[0] = (char *)"/proc/self/exe";
	for (size_t i = 0; i < n; i++)
		argv[1 + i] = words[i];
	argv[1 + n] = (char *)"--help";

	struct lg_task task = {.argv = argv, .deadline_ms = HELP_DEADLINE_MS};
	struct lg_schedule schedule = {.tasks = &task,
				       .n = 1,
				       .at_once = 1,
				       .done = keep_help,
				       .of = synopsis};
	lg_schedule_run(&schedule);
	free(argv);
}

/* Whether the next word is a command of those that the help lists. */
static bool goes_deeper(const struct completion *completion)
{
	if (completion->begin + 1 >= completion->n)
		return false;
	for (size_t i = 0; i < completion->synopsis.n_commands; i++) {
		if (!strcmp(completion->synopsis.commands[i].name,
			    completion->words[completion->begin]))
			return true;
	}
	return false;
}

int lg_command_complete(int argc, char **argv)
{
	int begin = argc > 1 && !strcmp(argv[1], "--") ? 2 : 1;
	if (begin >= argc)
		return LG_STATUS_USAGE;
	struct completion completion = {.words = argv + begin,
					.n = (size_t)(argc - begin),
					.lead = lg_text("%s", "")};

	/* A help that is laid out otherwise can't be read. */
	unsetenv("ARGP_HELP_FMT");
	lg_schedule_signals();
	read_help(&completion.synopsis, completion.words, 0);
	while (goes_deeper(&completion)) {
		completion.begin++;
		lg_synopsis_free(&completion.synopsis);
		read_help(&completion.synopsis, completion.words,
			  completion.begin);
	}
	if (completion.begin)
		snprintf(completion.command, sizeof(completion.command), "%s",
			 completion.words[0]);
	complete(&completion);
	lg_synopsis_free(&completion.synopsis);
	free(completion.lead);
	return LG_STATUS_FINE;
}
