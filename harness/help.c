// SPDX-License-Identifier: GPL-2.0-or-later
/* linger help */
#include "command.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *text;
} topics[] = {
	{"globs",
	 "A glob chooses cases, or variants of them.\n"
	 "\n"
	 "  last_ack/syn_is_challenged        all variants of one case\n"
	 "  'last_ack/*'                      all cases of one mechanism\n"
	 "  '*:ipv6*'                         the IPv6 variants of all cases\n"
	 "  'ports/*:ipv4,*'                  both\n"
	 "\n"
	 "`*' stands for any text, `/' included; `?' and `[...]' work as in a\n"
	 "shell.  A name that is spelt out is always meant, whatever is in "
	 "it.\n"
	 "A glob that means nothing is an error.\n"},
	{"verdicts",
	 "pass    the kernel did what the case expects\n"
	 "fail    it did not\n"
	 "broken  our set-up did not work, so nothing is known about the "
	 "kernel;\n"
	 "        also a case that crashes, hangs or says nothing\n"
	 "skip    the case cannot run here; the reason says what is missing\n"
	 "\n"
	 "The exit status of `linger run':\n"
	 "\n"
	 "  0    all passed (or some were skipped)\n"
	 "  1    some failed\n"
	 "  2    the command was not understood, or a glob means nothing\n"
	 "  3    none failed, but some are broken; or the results could not "
	 "be\n"
	 "       written\n"
	 "  77   nothing ran: all were skipped, or there is nothing to run\n"
	 "  130  interrupted (128 and the signal's number)\n"},
	{"results",
	 "`linger run' keeps what it saw in a folder (--results DIR, default\n"
	 "./linger-results):\n"
	 "\n"
	 "  last/events.jsonl            every event of the last finished run\n"
	 "  last/cases.json              what its cases say of themselves\n"
	 "  last/bundles/CASE/VARIANT/   all there is about what went wrong\n"
	 "  last/bundles/KERNEL/CASE/VARIANT/\n"
	 "                               the same, in a guest\n"
	 "\n"
	 "`last' is replaced at once by a run that is whole; one that is\n"
	 "interrupted, or finds the disk full, leaves the former one as it "
	 "was.\n"
	 "`linger show CASE' prints what is in it.\n"
	 "\n"
	 "With --baseline, it also writes results/KERNEL.json: what each "
	 "kernel\n"
	 "did, in a form that is the same in each run.\n"},
	{"environment",
	 "LINGER_CASES       where case programs are, as DIR/MECHANISM/NAME;\n"
	 "                   otherwise `cases' beside the linger program, or "
	 "the\n"
	 "                   installed ones\n"
	 "LINGER_TOPOLOGIES  where topologies are, as DIR/NAME.gv; otherwise "
	 "the\n"
	 "                   installed ones\n"
	 "COLUMNS            how wide tables may be\n"
	 "NO_COLOR           if it is not empty, nothing is coloured\n"},
};
#define N_TOPICS (sizeof(topics) / sizeof(*topics))

static int help_of_command(const struct lg_command *command)
{
	char *name = lg_text("linger %s", command->name);
	char help[] = "--help";
	char *argv[] = {name, help, NULL};
	/* argp prints it and ends the program. */
	return command->run(2, argv);
}

static void list_topics(void)
{
	puts("`linger help COMMAND' is about one of the commands:\n");
	for (const struct lg_command *c = lg_commands; c->name; c++) {
		if (c->does)
			printf("  %-8s %s\n", c->name, c->does);
	}
	fputs("\nOther topics:", stdout);
	for (size_t i = 0; i < N_TOPICS; i++)
		printf("%s %s", i ? "," : "", topics[i].name);
	putchar('\n');
}

int lg_command_help(int argc, char **argv)
{
	if (argc < 2 || *argv[1] == '-') {
		list_topics();
		return LG_STATUS_FINE;
	}
	for (const struct lg_command *c = lg_commands; c->name; c++) {
		if (!strcmp(c->name, argv[1]) && c->run != lg_command_help)
			return help_of_command(c);
	}
	for (size_t i = 0; i < N_TOPICS; i++) {
		if (strcmp(topics[i].name, argv[1]))
			continue;
		fputs(topics[i].text, stdout);
		return LG_STATUS_FINE;
	}
	fprintf(stderr,
		"linger: there is no help on '%s'; `linger help' lists "
		"what there is\n",
		argv[1]);
	return LG_STATUS_USAGE;
}
