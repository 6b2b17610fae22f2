/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of one variant: the events that its process wrote, made whole.
 * Whatever the process did, there is a start first, one verdict last, and
 * `case`, `variant` and `kernel_name` (the one that the run calls it by) in
 * every event.  The start also says in which `guest` ("host": none) and in
 * which `time` it ran ("virtual" or "real").
 */
#ifndef LG_RESULT_H
#define LG_RESULT_H

#include "event.h"
#include "schedule.h"
#include "verdict.h"

struct lg_result {
	enum lg_verdict verdict;
	bool stopped; /* it was broken off with the whole run */
	char *reason; /* "" if there is nothing to say */
	char *file;   /* NULL: none */
	int line;
	char *bundle;	     /* NULL: none */
	int64_t duration_ms; /* by the clock of the kernel that it ran on */
	int64_t took_ms;     /* by ours, with all that belongs to it */
	json_t *report;	     /* lines */
	json_t *heart;	     /* lines of the ladder, where it went wrong;
			      * NULL: none */
	json_t *events;
};

/* Which variant it was. */
struct lg_identity {
	const char *case_name, *variant, *kernel_name;
	const char *topology;
	const char *kernel; /* its release; NULL: the running one's */
	const char *guest;  /* "host", "uml" or "qemu" */
	bool virtual_time;
	unsigned long seed; /* of its random numbers; 0: the usual one */
	unsigned lasts_ms;
	unsigned long repeat; /* 0: not repeated */
	/* The results folder as the case was given it, and as it will be
	 * called in the end; NULL: no difference. */
	const char *written_to, *found_at;
};

/*
 * Judges a task that has ended by what it wrote and how it ended.  What it
 * wrote on its standard error joins the report.
 */
void lg_result_read(struct lg_result *result, const struct lg_identity *who,
		    const struct lg_task *task);

/* The result of what could not even be started. */
void lg_result_broken(struct lg_result *result, const struct lg_identity *who,
		      const char *reason);

/* One event as a line, without the newline; to be freed. */
char *lg_event_line(const json_t *event);

void lg_result_free(struct lg_result *result);

#endif
