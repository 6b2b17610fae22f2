/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs many programs at once, each to its end or its deadline.  Most of them
 * wait most of the time, so that many more can run than there are cores; those
 * marked bulk don't, and get a core each.
 */
#ifndef LG_SCHEDULE_H
#define LG_SCHEDULE_H

#include "child.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

enum lg_task_state {
	LG_TASK_WAITS,
	LG_TASK_RUNS,
	LG_TASK_ENDED,	 /* by itself: `status` says how */
	LG_TASK_LATE,	 /* killed at its deadline */
	LG_TASK_FLOODED, /* killed because it wrote too much */
	LG_TASK_STOPPED, /* killed because the whole run was */
	LG_TASK_UNMADE,	 /* no process could be made: `error` says why */
};

struct lg_task {
	char *const *argv;   /* the program; NULL: start() knows what to run */
	int64_t deadline_ms; /* from its start */
	bool bulk;
	bool in_turns; /* its processes wait for each other: on one core they
			* need not be woken up on another */
	void *of;      /* the caller's */

	enum lg_task_state state;
	int status; /* of waitpid(2) */
	int error;  /* -errno */
	int64_t started_ms, ended_ms;
	int core; /* that it is kept to; -1: none */
	struct lg_child child;
};

struct lg_schedule {
	struct lg_task *tasks; /* in the order in which to start them */
	size_t n;
	unsigned long at_once;
	unsigned cores; /* 0: those that we may use */
	/* Makes task->child for a task without argv, kept to task->core;
	 * returns 0 or -errno.  NULL: all have one. */
	int (*start)(struct lg_schedule *schedule, struct lg_task *task);
	/* Called for each task that has ended; may set `stop`.  The task's
	 * output is freed afterwards. */
	void (*done)(struct lg_schedule *schedule, struct lg_task *task);
	/* Called when a task may have written something; may be NULL. */
	void (*heard)(struct lg_schedule *schedule, struct lg_task *task);
	/* Called when anything has changed and every tick_ms; may be NULL. */
	void (*tick)(struct lg_schedule *schedule);
	unsigned tick_ms;
	void *of; /* the caller's */

	bool stop;
	int signal; /* that stopped it; 0: none */
	struct lg_task **running;
	size_t n_running;
	size_t next; /* before it none waits */
};

/*
 * Keeps SIGINT, SIGTERM and SIGHUP for lg_schedule_run() to act on, from here
 * to the end of the program: it always comes to tidy up.
 */
void lg_schedule_signals(void);

/* Those three, but for what was ignored when we began, as nohup has it. */
void lg_schedule_ending_signals(sigset_t *set);

/* The cores that we may use. */
unsigned lg_schedule_cores(void);

/*
 * Returns when every task has ended, or once it has been stopped: then what ran
 * is killed and done() called for it, and what still waits stays LG_TASK_WAITS.
 * 0, or -errno if it could not even begin.
 */
int lg_schedule_run(struct lg_schedule *schedule);

#endif
