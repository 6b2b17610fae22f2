/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In what variants of one case differ from others. */
#ifndef LG_VARIANT_SPLIT_H
#define LG_VARIANT_SPLIT_H

#include <jansson.h>

/*
 * Finds the fewest parts of their names that tell all of `a` from all of `b`,
 * and makes two new arrays of what each has there, as short as
 * lg_variant_names() makes them: ["client.tcp_timestamps=1"] and
 * ["client.tcp_timestamps=0"].
 */
void lg_variant_split(const json_t *a, const json_t *b, json_t **of_a,
		      json_t **of_b);

#endif
