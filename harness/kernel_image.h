/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel images: what a file is, without running it. */
#ifndef LG_KERNEL_IMAGE_H
#define LG_KERNEL_IMAGE_H

#include "kernel_store.h"

/*
 * Fills in what the file tells of `kernel`: its kind, its version, to be freed,
 * and whether it knows real time only.  Returns 0, or -errno with
 * lg_error_text(): -ENOEXEC if it is no kernel that can run on this machine.
 */
int lg_kernel_identify(const char *path, struct lg_kernel *kernel);

#endif
