/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to rtnetlink, many in one system call.  The kernel works them off
 * in order, before the call returns, and answers only those that fail; so a
 * host costs one send and one receive, however much there is to configure.
 */
#ifndef LG_BATCH_H
#define LG_BATCH_H

#include "topology.h"

struct nl_msg;
struct nl_sock;

/* What an error is about: a link, a host, or (both) a link's end there. */
struct lg_about {
	const struct lg_topology *topology;
	const struct lg_topology_link *link; /* may be NULL */
	const struct lg_topology_host *host; /* may be NULL */
};

/* Puts "FILE:LINE: link A -- B:" and the like in front of the message.
 * Returns `result`. */
int lg_about_in(int result, const struct lg_about *about);

struct lg_request {
	struct lg_about about;
	const char *what;
};

struct lg_batch {
	struct nl_sock *route;
	int result; /* of what has been sent; after an error nothing is */
	char *bytes;
	size_t size;
	struct nlmsghdr *last;
	struct lg_request *requests;
	unsigned n, room;
};

struct lg_batch lg_batch(struct nl_sock *route);

/*
 * Adds a request and takes over `message`; NULL means that there was no memory
 * for it.  `what` ("add veth") lives until the end of the batch.
 */
void lg_batch_add(struct lg_batch *batch, struct nl_msg *message,
		  const struct lg_about *about, const char *what);

/* Sends what is left and frees everything.  0, or the first error, with what
 * it is about and the kernel's own words in lg_error_text(). */
int lg_batch_finish(struct lg_batch *batch);

#endif
