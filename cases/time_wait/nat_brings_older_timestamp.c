// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NAT uses a port again, for a client whose clock is behind, within TIME_WAIT.
 *
 * Two clients share the router's address.  The server has closed the first
 * one's connection and is in TIME_WAIT; the router forgets the connection
 * sooner, and gives its port to the second client.  That one's SYN has an older
 * timestamp, so it must not open.  The server does not drop it in silence: it
 * answers with its last ACK, the client resets what it does not know, the RST
 * ends the TIME_WAIT, and the SYN that is sent again opens the connection,
 * some milliseconds late.  Only where tcp_rfc1337 keeps the TIME_WAIT against
 * the RST, connect() fails.
 *
 * Server: tcp_timewait_state_process(); client:
 * tcp_rcv_synsent_state_process(); router: nf_nat_masquerade_ipv4().
 *
 * Controls: a second client whose clock is ahead is let in at once; the server
 * with tcp_rfc1337.
 *
 * Catches: a TIME_WAIT that drops the SYN without an answer, lets it in, or
 * answers with a RST; a client that gives up or waits for a second.
 */

#include "linger.h"

#define SKEW_MS 1000000
#define FORGET "net.netfilter.nf_conntrack_tcp_timeout_time_wait"

struct situation {
	int32_t skew_ms; /* of the second client's clock */
	int error;	 /* that its connect() gets */
};

static void expect_handshake(struct lg_wire *wire)
{
	ck_assert_uint_eq(lg_expect(wire, "< S").sport, 4000);
	lg_expect(wire, "> S.");
	lg_expect(wire, "< .");
}

static void expect_reset(struct lg_wire *wire)
{
	ck_assert_uint_eq(lg_expect(wire, "< S").sport, 4000);
	struct lg_segment ack = lg_expect(wire, "> .");
	ck_assert_uint_eq(lg_expect(wire, "< R").seq, ack.ack);
}

static void run(struct lg_net *net)
{
	struct lg_host *client1 = lg_host(net, "client1");
	struct lg_host *client2 = lg_host(net, "client2");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	lg_skew_timestamps(client2, is->skew_ms);
	int listener = lg_listen(server, 80);
	int sock = lg_connect(client1, 4000, server, 80);
	int peer = lg_accept(listener);
	lg_close_both(peer, sock);
	lg_await_state(sock, TCP_CLOSE);

	/* The router's port is free again. */
	lg_pass(net, 2000);
	lg_count_anew(server);
	struct lg_wire *wire = lg_wire(server);
	int again = lg_connect_start(client2, 4000, server, 80);
	bool older = is->skew_ms < 0;
	if (older)
		expect_reset(wire);
	if (!is->error)
		expect_handshake(wire);
	ck_assert_int_eq(lg_connect_result(again), is->error);

	lg_assert_counted(server, "OutRsts", 0);
	if (is->error) {
		/* Whatever the server answers, however often. */
		lg_assert_counted(client2, "OutRsts",
				  lg_counted(server, "OutSegs"));
		lg_assert_state(peer, TCP_TIME_WAIT);
	} else {
		lg_assert_counted(client2, "OutRsts", older);
		lg_assert_counted(server, lg_paws_counter(net), older);
		lg_assert_state(lg_accept(listener), TCP_ESTABLISHED);
	}
	if (older)
		lg_claim(net, 97, false);
}

/* tcp_timestamps=2: the clocks differ by what this case says. */
const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "*", "net.ipv4.tcp_timestamps", "2" },
		{ "router", FORGET, "1" },
		/* Three seconds, and connect() gives up. */
		{ "client2", "net.ipv4.tcp_syn_retries", "1" },
	},
	.rows = {
		{ "older", &(const struct situation){ -SKEW_MS, 0 } },
		{ "older_with_rfc1337",
		  &(const struct situation){ -SKEW_MS, ETIMEDOUT },
		  { { "server", "net.ipv4.tcp_rfc1337", "1" } },
		  .lasts_ms = 6000 },
		{ "newer", &(const struct situation){ SKEW_MS, 0 } },
	},
	.claims = "97",
	.facts = {
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
	},
	.lasts_ms = 2000,
	.run = run,
};
