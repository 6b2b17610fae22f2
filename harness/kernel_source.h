/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the source of a kernel comes from: a tree, a tarball or a package. */
#ifndef LG_KERNEL_SOURCE_H
#define LG_KERNEL_SOURCE_H

#include "kernel_apt.h"

#include <stdint.h>

enum lg_source_kind {
	LG_SOURCE_TREE,
	LG_SOURCE_TARBALL,
	LG_SOURCE_PACKAGE,
};

struct lg_source {
	enum lg_source_kind kind;
	char *name;  /* what its kernel is called if nobody says */
	char *text;  /* what it is, for people */
	char *state; /* differs when the source does */
	char *path;  /* of the tree or tarball */
	struct lg_apt apt;
	struct lg_package package;
};

/*
 * Finds out what `given` is, and looks at it as far as that tells one state of
 * it from another.  `scratch` is a folder for it alone.  Returns 0, or -errno
 * with lg_error_text(): -EINVAL if it is no source of a UML kernel.
 */
int lg_source_open(struct lg_source *source, const char *given,
		   const char *scratch);

/* Whether the tree `path`, for people `given`, can be built from; the same
 * errors. */
int lg_source_check_tree(const char *path, const char *given);

/*
 * Has it as a tree, unpacked below `folder` if need be; `path` is the tree's
 * then.  The same errors.
 */
int lg_source_unpack(struct lg_source *source, const char *folder);

/* What must be free to unpack it, in bytes. */
uint64_t lg_source_size(const struct lg_source *source);

void lg_source_close(struct lg_source *source);

#endif
