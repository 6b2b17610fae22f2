/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LG_COMPARE_LADDERS_H
#define LG_COMPARE_LADDERS_H

#include "terminal.h"

#include <jansson.h>

/*
 * Prints two traces beside each other, or one under the other where the
 * terminal is too narrow, with the first difference marked.  The names are
 * those of the kernels.
 */
void lg_compare_ladders(const struct lg_terminal *terminal,
			const char *const names[2], const json_t *left,
			const json_t *right);

#endif
