/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP sockets as the kernel's socket diagnostics report them (INET_DIAG).
 *
 * Each call takes a connected NETLINK_SOCK_DIAG socket and is about the network
 * namespace in which that was opened; see lg_host_diag().
 */
#ifndef LG_DIAG_H
#define LG_DIAG_H

#include "linger.h"
#include "socket.h"

struct nl_sock;

struct lg_diag_socket {
	struct lg_endpoints ends; /* without host */
	struct lg_status status;
	uint64_t cookie; /* unique while the machine runs; a TIME_WAIT has
			  * that of the socket it was */
};

/*
 * Finds the socket of exactly these addresses and ports; without a remote port
 * the listener.  -ENOENT if there is none: a listener to which a segment of
 * the connection would go does not count, nor does a connection with another
 * cookie than `ends` has.
 */
int lg_diag_find(struct nl_sock *nl, const struct lg_endpoints *ends,
		 struct lg_diag_socket *found);

/* Calls `each` for every TCP socket, IPv4 first. */
typedef void lg_diag_each_fn(const struct lg_diag_socket *socket, void *arg);
int lg_diag_each(struct nl_sock *nl, lg_diag_each_fn *each, void *arg);

/* Only those of one family. */
int lg_diag_each_of(struct nl_sock *nl, int family, lg_diag_each_fn *each,
		    void *arg);

/* How many are in `state`: TIME_WAIT sockets by their substate. */
int lg_diag_count(struct nl_sock *nl, int state, unsigned *count);

/*
 * Ends the socket of these addresses and ports: a connection with a RST to its
 * peer and ECONNABORTED for its program, a TIME_WAIT without a word.
 * -EOPNOTSUPP if this kernel cannot: sockets need CONFIG_INET_DIAG_DESTROY
 * (c1e64e298b8c, 4.5), a TIME_WAIT needs Linux 6.1 as well.
 */
int lg_diag_destroy(struct nl_sock *nl, const struct lg_endpoints *ends);

/* "10.0.1.2:80 -> 10.0.1.1:4000"; as snprintf(). */
int lg_diag_print(char *text, size_t room, const struct lg_endpoints *ends);
#define LG_DIAG_PRINT_MAX 128

#endif
