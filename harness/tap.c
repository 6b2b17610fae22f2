// SPDX-License-Identifier: GPL-2.0-or-later
/* TAP 13, with what there is to know as diagnostics. */
#include "run.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begin(struct lg_run *run)
{
	puts("TAP version 13");
	if (run->n)
		printf("1..%zu\n", run->n);
	else
		puts("1..0 # SKIP there is no such variant");
}

/* Each line of the text behind "# ", the first after the label. */
static void comment(const char *label, const char *text)
{
	do {
		size_t length = strcspn(text, "\n");
		printf("# %s%.*s\n", label, (int)length, text);
		text += length + (text[length] == '\n');
		label = "";
	} while (*text);
}

static void diagnose(struct lg_run *run, const struct lg_item *item)
{
	const struct lg_result *result = &item->result;
	comment(result->verdict == LG_FAIL ? "failed: " : "broken: ",
		result->reason);
	if (result->file)
		printf("# at %s:%d\n", result->file, result->line);

	size_t i;
	json_t *line;
	json_array_foreach(result->report, i, line)
		comment("", json_string_value(line));
	if (result->bundle)
		comment("bundle: ", result->bundle);
	if (item->variant) {
		char *again = lg_item_again(run, item);
		comment("again: ", again);
		free(again);
	}
}

static void done(struct lg_run *run, const struct lg_item *item)
{
	enum lg_verdict verdict = item->result.verdict;
	bool fine = verdict == LG_PASS || verdict == LG_SKIP;
	char *name = lg_item_name(run, item);

	printf("%sok %zu - %s", fine ? "" : "not ", run->n_done, name);
	if (verdict == LG_SKIP)
		printf(" # SKIP %.*s", (int)strcspn(item->result.reason, "\n"),
		       item->result.reason);
	putchar('\n');
	if (!fine)
		diagnose(run, item);
	free(name);
}

static void end(struct lg_run *run)
{
	if (run->stopped)
		printf("Bail out! %s\n", run->stopped);
}

const struct lg_format lg_tap_format = {
	.name = "tap", .begin = begin, .done = done, .end = end};
