/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest boots into: an initramfs with our init, one program, the shared
 * libraries that it loads, the topologies, and the modules of a stock kernel.
 */
#ifndef LG_PAYLOAD_H
#define LG_PAYLOAD_H

#include "kernel_store.h"

struct lg_payload {
	const char *init;	/* linger-init */
	const char *program;	/* comes to stand at /program */
	const char *topologies; /* folder; comes to stand at /topologies */
	const char *modules;	/* folder; NULL: none */
};

/* Writes the archive to `fd`.  0, or -errno with a message in *error, to be
 * freed. */
int lg_payload_write(const struct lg_payload *payload, int fd, char **error);

#endif
