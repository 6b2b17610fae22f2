// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * After a connect() that failed, a socket is bound as it was before.
 *
 * A program binds a port at all addresses and connects from it, which gives
 * its socket one local address for as long as the attempt lasts.  It fails:
 * the pair of addresses and ports is in use, or nobody listens.  Then the port
 * is bound at all addresses again; who wants it at one is refused, and the
 * program can listen on it and gets connections at any.
 *
 * tcp_v4_connect(), tcp_v6_connect(), tcp_disconnect(),
 * inet_bhash2_reset_saddr().
 *
 * Until 77934dc6db0d ("dccp/tcp: Reset saddr on failure after
 * inet6?_hash_connect().", 6.2) the program's socket was left with the address
 * if the pair was in use.  28044fc1d495 ("net: Add a bhash2 table hashed by
 * port and address", 6.1) sorts sockets by address, and left it there for all
 * who bind, until e0833d1fedb0 ("dccp/tcp: Fixup bhash2 bucket when connect()
 * fails.", 6.2).  Stable kernels have both.
 *
 * Control: a socket that was bound to the one address stays so.
 *
 * Catches: a kernel that leaves the address behind for the program, or for
 * others who bind.
 */

#include "linger.h"

#include <string.h>

#define PORT 4000

struct situation {
	bool in_use; /* the pair; else nobody listens */
	bool at_one; /* bound to one address from the beginning */
};

static int make_bound(struct lg_host *host, const char *address)
{
	int sock = lg_socket(host);
	int on = 1;

	ck_assert_int_eq(
		setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	ck_assert_int_eq(lg_bind(sock, address, PORT), 0);
	return sock;
}

static void finds_pair_in_use(struct lg_net *net, int sock)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	int listener = lg_listen(server, 80);
	int other = lg_connect(client, PORT, server, 80);
	int peer = lg_accept(listener);
	lg_connect_socket(sock, lg_address_towards(client, server), 80);
	ck_assert_int_eq(lg_connect_result(sock), EADDRNOTAVAIL);
	lg_abort(other);
	lg_await_state(peer, TCP_CLOSE);
}

/* The second connect() is told how the first one ended. */
static void finds_nobody(struct lg_net *net, int sock)
{
	const char *address = lg_address_towards(lg_host(net, "client"),
						 lg_host(net, "server"));

	lg_connect_socket(sock, address, 80);
	lg_await_state(sock, TCP_CLOSE);
	lg_connect_socket(sock, address, 80);
	ck_assert_int_eq(lg_connect_result(sock), ECONNREFUSED);
}

static bool is_at_all_addresses(int sock)
{
	struct sockaddr_storage name;
	socklen_t size = sizeof(name);
	struct in6_addr all = IN6ADDR_ANY_INIT;

	ck_assert_int_eq(getsockname(sock, (struct sockaddr *)&name, &size), 0);
	if (name.ss_family == AF_INET)
		return ((struct sockaddr_in *)&name)->sin_addr.s_addr ==
		       INADDR_ANY;
	return !memcmp(&((struct sockaddr_in6 *)&name)->sin6_addr, &all,
		       sizeof(all));
}

static void expect_connection(struct lg_host *from, int listener,
			      const char *address)
{
	int sock = lg_socket(from);

	lg_connect_socket(sock, address, PORT);
	ck_assert_int_eq(lg_connect_result(sock), 0);
	lg_accept(listener);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	const char *own = lg_address(client, 0);
	const char *loopback = lg_family(net) == AF_INET ? "127.0.0.1" : "::1";

	int sock = make_bound(client, is->at_one ? own : NULL);
	if (is->in_use)
		finds_pair_in_use(net, sock);
	else
		finds_nobody(net, sock);

	ck_assert_int_eq(is_at_all_addresses(sock), !is->at_one);
	ck_assert_uint_eq(lg_port(sock), PORT);
	ck_assert_int_eq(lg_bind(lg_socket(client), own, PORT), EADDRINUSE);
	ck_assert_int_eq(lg_bind(lg_socket(client), loopback, PORT),
			 is->at_one ? 0 : EADDRINUSE);

	ck_assert_int_eq(listen(sock, 1), 0);
	expect_connection(server, sock, own);
	if (!is->at_one)
		expect_connection(client, sock, loopback);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "pair_in_use",
		  &(const struct situation){ true, false } },
		{ "nobody_listens",
		  &(const struct situation){ false, false } },
		{ "bound_to_one_address",
		  &(const struct situation){ true, true } },
	},
	.run = run,
};
