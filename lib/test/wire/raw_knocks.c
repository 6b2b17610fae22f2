// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A raw peer knocks, and knows what came of it, be that nothing.
 *
 * A SYN is answered by a listener, by a port where nobody listens, by a
 * TIME_WAIT, and, where it is lost, by nobody.  A knock leaves nothing behind:
 * the next one, from the same port, meets the same.
 */

#include "linger.h"

#include <arpa/inet.h>

static void assert_came_from(const struct lg_segment *segment,
			     const char *address)
{
	char from[INET6_ADDRSTRLEN];

	inet_ntop(segment->family, segment->saddr, from, sizeof(from));
	ck_assert_str_eq(from, address);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct lg_wire *wire = lg_wire(server);
	int listener = lg_listen(server, 80);

	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(lg_raw_knock(raw), LG_SYN | LG_ACK);
		lg_await_segment(wire, "< R 1:1(0)");
		ck_assert_uint_eq(lg_count_state(server, TCP_SYN_RECV), 0);
	}
	struct lg_rule *loss = lg_drop(
		server, (struct lg_match){ .flags = LG_SYN, .dport = 80 });
	for (unsigned i = 1; i <= 2; i++) {
		ck_assert_uint_eq(lg_raw_knock(raw), 0);
		lg_await_hits(loss, i);
	}
	lg_undo(loss);

	lg_raw_aim(raw, lg_address(server, 1));
	wire = lg_wire(client);
	ck_assert_uint_eq(lg_raw_knock(raw), LG_SYN | LG_ACK);
	struct lg_segment answer = lg_await_segment(wire, "< S.");
	assert_came_from(&answer, lg_address(server, 1));

	struct lg_raw *closed = lg_raw(client, 4000, server, 81, 7000);
	ck_assert_uint_eq(lg_raw_knock(closed), LG_RST | LG_ACK);

	struct lg_raw *again = lg_raw(client, 4001, server, 80, 7000);
	int sock = lg_raw_connect(again, listener);
	lg_raw_walk(again, sock, TCP_TIME_WAIT);
	ck_assert_uint_eq(lg_raw_knock(again), LG_ACK);
	lg_assert_state(sock, TCP_TIME_WAIT);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.run = run,
};
