/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes kernels that others have built into the store. */
#ifndef LG_KERNEL_IMPORT_H
#define LG_KERNEL_IMPORT_H

#include "kernel_build.h"

struct lg_kernel_import {
	const char *image;   /* a file, or the name of a package */
	const char *modules; /* a folder; NULL: none, or the package's */
	const char *name;    /* NULL: after its version */
};

/* Returns 0, with its record, or -errno with lg_error_text(): -EINVAL or
 * -ENOEXEC if the image or the modules are at fault. */
int lg_kernel_import(const struct lg_kernel_import *import,
		     const struct lg_kernel_news *news, json_t **record);

#endif
