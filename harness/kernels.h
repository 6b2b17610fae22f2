/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernels of a run; the running one is one more of them. */
#ifndef LG_KERNELS_H
#define LG_KERNELS_H

#include "kernel_store.h"

#include <stdbool.h>

struct lg_kernels {
	struct lg_kernel *list; /* the host's is called "host", and has no
				 * image */
	size_t n;
	bool any_guest;
};

/*
 * Finds the kernels that "NAME,PATH,host" names, each once, or all that there
 * are ("all").  Returns 0, or -errno with a message in *error, to be freed.
 */
int lg_kernels_choose(struct lg_kernels *kernels, const char *names,
		      char **error);
void lg_kernels_free(struct lg_kernels *kernels);

bool lg_kernel_is_host(const struct lg_kernel *kernel);

#endif
