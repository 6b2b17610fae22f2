/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest boots into: an initramfs with our init, programs, the shared
 * libraries that they load, the topologies, the modules of a stock kernel, and
 * what init is to do.
 */
#ifndef LG_PAYLOAD_H
#define LG_PAYLOAD_H

#include "guest.h"

struct lg_payload {
	const char *init;	/* linger-init */
	const char *topologies; /* folder; comes to stand at /topologies */
	const char *modules;	/* folder; NULL: none */
};

/*
 * Writes an archive of all but what init is to do to `fd`; programs stand in it
 * where they stand here.  0, or -errno with a message in *error, to be freed.
 */
int lg_payload_write(const struct lg_payload *payload,
		     const struct lg_job *jobs, size_t n, int fd, char **error);

/*
 * Appends an archive with what init is to do (the kernel unpacks one after the
 * other): `channel` is the terminal that it speaks on, `clock` what
 * lg_machine_clock() says.  As above.
 */
int lg_payload_jobs(const struct lg_job *jobs, size_t n, const char *channel,
		    const char *clock, int fd, char **error);

#endif
