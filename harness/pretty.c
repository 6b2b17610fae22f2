// SPDX-License-Identifier: GPL-2.0-or-later
/* For people: failures as they come, and everything else at the end. */
#include "run.h"

#include "progress.h"
#include "terminal.h"
#include "text.h"

#include <assert.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum lg_colour colours[] = {[LG_PASS] = LG_GREEN,
					 [LG_FAIL] = LG_RED,
					 [LG_BROKEN] = LG_MAGENTA,
					 [LG_SKIP] = LG_YELLOW};
static_assert(sizeof(colours) / sizeof(*colours) == LG_VERDICTS,
	      "a colour for each verdict");

static struct lg_terminal terminal;

static void begin(struct lg_run *run)
{
	terminal = lg_terminal();
	lg_progress_show(run, &terminal);
}

/* Each line of a text behind the indent. */
static void print_indented(const char *indent, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		printf("%s%.*s\n", indent, (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* "fail    last_ack/syn_is_challenged:ipv4  12 ms" */
static void print_verdict(const struct lg_run *run, const struct lg_item *item)
{
	const struct lg_result *result = &item->result;
	char duration[LG_DURATION_ROOM];
	char *name = lg_item_name(run, item);

	printf("%s%-6s%s  %s  %s\n",
	       lg_terminal_colour(&terminal, colours[result->verdict]),
	       lg_verdict_name(result->verdict),
	       lg_terminal_colour(&terminal, LG_PLAIN), name,
	       lg_text_duration(duration, result->duration_ms));
	free(name);
}

static void print_report(const struct lg_result *result)
{
	size_t i;
	json_t *line;
	json_array_foreach(result->report, i, line)
		printf("        %s\n", json_string_value(line));
}

static bool is_bad(const struct lg_result *result)
{
	return result->verdict == LG_FAIL || result->verdict == LG_BROKEN;
}

/* A terminal shows how far it is, so there only what is wrong stays. */
static void done(struct lg_run *run, const struct lg_item *item)
{
	const struct lg_result *result = &item->result;
	if (terminal.live && !is_bad(result))
		return;

	lg_progress_clear(&terminal);
	print_verdict(run, item);
	if (result->verdict != LG_PASS)
		print_indented("        ", result->reason);
	if (is_bad(result))
		print_report(result);
	if (terminal.live)
		lg_progress_show(run, &terminal);
}

/* Often: whatever happens, this is called. */
static void tick(struct lg_run *run)
{
	static int64_t shown_ms;
	int64_t now = lg_clock_ms();
	if (now - shown_ms < 100)
		return;
	shown_ms = now;
	lg_progress_show(run, &terminal);
}

/* ---- the end ----------------------------------------------------------- */

static int compare_cases(const void *a, const void *b)
{
	const struct lg_item *const *first = a, *const *second = b;
	if ((*first)->program != (*second)->program)
		return (*first)->program < (*second)->program ? -1 : 1;
	if ((*first)->kernel != (*second)->kernel)
		return (*first)->kernel < (*second)->kernel ? -1 : 1;
	return *first < *second ? -1 : 1;
}

/* The items that are done, by case. */
static const struct lg_item **by_case(const struct lg_run *run)
{
	const struct lg_item **items = lg_room(run->n, sizeof(*items));
	size_t n = 0;
	for (size_t i = 0; i < run->n; i++) {
		if (run->items[i].done)
			items[n++] = &run->items[i];
	}
	qsort(items, n, sizeof(*items), compare_cases);
	return items;
}

static void add_count(struct libscols_line *line, size_t column, size_t count)
{
	if (count)
		lg_table_cell(line, column, "%zu", count);
}

static bool is_same_row(const struct lg_item *a, const struct lg_item *b)
{
	return a->program == b->program && a->kernel == b->kernel;
}

/* Adds a line for the items from `items` on that are of the same case and
 * kernel, and returns how many they are. */
static size_t add_case(struct libscols_table *table,
		       const struct lg_item **items, size_t n)
{
	size_t counts[LG_VERDICTS] = {0}, same = 0;
	int64_t longest_ms = 0;
	for (; same < n && is_same_row(items[same], items[0]); same++) {
		const struct lg_result *result = &items[same]->result;
		counts[result->verdict]++;
		if (result->duration_ms > longest_ms)
			longest_ms = result->duration_ms;
	}

	char duration[LG_DURATION_ROOM];
	struct libscols_line *line = lg_table_line(table);
	lg_table_cell(line, 0, "%s", items[0]->program->name);
	lg_table_cell(line, 1, "%s", items[0]->kernel->name);
	add_count(line, 2, counts[LG_PASS]);
	add_count(line, 3, counts[LG_FAIL]);
	add_count(line, 4, counts[LG_BROKEN]);
	add_count(line, 5, counts[LG_SKIP]);
	lg_table_cell(line, 6, "%s", lg_text_duration(duration, longest_ms));
	return same;
}

static void print_table(const struct lg_run *run, const struct lg_item **items)
{
	struct libscols_table *table =
		lg_table(&terminal, "~CASE", "KERNEL", ">PASS", ">FAIL",
			 ">BROKEN", ">SKIP", ">LONGEST", NULL);
	if (!run->kernels->any_guest)
		lg_table_hide(table, 1);
	for (size_t i = 0; i < run->n_done;)
		i += add_case(table, items + i, run->n_done - i);
	putchar('\n');
	lg_table_print(table);
}

static void print_bad(const struct lg_run *run, const struct lg_item *item)
{
	const struct lg_result *result = &item->result;
	char *name = lg_item_name(run, item);
	printf("  %s\n", name);
	free(name);

	print_indented("    ", result->reason);
	if (result->file)
		printf("    at %s:%d\n", result->file, result->line);
	/* What a run that did not finish has left is gone with it. */
	if (result->bundle && !run->stopped)
		printf("    bundle: %s\n", result->bundle);
	if (item->variant) {
		char *again = lg_item_again(run, item);
		printf("    again:  %s\n", again);
		free(again);
	}
}

static void print_all(const struct lg_run *run, const struct lg_item **items,
		      enum lg_verdict verdict, const char *heading)
{
	if (!run->counts[verdict])
		return;
	printf("\n%s%s%s\n", lg_terminal_colour(&terminal, colours[verdict]),
	       heading, lg_terminal_colour(&terminal, LG_PLAIN));
	for (size_t i = 0; i < run->n_done; i++) {
		if (items[i]->result.verdict == verdict)
			print_bad(run, items[i]);
	}
}

static int compare_reasons(const void *a, const void *b)
{
	const struct lg_item *const *first = a, *const *second = b;
	int order = strcmp((*first)->result.reason, (*second)->result.reason);
	return order ? order : compare_cases(a, b);
}

static void print_skips(const struct lg_run *run, const struct lg_item **items)
{
	if (!run->counts[LG_SKIP])
		return;
	const struct lg_item **skips =
		lg_room(run->counts[LG_SKIP], sizeof(*skips));
	size_t n = 0;
	for (size_t i = 0; i < run->n_done; i++) {
		if (items[i]->result.verdict == LG_SKIP)
			skips[n++] = items[i];
	}
	qsort(skips, n, sizeof(*skips), compare_reasons);

	printf("\n%sSkipped%s\n", lg_terminal_colour(&terminal, LG_YELLOW),
	       lg_terminal_colour(&terminal, LG_PLAIN));
	for (size_t i = 0; i < n; i++) {
		const char *reason = skips[i]->result.reason;
		if (!i || strcmp(reason, skips[i - 1]->result.reason))
			print_indented("  ", *reason ? reason
						     : "for no given reason");
		char *name = lg_item_name(run, skips[i]);
		printf("    %s\n", name);
		free(name);
	}
	free(skips);
}

static void print_sum(const struct lg_run *run)
{
	char duration[LG_DURATION_ROOM];
	lg_text_duration(duration, lg_clock_ms() - run->started_ms);

	putchar('\n');
	if (run->stopped)
		printf("Stopped: %s; %zu of %zu were done.\n", run->stopped,
		       run->n_done, run->n);
	printf("%zu passed, %zu failed, %zu broken, %zu skipped in %s\n",
	       run->counts[LG_PASS], run->counts[LG_FAIL],
	       run->counts[LG_BROKEN], run->counts[LG_SKIP], duration);
}

static void end(struct lg_run *run)
{
	lg_progress_clear(&terminal);
	const struct lg_item **items = by_case(run);
	if (run->n_done)
		print_table(run, items);
	print_skips(run, items);
	print_all(run, items, LG_BROKEN, "Broken");
	print_all(run, items, LG_FAIL, "Failed");
	print_sum(run);
	free(items);
}

const struct lg_format lg_pretty_format = {.name = "pretty",
					   .begin = begin,
					   .done = done,
					   .tick = tick,
					   .tick_ms = 500,
					   .end = end};
