// SPDX-License-Identifier: GPL-2.0-or-later
#include "estimate.h"

#include "boot.h"
#include "text.h"

#include <stdlib.h>

/* Before anything has run. */
#define USUAL_OVERHEAD_MS 200

struct mean {
	int64_t sum, n;
};

/* What a variant takes beside what it lasts, by those that have ended. */
static void learn(const struct lg_run *run, struct mean *means)
{
	for (size_t i = 0; i < run->n; i++) {
		const struct lg_item *item = &run->items[i];
		int64_t over = item->result.took_ms - lg_item_lasts_ms(item);
		if (!item->done || !item->variant || over < 0)
			continue;
		struct mean *mean = &means[item->kernel - run->kernels->list];
		mean->sum += over;
		mean->n++;
	}
}

static int64_t takes_ms(const struct lg_run *run, const struct lg_item *item,
			const struct mean *means)
{
	const struct mean *mean = &means[item->kernel - run->kernels->list];
	return lg_item_lasts_ms(item) +
	       (mean->n ? mean->sum / mean->n : USUAL_OVERHEAD_MS);
}

static int64_t task_left_ms(const struct lg_run *run,
			    const struct lg_task *task,
			    const struct mean *means, int64_t now)
{
	int64_t left = 0;
	for (const struct lg_item *item = lg_boot_item(task); item;
	     item = item->next)
		left += takes_ms(run, item, means);
	if (task->state != LG_TASK_WAITS)
		left -= now - task->started_ms;
	return left > 0 ? left : 0;
}

static int64_t most_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * Not before the longest is done, nor before the places have got through all of
 * it, nor the cores through what needs one to itself.
 */
int64_t lg_estimate_left_ms(const struct lg_run *run)
{
	const struct lg_schedule *schedule = run->schedule;
	struct mean *means = lg_room(run->kernels->n, sizeof(*means));
	int64_t now = lg_clock_ms(), sum = 0, bulk = 0, longest = 0;

	learn(run, means);
	for (size_t i = 0; i < schedule->n; i++) {
		const struct lg_task *task = &schedule->tasks[i];
		int64_t left = task_left_ms(run, task, means, now);
		sum += left;
		bulk += task->bulk ? left : 0;
		longest = most_of(longest, left);
	}
	free(means);
	longest = most_of(longest, sum / (int64_t)schedule->at_once);
	/* Not known before it begins. */
	int64_t cores = schedule->cores ? schedule->cores : 1;
	return most_of(longest, bulk / cores);
}
