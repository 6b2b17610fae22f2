/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command in a world of its own, on the running kernel. */
#ifndef LG_VISIT_H
#define LG_VISIT_H

#include "topology.h"

struct lg_visit {
	const struct lg_topology *topology; /* NULL: but a loopback */
	const char *host;		    /* of the topology */
	char *const *argv;    /* ends with NULL; without a word: a shell */
	const char *captures; /* folder, which is there, for those of all link
			       * ends; NULL: not wanted */
	unsigned deadline_s;  /* 0: none */
};

/*
 * Returns the exit status for the runner: the command's, or LG_STATUS_BROKEN
 * after a message.  What the command has left running ends with it.
 */
int lg_visit_run(const struct lg_visit *visit);

#endif
