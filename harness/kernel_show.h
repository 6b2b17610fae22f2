/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a kernel, for people. */
#ifndef LG_KERNEL_SHOW_H
#define LG_KERNEL_SHOW_H

#include <jansson.h>

/* Prints its record, and what linger-probe found (NULL: that is not known). */
void lg_kernel_show(const json_t *record, const json_t *found);

#endif
