// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who takes over an address inherits what a recycling server remembers of it.
 *
 * A host has connected, and has gone; another one, or the same one booted
 * again, has its address now, and a clock of its own, which is behind.  The
 * server drops its SYNs for 60 seconds.  A program that waits for no longer
 * than that gets ETIMEDOUT.  But nothing refreshes the memory: with the six
 * retransmissions that Linux sends by default, the one that comes after a
 * minute is let in.
 *
 * tcp_conn_request(), tcp_peer_is_proven() before 4.12 (4396e46187ca).
 *
 * Controls: the two numbers of retransmissions; the server not recycling.
 *
 * Catches: a memory that what it drops refreshes, or one that is longer.
 */

#include "linger.h"

#define BEHIND_MS 1000000
/* In whole seconds: the 60th may be a part of one. */
#define FORGETS_MS 59000
#define WAIT_MS 90000

struct situation {
	bool recycle;
	int error; /* that connect() gets */
	bool late; /* it takes a minute */
};

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->late)
		lg_need(net, "virtual-time");

	lg_recycle(server, is->recycle);
	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);
	lg_close_both(peer, sock);

	lg_skew_timestamps(client, -BEHIND_MS);
	int64_t since_ms = lg_now_ms();
	lg_count_anew(client);
	int again = lg_connect_start(client, 0, server, 80);
	ck_assert_int_eq(lg_connect_result_within(again, WAIT_MS), is->error);
	int64_t took_ms = lg_now_ms() - since_ms;

	/* Each SYN but the one that was let in. */
	uint64_t sent = 1 + lg_counted(client, "TCPSynRetrans");
	lg_assert_recycle_drops(server, sent - !is->error);
	ck_assert_int_eq(took_ms >= FORGETS_MS, is->late);
	lg_observe(net, "connect", "%s",
		   is->error  ? "ETIMEDOUT"
		   : is->late ? "let in after a minute"
			      : "let in");
	if (is->recycle)
		lg_claim(net, 48, is->error);
}

/* tcp_timestamps=2: no offsets, so that the clocks are what differs. */
const struct lg_case lg_case = {
	.topology = "routed",
	.families = LG_IPV4,
	.sysctls = { { "*", "net.ipv4.tcp_timestamps", "2" } },
	.rows = {
		{ "few_retransmissions",
		  &(const struct situation){ true, ETIMEDOUT },
		  { { "client", "net.ipv4.tcp_syn_retries", "3" } },
		  .lasts_ms = 16000 },
		{ "default_retransmissions",
		  &(const struct situation){ true, 0, .late = true },
		  { { "client", "net.ipv4.tcp_syn_retries", "6" } },
		  .lasts_ms = 70000 },
		{ "no_recycle", &(const struct situation){ false, 0 } },
	},
	.needs = { "recycle" },
	.claims = "48",
	.run = run,
};
