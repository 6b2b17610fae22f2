// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A segment that is delayed for longer than TIME_WAIT arrives after it.
 *
 * TIME_WAIT is to outlast every segment of its connection, and a segment's time
 * to live (TTL) is to see to it that none lives for longer.  But routers count
 * it down by one each, however long they keep a packet (RFC 1812, 5.3.1).  Here
 * one segment is held up until the server's TIME_WAIT is over.  Then it
 * arrives, with a TTL that only the router has lowered, and meets a server that
 * knows its connection no more and answers with a RST.
 *
 * Server: tcp_v4_rcv(), tw_timer_handler(); router: ip_forward().
 *
 * Control: time_wait/answers_segment, where such a segment meets the TIME_WAIT.
 *
 * Catches: a TIME_WAIT that is still there, and a TTL that time counts down.
 */

#include "linger.h"

/* What every host sends with, and one router on the way. */
#define TTL 64
#define LATEST_MS 68000

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	char text[5];

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);

	struct lg_rule *late =
		lg_hold(server, (struct lg_match){ .data = true, .times = 1 });
	lg_send(sock, "hello", sizeof(text));
	lg_await_hits(late, 1);
	lg_receive(peer, text, sizeof(text)); /* which was sent again */

	lg_close_both(peer, sock);
	lg_await_state_within(peer, TCP_CLOSE, LATEST_MS);

	struct lg_wire *wire = lg_wire(server);
	lg_release(late, LG_IN_ORDER);
	struct lg_segment arrived = lg_expect(wire, "< P.");
	ck_assert_uint_eq(arrived.size, sizeof(text));
	ck_assert_uint_eq(arrived.ttl, TTL - 1);
	lg_expect(wire, "> R");
	lg_claim(net, 20, false);
	lg_claim(net, 82, false);
}

const struct lg_case lg_case = {
	.topology = "routed",
	.families = LG_IPV4 | LG_IPV6,
	.claims = "20 82",
	.lasts_ms = 62000,
	.run = run,
};
