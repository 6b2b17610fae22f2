// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A firewall that drops what is invalid passes the RST that answers a
 * challenge.
 *
 * A client's last ACK is lost; it connects from the same port again, and the
 * server, in LAST_ACK, challenges the SYN.  All depends on the client's RST
 * then, which belongs to neither connection as conntrack has seen them: between
 * the two stands a router with "ct state invalid drop".  It must let the RST
 * pass, so that the SYN that follows opens the connection, and with it the
 * challenge, and the data; with NAT and without.
 *
 * nf_conntrack_tcp_packet().  What numbers the RST may have is the subject of
 * regression/nat_loses_answer_to_challenge.
 *
 * Controls: a router that drops the RST; what the router has seen of the last
 * ACK.
 *
 * Catches: a conntrack that takes part of the recovery for invalid.
 */

#include "linger.h"

struct situation {
	bool seen;    /* the last ACK, by the router */
	bool dropped; /* the RST */
};

/* The client closes first, and none of its last ACKs comes to the server,
 * whose end this is. */
static int reach_last_ack(struct lg_net *net, int listener,
			  struct lg_rule **loss, bool seen)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");
	struct lg_match acks = LG_PURE_ACK;
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);

	lg_send_fin(sock);
	lg_await_state(peer, TCP_CLOSE_WAIT);
	acks.sport = 4000;
	*loss = lg_drop(seen ? server : lg_host(net, "router"), acks);
	lg_close(peer);
	lg_await_hits(*loss, 1);
	lg_await_state(sock, TCP_TIME_WAIT);
	lg_close(sock);
	lg_assert_state(peer, TCP_LAST_ACK);
	return peer;
}

static void expect_recovery(struct lg_net *net, struct lg_wire *wire, int sock,
			    int listener)
{
	char data[5];

	lg_await_segment(wire, "> S");
	lg_await_segment(wire, "< S.");
	lg_expect(wire, "> .");
	ck_assert_int_eq(lg_connect_result(sock), 0);
	lg_send(sock, "hello", sizeof(data));
	lg_receive(lg_accept(listener), data, sizeof(data));
	lg_assert_counted(lg_host(net, "client1"), "OutRsts", 1);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *router = lg_host(net, "router");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct lg_rule *loss;

	lg_refuse_invalid(router);
	int listener = lg_listen(server, 80);
	int peer = reach_last_ack(net, listener, &loss, is->seen);
	if (is->dropped) {
		lg_drop(router, LG_ANY_RST);
		/* The router would answer for the client. */
		lg_drop(router, LG_ANY_FIN);
	}

	struct lg_wire *wire = lg_wire(client);
	struct lg_wire *servers = lg_wire(server);
	int sock = lg_connect_start(client, 4000, server, 80);
	lg_await_segment(wire, "> S");
	struct lg_segment challenge = lg_await_segment(wire, "< .");
	ck_assert_uint_eq(lg_expect(wire, "> R").seq, challenge.ack);
	if (is->dropped) {
		lg_expect(wire, "> S");
		lg_expect_none(wire, "< S.", 100);
		lg_assert_state(peer, TCP_LAST_ACK);
		return;
	}
	lg_await_segment(servers, "< R");
	lg_undo(loss);
	expect_recovery(net, wire, sock, listener);
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "nat", "masquerade none" } },
	.rows = {
		{ "ack_is_seen", &(const struct situation){ .seen = true } },
		{ "ack_is_not_seen", &(const struct situation){ .seen = false } },
		{ "reset_is_dropped",
		  &(const struct situation){ true, .dropped = true } },
	},
	.needs = { "conntrack" },
	.run = run,
};
