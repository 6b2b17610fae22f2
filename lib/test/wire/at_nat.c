// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules at a router that masquerades act before it translates.
 *
 * A rule at the router knows a client's segments by the client's port, and what
 * it releases is translated as if it had only come then; the server's answers
 * it knows by the port of the translation.
 */

#include "linger.h"

static void run(struct lg_net *net)
{
	struct lg_host *client1 = lg_host(net, "client1");
	struct lg_host *client2 = lg_host(net, "client2");
	struct lg_host *router = lg_host(net, "router");
	struct lg_host *server = lg_host(net, "server");

	int listener = lg_listen(server, 80);
	struct lg_wire *wire = lg_wire(server);
	struct lg_rule *hold =
		lg_hold(router, (struct lg_match){ .flags = LG_SYN,
						   .no_flags = LG_ACK,
						   .sport = 4000 });

	/* The second gets the port, since the first has not come yet. */
	int late = lg_connect_start(client1, 4000, server, 80);
	lg_await_hits(hold, 1);
	lg_connect(client2, 4001, server, 80);
	lg_accept(listener);
	struct lg_segment first = lg_expect(wire, "< S");
	ck_assert_uint_eq(first.sport, 4001);

	struct lg_rule *answers = lg_hold(
		router, (struct lg_match){ .flags = LG_SYN, .sport = 80 });
	lg_release(hold, LG_IN_ORDER);
	struct lg_segment second = lg_await_segment(wire, "< S");
	ck_assert_uint_eq(second.sport, 4000);
	ck_assert_mem_eq(second.saddr, first.saddr, sizeof(first.saddr));

	lg_await_hits(answers, 1);
	ck_assert_uint_eq(lg_held(answers, 0)->dport, second.sport);
	lg_assert_state(late, TCP_SYN_SENT);
	lg_release(answers, LG_IN_ORDER);
	ck_assert_int_eq(lg_connect_result(late), 0);
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4 | LG_IPV6,
	.run = run,
};
