/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds UML kernels into the store. */
#ifndef LG_KERNEL_BUILD_H
#define LG_KERNEL_BUILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* What those who make a kernel tell meanwhile. */
struct lg_kernel_news {
	void (*waits)(const char *name, int pid);
	void (*step)(const char *text);
	void (*compiles)(unsigned files, int64_t elapsed_ms);
};

struct lg_kernel_build {
	const char *source;
	const char *name; /* NULL: after the source */
	unsigned jobs;
	bool force; /* although it is there already */
};

/*
 * Has a kernel built from the source, unless the store has just that one.
 * Returns 0, with its record and whether it is new, or -errno with
 * lg_error_text(): -EINVAL if the source is at fault.
 */
int lg_kernel_build(const struct lg_kernel_build *build,
		    const struct lg_kernel_news *news, json_t **record,
		    bool *is_new);

/* Whether this machine has what it takes; the same errors. */
int lg_kernel_can_build(void);

/* Measured: the objects of 7.2, and something to spare. */
#define LG_KERNEL_OBJECTS_SIZE (UINT64_C(250) << 20)

/*
 * Builds a tree's kernel as `objects`/linux.  The folder is kept: of what is
 * there from an earlier build, only what has changed is built again.
 */
int lg_kernel_build_in(const char *tree, const char *objects, unsigned jobs,
		       const struct lg_kernel_news *news);

#endif
