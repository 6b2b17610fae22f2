// SPDX-License-Identifier: GPL-2.0-or-later
#include "summary.h"

#include "cells.h"
#include "text.h"

#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table --------------------------------------------------------- */

static void add_count(struct libscols_line *line, size_t column, size_t count)
{
	if (count)
		lg_table_cell(line, column, "%zu", count);
}

static int64_t longest_ms(const struct lg_group *group)
{
	int64_t longest = 0;
	for (size_t i = 0; i < group->n; i++) {
		if (group->items[i]->result.duration_ms > longest)
			longest = group->items[i]->result.duration_ms;
	}
	return longest;
}

static void add_group(struct libscols_table *table,
		      const struct lg_group *group)
{
	char duration[LG_DURATION_ROOM];
	size_t counts[LG_VERDICTS];
	if (!lg_group_count(group, counts))
		return;

	struct libscols_line *line = lg_table_line(table);
	lg_table_cell(line, 0, "%s", group->program->name);
	lg_table_cell(line, 1, "%s", group->kernel->name);
	add_count(line, 2, counts[LG_PASS]);
	add_count(line, 3, counts[LG_FAIL]);
	add_count(line, 4, counts[LG_BROKEN]);
	add_count(line, 5, counts[LG_SKIP]);
	lg_table_cell(line, 6, "%s",
		      lg_text_duration(duration, longest_ms(group)));
}

/* Of the table's columns but the names of the case and the kernel. */
#define COUNTS_WIDTH 40

static bool has_room(const struct lg_pretty *pretty, const struct lg_run *run)
{
	for (size_t i = 0; i < pretty->groups.n; i++) {
		const struct lg_group *group = &pretty->groups.list[i];
		char *name = lg_group_name(run, group);
		unsigned width = lg_cells_width(name) + COUNTS_WIDTH;
		free(name);
		if (pretty->terminal.width && width > pretty->terminal.width)
			return false;
	}
	return true;
}

static void print_table(const struct lg_pretty *pretty,
			const struct lg_run *run)
{
	struct libscols_table *table =
		lg_table(&pretty->terminal, "CASE", "KERNEL", ">PASS", ">FAIL",
			 ">BROKEN", ">SKIP", ">LONGEST", NULL);
	if (!run->kernels->any_guest)
		lg_table_hide(table, 1);
	for (size_t i = 0; i < pretty->groups.n; i++)
		add_group(table, &pretty->groups.list[i]);
	lg_table_write(table, pretty->file);
}

/* A table whose names are cut says less than lines without one. */
static void print_cases(const struct lg_pretty *pretty,
			const struct lg_run *run)
{
	if (!run->n_done)
		return;
	putc('\n', pretty->file);
	if (has_room(pretty, run)) {
		print_table(pretty, run);
		return;
	}
	for (size_t i = 0; i < pretty->groups.n; i++) {
		const struct lg_group *group = &pretty->groups.list[i];
		size_t counts[LG_VERDICTS];
		if (lg_group_count(group, counts))
			lg_pretty_group(pretty, run, group);
	}
}

/* ---- what did not pass ------------------------------------------------- */

static void print_bad(const struct lg_pretty *pretty, const struct lg_run *run,
		      const struct lg_item *item)
{
	const struct lg_result *result = &item->result;
	char *name = lg_item_name(run, item);
	fprintf(pretty->file, "  %s\n", name);
	free(name);

	lg_pretty_indented(pretty, "    ", result->reason);
	if (result->file)
		fprintf(pretty->file, "    at %s:%d\n", result->file,
			result->line);
	/* What a run that did not finish has left is gone with it. */
	if (result->bundle && !run->stopped)
		fprintf(pretty->file, "    bundle: %s\n", result->bundle);
	if (item->variant) {
		char *again = lg_item_again(run, item);
		fprintf(pretty->file, "    again:  %s\n", again);
		free(again);
	}
}

static void print_all(const struct lg_pretty *pretty, const struct lg_run *run,
		      enum lg_verdict verdict, const char *heading)
{
	bool begun = false;
	for (size_t i = 0; i < run->n; i++) {
		const struct lg_item *item = pretty->groups.items[i];
		if (!item->done || item->result.verdict != verdict ||
		    item->result.stopped)
			continue;
		if (!begun)
			fprintf(pretty->file, "\n%s%s%s\n",
				lg_pretty_colour(pretty, verdict), heading,
				lg_pretty_plain(pretty));
		begun = true;
		print_bad(pretty, run, item);
	}
}

/* ---- what was skipped -------------------------------------------------- */

/* The variants of one case that were skipped for one reason. */
struct skips {
	const char *reason;
	const struct lg_group *group;
	const struct lg_item *item; /* the first of them */
	size_t n;
};

