// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each router lowers the TTL by one, and drops what would go on with none.
 *
 * Behind k routers a segment arrives with a TTL (or hop limit) that is lower by
 * k.  One that starts with k does not arrive: the last router drops it and says
 * so in ICMP, "time exceeded".  To a connect() that waits that is the end:
 * EHOSTUNREACH, at once or, if it comes while the kernel is busy with the
 * socket, by the next SYN.  To an established connection it is nothing but a
 * loss: data are sent again, and arrive as soon as they may; if they never do,
 * the program gets EHOSTUNREACH rather than ETIMEDOUT.  A TTL counts routers,
 * not seconds: it limits no segment's age.
 *
 * Routers: ip_forward(), ip6_forward(); client: tcp_v4_err(), tcp_v6_err(),
 * tcp_write_err().
 *
 * Controls: one hop more is enough; with the TTL set right again the same data
 * get through.
 *
 * Catches: a router that lowers it by more or less, lets none pass, or is
 * silent about it; a client that waits for the end of its retries, or ends a
 * connection at the first message.
 */

#include "linger.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_TTL 64

static void set_ttl(struct lg_net *net, int sock, int ttl)
{
	bool v4 = lg_family(net) == AF_INET;

	ck_assert_int_eq(setsockopt(sock, v4 ? IPPROTO_IP : IPPROTO_IPV6,
				    v4 ? IP_TTL : IPV6_UNICAST_HOPS, &ttl,
				    sizeof(ttl)),
			 0);
}

static int connect_with(struct lg_net *net, struct lg_host *client,
			struct lg_host *server, int ttl)
{
	int sock = lg_socket(client);

	set_ttl(net, sock, ttl);
	lg_connect_socket(sock, lg_address_towards(client, server), 80);
	return sock;
}

static const char *counter(struct lg_net *net, const char *v4, const char *v6)
{
	return lg_family(net) == AF_INET ? v4 : v6;
}

/* The last router has dropped so many, and the others none. */
static void assert_dropped(struct lg_net *net, int routers, uint64_t n)
{
	char name[32];

	for (int i = 1; i <= routers; i++) {
		snprintf(name, sizeof(name), "router%d", i);
		struct lg_host *router = lg_host(net, name);
		uint64_t here = i == routers ? n : 0;
		lg_assert_counted(
			router,
			counter(net, "Icmp.OutTimeExcds", "Icmp6OutTimeExcds"),
			here);
		lg_assert_counted(router,
				  counter(net, "InHdrErrors", "Ip6InHdrErrors"),
				  here);
	}
}

static uint64_t told(struct lg_net *net, struct lg_host *client)
{
	return lg_counted(client,
			  counter(net, "Icmp.InTimeExcds", "Icmp6InTimeExcds"));
}

static void arrives(struct lg_net *net, struct lg_host *client,
		    struct lg_host *server, int routers, int ttl)
{
	int listener = lg_listen(server, 80);
	struct lg_wire *wire = lg_wire(server);
	struct lg_wire *back = lg_wire(client);
	int sock = connect_with(net, client, server, ttl);

	ck_assert_int_eq(lg_connect_result(sock), 0);
	lg_accept(listener);
	ck_assert_int_eq(lg_expect(wire, "< S").ttl, ttl - routers);
	lg_expect(back, "> S");
	ck_assert_int_eq(lg_expect(back, "< S.").ttl, DEFAULT_TTL - routers);
	assert_dropped(net, routers, 0);
	lg_claim(net, 21, true);
	lg_claim(net, 42, true);
}

static void ends_connect(struct lg_net *net, struct lg_host *client,
			 struct lg_host *server, int routers)
{
	lg_listen(server, 80);
	struct lg_wire *wire = lg_wire(server);
	int sock = connect_with(net, client, server, routers);

	ck_assert_int_eq(lg_connect_result(sock), EHOSTUNREACH);
	/* IPv4 tells the program also of what has not ended it yet. */
	lg_await_state(sock, TCP_CLOSE);
	uint64_t too_soon = lg_counted(client, "LockDroppedIcmps");
	uint64_t syns = 1 + too_soon;
	ck_assert_uint_le(too_soon, 1);
	lg_assert_counted(client, "TCPSynRetrans", too_soon);
	ck_assert_uint_eq(told(net, client), syns);
	assert_dropped(net, routers, syns);
	lg_expect_none(wire, NULL, 100);
	lg_assert_counted(client, "AttemptFails", 1);
	lg_assert_counted(client, "TCPAbortOnTimeout", 0);
	lg_claim(net, 21, true);
}

static int connect_and_lose(struct lg_net *net, struct lg_host *client,
			    struct lg_host *server, int routers, int *peer)
{
	int listener = lg_listen(server, 80);
	int sock = connect_with(net, client, server, DEFAULT_TTL);

	ck_assert_int_eq(lg_connect_result(sock), 0);
	*peer = lg_accept(listener);
	set_ttl(net, sock, routers);
	lg_send(sock, "abc", 3);
	lg_await_counted(client,
			 counter(net, "Icmp.InTimeExcds", "Icmp6InTimeExcds"),
			 1);
	lg_assert_state(sock, TCP_ESTABLISHED);
	return sock;
}

static void is_made_good(struct lg_net *net, struct lg_host *client,
			 struct lg_host *server, int routers)
{
	int peer, sock = connect_and_lose(net, client, server, routers, &peer);
	char data[3];

	set_ttl(net, sock, DEFAULT_TTL);
	lg_receive(peer, data, sizeof(data));
	lg_close(sock);
	ck_assert_int_eq(lg_await_receive(peer), 0);
}

static void ends_connection(struct lg_net *net, struct lg_host *client,
			    struct lg_host *server, int routers)
{
	int peer, sock = connect_and_lose(net, client, server, routers, &peer);

	ck_assert_int_eq(lg_await_receive(sock), -EHOSTUNREACH);
	lg_assert_state(sock, TCP_CLOSE);
	lg_assert_state(peer, TCP_ESTABLISHED);
	lg_assert_counted(client, "TCPAbortOnTimeout", 1);
	lg_assert_counted(server, "OutRsts", 0);
}

enum outcome { ARRIVES, ARRIVES_WITH_1, NO_CONNECT, MADE_GOOD, GIVEN_UP };

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const enum outcome *outcome = lg_row_data(net);
	int routers = atoi(lg_param(net, "k"));

	switch (*outcome) {
	case ARRIVES:
		arrives(net, client, server, routers, DEFAULT_TTL);
		return;
	case ARRIVES_WITH_1:
		arrives(net, client, server, routers, routers + 1);
		return;
	case NO_CONNECT:
		ends_connect(net, client, server, routers);
		return;
	case MADE_GOOD:
		is_made_good(net, client, server, routers);
		return;
	case GIVEN_UP:
		ends_connection(net, client, server, routers);
		return;
	}
}

const struct lg_case lg_case = {
	.topology = "chain",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "k", "1 2 5" } },
	.rows = {
		{ "arrives", &(const enum outcome){ ARRIVES } },
		{ "arrives_with_1", &(const enum outcome){ ARRIVES_WITH_1 } },
		{ "ends_connect", &(const enum outcome){ NO_CONNECT } },
		{ "is_made_good", &(const enum outcome){ MADE_GOOD } },
		{ "ends_connection",
		  &(const enum outcome){ GIVEN_UP },
		  { { "client", "net.ipv4.tcp_retries2", "3" } } },
	},
	.claims = "21 42",
	.lasts_ms = 7000,
	.run = run,
};
