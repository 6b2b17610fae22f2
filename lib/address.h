/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host knows about addresses: its own, its neighbours' and the ways. */
#ifndef LG_ADDRESS_H
#define LG_ADDRESS_H

#include "link.h"

/* Adds requests for all of it; the host's links have to be up by then. */
void lg_addresses_add(const struct lg_build *build, const struct lg_host *host,
		      struct lg_batch *batch);

/*
 * Adds a route over a host's link to that network or address, whose connections
 * count microseconds in their timestamps (feature tcp_usec_ts, 614e8316aa4c,
 * 6.7).  Returns 0, or a libnl error.
 */
int lg_address_count_microseconds(struct nl_sock *route, unsigned index,
				  const struct lg_prefix *to);

#endif
