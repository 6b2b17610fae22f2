// SPDX-License-Identifier: GPL-2.0-or-later
/* The events themselves. */
#include "output.h"

#include <stdlib.h>

static void done(struct lg_output *output, const struct lg_run *run,
		 const struct lg_item *item)
{
	(void)run;
	size_t i;
	json_t *event;
	json_array_foreach(item->result.events, i, event)
	{
		char *line = lg_event_line(event);
		fprintf(output->file, "%s\n", line);
		free(line);
	}
}

const struct lg_format lg_jsonl_format = {.name = "jsonl", .done = done};
