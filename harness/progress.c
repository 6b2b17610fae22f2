// SPDX-License-Identifier: GPL-2.0-or-later
#include "progress.h"

#include "boot.h"
#include "cells.h"
#include "estimate.h"
#include "pretty.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A terminal is written to so often at most; elsewhere a line comes when
 * nothing else has for so long. */
#define LIVE_MS 100
#define QUIET_MS 30000

/* Variants that run are named up to so many, oldest first. */
#define NAMED 4

/* Narrower terminals have no room for a bar; for all words. */
#define WIDE 76
#define BAR 20
#define NARROW 54

/* ---- words ------------------------------------------------------------- */

/* Tenths of seconds would only flicker. */
static const char *seconds(char text[LG_DURATION_ROOM], int64_t ms)
{
	if (ms >= 60000)
		return lg_text_duration(text, ms);
	snprintf(text, LG_DURATION_ROOM, "%d s", (int)(ms / 1000));
	return text;
}

static char *bar(const struct lg_terminal *terminal, const struct lg_run *run)
{
	size_t full = run->n ? BAR * run->n_done / run->n : BAR;
	char *text;
	size_t size;
	FILE *stream = lg_there(open_memstream(&text, &size));
	for (size_t i = 0; i < BAR; i++) {
		if (terminal->utf8)
			fputs(i < full ? "\u2501" : "\u2500", stream);
		else
			putc(i < full ? '#' : '.', stream);
	}
	fclose(stream);
	return lg_there(text);
}

/* "42 of 135 done, 1 failed; 12 s, about 48 s left"; shorter if need be. */
static char *how_far(const struct lg_run *run, unsigned room)
{
	char elapsed[LG_DURATION_ROOM], left[LG_DURATION_ROOM];
	size_t counts[LG_VERDICTS];
	bool wide = room >= NARROW;
	memcpy(counts, run->counts, sizeof(counts));
	/* They are what is expected. */
	counts[LG_PASS] = 0;
	char *words = lg_pretty_counts(counts);
	seconds(elapsed, lg_clock_ms() - run->started_ms);
	seconds(left, lg_estimate_left_ms(run) + 1000);
	char *text = lg_text("%zu of %zu%s%s%s; %s, %s%s left", run->n_done,
			     run->n, wide ? " done" : "", *words ? ", " : "",
			     words, elapsed, wide ? "about " : "", left);
	free(words);
	return text;
}

/* "12 s of 1:01"; of virtual time, which can't be seen from here, how much it
 * will be. */
static char *how_long(const struct lg_task *task, const struct lg_item *item)
{
	char elapsed[LG_DURATION_ROOM], lasts[LG_DURATION_ROOM];
	unsigned lasts_ms = item->variant ? item->variant->lasts_ms : 0;
	seconds(elapsed, lg_clock_ms() - task->started_ms);
	if (!lasts_ms)
		return lg_text("%s", elapsed);
	seconds(lasts, lasts_ms);
	return item->virtual_time ? lg_text("%s, %s virtual", elapsed, lasts)
				  : lg_text("%s of %s", elapsed, lasts);
}

/* ---- what runs --------------------------------------------------------- */

static int compare_tasks(const void *a, const void *b)
{
	const struct lg_task *first = *(const struct lg_task *const *)a;
	const struct lg_task *second = *(const struct lg_task *const *)b;
	if (first->started_ms != second->started_ms)
		return first->started_ms < second->started_ms ? -1 : 1;
	return first < second ? -1 : 1;
}

/* Those that run, oldest first; to be freed. */
static const struct lg_task **oldest_first(const struct lg_schedule *schedule)
{
	size_t n = schedule->n_running;
	const struct lg_task **tasks = lg_room(n, sizeof(*tasks));
	for (size_t i = 0; i < n; i++)
		tasks[i] = schedule->running[i];
	qsort(tasks, n, sizeof(*tasks), compare_tasks);
	return tasks;
}

