/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is help on, beside the commands. */
#ifndef LG_HELP_H
#define LG_HELP_H

#include <stddef.h>

/* The name of the n-th topic, from 0, and what it is about; NULL past the
 * last. */
const char *lg_help_topic(size_t n, const char **title);

#endif
