/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel can do, found out by booting it. */
#ifndef LG_KERNEL_PROBE_H
#define LG_KERNEL_PROBE_H

#include "kernel_store.h"

#include <jansson.h>

/*
 * What linger-probe says of a kernel; the running one's has no image.  Of one
 * in the store it is kept beside the image, until that or the probe changes.
 * Returns 0, or -errno with lg_error_text(); lg_schedule_signals() comes first.
 */
int lg_kernel_probe(const struct lg_kernel *kernel, json_t **found);

#endif
