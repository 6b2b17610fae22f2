/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host knows about addresses: its own, its neighbours' and the ways. */
#ifndef LG_ADDRESS_H
#define LG_ADDRESS_H

#include "link.h"

/* Adds requests for all of it; the host's links have to be up by then. */
void lg_addresses_add(const struct lg_build *build, const struct lg_host *host,
		      struct lg_batch *batch);

/* What a route asks of its connections: to count microseconds in their
 * timestamps (tcp_usec_ts, 614e8316aa4c, 6.7).  Older headers don't have it. */
#define LG_TCP_USEC_TS (1u << 4)

/*
 * Adds a route over a device to a network or an address on its link, behind
 * those that are there.  `features`: what it asks for; 0: nothing.  Returns 0,
 * or a libnl error.
 */
int lg_address_route(struct nl_sock *route, unsigned index,
		     const struct lg_prefix *to, uint32_t features);

/* Lets what comes for an address be for this host, though no device has it, nor
 * has the table "local", where the kernel looks for sources: by a table and a
 * rule of their own.  Once a family.  Returns 0, or a libnl error. */
int lg_address_route_here(struct nl_sock *route, const struct lg_prefix *to);

#endif
