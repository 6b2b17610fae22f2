/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which connection of which host a descriptor stands for. */
#ifndef LG_SOCKET_H
#define LG_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lg_host;

struct lg_endpoints {
	struct lg_host *host;
	int family;
	uint8_t local[16], remote[16];	  /* network order; IPv4: the first 4 */
	uint16_t local_port, remote_port; /* host order; 0: none yet */
	uint64_t cookie; /* SO_COOKIE, since Linux 4.12; 0: not known */
	int device;	 /* that it is bound to, by its index; 0: none */
	bool closed;   /* by lg_close() or lg_abort(): only the name is left */
	bool replaced; /* closed, and another connection of linger's has the
			* same addresses and ports: this one is gone */
};

/* NULL: not one of linger's. */
const struct lg_endpoints *lg_socket_endpoints(int sock);

/* Whether the case itself named the port, to bind or to connect to it, before a
 * kernel chose it. */
bool lg_port_is_named(uint16_t port);

/* The n-th (from 0) of those that have a number; -1 past the last.  What a case
 * itself closes with close(2) stays until another socket gets its number. */
int lg_socket_nth(size_t n);

/* "server 10.0.1.2:80 -> 10.0.1.1:4000 is ESTABLISHED", as the kernel says now;
 * valid until the next call. */
const char *lg_socket_describe(int sock);

#endif
