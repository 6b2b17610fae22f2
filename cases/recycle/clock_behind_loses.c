// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Of two clients behind NAT, that whose clock is behind loses, be it the first.
 *
 * Both share an address.  The server closes one's connection, and remembers its
 * timestamp for both.  If the second client's clock is ahead, it connects; when
 * its connection has ended as well, the first client's SYNs are the old ones.
 * They are sent again and again, dropped without a word, and connect() ends in
 * ETIMEDOUT, while the other client connects at once.  Without tcp_tw_recycle
 * both go on.
 *
 * tcp_conn_request(), tcp_peer_is_proven() before 4.12 (4396e46187ca).
 *
 * Controls: the second client's clock behind and ahead; recycle off.
 *
 * Catches: a check the wrong way round; a drop that tells the client.
 */

#include "linger.h"

#define SKEW_MS 1000000
#define GIVES_UP_MS 40000

struct situation {
	int32_t skew_ms; /* of the second client's clock */
	bool recycle;
	const char *loses;
};

static void serve(struct lg_host *client, struct lg_host *server, int listener)
{
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);

	lg_close_both(peer, sock);
}

static void assert_loses(struct lg_net *net, struct lg_host *loser,
			 struct lg_host *other, int listener)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	lg_count_anew(loser);
	int sock = lg_connect_start(loser, 0, server, 80);
	/* At once, while the loser waits. */
	serve(other, server, listener);
	ck_assert_int_eq(lg_connect_result_within(sock, GIVES_UP_MS),
			 ETIMEDOUT);
	lg_assert_recycle_drops(server, 1 + lg_counted(loser, "TCPSynRetrans"));
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_counted(loser, "InSegs", 0);
	lg_observe(net, "loses", "%s, ETIMEDOUT", is->loses);
	lg_claim(net, 16, false);
	lg_claim(net, 38, true);
	lg_claim(net, 47, true);
	lg_claim(net, 70, true);
}

static void run(struct lg_net *net)
{
	struct lg_host *client1 = lg_host(net, "client1");
	struct lg_host *client2 = lg_host(net, "client2");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	lg_skew_timestamps(client2, is->skew_ms);
	lg_recycle(server, is->recycle);
	int listener = lg_listen(server, 80);
	serve(client1, server, listener);
	if (is->loses && is->skew_ms < 0) {
		assert_loses(net, client2, client1, listener);
		return;
	}
	serve(client2, server, listener);
	if (is->loses) {
		assert_loses(net, client1, client2, listener);
		return;
	}
	serve(client1, server, listener);
	lg_assert_recycle_drops(server, 0);
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4,
	.sysctls = {
		{ "*", "net.ipv4.tcp_timestamps", "2" },
		/* Half a minute, well within the memory's 60 s. */
		{ "*", "net.ipv4.tcp_syn_retries", "4" },
	},
	.rows = {
		{ "second_behind",
		  &(const struct situation){ -SKEW_MS, true, "the second" },
		  .lasts_ms = 37000 },
		{ "second_ahead",
		  &(const struct situation){ SKEW_MS, true, "the first" },
		  .lasts_ms = 37000 },
		{ "no_recycle",
		  &(const struct situation){ SKEW_MS, false, NULL } },
	},
	.needs = { "recycle" },
	.claims = "16 38 47 70",
	.run = run,
};
