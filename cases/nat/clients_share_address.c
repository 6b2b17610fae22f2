// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behind NAT two clients have one address, and a port one after the other.
 *
 * The server sees both from the router's address.  A client's port is kept if
 * it is free there.  Two clients with the same port cannot both have it: the
 * second is given another, and each gets its own data.  As long as conntrack
 * has not forgotten the first one's connection, which is for two minutes after
 * its end, the port is not free; then the second client's SYN comes from it.
 * The first client itself keeps its port all the while.
 *
 * nf_nat_masquerade_ipv4(), get_unique_tuple(), nf_nat_used_tuple().
 *
 * Controls: another port; a router that has forgotten.
 *
 * Catches: a router that gives one port to two, gives up a port that is free,
 * or changes what it need not.
 */

#include "linger.h"

#include <string.h>

#define TIMEOUT "net.netfilter.nf_conntrack_tcp_timeout_time_wait"
#define PORT 4000

struct situation {
	uint16_t port; /* of the second client */
	bool closed;   /* the first one's connection */
	unsigned after_ms;
	bool kept; /* the second client's port */
};

/* As the server sees it. */
struct connection {
	int sock, peer;
	struct lg_segment syn;
};

static struct connection connect_from(struct lg_net *net, const char *client,
				      uint16_t port, int listener)
{
	struct lg_host *server = lg_host(net, "server");
	struct lg_wire *wire = lg_wire(server);
	struct connection one;

	one.sock = lg_connect(lg_host(net, client), port, server, 80);
	one.peer = lg_accept(listener);
	one.syn = lg_await_segment(wire, "< S");
	return one;
}

static void assert_own_data(struct connection one, const char *says)
{
	char data[8];

	lg_send(one.sock, says, sizeof(data));
	lg_receive(one.peer, data, sizeof(data));
	ck_assert_mem_eq(data, says, sizeof(data));
}

static void close_both(struct connection one)
{
	lg_close_both(one.sock, one.peer);
	lg_await_state(one.peer, TCP_CLOSE);
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);
	int listener = lg_listen(lg_host(net, "server"), 80);
	struct connection first = connect_from(net, "client1", PORT, listener);

	ck_assert_uint_eq(first.syn.sport, PORT);
	if (is->closed)
		close_both(first);
	lg_pass(net, is->after_ms);

	struct connection second =
		connect_from(net, "client2", is->port, listener);
	ck_assert_mem_eq(second.syn.saddr, first.syn.saddr,
			 sizeof(first.syn.saddr));
	ck_assert_int_eq(second.syn.sport == is->port, is->kept);
	if (!is->closed) {
		assert_own_data(first, "client1");
		lg_claim(net, 40, true);
		lg_claim(net, 42, true);
	} else if (!is->kept) {
		struct connection again =
			connect_from(net, "client1", PORT, listener);
		ck_assert_uint_eq(again.syn.sport, PORT);
	}
	assert_own_data(second, "client2");
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "same_port", &(const struct situation){ PORT } },
		{ "other_port",
		  &(const struct situation){ 5000, .kept = true } },
		{ "closed", &(const struct situation){ PORT, true } },
		{ "forgotten",
		  &(const struct situation){ PORT, true, 3000, .kept = true },
		  { { "router", TIMEOUT, "1" } },
		  .lasts_ms = 3000 },
	},
	.claims = "40 42",
	.run = run,
};