static int compare_skips(const void *a, const void *b)
{
	const struct skips *first = a, *second = b;
	int order = strcmp(first->reason, second->reason);
	if (order)
		return order;
	if (first->group != second->group)
		return first->group < second->group ? -1 : 1;
	return first->item < second->item ? -1 : first->item > second->item;
}

/* A line for each variant that was skipped, sorted; then those that differ in
 * nothing else become one. */
static size_t collect_skips(const struct lg_pretty *pretty, struct skips *skips)
{
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < pretty->groups.n; i++) {
		const struct lg_group *group = &pretty->groups.list[i];
		for (size_t j = 0; j < group->n; j++) {
			const struct lg_item *item = group->items[j];
			if (!item->done || item->result.verdict != LG_SKIP)
				continue;
			skips[n++] =
				(struct skips){.reason = item->result.reason,
					       .group = group,
					       .item = item,
					       .n = 1};
		}
	}
	qsort(skips, n, sizeof(*skips), compare_skips);
	for (size_t i = 0; i < n; i++) {
		struct skips *last = kept ? &skips[kept - 1] : NULL;
		if (last && last->group == skips[i].group &&
		    !strcmp(last->reason, skips[i].reason))
			last->n++;
		else
			skips[kept++] = skips[i];
	}
	return kept;
}

/* How many were skipped for the reason of the first one. */
static size_t count_reason(const struct skips *skips, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n && !strcmp(skips[i].reason, skips[0].reason);
	     i++)
		count += skips[i].n;
	return count;
}

static void print_reason(const struct lg_pretty *pretty,
			 const struct skips *skips, size_t n)
{
	const char *reason = skips->reason;
	char *text = lg_text("%zu: %s", count_reason(skips, n),
			     *reason ? reason : "for no given reason");
	lg_pretty_indented(pretty, "  ", text);
	free(text);
}

static void print_skipped(const struct lg_pretty *pretty,
			  const struct lg_run *run, const struct skips *skips)
{
	char *name = skips->n > 1 ? lg_group_name(run, skips->group)
				  : lg_item_name(run, skips->item);
	if (skips->n > 1)
		fprintf(pretty->file, "    %s (%zu of %zu)\n", name, skips->n,
			skips->group->n);
	else
		fprintf(pretty->file, "    %s\n", name);
	free(name);
}

static void print_skips(const struct lg_pretty *pretty,
			const struct lg_run *run)
{
	if (!run->counts[LG_SKIP])
		return;
	struct skips *skips = lg_room(run->counts[LG_SKIP], sizeof(*skips));
	size_t n = collect_skips(pretty, skips);

	fprintf(pretty->file, "\n%sSkipped%s\n",
		lg_pretty_colour(pretty, LG_SKIP), lg_pretty_plain(pretty));
	for (size_t i = 0; i < n; i++) {
		if (!i || strcmp(skips[i].reason, skips[i - 1].reason))
			print_reason(pretty, &skips[i], n - i);
		print_skipped(pretty, run, &skips[i]);
	}
	free(skips);
}

/* ---- the sum ----------------------------------------------------------- */

static int64_t virtual_ms(const struct lg_run *run)
{
	int64_t sum = 0;
	for (size_t i = 0; i < run->n; i++) {
		if (run->items[i].done && run->items[i].virtual_time)
			sum += run->items[i].result.duration_ms;
	}
	return sum;
}

static size_t count_stopped(const struct lg_run *run)
{
	size_t n = 0;
	for (size_t i = 0; i < run->n; i++)
		n += run->items[i].done && run->items[i].result.stopped;
	return n;
}

static void print_sum(const struct lg_pretty *pretty, const struct lg_run *run)
{
	char duration[LG_DURATION_ROOM];
	int64_t in_guests_ms = virtual_ms(run);

	putc('\n', pretty->file);
	if (run->stopped)
		fprintf(pretty->file,
			"Stopped: %s; %zu of %zu were done, %zu broken off.\n",
			run->stopped, run->n_done - count_stopped(run), run->n,
			count_stopped(run));
	fprintf(pretty->file,
		"%zu passed, %zu failed, %zu broken, %zu skipped in %s",
		run->counts[LG_PASS], run->counts[LG_FAIL],
		run->counts[LG_BROKEN], run->counts[LG_SKIP],
		lg_text_duration(duration, lg_clock_ms() - run->started_ms));
	if (in_guests_ms)
		fprintf(pretty->file, ", %s of virtual time",
			lg_text_duration(duration, in_guests_ms));
	putc('\n', pretty->file);
}

void lg_summary_print(const struct lg_pretty *pretty, const struct lg_run *run)
{
	print_cases(pretty, run);
	print_skips(pretty, run);
	print_all(pretty, run, LG_BROKEN, "Broken");
	print_all(pretty, run, LG_FAIL, "Failed");
	print_sum(pretty, run);
}
