// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * connect() may come back to a port long before it has used all others.
 *
 * A client opens one short connection after the other to a server that closes
 * first, so that none of its own ports is taken.  Whoever remembers the last
 * connection of a port, the server's TIME_WAIT or a firewall, is the safer the
 * later that port is used again.  At one moment ports are taken in order, a few
 * apart.  But every 10 seconds the kernel begins at another place, of which
 * nobody else can know, and with few connections in between it may use a port
 * again that it has used a moment ago: with peers that take its SYN for an old
 * one, or do not answer it, connect() fails now and then.
 *
 * __inet_hash_connect(), secure_ipv4_port_ephemeral(),
 * secure_ipv6_port_ephemeral().
 *
 * By design since 4dfa9b438ee3 ("tcp: resalt the secret every 10 seconds",
 * 5.18, and in stable kernels); before, the whole range came first.
 *
 * Control: connections that are made at one moment.
 *
 * Catches: a kernel that goes back at one moment, too.  One that goes through
 * all ports again shows as a changed fact.
 */

#include "linger.h"

#include <string.h>
#include <unistd.h>

#define FIRST_PORT 20000
#define PORTS 4096
/* The next port is 16 further on at most: no port is met twice in so many. */
#define CONNECTS (PORTS / 16)
#define PERIOD_MS 10000
#define EARLY "connect() comes back to a port before it has used all others"

static uint16_t connect_once(struct lg_net *net, int listener)
{
	int sock = lg_connect(lg_host(net, "client"), 0, lg_host(net, "server"),
			      80);
	int peer = lg_accept(listener);
	uint16_t port = lg_port(sock);

	close(peer);
	ck_assert_int_eq(lg_await_receive(sock), 0);
	close(sock);
	return port;
}

/* Whether a port comes twice.  All connections are made, so that it takes as
 * long on each kernel. */
static bool comes_back(struct lg_net *net, unsigned apart_ms)
{
	int listener = lg_listen(lg_host(net, "server"), 80);
	bool used[PORTS] = { false }, again = false;

	for (unsigned i = 0; i < CONNECTS; i++) {
		unsigned port = connect_once(net, listener) - FIRST_PORT;

		ck_assert_uint_lt(port, PORTS);
		again |= used[port];
		used[port] = true;
		lg_pass(net, apart_ms);
	}
	return again;
}

static void run(struct lg_net *net)
{
	lg_sysctl_set(lg_host(net, "client"), "net.ipv4.ip_local_port_range",
		      "20000 24095");
	if (!strcmp(lg_row_name(net), "at_one_moment"))
		ck_assert(!comes_back(net, 0));
	else
		lg_fact(net, EARLY, comes_back(net, PERIOD_MS));
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "at_one_moment" },
		{ "in_the_course_of_time",
		  .lasts_ms = CONNECTS * PERIOD_MS },
	},
	.needs = { "virtual-time" },
	.facts = {
		{ EARLY,
		  "peers that remember connections may meet one of the same "
		  "ports within seconds (5.18)" },
	},
	.bulk = true,
	.run = run,
};
