/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LG_BASELINE_CHECK_H
#define LG_BASELINE_CHECK_H

#include <jansson.h>

/* Whether it is what baseline.h describes: 0, or -EINVAL with
 * lg_error_text(), which names the place.  Members that are not known are let
 * pass. */
int lg_baseline_check(const json_t *root);

#endif
