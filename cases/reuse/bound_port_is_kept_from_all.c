// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bind() before connect() takes a port from all destinations.
 *
 * A port that connect() chose is in use for one destination, and serves others
 * at the same time.  A port that bind() chose is not given to any other
 * connect(), wherever it goes, neither while the connection is open nor while
 * its TIME_WAIT lasts: with all ports of the range so, connect() gives
 * EADDRNOTAVAIL though no pair of addresses and ports is in use twice.  With
 * IP_BIND_ADDRESS_NO_PORT bind() leaves the port to connect(), and all is well.
 * Who names the port can share it, if all sockets on it have SO_REUSEADDR.
 *
 * __inet_hash_connect(), inet_csk_get_port(): fastreuse and fastreuseport of
 * the bind bucket.
 *
 * Before d57f4b874946 (6.18, and in stable kernels) a port on which a bound
 * socket has been was kept from others for as long as any socket was on it.
 *
 * Controls: connect() alone; bind() with IP_BIND_ADDRESS_NO_PORT.
 *
 * Catches: a kernel that keeps ports from others that are free, or lets two
 * programs have one that was given to one.
 */

#include "linger.h"

#define FIRST_PORT 20000
#define PORTS 2
#define FORGETS "a port forgets that it was bound"

enum way {
	CONNECT,
	BIND,
	BIND_NO_PORT,
	OPEN, /* as BIND, but the connections stay open */
};

struct situation {
	enum way way;
	bool kept; /* from other destinations */
};

static void set(int sock, int level, int option)
{
	int on = 1;

	ck_assert_int_eq(setsockopt(sock, level, option, &on, sizeof(on)), 0);
}

static int connect_to(struct lg_net *net, int sock, uint16_t port)
{
	lg_connect_socket(sock,
			  lg_address_towards(lg_host(net, "client"),
					     lg_host(net, "server")),
			  port);
	return lg_connect_result(sock);
}

static int connect_by(struct lg_net *net, enum way way, uint16_t port)
{
	struct lg_host *client = lg_host(net, "client");
	int sock = lg_socket(client);

	if (way == BIND_NO_PORT)
		set(sock, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
	if (way != CONNECT)
		ck_assert_int_eq(lg_bind(sock, lg_address(client, 0), 0), 0);
	ck_assert_int_eq(connect_to(net, sock, port), 0);
	return sock;
}

static void is_tried(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	int elsewhere = lg_listen(server, 81);
	for (unsigned i = 0; i < PORTS; i++) {
		int sock = connect_by(net, is->way, 80);
		int peer = lg_accept(listener);
		if (is->way == OPEN)
			continue;
		lg_close(sock);
		lg_await_state(peer, TCP_CLOSE_WAIT);
		lg_close(peer);
		lg_await_state(sock, TCP_TIME_WAIT);
	}

	int same = connect_to(net, lg_socket(client), 80);
	ck_assert_int_eq(same, EADDRNOTAVAIL);
	for (unsigned i = 0; i < PORTS; i++) {
		int other = connect_to(net, lg_socket(client), 81);
		ck_assert_int_eq(other, is->kept ? EADDRNOTAVAIL : 0);
		if (!is->kept)
			lg_accept(elsewhere);
	}
	/* bind() itself has nothing to give either. */
	ck_assert_int_eq(lg_bind(lg_socket(client), lg_address(client, 0), 0),
			 EADDRINUSE);
	lg_assert_counted(client, "TWRecycled", 0);
	if (is->way != OPEN)
		lg_claim(net, 120, is->kept);
	if (is->way == CONNECT)
		lg_claim(net, 127, true);
}

/* The program names the port, and goes to two destinations from it. */
static void is_shared(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_listen(server, 80);
	lg_listen(server, 81);
	lg_connect(client, FIRST_PORT, server, 80);

	int without = lg_socket(client);
	ck_assert_int_eq(lg_bind(without, NULL, FIRST_PORT), EADDRINUSE);
	lg_connect(client, FIRST_PORT, server, 81);
	int again = lg_connect_start(client, FIRST_PORT, server, 81);
	ck_assert_int_eq(lg_connect_result(again), EADDRNOTAVAIL);
	lg_claim(net, 127, true);
}

/* A socket that connect() gave the port is joined by one that bound it, and
 * is then alone again. */
static void is_left(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", "20000 20000");
	lg_listen(server, 80);
	lg_listen(server, 81);
	lg_listen(server, 82);
	int first = lg_socket(client);
	set(first, SOL_SOCKET, SO_REUSEADDR);
	ck_assert_int_eq(connect_to(net, first, 80), 0);
	ck_assert_uint_eq(lg_port(first), FIRST_PORT);

	int bound = lg_connect(client, FIRST_PORT, server, 81);
	int during = connect_to(net, lg_socket(client), 82);
	ck_assert_int_eq(during, EADDRNOTAVAIL);

	lg_abort(bound);
	int after = connect_to(net, lg_socket(client), 82);
	if (!lg_fact(net, FORGETS, !after))
		ck_assert_int_eq(after, EADDRNOTAVAIL);
	lg_assert_state(first, TCP_ESTABLISHED);
}

static void run(struct lg_net *net)
{
	lg_sysctl_set(lg_host(net, "client"), "net.ipv4.ip_local_port_range",
		      "20000 20001");
	if (lg_row_data(net))
		is_tried(net);
	else if (lg_row_name(net)[0] == 's')
		is_shared(net);
	else
		is_left(net);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0 1" },
	},
	.rows = {
		{ "connect", &(const struct situation){ CONNECT, false } },
		{ "bind", &(const struct situation){ BIND, true } },
		{ "bind_no_port",
		  &(const struct situation){ BIND_NO_PORT, false } },
		{ "bind_and_still_open",
		  &(const struct situation){ OPEN, true } },
		{ "shared_by_name" },
		{ "left_by_who_bound_it" },
	},
	.claims = "120 127",
	.facts = {
		{ FORGETS,
		  "connect() may use it again as soon as the socket that was "
		  "bound to it is gone (6.18)" },
	},
	.run = run,
};
