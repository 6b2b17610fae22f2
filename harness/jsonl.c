// SPDX-License-Identifier: GPL-2.0-or-later
/* The events themselves. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>

static void begin(struct lg_run *run)
{
	(void)run;
}

static void done(struct lg_run *run, const struct lg_item *item)
{
	(void)run;
	size_t i;
	json_t *event;
	json_array_foreach(item->result.events, i, event)
	{
		char *line = lg_event_line(event);
		puts(line);
		free(line);
	}
}

static void end(struct lg_run *run)
{
	(void)run;
}

const struct lg_format lg_jsonl_format = {
	.name = "jsonl", .begin = begin, .done = done, .end = end};
