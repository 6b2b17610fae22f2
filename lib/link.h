/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Links: a veth pair between two hosts.  Nobody but the hosts' connections says
 * anything there: no ARP, no neighbour discovery, no router solicitations, no
 * multicast reports.
 */
#ifndef LG_LINK_H
#define LG_LINK_H

#include "batch.h"
#include "net.h"

#define LG_LOOPBACK_INDEX 1 /* in every namespace */

/* A network while it is being built. */
struct lg_build {
	struct lg_net *net;
	struct lg_host *middle; /* of links with netem, see middle.h */
	size_t families;	/* LG_V4 and, if the kernel has it, LG_V6 */
};

/* A network device that a host or the middle has. */
struct lg_device {
	int netns;
	unsigned index;
	const char *name;
	const uint8_t *mac; /* NULL: any */
};

/* Fills in net->links, before anything of them is there. */
void lg_links_plan(const struct lg_build *build);

/*
 * The steps, in this order.  Each returns 0 or -errno with lg_error_text().
 */

/* Creates the devices of all links; they are down. */
int lg_links_create(const struct lg_build *build);

/* Makes the stack of a host write whole checksums and cut up large segments
 * itself: a veth device would do neither. */
int lg_links_offload(struct lg_host *host);

/* Adds what brings a host's devices up, its loopback as well: the middle's
 * first, then the hosts' in their order. */
void lg_links_up(const struct lg_build *build, const struct lg_host *host,
		 struct lg_batch *batch);

/* The same for one device. */
void lg_link_up(const struct lg_build *build, struct lg_batch *batch,
		unsigned index, const struct lg_about *about);

#endif
