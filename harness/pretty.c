// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For people: failures as they come, and everything else at the end.  A
 * terminal shows how far it is, so there only what is wrong stays.  Elsewhere
 * there is a line for each case, when the last of its variants is done, and one
 * now and then if nothing happens.
 */
#include "pretty.h"

#include "output.h"
#include "progress.h"
#include "summary.h"
#include "text.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A report that has no ladder is cut to so many lines on a terminal. */
#define REPORT_LINES 20

/* What belongs to a verdict stands under its name, where there is room. */
#define INDENT "        "
#define INDENT_NARROW "  "
#define NARROW 60

struct pretty {
	struct lg_pretty shared;
	struct lg_progress progress;
};

const char *lg_pretty_colour(const struct lg_pretty *pretty,
			     enum lg_verdict verdict)
{
	static const enum lg_colour colours[] = {[LG_PASS] = LG_GREEN,
						 [LG_FAIL] = LG_RED,
						 [LG_BROKEN] = LG_MAGENTA,
						 [LG_SKIP] = LG_YELLOW};
	static_assert(sizeof(colours) / sizeof(*colours) == LG_VERDICTS,
		      "a colour for each verdict");
	return lg_terminal_colour(&pretty->terminal, colours[verdict]);
}

const char *lg_pretty_plain(const struct lg_pretty *pretty)
{
	return lg_terminal_colour(&pretty->terminal, LG_PLAIN);
}

void lg_pretty_indented(const struct lg_pretty *pretty, const char *indent,
			const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		fprintf(pretty->file, "%s%.*s\n", indent, (int)length, text);
		text += length + (text[length] == '\n');
	}
}

char *lg_pretty_duration(const struct lg_item *item)
{
	char duration[LG_DURATION_ROOM], took[LG_DURATION_ROOM];
	lg_text_duration(duration, item->result.duration_ms);
	if (!item->virtual_time ||
	    item->result.duration_ms == item->result.took_ms)
		return lg_text("%s", duration);
	return lg_text("%s virtual, %s real", duration,
		       lg_text_duration(took, item->result.took_ms));
}

char *lg_pretty_counts(const size_t counts[LG_VERDICTS])
{
	static const char *const words[] = {[LG_PASS] = "passed",
					    [LG_FAIL] = "failed",
					    [LG_BROKEN] = "broken",
					    [LG_SKIP] = "skipped"};
	static_assert(sizeof(words) / sizeof(*words) == LG_VERDICTS,
		      "a word for each verdict");
	char *text = lg_text("%s", "");
	for (size_t i = 0; i < LG_VERDICTS; i++) {
		if (counts[i])
			lg_text_append(&text, "%s%zu %s", *text ? ", " : "",
				       counts[i], words[i]);
	}
	return text;
}

/* "fail    NAME  12 ms" */
static void print_verdict(const struct lg_pretty *pretty,
			  enum lg_verdict verdict, const char *name,
			  const char *more)
{
	fprintf(pretty->file, "%s%-6s%s  %s  %s\n",
		lg_pretty_colour(pretty, verdict), lg_verdict_name(verdict),
		lg_pretty_plain(pretty), name, more);
}

/* The worst that came of any of its variants. */
static enum lg_verdict verdict_of(const size_t counts[LG_VERDICTS])
{
	if (counts[LG_FAIL])
		return LG_FAIL;
	if (counts[LG_BROKEN])
		return LG_BROKEN;
	return counts[LG_PASS] ? LG_PASS : LG_SKIP;
}

void lg_pretty_group(const struct lg_pretty *pretty, const struct lg_run *run,
		     const struct lg_group *group)
{
	size_t counts[LG_VERDICTS];
	lg_group_count(group, counts);
	char *name = lg_group_name(run, group);
	char *words = lg_pretty_counts(counts);
	print_verdict(pretty, verdict_of(counts), name, words);
	free(name);
	free(words);
}

/* ---- as they come ------------------------------------------------------ */

static const char *indent_of(const struct lg_pretty *pretty)
{
	const struct lg_terminal *terminal = &pretty->terminal;
	return terminal->live && terminal->width < NARROW ? INDENT_NARROW
							  : INDENT;
}

