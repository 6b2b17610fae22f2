/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LG_OBSERVE_H
#define LG_OBSERVE_H

#include <stdbool.h>

/* Whether this variant has said that before of the thing of that kind and name;
 * if it said the opposite, it is broken. */
bool lg_is_said(const char *kind, const char *name, bool holds);

#endif
