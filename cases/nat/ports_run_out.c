// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When NAT has no port left, connect() fails late and nobody says why.
 *
 * As many connections are open to a server as the router has ports for.  The
 * next client's SYN is dropped by the router, which sends no error, and so are
 * its retransmissions: connect() gives ETIMEDOUT when it has given up, as for a
 * server that is not there.  The server never hears of it, and no counter of
 * TCP's moves anywhere but those of a SYN that was not answered.  The ports are
 * taken for one address and port only: another port of the same server can be
 * reached all the while.  Those who have a connection notice nothing, and when
 * one of them ends, the next SYN comes through.
 *
 * nf_nat_l4proto_unique_tuple(), __nf_conntrack_confirm(); tcp_write_timeout().
 *
 * Controls: the connections within the range; the other port; the port that
 * becomes free.
 *
 * Catches: a router that gives one port to two, mixes up their data, or keeps
 * ports that nobody has; a client that gives up at once, or never.
 */

#include "linger.h"

#include <string.h>

#define PORTS 4
#define RETRIES 2
/* Retransmissions on top of those, since 6.5 (ccce324dabfe). */
#define LINEAR "net.ipv4.tcp_syn_linear_timeouts"

struct connection {
	int sock, peer;
};

static struct connection connect_from(struct lg_net *net, const char *client,
				      int listener)
{
	struct connection one;

	one.sock = lg_connect(lg_host(net, client), 0, lg_host(net, "server"),
			      lg_port(listener));
	one.peer = lg_accept(listener);
	return one;
}

static void assert_usable(struct connection one)
{
	char data[5];

	lg_send(one.sock, "hello", sizeof(data));
	lg_receive(one.peer, data, sizeof(data));
	lg_send(one.peer, "world", sizeof(data));
	lg_receive(one.sock, data, sizeof(data));
}

static void assert_times_out(struct lg_net *net, const char *name)
{
	struct lg_host *client = lg_host(net, name);
	struct lg_host *server = lg_host(net, "server");
	struct lg_wire *wire = lg_wire(server);

	if (lg_has(net, "sysctl " LINEAR))
		lg_sysctl_set(client, LINEAR, "0");
	lg_count_anew(client);
	lg_count_anew(server);
	lg_count_anew(lg_host(net, "router"));
	int sock = lg_connect_start(client, 0, server, 80);
	ck_assert_int_eq(lg_connect_result_within(sock, 30000), ETIMEDOUT);
	lg_expect_none(wire, NULL, 10);

	lg_assert_counted(client, "TCPTimeouts", RETRIES + 1);
	lg_assert_counted(client, "RetransSegs", RETRIES);
	lg_assert_counted(client, "AttemptFails", 1);
	lg_assert_counted(client, "InSegs", 0);
	lg_assert_counted(server, "InSegs", 0);
	lg_assert_counted(server, "ListenDrops", 0);
	lg_assert_counted(lg_host(net, "router"), "OutRsts", 0);
}

/* By which of the ports is a matter of chance. */
static void another_port_can_be_reached(struct lg_net *net)
{
	int listener = lg_listen(lg_host(net, "server"), 81);
	struct connection open[PORTS];

	for (unsigned i = 0; i < PORTS; i++)
		open[i] = connect_from(net, "client1", listener);
	for (unsigned i = 0; i < PORTS; i++)
		assert_usable(open[i]);
}

static void run(struct lg_net *net)
{
	struct connection open[PORTS];

	int listener = lg_listen(lg_host(net, "server"), 80);
	for (unsigned i = 0; i < PORTS; i++)
		open[i] = connect_from(net, i % 2 ? "client1" : "client2",
				       listener);

	assert_times_out(net, "client1");
	assert_times_out(net, "client2");
	for (unsigned i = 0; i < PORTS; i++)
		assert_usable(open[i]);
	if (!strcmp(lg_row_name(net), "another_port"))
		another_port_can_be_reached(net);

	lg_abort(open[0].sock);
	lg_await_state(open[0].peer, TCP_CLOSE);
	open[0] = connect_from(net, "client1", listener);
	for (unsigned i = 0; i < PORTS; i++)
		assert_usable(open[i]);
}

const struct lg_case lg_case = {
	.topology = "snat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "ports", "30000-30003" } },
	.sysctls = {
		{ "router", "net.netfilter.nf_conntrack_tcp_timeout_close",
		  "0" },
		{ "*", "net.ipv4.tcp_syn_retries", "2" },
	},
	.rows = {
		{ "same_port" },
		{ "another_port", .bulk = true },
	},
	.facts = {
		{ "sysctl " LINEAR,
		  "a SYN is sent again more often, and sooner (6.5)" },
	},
	.lasts_ms = 15000,
	.run = run,
};
