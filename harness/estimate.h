/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long a run will go on. */
#ifndef LG_ESTIMATE_H
#define LG_ESTIMATE_H

#include "run.h"

/* In milliseconds from now, by what has run so far. */
int64_t lg_estimate_left_ms(const struct lg_run *run);

#endif
