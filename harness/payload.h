/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest boots into: an initramfs with our init, programs, the shared
 * libraries that they load, the topologies, the modules of a stock kernel, and
 * what init is to do.
 */
#ifndef LG_PAYLOAD_H
#define LG_PAYLOAD_H

#include "guest.h"

/* What a program of the user's has along. */
struct lg_baggage {
	const char *program; /* which the job runs, maybe by another one */
	const struct lg_baggage_file {
		char *from, *to;
	} * files; /* or folders */
	size_t n_files;
	int input;	    /* descriptor of its standard input; -1: none */
	const char *folder; /* that it runs in; there, if only empty */
};

struct lg_payload {
	const char *init;	/* linger-init */
	const char *topologies; /* folder; comes to stand at /topologies;
				 * NULL: none */
	const char *modules;	/* folder; NULL: none */
	const struct lg_baggage *baggage; /* NULL: none */
};

/*
 * Writes an archive of all but what init is to do to `fd`; programs and files
 * stand in it where they stand here.  0, or -errno with a message in *error, to
 * be freed.
 */
int lg_payload_write(const struct lg_payload *payload,
		     const struct lg_job *jobs, size_t n, int fd, char **error);

/*
 * Appends an archive with what init is to do to the guest's initramfs: the
 * kernel unpacks one after the other.  As above.
 */
int lg_payload_jobs(const struct lg_guest *guest, char **error);

#endif
