// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An open connection goes on, however old its timestamps look to recycle.
 *
 * Of two clients behind NAT, that whose clock is behind connects first.  Then
 * the server closes the other one's connection, and remembers a timestamp that
 * is newer than any that the first will send.  What it sends on its open
 * connection is delivered, in both directions, and the connection ends as any
 * does: the check is made of SYNs alone.  Only a new connection is dropped.
 *
 * tcp_conn_request() before 4.12 (4396e46187ca); PAWS in
 * tcp_validate_incoming() goes by the connection's own timestamps.
 *
 * Controls: the first client's new SYN, before there is a memory and after.
 *
 * Catches: a kernel or a model that drops other segments than SYNs.
 */

#include "linger.h"

#include <string.h>

#define BEHIND_MS 1000000

static void exchange(int from, int to)
{
	char text[] = "still here", read[sizeof(text)];

	lg_send(from, text, sizeof(text));
	lg_receive(to, read, sizeof(read));
	ck_assert_str_eq(read, text);
}

static void leave_memory(struct lg_host *client, struct lg_host *server,
			 int listener)
{
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);

	lg_close_both(peer, sock);
}

static void run(struct lg_net *net)
{
	struct lg_host *behind = lg_host(net, "client2");
	struct lg_host *server = lg_host(net, "server");

	lg_skew_timestamps(behind, -BEHIND_MS);
	lg_recycle(server, true);
	int listener = lg_listen(server, 80);
	int sock = lg_connect(behind, 0, server, 80);
	int peer = lg_accept(listener);
	leave_memory(lg_host(net, "client1"), server, listener);

	struct lg_wire *wire = lg_wire(server);
	lg_connect_start(behind, 0, server, 80);
	lg_expect(wire, "< S");
	lg_assert_recycle_drops(server, 1);

	exchange(sock, peer);
	exchange(peer, sock);
	lg_close(sock);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	lg_close(peer);
	lg_await_state(peer, TCP_CLOSE);
	lg_await_state(sock, TCP_TIME_WAIT);
	lg_assert_counted(server, "PAWSEstab", 0);
	lg_claim(net, 39, false);
	lg_claim(net, 92, false);
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = { { "*", "net.ipv4.tcp_timestamps", "2" } },
	.needs = { "recycle" },
	.claims = "39 92",
	.run = run,
};
