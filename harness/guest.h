/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest: a kernel that is booted for one program. */
#ifndef LG_GUEST_H
#define LG_GUEST_H

#include "kernel_store.h"

#include <stdbool.h>

/* Where a program in a guest puts its bundle. */
#define LG_GUEST_BUNDLE "/tmp/bundle"

struct lg_guest {
	const struct lg_kernel *kernel;
	int initramfs;	    /* descriptor of a memfd */
	char **argv;	    /* arguments of the program, without its name */
	const char *bundle; /* folder for its bundle; NULL: not wanted */
	bool real_time;
	unsigned deadline_s; /* of real time */
	int status;	     /* the program's exit status */
};

/*
 * Boots the guest and waits for its end; the program's events go to standard
 * output as they come.  All of it lives in a world of its own and dies with
 * this process.  Returns 0 if the program ended by itself, or -errno with a
 * message in *error, which has the end of the console: the guest did not boot,
 * panicked, or was killed at the deadline.
 */
int lg_guest_run(struct lg_guest *guest, char **error);

#endif