/* Up to `most` lines, as wide as there is room for. */
static void print_lines(const struct lg_pretty *pretty, const json_t *lines,
			size_t most)
{
	const char *indent = indent_of(pretty);
	unsigned taken = (unsigned)strlen(indent) + 1;
	unsigned width = pretty->terminal.width;
	unsigned room = pretty->terminal.live && width > taken ? width - taken
							       : UINT_MAX;
	size_t i, n = json_array_size(lines);
	json_t *line;
	json_array_foreach(lines, i, line)
	{
		if (i == most) {
			fprintf(pretty->file, "%s(%zu lines more)\n", indent,
				n - most);
			return;
		}
		char *cut = lg_terminal_cut(&pretty->terminal,
					    json_string_value(line), room);
		fprintf(pretty->file, "%s%s\n", indent, cut);
		free(cut);
	}
}

/* A log keeps all of the report: its bundle may be out of reach. */
static void print_bad(const struct lg_pretty *pretty, const struct lg_run *run,
		      const struct lg_item *item)
{
	const struct lg_result *result = &item->result;
	char *name = lg_item_name(run, item);
	char *duration = lg_pretty_duration(item);

	print_verdict(pretty, result->verdict, name, duration);
	lg_pretty_indented(pretty, indent_of(pretty), result->reason);
	if (!pretty->terminal.live)
		print_lines(pretty, result->report, SIZE_MAX);
	else if (!result->heart)
		print_lines(pretty, result->report, REPORT_LINES);
	else {
		/* The line of the case that failed. */
		const json_t *line = json_array_get(result->report, 0);
		lg_pretty_indented(pretty, indent_of(pretty),
				   json_string_value(line));
		print_lines(pretty, result->heart, SIZE_MAX);
	}
	free(name);
	free(duration);
}

/* ---- the format -------------------------------------------------------- */

static void begin(struct lg_output *output, const struct lg_run *run)
{
	struct pretty *pretty = lg_room(1, sizeof(*pretty));
	output->of = pretty;
	pretty->shared.file = output->file;
	if (!output->path)
		pretty->shared.terminal = lg_terminal();
	lg_groups_make(&pretty->shared.groups, run);
	pretty->progress = (struct lg_progress){
		.file = output->file, .terminal = &pretty->shared.terminal};
	lg_progress_show(&pretty->progress, run);
}

static void done(struct lg_output *output, const struct lg_run *run,
		 const struct lg_item *item)
{
	struct pretty *pretty = output->of;
	const struct lg_pretty *shared = &pretty->shared;
	enum lg_verdict verdict = item->result.verdict;
	/* Who stops a run knows. */
	bool bad = (verdict == LG_FAIL || verdict == LG_BROKEN) &&
		   !item->result.stopped;
	const struct lg_group *group = lg_groups_find(&shared->groups, item);
	size_t counts[LG_VERDICTS];
	bool last = lg_group_count(group, counts) == group->n;

	if (!bad && (!last || shared->terminal.live))
		return;
	lg_progress_clear(&pretty->progress);
	if (bad)
		print_bad(shared, run, item);
	if (last && !shared->terminal.live && item->variant)
		lg_pretty_group(shared, run, group);
	lg_progress_show(&pretty->progress, run);
}

static void tick(struct lg_output *output, const struct lg_run *run)
{
	struct pretty *pretty = output->of;
	lg_progress_tick(&pretty->progress, run);
}

static void end(struct lg_output *output, const struct lg_run *run)
{
	struct pretty *pretty = output->of;
	lg_progress_clear(&pretty->progress);
	/* It may have become wider or narrower. */
	if (!output->path)
		pretty->shared.terminal = lg_terminal();
	lg_summary_print(&pretty->shared, run);
	lg_groups_free(&pretty->shared.groups);
	free(pretty);
}

const struct lg_format lg_pretty_format = {.name = "pretty",
					   .begin = begin,
					   .done = done,
					   .tick = tick,
					   .tick_ms = 250,
					   .end = end};
