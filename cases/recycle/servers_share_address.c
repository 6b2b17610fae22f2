// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behind a balancer, the timestamps of one address need not grow.
 *
 * Two servers with clocks of their own answer at the balancer's address.  A
 * client that connects to one and then to the other gets an older timestamp
 * after a newer one, from one address: what tcp_tw_recycle took for an old
 * segment, and what it would have remembered at the client is the clock of
 * neither server.
 *
 * Control: both ports are the same server's, and its timestamps grow.
 *
 * Catches: a balancer that would have to translate timestamps, and does; a
 * client that refuses the second server's answer.
 */

#include "linger.h"

#include <string.h>

#define BEHIND_MS 1000000

/* The timestamp with which it is opened. */
static uint32_t open_connection(struct lg_net *net, uint16_t port, int listener)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_connect_start(client, 0, lg_host(net, "balancer"), port);

	lg_expect(wire, "> S");
	struct lg_segment answer = lg_expect(wire, "< S.");
	lg_expect(wire, "> .");
	ck_assert_int_eq(lg_connect_result(sock), 0);
	lg_accept(listener);
	return answer.tsval;
}

static void run(struct lg_net *net)
{
	const char *name = lg_param(net, "second");
	struct lg_host *second = lg_host(net, name);
	bool shared = strcmp(name, "server1");

	lg_skew_timestamps(lg_host(net, "server2"), -BEHIND_MS);
	int first_listener = lg_listen(lg_host(net, "server1"), 80);
	int second_listener = lg_listen(second, 81);

	uint32_t first = open_connection(net, 80, first_listener);
	lg_pass(net, 10);
	uint32_t next = open_connection(net, 81, second_listener);
	bool older = (int32_t)(next - first) < 0;
	ck_assert(older == shared);
	lg_observe(net, "second answer", older ? "older" : "newer");
	if (shared)
		lg_claim(net, 93, true);
}

const struct lg_case lg_case = {
	.topology = "farm",
	.families = LG_IPV4,
	.params = { { "second", "server2 server1" } },
	.sysctls = { { "*", "net.ipv4.tcp_timestamps", "2" } },
	.claims = "93",
	.run = run,
};
