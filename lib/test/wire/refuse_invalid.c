// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A router that refuses what is invalid forwards what belongs to a connection.
 *
 * A RST out of the blue comes through before lg_refuse_invalid() and not after
 * it; a connection can be opened either way.
 */

#include "linger.h"

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");

	struct lg_raw *raw =
		lg_raw(lg_host(net, "client2"), 5000, server, 80, 7000);
	struct lg_wire *wire = lg_wire(server);
	lg_inject(raw, "R 0:0(0)");
	lg_expect(wire, "< R");

	lg_refuse_invalid(lg_host(net, "router"));
	lg_inject(raw, "R 0:0(0)");
	lg_expect_none(wire, NULL, 100);
	lg_listen(server, 80);
	lg_connect(client, 4000, server, 80);
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "nat", "none" } },
	.needs = { "conntrack" },
	.run = run,
};
