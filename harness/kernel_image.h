/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel images: what a file is, without running it. */
#ifndef LG_KERNEL_IMAGE_H
#define LG_KERNEL_IMAGE_H

#include "kernel_store.h"

/*
 * Returns 0, with the version to be freed, or -errno with lg_error_text():
 * -ENOEXEC if it is no kernel that can run on this machine.
 */
int lg_kernel_identify(const char *path, enum lg_kernel_kind *kind,
		       char **version);

#endif
