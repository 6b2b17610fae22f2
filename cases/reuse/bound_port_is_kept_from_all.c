// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bind() before connect() takes a port from all destinations.
 *
 * A port that connect() chose is in use for one destination, and serves others
 * at the same time.  A port that bind() chose is not given to any other
 * connect(), wherever it goes, neither while the connection is open nor while
 * its TIME_WAIT lasts: with all ports of the range so, connect() gives
 * EADDRNOTAVAIL though no pair of addresses and ports is in use twice.  When
 * the TIME_WAIT has ended, the port is any connect()'s again.  With
 * IP_BIND_ADDRESS_NO_PORT bind() leaves the port to connect(), and all is well.
 * Who names the port can share it, if all sockets on it have SO_REUSEADDR.
 *
 * __inet_hash_connect(), inet_csk_get_port(): fastreuse and fastreuseport of
 * the bind bucket.
 *
 * Before d57f4b874946 (6.18, and in stable kernels) a port on which a bound
 * socket has been was kept from others for as long as any socket was on it.
 * Since then it is free when those that are left had it from connect(), be they
 * open or in TIME_WAIT.
 *
 * Controls: connect() alone; bind() with IP_BIND_ADDRESS_NO_PORT.
 *
 * Catches: a kernel that keeps ports from others that are free, or lets two
 * programs have one that was given to one.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>

#define FIRST_PORT 20000
#define PORTS 2
#define TIME_WAIT_MS 68000
#define FORGETS "a port forgets that it was bound"
/* Of 7.1: later than that. */
#define LATER "sysctl net.ipv4.ip_local_port_step_width"

/* Rows with a script of their own. */
#define SHARED "shared_by_name"
#define LEFT "left_by_who_bound_it"
#define LEFT_BESIDE "left_by_who_bound_another_address"
#define LEFT_BOUND "left_to_who_bound_it"

enum way {
	CONNECT,
	BIND,
	BIND_NO_PORT,
	OPEN, /* as BIND, but the connections stay open */
};

struct situation {
	enum way way;
	bool kept; /* from other destinations */
	bool ends; /* the TIME_WAITs are waited for */
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

static void is_free_again(struct lg_net *net)
{
	lg_pass(net, TIME_WAIT_MS);
	for (unsigned i = 0; i < PORTS; i++)
		ck_assert_int_eq(
			connect_to(net, lg_socket(lg_host(net, "client")), 81),
			0);
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
	if (is->ends)
		is_free_again(net);
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

/* A socket that connect() gave the port is joined by one that bound it, to all
 * addresses or to the one that both use in the end, and is then alone again.
 * What another connect() gets then. */
static int leave(struct lg_net *net, int listener, const char *address,
		 uint16_t port, int state)
{
	struct lg_host *client = lg_host(net, "client");
	char range[16];

	snprintf(range, sizeof(range), "%u %u", port, port);
	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", range);
	int first = lg_socket(client);
	set(first, SOL_SOCKET, SO_REUSEADDR);
	ck_assert_int_eq(connect_to(net, first, lg_port(listener)), 0);
	ck_assert_uint_eq(lg_port(first), port);
	if (state == TCP_TIME_WAIT)
		lg_close_both(first, lg_accept(listener));

	int bound = lg_socket(client);
	set(bound, SOL_SOCKET, SO_REUSEADDR);
	ck_assert_int_eq(lg_bind(bound, address, port), 0);
	ck_assert_int_eq(connect_to(net, bound, 81), 0);
	int during = connect_to(net, lg_socket(client), 82);
	ck_assert_int_eq(during, EADDRNOTAVAIL);

	lg_abort(bound);
	int after = connect_to(net, lg_socket(client), 82);
	lg_assert_state(first, state);
	return after;
}

static void assert_forgets(struct lg_net *net, int after)
{
	bool later = lg_has(net, LATER);

	if (!lg_fact(net, FORGETS, !after))
		ck_assert_int_eq(after, EADDRNOTAVAIL);
	ck_assert(!after || !later);
}

static void is_left(struct lg_net *net, bool in_time_wait)
{
	struct lg_host *server = lg_host(net, "server");
	const char *address =
		in_time_wait ? lg_address(lg_host(net, "client"), 0) : NULL;
	int listener = lg_listen(server, 80);

	lg_listen(server, 81);
	lg_listen(server, 82);
	int after = leave(net, listener, address, FIRST_PORT, TCP_ESTABLISHED);
	assert_forgets(net, after);
	if (!in_time_wait)
		return;
	/* A kernel that forgets does so for either. */
	listener = lg_listen(server, 83);
	ck_assert_int_eq(
		leave(net, listener, address, FIRST_PORT + 1, TCP_TIME_WAIT),
		after);
}

/* Those that bound a port, or were refused it, leave nothing behind. */
static void come_and_go(struct lg_host *client)
{
	int sock = lg_socket(client), refused = lg_socket(client);

	ck_assert_int_eq(lg_bind(sock, lg_address(client, 0), FIRST_PORT), 0);
	ck_assert_int_eq(lg_bind(refused, NULL, FIRST_PORT), EADDRINUSE);
	lg_close(sock);
}

/* A socket that has the port from connect(), or has `bound` it, is joined by
 * one that binds it to another address, and is then alone again. */
static void is_left_beside(struct lg_net *net, bool bound)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const char *another = lg_family(net) == AF_INET ? "127.0.0.1" : "::1";

	lg_listen(server, 80);
	lg_listen(server, 82);
	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", "20000 20000");
	come_and_go(client);
	int first = lg_socket(client);
	if (bound)
		ck_assert_int_eq(
			lg_bind(first, lg_address(client, 0), FIRST_PORT), 0);
	ck_assert_int_eq(connect_to(net, first, 80), 0);
	int beside = lg_socket(client);
	ck_assert_int_eq(lg_bind(beside, another, FIRST_PORT), 0);
	int during = connect_to(net, lg_socket(client), 82);
	ck_assert_int_eq(during, EADDRNOTAVAIL);

	lg_close(beside);
	int after = connect_to(net, lg_socket(client), 82);
	if (bound)
		ck_assert_int_eq(after, EADDRNOTAVAIL);
	else
		assert_forgets(net, after);
	lg_assert_state(first, TCP_ESTABLISHED);
}

static void run(struct lg_net *net)
{
	lg_sysctl_set(lg_host(net, "client"), "net.ipv4.ip_local_port_range",
		      "20000 20001");
	const char *row = lg_row_name(net);
	if (lg_row_data(net))
		is_tried(net);
	else if (!strcmp(row, SHARED))
		is_shared(net);
	else if (!strcmp(row, LEFT_BESIDE) || !strcmp(row, LEFT_BOUND))
		is_left_beside(net, !strcmp(row, LEFT_BOUND));
	else
		is_left(net, strcmp(row, LEFT));
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
		{ SHARED },
		{ LEFT },
		{ "left_in_time_wait" },
		{ LEFT_BESIDE },
		{ LEFT_BOUND },
		{ "bind_until_they_end",
		  &(const struct situation){ BIND, true, .ends = true },
		  .lasts_ms = TIME_WAIT_MS },
	},
	.claims = "120 127",
	.facts = {
		{ FORGETS,
		  "connect() may use it again as soon as the socket that was "
		  "bound to it is gone (6.18)" },
		{ LATER, "then it certainly may (7.1)" },
	},
	.run = run,
};
