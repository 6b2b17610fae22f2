// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A balancer that strips timestamps leaves reuse and recycle nothing to go by.
 *
 * A client connects through a balancer and closes first.  With timestamps on
 * the connection, tcp_tw_reuse lets it have the port again after a second, and
 * tcp_tw_recycle ends the TIME_WAIT after 3.5 RTO.  Where the balancer takes
 * the timestamps out of SYNs, the port is not to be had (EADDRNOTAVAIL), and
 * the TIME_WAIT lasts its 60 seconds.
 *
 * tcp_twsk_unique(); tcp_time_wait() before 4.12 (4396e46187ca).
 *
 * Control: a balancer that leaves them alone.
 *
 * Catches: a TIME_WAIT of a connection without timestamps that is reused or
 * recycled.
 */

#include "linger.h"

#define PORT "40000 40000"
#define REUSABLE_MS 2100
#define LEFT_MS 50000

struct situation {
	bool recycle, strips;
};

static int leave_time_wait(struct lg_net *net, int listener)
{
	struct lg_host *client = lg_host(net, "client");
	int sock = lg_connect(client, 0, lg_host(net, "balancer"), 80);
	int peer = lg_accept(listener);

	lg_close_both(sock, peer);
	return sock;
}

static void assert_reused(struct lg_net *net, bool reused)
{
	struct lg_host *client = lg_host(net, "client");
	int sock = lg_connect_start(client, 0, lg_host(net, "balancer"), 80);

	ck_assert_int_eq(lg_connect_result(sock), reused ? 0 : EADDRNOTAVAIL);
	lg_assert_counted(client, "TWRecycled", reused);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	const struct situation *is = lg_row_data(net);

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", PORT);
	if (is->recycle) {
		lg_recycle(client, true);
		lg_recycle_shorten(client);
	}
	if (is->strips)
		lg_rewrite(lg_host(net, "balancer"),
			   (struct lg_match){ .flags = LG_SYN },
			   (struct lg_edit){ .strip_ts = true });
	int listener = lg_listen(lg_host(net, "server"), 80);
	int sock = leave_time_wait(net, listener);

	lg_pass(net, REUSABLE_MS);
	if (is->recycle && !is->strips) {
		lg_assert_state(sock, TCP_CLOSE);
	} else {
		lg_assert_state(sock, TCP_TIME_WAIT);
		ck_assert_uint_gt(lg_status(sock).left_ms, LEFT_MS);
	}
	if (!is->recycle)
		assert_reused(net, !is->strips);
	if (is->strips) {
		lg_claim(net, 71, true);
		lg_claim(net, 95, true);
	}
}

const struct lg_case lg_case = {
	.topology = "balancer",
	.families = LG_IPV4,
	.rows = {
		{ "reuse", &(const struct situation){ false, false },
		  { { "client", "net.ipv4.tcp_tw_reuse", "1" } } },
		{ "reuse_stripped", &(const struct situation){ false, true },
		  { { "client", "net.ipv4.tcp_tw_reuse", "1" } } },
		{ "recycle", &(const struct situation){ true, false },
		  { { "client", "net.ipv4.tcp_tw_reuse", "0" } } },
		{ "recycle_stripped", &(const struct situation){ true, true },
		  { { "client", "net.ipv4.tcp_tw_reuse", "0" } } },
	},
	.needs = { "recycle" },
	.claims = "71 95",
	.lasts_ms = REUSABLE_MS,
	.run = run,
};
