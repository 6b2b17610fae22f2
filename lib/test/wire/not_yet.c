// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A segment that a rule lets pass, because it is to take a later one, is read
 * as soon as it is certain that the rule does not take it.
 */

#include "linger.h"

#define SYN "S 0:0(0) <TS val 100 ecr 0>"

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	struct lg_wire *wire = lg_wire(server);
	struct lg_rule *loss = lg_drop(server, (struct lg_match){ .nth = 2 });

	lg_inject(raw, SYN);
	lg_expect(wire, "< S");
	lg_expect(wire, "> S.");
	ck_assert_uint_eq(lg_hits(loss), 0);
	lg_inject(raw, SYN);
	lg_await_hits(loss, 1);
	lg_expect_none(wire, "< S", 20);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.run = run,
};
