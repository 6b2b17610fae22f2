/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that do a part of a kernel's making: they run in turn, and end with
 * us, with all that they have started, also if we are killed.
 * lg_schedule_signals() comes before the first.
 */
#ifndef LG_KERNEL_EXEC_H
#define LG_KERNEL_EXEC_H

#include <errno.h>

/* Returned when SIGINT, SIGTERM or SIGHUP has ended it: one that was not
 * ignored when we began. */
#define LG_EXEC_STOPPED (-EINTR)

struct lg_exec {
	/* What is done here, for messages: "compile the kernel". */
	const char *task;
	const char *folder; /* where it runs; NULL: here */
	/* Of what it prints, each line; may be NULL. */
	void (*line)(void *argument, const char *line);
	/* About once a second while it runs; may be NULL. */
	void (*tick)(void *argument);
	void *argument;
};

/*
 * Runs a program from PATH, with no variable in its environment that is meant
 * for another make.  Returns 0 if it ends with 0; else -errno, and of its
 * standard error the lines from the first error on, or the last ones, are in
 * the message.
 */
int lg_exec(const struct lg_exec *exec, const char *const argv[]);

/* Waits for a while; LG_EXEC_STOPPED if a signal said to end, else 0. */
int lg_exec_pause(int ms);

/* The signal behind LG_EXEC_STOPPED. */
int lg_exec_signal(void);

#endif
