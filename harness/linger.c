// SPDX-License-Identifier: GPL-2.0-or-later
/* The runner: finds cases, starts them, reports what came of them. */
#include "config.h"

#include "command.h"
#include "text.h"

#include <argp.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = PACKAGE_STRING;

const char *lg_called_as;

const struct lg_command lg_commands[] = {
	{"list", "what cases there are", lg_command_list},
	{"run", "run cases and report what came of them", lg_command_run},
	{"show", "the last run of a case, in full", lg_command_show},
	{"compare", "what changes from one kernel to the next",
	 lg_command_compare},
	{"report", "one page of what kernels were seen to do",
	 lg_command_report},
	{"bisect", "find the commit that changed a kernel, for git bisect run",
	 lg_command_bisect},
	{"claims", "which claims hold on which kernel", lg_command_claims},
	{"topo", "check a topology, and show what is in it", lg_command_topo},
	{"exec", "any program in the same world", lg_command_exec},
	{"kernel", "keep kernels to run cases on", lg_command_kernel},
	{"doctor", "what this machine can run, and what is missing",
	 lg_command_doctor},
	{"guest", NULL, lg_command_guest},
	{"complete", NULL, lg_command_complete},
	{"help", "about a command, or another topic", lg_command_help},
	{NULL, NULL, NULL}};

struct chosen {
	const struct lg_command *command;
	int at; /* in argv */
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct chosen *chosen = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		for (const struct lg_command *c = lg_commands; c->name; c++) {
			if (!strcmp(c->name, value))
				chosen->command = c;
		}
		if (!chosen->command)
			argp_error(state, "there is no command '%s'", value);
		/* The rest is the command's. */
		chosen->at = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static char *list_commands(int key, const char *text, void *input)
{
	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;

	char *list;
	size_t size;
	FILE *stream = lg_there(open_memstream(&list, &size));
	fputs("Commands:\n", stream);
	for (const struct lg_command *c = lg_commands; c->name; c++) {
		if (c->does)
			fprintf(stream, "  %-8s %s\n", c->name, c->does);
	}
	fputs("\n`linger COMMAND --help' has the options of each.", stream);
	fclose(stream);
	return lg_there(list);
}

/* What has not been said has not been done, unless worse is told already. */
static int check_output(int status)
{
	bool unsaid = fflush(stdout) || ferror(stdout);
	if (!unsaid ||
	    (status != LG_STATUS_FINE && status != LG_STATUS_FAILED &&
	     status != LG_STATUS_NOTHING_RAN))
		return status;
	fputs("linger: cannot write to standard output\n", stderr);
	return LG_STATUS_BROKEN;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {.parser = parse,
					 .args_doc = "COMMAND [ARGUMENT...]",
					 .doc = "Proves what a Linux kernel "
						"does when TCP connections end "
						"and their ports come back.\v ",
					 .help_filter = list_commands};
	struct chosen chosen = {0};

	lg_called_as = argc ? argv[0] : PACKAGE;
	/* Not LC_NUMERIC: what we write is read by programs too. */
	setlocale(LC_CTYPE, "");
	argp_err_exit_status = LG_STATUS_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &chosen);

	char *name = lg_text("linger %s", chosen.command->name);
	argv[chosen.at] = name;
	/* getopt() reports errors under it. */
	program_invocation_name = name;
	program_invocation_short_name = name;
	int status = check_output(
		chosen.command->run(argc - chosen.at, argv + chosen.at));
	free(name);
	return status;
}