/* "  NAME  12 s of 1:01", the name cut if need be. */
static char *task_line(const struct lg_terminal *terminal,
		       const struct lg_run *run, const struct lg_task *task,
		       unsigned room)
{
	const struct lg_item *item = lg_boot_item(task);
	if (!item)
		item = task->of;
	char *name = lg_item_name(run, item);
	char *time = how_long(task, item);
	unsigned taken = 4 + lg_cells_width(time);
	char *cut = lg_terminal_cut(terminal, name,
				    room > taken ? room - taken : 0);
	char *line = lg_text("  %s  %s%s%s", cut,
			     lg_terminal_colour(terminal, LG_FAINT), time,
			     lg_terminal_colour(terminal, LG_PLAIN));
	free(name);
	free(time);
	free(cut);
	return line;
}

/* ---- a terminal -------------------------------------------------------- */

static void print_state(const struct lg_terminal *terminal,
			const struct lg_run *run, unsigned room, FILE *stream)
{
	if (room >= WIDE) {
		char *drawn = bar(terminal, run);
		fprintf(stream, "%s%s%s  ",
			lg_terminal_colour(terminal, run->counts[LG_FAIL]
							     ? LG_RED
							     : LG_GREEN),
			drawn, lg_terminal_colour(terminal, LG_PLAIN));
		free(drawn);
		room -= BAR + 2;
	}
	char *text = how_far(run, room);
	char *cut = lg_terminal_cut(terminal, text, room);
	fputs(cut, stream);
	free(cut);
	free(text);
}

/* Returns how many lines it printed, each with a newline before it. */
static unsigned print_tasks(const struct lg_terminal *terminal,
			    const struct lg_run *run, unsigned room,
			    FILE *stream)
{
	const struct lg_schedule *schedule = run->schedule;
	const struct lg_task **tasks = oldest_first(schedule);
	size_t most = terminal->height > NAMED + 4 ? NAMED : 0;
	size_t n = schedule->n_running < most ? schedule->n_running : most;
	unsigned lines = 0;

	for (size_t i = 0; i < n; i++, lines++) {
		char *line = task_line(terminal, run, tasks[i], room);
		fprintf(stream, "\n%s", line);
		free(line);
	}
	if (n && schedule->n_running > n) {
		fprintf(stream, "\n  and %zu more", schedule->n_running - n);
		lines++;
	}
	free(tasks);
	return lines;
}

/*
 * The cursor rests at the beginning of the first line: whatever a terminal that
 * is made narrower does to the lines, they are from there on.
 */
static void show_live(struct lg_progress *progress, const struct lg_run *run)
{
	struct lg_terminal *terminal = progress->terminal;
	char *text;
	size_t size;
	FILE *stream = lg_there(open_memstream(&text, &size));

	*terminal = lg_terminal();
	/* The last column stays free: some terminals wrap when it is used. */
	unsigned room = terminal->width > 1 ? terminal->width - 1 : 79;
	fputs("\r\033[J", stream);
	print_state(terminal, run, room, stream);
	unsigned lines = print_tasks(terminal, run, room, stream);
	if (lines)
		fprintf(stream, "\033[%uA", lines);
	putc('\r', stream);
	fclose(stream);
	/* At once, so that it doesn't flicker. */
	fwrite(lg_there(text), 1, size, progress->file);
	fflush(progress->file);
	free(text);
}

/* ---- both -------------------------------------------------------------- */

void lg_progress_show(struct lg_progress *progress, const struct lg_run *run)
{
	progress->shown_ms = lg_clock_ms();
	if (progress->terminal->live && run->schedule)
		show_live(progress, run);
}

void lg_progress_clear(struct lg_progress *progress)
{
	if (progress->terminal->live)
		fputs("\r\033[J", progress->file);
}

void lg_progress_tick(struct lg_progress *progress, const struct lg_run *run)
{
	bool live = progress->terminal->live;
	int64_t now = lg_clock_ms();
	if (now - progress->shown_ms < (live ? LIVE_MS : QUIET_MS))
		return;
	if (!live) {
		char *text = how_far(run, UINT_MAX);
		fprintf(progress->file, "        %s\n", text);
		fflush(progress->file);
		free(text);
	}
	lg_progress_show(progress, run);
}
