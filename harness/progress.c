// SPDX-License-Identifier: GPL-2.0-or-later
#include "progress.h"

#include "boot.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a variant takes beside what it lasts, by those that have ended. */
static int64_t overhead_ms(const struct lg_run *run)
{
	int64_t sum = 0, n = 0;
	for (size_t i = 0; i < run->n; i++) {
		const struct lg_item *item = &run->items[i];
		int64_t over =
			item->result.duration_ms - lg_item_lasts_ms(item);
		if (!item->done || !item->variant || over < 0)
			continue;
		sum += over;
		n++;
	}
	return n ? sum / n : 100;
}

/*
 * When all is done, from now: not before the longest is, nor before the places
 * have got through all of it.
 */
static int64_t left_ms(const struct lg_run *run)
{
	const struct lg_schedule *schedule = run->schedule;
	int64_t now = lg_clock_ms(), over = overhead_ms(run);
	int64_t sum = 0, longest = 0;

	for (size_t i = 0; i < schedule->n; i++) {
		const struct lg_task *task = &schedule->tasks[i];
		const struct lg_item *item = lg_boot_item(task);
		int64_t left = 0;
		for (; item; item = item->next)
			left += lg_item_lasts_ms(item) + over;
		if (task->state != LG_TASK_WAITS)
			left -= now - task->started_ms;
		if (left < 0)
			left = 0;
		sum += left;
		if (left > longest)
			longest = left;
	}
	int64_t shared = sum / (int64_t)schedule->at_once;
	return shared > longest ? shared : longest;
}

/* The one that has run for the longest, and how many others do. */
static char *what_runs(const struct lg_run *run)
{
	const struct lg_schedule *schedule = run->schedule;
	const struct lg_task *oldest = NULL;
	for (size_t i = 0; i < schedule->n_running; i++) {
		const struct lg_task *task = schedule->running[i];
		if (!oldest || task->started_ms < oldest->started_ms)
			oldest = task;
	}
	if (!oldest)
		return lg_text("%s", "");

	const struct lg_item *item = lg_boot_item(oldest);
	char *name = lg_item_name(run, item ? item : oldest->of);
	char *text = schedule->n_running > 1
			     ? lg_text("  %s and %zu more", name,
				       schedule->n_running - 1)
			     : lg_text("  %s", name);
	free(name);
	return text;
}

void lg_progress_show(const struct lg_run *run,
		      const struct lg_terminal *terminal)
{
	if (!terminal->live || !run->schedule)
		return;

	char elapsed[LG_DURATION_ROOM], left[LG_DURATION_ROOM];
	/* Tenths of seconds would only flicker. */
	lg_text_duration(elapsed,
			 (lg_clock_ms() - run->started_ms) / 1000 * 1000);
	lg_text_duration(left, (left_ms(run) + 999) / 1000 * 1000);
	char *runs = what_runs(run);
	char *line = lg_text("%zu of %zu done, %zu failed, %zu broken  "
			     "%s, %s left%s",
			     run->n_done, run->n, run->counts[LG_FAIL],
			     run->counts[LG_BROKEN], elapsed, left, runs);

	/* The last column stays free: some terminals wrap when it is used. */
	int most = terminal->width > 1 ? (int)terminal->width - 1 : 79;
	printf("\r%.*s\033[K", most, line);
	fflush(stdout);
	free(line);
	free(runs);
}

void lg_progress_clear(const struct lg_terminal *terminal)
{
	if (terminal->live)
		fputs("\r\033[K", stdout);
}
