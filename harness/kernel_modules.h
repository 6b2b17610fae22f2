/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules of a stock kernel that linger needs. */
#ifndef LG_KERNEL_MODULES_H
#define LG_KERNEL_MODULES_H

#include <stddef.h>

/*
 * Copies them from a folder, and all that they depend on, to the new folder
 * `to`, uncompressed, with the order to load them in `to`/order.  No
 * modules.dep is needed.  `version` is the image's, or NULL.  Returns 0, with
 * their number, or -errno with lg_error_text(): -EINVAL if modules that linger
 * can't do without are missing, or if they are another kernel's.
 */
int lg_modules_import(const char *from, const char *version, const char *to,
		      size_t *n);

#endif
