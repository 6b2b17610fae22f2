// SPDX-License-Identifier: GPL-2.0-or-later
#include "event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int events_fd = -1;
static const char *of_case;
static const char *of_variant;

void lg_event_to(int fd)
{
	events_fd = fd;
}

void lg_event_of(const char *case_name, const char *variant)
{
	of_case = case_name;
	of_variant = variant;
}

/* A reader that has gone away leaves nothing that we could report to. */
static void write_all(const char *text, size_t size)
{
	while (size) {
		ssize_t written = write(events_fd, text, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			_exit(EXIT_FAILURE);
		text += written;
		size -= (size_t)written;
	}
}

void lg_event(const char *kind, json_t *event)
{
	if (events_fd < 0) {
		json_decref(event);
		return;
	}

	json_t *line = json_pack("{s:s, s:s, s:s}", "event", kind, "case",
				 of_case ? of_case : "", "variant",
				 of_variant ? of_variant : "");
	char *text = NULL;
	if (line && event && !json_object_update(line, event))
		text = json_dumps(line, JSON_COMPACT);
	if (!text) {
		fprintf(stderr, "cannot write event %s: out of memory\n", kind);
		_exit(EXIT_FAILURE);
	}

	/* The newline takes the terminator's place: one write a line. */
	size_t length = strlen(text);
	text[length] = '\n';
	write_all(text, length + 1);
	free(text);
	json_decref(line);
	json_decref(event);
}
