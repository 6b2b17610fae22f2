// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * With tcp_tw_reuse, ports in TIME_WAIT can be used again after a moment.
 *
 * A client's range is full of TIME_WAITs to one server.  Once the reuse delay
 * has passed (tcp_tw_reuse_delay from 6.14 on, up to two seconds before that),
 * connect() takes them over one by one, and TWRecycled counts each; but only if
 * tcp_tw_reuse is 1, or is 2 and the connection is on loopback (4.19 and
 * later), and only if both sides used timestamps.  In every other combination
 * it goes on to fail with EADDRNOTAVAIL.
 *
 * Client: tcp_twsk_unique(), __inet_check_established().
 *
 * Control: the combinations that must fail are the variants beside those that
 * must not.
 *
 * Catches: a kernel that takes over a TIME_WAIT without timestamps, too early,
 * or for a remote server with tcp_tw_reuse=2; or one that does not at all.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>

#define FIRST 20000
#define PORTS 10
#define DELAY "net.ipv4.tcp_tw_reuse_delay"

/* Longer than any kernel's delay with its default. */
#define PATIENCE_MS 2100

static void set_range(struct lg_host *client, int first, int last)
{
	char range[32];
	snprintf(range, sizeof(range), "%d %d", first, last);
	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", range);
}

static void plot(struct lg_net *net, struct lg_host *client, int64_t since_ms)
{
	lg_plot_point(net, "TIME_WAITs by ms", lg_now_ms() - since_ms,
		      lg_count_state(client, TCP_TIME_WAIT));
}

static void fill(struct lg_host *client, struct lg_host *server, int listener)
{
	for (int i = 0; i < PORTS; i++) {
		/* One port at a time: none is taken over while others fill. */
		set_range(client, FIRST + i, FIRST + i);
		int sock = lg_connect(client, 0, server, 80);
		int peer = lg_accept(listener);
		lg_close_both(sock, peer);
	}
	set_range(client, FIRST, FIRST + PORTS - 1);
}

static int try_to_connect(struct lg_host *client, struct lg_host *server)
{
	return lg_connect_result(lg_connect_start(client, 0, server, 80));
}

static void judge_claims(struct lg_net *net, long reuse, bool timestamps)
{
	if (timestamps) {
		lg_claim(net, 7, true);
		lg_claim(net, 64, false);
		lg_claim(net, 133, true);
	} else if (reuse == 1) {
		lg_claim(net, 31, true);
		lg_claim(net, 46, true);
		/* The server has the default, unless the row changes it. */
		if (!strcmp(lg_row_name(net), "remote"))
			lg_claim(net, 63,
				 lg_sysctl_get(lg_host(net, "server"),
					       "net.ipv4.tcp_timestamps") == 1);
	}
}

static void run(struct lg_net *net)
{
	bool loopback = !strcmp(lg_row_name(net), "loopback");
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = loopback ? client : lg_host(net, "server");
	long reuse = lg_sysctl_get(client, "net.ipv4.tcp_tw_reuse");
	bool timestamps = lg_sysctl_get(client, "net.ipv4.tcp_timestamps") &&
			  lg_sysctl_get(server, "net.ipv4.tcp_timestamps");
	bool reusable = timestamps && (reuse == 1 || (reuse == 2 && loopback));

	/* The kernels that do not know the loopback mode do not refuse it. */
	if (reuse == 2 &&
	    lg_sysctl_get(lg_host(net, "server"), "net.ipv4.tcp_tw_reuse") != 2)
		lg_skip(net, "needs tcp_tw_reuse=2 as the default (4.19)");

	/* However slowly this runs, no delay must pass before we look. */
	bool has_delay = lg_has(net, "sysctl " DELAY);
	if (has_delay)
		lg_sysctl_set(client, DELAY, "60000");

	int listener = lg_listen(server, 80);
	int64_t since_ms = lg_now_ms();
	plot(net, client, since_ms);
	fill(client, server, listener);
	plot(net, client, since_ms);
	lg_pass(net, PATIENCE_MS);
	plot(net, client, since_ms);
	ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), PORTS);
	if (has_delay) {
		ck_assert_int_eq(try_to_connect(client, server), EADDRNOTAVAIL);
		lg_assert_counted(client, "TWRecycled", 0);
		lg_sysctl_set(client, DELAY, "1000");
	}

	int expected = reusable ? 0 : EADDRNOTAVAIL;
	int attempts = reusable ? PORTS : 1;
	for (int i = 0; i < attempts; i++) {
		ck_assert_int_eq(try_to_connect(client, server), expected);
		plot(net, client, since_ms);
	}
	lg_assert_counted(client, "TWRecycled", reusable ? PORTS : 0);

	/* All of them are connections now: there is nothing left to reuse. */
	ck_assert_int_eq(try_to_connect(client, server), EADDRNOTAVAIL);
	if (reusable || !timestamps)
		judge_claims(net, reuse, timestamps);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0 1 2" },
		{ "client", "net.ipv4.tcp_timestamps", "0 1" },
	},
	.rows = {
		{ "remote" },
		{ "remote_without_timestamps",
		  .sysctls = { { "server", "net.ipv4.tcp_timestamps", "0" } } },
		{ "loopback" },
	},
	.claims = "7 31 46 63 64 133",
	.facts = {
		{ "sysctl " DELAY,
		  "the delay is a sysctl's, else up to two seconds" },
	},
	.lasts_ms = PATIENCE_MS,
	.run = run,
};
