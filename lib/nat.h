/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host does to what it forwards, as a ruleset for nft. */
#ifndef LG_NAT_H
#define LG_NAT_H

#include "topology.h"

#include <stdbool.h>

/*
 * Writes the tables `ip linger` and, with `ipv6`, `ip6 linger` of a host: its
 * NAT and what it strips.  *rules is NULL where there is nothing to do, else to
 * be freed.  0, or -errno with lg_error_text().
 */
int lg_nat_rules(const struct lg_topology *topology, size_t host, bool ipv6,
		 char **rules);

#endif
