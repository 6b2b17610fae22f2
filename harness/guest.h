/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest: a kernel that is booted to run programs. */
#ifndef LG_GUEST_H
#define LG_GUEST_H

#include "kernel_store.h"
#include "pty.h"

#include <stdbool.h>
#include <stddef.h>

/* Where a program in a guest puts its bundle. */
#define LG_GUEST_BUNDLE "/bundle"

/* Real time for each job to end in, since a guest's own deadlines are in its
 * own time.  One that is emulated, or is to make thousands of connections,
 * takes minutes for what is seconds otherwise.  To boot it has as much, but no
 * more than three minutes. */
#define LG_GUEST_DEADLINE_S 60
#define LG_GUEST_LONG_DEADLINE_S 600
/* Somebody types. */
#define LG_GUEST_NO_DEADLINE_S (365 * 86400)

/* What init prints on the console around each job: lines of their own. */
#define LG_GUEST_BEGIN "linger-init: begin\n"
#define LG_GUEST_END "linger-init: end\n"

struct lg_job {
	char **argv;	     /* the program by its path; ends with NULL */
	const char *bundle;  /* folder for its bundle; NULL: not wanted */
	unsigned deadline_s; /* of the guest's time; 0: none */
	/* Once it is done: */
	bool done;
	int status; /* as waitpid(2) has it */
	char *lost; /* why it did not end by itself; NULL: it did */
};

struct lg_guest {
	const struct lg_kernel *kernel;
	struct lg_job *jobs;
	size_t n;
	int initramfs; /* descriptor: what is booted into, for these jobs */
	bool real_time;
	unsigned long seed; /* of the kernel's random numbers */
	/* Of a program of the user's: where it runs.  NULL: they are cases,
	 * whose verdicts are completed, and after each of which
	 * {"event":"job","status":0,"booted":true} follows. */
	const char *folder;
	/* The terminal of such a program.  NULL: it has none, what it prints
	 * comes to ours. */
	struct lg_pty *pty;
	unsigned deadline_s; /* of real time in which it has a processor: for
			      * booting, for each job */
};

/*
 * Boots the guest and lets it run the jobs, one after the other; what they
 * print comes to standard output (of a program of the user's also to standard
 * error), files of bundles to their folders.  All of it lives in a world of its
 * own and dies with this process.
 *
 * Returns 0 when it has ended, whatever has become of it: a job that was
 * running then is done, as are all if it has not come to the first; others may
 * be left for another guest.  -errno with a message in *error, to be freed, if
 * nothing could be tried.
 */
int lg_guest_run(const struct lg_guest *guest, char **error);

#endif
