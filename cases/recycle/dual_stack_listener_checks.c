// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A listener of both families recycles its IPv4 clients as any other.
 *
 * The server listens on a socket of IPv6 that takes IPv4 too.  What it
 * remembers of a client that came by IPv4 is of the IPv4 addresses, and an
 * older SYN from there is dropped.
 *
 * tcp_v4_conn_request(), tcp_conn_request() before 4.12 (4396e46187ca).
 *
 * Control: the same client by IPv6, of whose address nothing is remembered.
 *
 * Catches: a check that goes by the family of the listener.
 */

#include "linger.h"

#define MAPPED "::ffff:10.0.2.2"
#define BEHIND_MS 1000000

static int make_socket(struct lg_host *host)
{
	int sock = lg_socket(host), off = 0;

	ck_assert_int_eq(
		setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)),
		0);
	return sock;
}

static int start(struct lg_host *client, const char *address)
{
	int sock = make_socket(client);

	lg_connect_socket(sock, address, 80);
	return sock;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_recycle(server, true);
	int listener = make_socket(server);
	ck_assert_int_eq(lg_bind(listener, "::", 80), 0);
	ck_assert_int_eq(listen(listener, 1), 0);

	int sock = start(client, MAPPED);
	ck_assert_int_eq(lg_connect_result(sock), 0);
	int peer = lg_accept(listener);
	lg_close_both(peer, sock);

	lg_skew_timestamps(client, -BEHIND_MS);
	struct lg_wire *wire = lg_wire(server);
	start(client, MAPPED);
	ck_assert_int_eq(lg_expect(wire, "< S").family, AF_INET);
	lg_assert_recycle_drops(server, 1);

	int other = start(client, lg_address_towards(client, server));
	lg_expect(wire, "< S");
	lg_expect(wire, "> S.");
	ck_assert_int_eq(lg_connect_result(other), 0);
	lg_assert_recycle_drops(server, 1);
	lg_assert_counted(server, "OutRsts", 0);
}

const struct lg_case lg_case = {
	.topology = "routed",
	.families = LG_IPV6,
	.sysctls = { { "*", "net.ipv4.tcp_timestamps", "2" } },
	.needs = { "recycle" },
	.run = run,
};
