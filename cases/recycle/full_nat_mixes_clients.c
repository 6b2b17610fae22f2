// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behind a balancer with full NAT all clients are one to a recycling server.
 *
 * The balancer takes connections in its own name to a server.  That closes one
 * client's connection, and remembers its timestamp for the balancer's address;
 * the SYNs of a client whose clock is behind are dropped.  It takes
 * timestamps and tcp_tw_recycle both: without either, or with a balancer that
 * strips timestamps of the SYNs, the second client connects.
 *
 * tcp_conn_request(), tcp_peer_is_proven() before 4.12 (4396e46187ca).
 *
 * Controls: no recycle, no timestamps, timestamps stripped on the way.
 *
 * Catches: a drop without one of the two; a SYN without timestamp that is
 * dropped though nothing is remembered.
 */

#include "linger.h"

#define BEHIND_MS 1000000

struct situation {
	bool recycle, strips;
	bool dropped;
};

static void strip(struct lg_host *balancer)
{
	lg_rewrite(balancer, (struct lg_match){ .flags = LG_SYN },
		   (struct lg_edit){ .strip_ts = true });
}

static void serve(struct lg_host *client, struct lg_host *balancer,
		  int listener)
{
	int sock = lg_connect(client, 0, balancer, 80);
	int peer = lg_accept(listener);

	lg_close_both(peer, sock);
}

static void run(struct lg_net *net)
{
	struct lg_host *client2 = lg_host(net, "client2");
	struct lg_host *balancer = lg_host(net, "balancer");
	struct lg_host *server = lg_host(net, "server1");
	const struct situation *is = lg_row_data(net);

	lg_recycle(server, is->recycle);
	lg_skew_timestamps(client2, -BEHIND_MS);
	if (is->strips)
		strip(balancer);
	int listener = lg_listen(server, 80);
	serve(lg_host(net, "client1"), balancer, listener);

	struct lg_wire *wire = lg_wire(server);
	int sock = lg_connect_start(client2, 0, balancer, 80);
	struct lg_segment syn = lg_expect(wire, "< S");
	lg_assert_recycle_drops(server, is->dropped);
	if (is->dropped) {
		ck_assert(syn.has_ts);
		serve(lg_host(net, "client1"), balancer, listener);
		lg_claim(net, 96, true);
		return;
	}
	ck_assert_int_eq(lg_connect_result(sock), 0);
	lg_assert_recycle_drops(server, 0);
	if (is->strips)
		lg_claim(net, 71, true);
}

const struct lg_case lg_case = {
	.topology = "farm",
	.families = LG_IPV4,
	.rows = {
		{ "recycle_and_timestamps",
		  &(const struct situation){ true, false, true },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
		{ "no_recycle", &(const struct situation){ false },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
		{ "no_timestamps", &(const struct situation){ true },
		  { { "*", "net.ipv4.tcp_timestamps", "0" } } },
		{ "stripped", &(const struct situation){ true, true },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
	},
	.needs = { "recycle" },
	.claims = "71 96",
	.run = run,
};
