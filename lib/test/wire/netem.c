// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A link with netem delays and loses what it is told to.
 *
 * The taps at both ends show it: what is delayed leaves at once and arrives
 * later, what is lost leaves and does not arrive.
 */

#include "linger.h"

#include <string.h>

#define DELAY_NS 20000000

static void run(struct lg_net *net)
{
	struct lg_wire *at_client = lg_wire(lg_host(net, "client"));
	struct lg_wire *at_server = lg_wire(lg_host(net, "server"));

	lg_listen(lg_host(net, "server"), 80);
	int sock = lg_connect_start(lg_host(net, "client"), 4000,
				    lg_host(net, "server"), 80);
	struct lg_segment left = lg_expect(at_client, "> S");
	if (!strcmp(lg_param(net, "loss"), "100%")) {
		lg_expect(at_client, "> S");
		lg_expect_none(at_server, NULL, 100);
		return;
	}

	struct lg_segment arrived = lg_expect(at_server, "< S");
	ck_assert_int_ge(arrived.time_ns - left.time_ns, DELAY_NS);
	/* There and back, and what is beyond that is the machine's. */
	ck_assert_int_eq(lg_connect_result(sock), 0);
	struct lg_segment answer = lg_expect(at_client, "< S.");
	ck_assert_int_ge(answer.time_ns - left.time_ns, 2 * DELAY_NS);
}

const struct lg_case lg_case = {
	.topology = "slow",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "delay", "20ms" }, { "loss", "0% 100%" } },
	.run = run,
};
