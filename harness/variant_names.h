/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many variants in few words. */
#ifndef LG_VARIANT_NAMES_H
#define LG_VARIANT_NAMES_H

#include <jansson.h>

/*
 * The names of an array, those that differ in one part only as one:
 * "ipv4|ipv6,ack_lost,client.tcp_tw_reuse=0|1".  A new array.
 */
json_t *lg_variant_names(const json_t *names);

#endif
