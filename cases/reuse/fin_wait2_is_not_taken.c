// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tcp_tw_reuse leaves an abandoned FIN_WAIT2 alone.
 *
 * A client has closed, its server has not.  The client's end is the same small
 * structure that a TIME_WAIT is, but the server's is a live connection that
 * may still send.  A connect() that looks for a port must not take it, however
 * old it is and whatever tcp_tw_reuse says: the SYN would make the two ends
 * reset the server's.  Once the server has closed, too, it is a TIME_WAIT, and
 * free a second later.
 *
 * tcp_twsk_unique().  Before 0d9e5df4a257 (6.12, 6.1.115) it was taken, and
 * the server's program lost its connection.
 *
 * Control: the same connection after the server has closed.
 *
 * Catches: a kernel without that fix, or one that counts the wait from before
 * the server's FIN, or not at all.
 */

#include "linger.h"

#define REUSABLE_MS 2100

static int try_to_connect(struct lg_host *client, struct lg_host *server)
{
	return lg_connect_result(lg_connect_start(client, 0, server, 80));
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	char data[5];

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", "20000 20000");
	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);
	struct lg_wire *wire = lg_wire(client);

	lg_close(sock);
	lg_await_state(sock, TCP_FIN_WAIT2);
	lg_expect(wire, "> F.");
	lg_expect(wire, "< .");

	lg_pass(net, REUSABLE_MS);
	ck_assert(lg_status(sock).time_wait);
	ck_assert_int_eq(try_to_connect(client, server), EADDRNOTAVAIL);
	lg_expect_none(wire, NULL, 100);
	lg_assert_counted(client, "TWRecycled", 0);
	lg_assert_state(peer, TCP_CLOSE_WAIT);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	ck_assert_int_eq(lg_take_error(peer), 0);

	lg_close(peer);
	lg_await_state(sock, TCP_TIME_WAIT);
	lg_expect(wire, "< F.");
	lg_expect(wire, "> .");
	ck_assert_int_eq(try_to_connect(client, server), EADDRNOTAVAIL);
	lg_expect_none(wire, NULL, 100);

	lg_pass(net, REUSABLE_MS);
	int again = lg_connect(client, 0, server, 80);
	peer = lg_accept(listener);
	lg_send(again, "hello", sizeof(data));
	lg_receive(peer, data, sizeof(data));
	lg_assert_counted(client, "TWRecycled", 1);
	lg_assert_counted(client, "OutRsts", 0);
	lg_assert_counted(server, "OutRsts", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "1" },
	},
	.lasts_ms = 2 * REUSABLE_MS + 200,
	.run = run,
};
