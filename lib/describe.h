/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a case says of itself. */
#ifndef LG_DESCRIBE_H
#define LG_DESCRIBE_H

#include "variant.h"

#include <jansson.h>

/* "last_ack/syn_is_challenged", from the path of its source. */
const char *lg_case_name(void);

/* The object that `--describe` prints (lib/event.h); NULL: out of memory. */
json_t *lg_case_describe(const struct lg_variants *variants);

/* The n-th line of the case's source (from 1) without its indentation, of at
 * most `room` bytes; "" past its end. */
void lg_case_line(int line, char *text, size_t room);

#endif
