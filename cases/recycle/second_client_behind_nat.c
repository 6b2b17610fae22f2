// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Of two clients behind one address, a recycling server hears only one.
 *
 * With tcp_tw_recycle a server that has closed a connection remembers, for
 * 60 s, the last timestamp that it got from the peer's address.  Behind NAT
 * that address stands for many hosts with clocks of their own.  A client whose
 * clock is behind sends SYNs that look old: the server drops them without a
 * word, while the first client goes on to connect.
 *
 * tcp_conn_request() and tcp_peer_is_proven() before 4.12 (4396e46187ca took
 * the sysctl away).  Where the kernel has it no more, an eBPF program at the
 * server models the check, and the run says so.
 *
 * Controls, each of which lets the second client in: recycle off; timestamps
 * off everywhere; no NAT; the memory 60 s old; the first client having closed
 * its connection before the server did.
 *
 * Catches: a kernel (or a model) that drops more than that, answers with a RST,
 * or forgets.
 */

#include "linger.h"

#include <string.h>

/* How far the second client's clock is behind. */
#define BEHIND_MS 1000000

struct situation {
	bool recycle;
	bool client_first;
	unsigned age_ms;
	bool remembers; /* the server, so that it drops if there is NAT */
};

static void connect_and_close(struct lg_host *client, struct lg_host *server,
			      int listener, bool client_first)
{
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);
	int first = client_first ? sock : peer;
	int second = client_first ? peer : sock;

	lg_close_both(first, second);
}

static void is_dropped(struct lg_net *net, struct lg_host *server, int listener)
{
	struct lg_wire *wire = lg_wire(server);

	lg_connect_start(lg_host(net, "client2"), 0, server, 80);
	lg_expect(wire, "< S");
	/* The retransmission is dropped like the first. */
	lg_expect(wire, "< S");
	lg_assert_recycle_drops(server, 2);
	lg_assert_counted(server, "OutRsts", 0);
	lg_observe(net, "second client", "dropped");

	lg_connect(lg_host(net, "client1"), 0, server, 80);
	lg_accept(listener);
	lg_claim(net, 13, false);
	lg_claim(net, 14, false);
	lg_claim(net, 15, false);
	lg_claim(net, 16, false);
	lg_claim(net, 37, true);
	lg_claim(net, 38, true);
	lg_claim(net, 42, true);
	lg_claim(net, 70, true);
}

static void is_accepted(struct lg_net *net, struct lg_host *server,
			int listener)
{
	lg_connect(lg_host(net, "client2"), 0, server, 80);
	lg_accept(listener);
	lg_assert_recycle_drops(server, 0);
	lg_observe(net, "second client", "accepted");
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);
	struct lg_host *server = lg_host(net, "server");
	bool nat = !strcmp(lg_param(net, "nat"), "masquerade");

	lg_skew_timestamps(lg_host(net, "client2"), -BEHIND_MS);
	lg_recycle(server, is->recycle);
	int listener = lg_listen(server, 80);
	connect_and_close(lg_host(net, "client1"), server, listener,
			  is->client_first);
	lg_pass(net, is->age_ms);

	if (is->remembers && nat)
		is_dropped(net, server, listener);
	else
		is_accepted(net, server, listener);
}

/* tcp_timestamps=2: without an offset that depends on addresses and ports, so
 * that the clients' clocks differ by what this case says and nothing else. */
const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "nat", "masquerade none" } },
	.rows = {
		{ "recycle",
		  &(const struct situation){ true, false, 0, true },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
		{ "no_recycle",
		  &(const struct situation){ false, false, 0, false },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
		{ "no_timestamps",
		  &(const struct situation){ true, false, 0, false },
		  { { "*", "net.ipv4.tcp_timestamps", "0" } } },
		{ "client_closes_first",
		  &(const struct situation){ true, true, 0, false },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
		{ "55_s_later",
		  &(const struct situation){ true, false, 55000, true },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } },
		  .lasts_ms = 57000 },
		{ "60_s_later",
		  &(const struct situation){ true, false, 61000, false },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } },
		  .lasts_ms = 61000 },
	},
	.needs = { "recycle" },
	.claims = "13 14 15 16 37 38 42 70",
	.run = run,
};
