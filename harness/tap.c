// SPDX-License-Identifier: GPL-2.0-or-later
/* TAP 13, with what there is to know as diagnostics. */
#include "output.h"

#include "diagnosis.h"

#include <stdlib.h>

static void begin(struct lg_output *output, const struct lg_run *run)
{
	fputs("TAP version 13\n", output->file);
	if (run->n)
		fprintf(output->file, "1..%zu\n", run->n);
	else
		fputs("1..0 # SKIP there is no such variant\n", output->file);
}

static void done(struct lg_output *output, const struct lg_run *run,
		 const struct lg_item *item)
{
	enum lg_verdict verdict = item->result.verdict;
	bool fine = verdict == LG_PASS || verdict == LG_SKIP;
	char *name = lg_item_name(run, item);

	fprintf(output->file, "%sok %zu - %s", fine ? "" : "not ", run->n_done,
		name);
	if (verdict == LG_SKIP) {
		char *reason = lg_diagnosis_reason(run, item);
		fprintf(output->file, " # SKIP %s", reason);
		free(reason);
	}
	putc('\n', output->file);
	if (!fine)
		lg_diagnosis_print(output->file, "", run, item);
	free(name);
}

static void end(struct lg_output *output, const struct lg_run *run)
{
	if (run->stopped)
		fprintf(output->file, "Bail out! %s\n", run->stopped);
}

const struct lg_format lg_tap_format = {
	.name = "tap", .begin = begin, .done = done, .end = end};
