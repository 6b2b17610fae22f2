/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a variant is the kernel's doing where time is real. */
#ifndef LG_BASELINE_REAL_H
#define LG_BASELINE_REAL_H

#include <jansson.h>

/*
 * Leaves out of a variant what the load of the machine decides: how long
 * things took; what was sent again because it took long; whether an
 * acknowledgement left by itself or waited for company; and the counters of
 * those.
 */
void lg_baseline_settle(json_t *variant);

#endif
