// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What tcp_tw_recycle adds to tcp_tw_reuse depends on the round trip.
 *
 * A client has one port, closes first, and connects as often as it can.  With
 * tcp_tw_reuse it may have the port again after a second.  With tcp_tw_recycle
 * as well the TIME_WAIT is gone after 3.5 RTO: sooner in a local network, so
 * that there are more connections; later where the round trip is long, so that
 * there are as many as without.
 *
 * tcp_twsk_unique(); tcp_time_wait() before 4.12 (4396e46187ca).
 *
 * Controls: tcp_tw_reuse alone, nearby and far.
 *
 * Catches: another wait of tcp_tw_reuse or another RTO than these.
 */

#include "linger.h"

#include <unistd.h>

#define PORT "40000 40000"
#define LASTS_MS 6000
#define TRIES_MS 50

struct situation {
	unsigned delay_ms; /* each way */
	bool adds;
};

static void serve(int sock, int listener)
{
	int peer = lg_accept(listener);

	lg_close_both(sock, peer);
}

/* How many connections there are in LASTS_MS. */
static unsigned connect_often(struct lg_net *net, uint16_t to_port)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	int listener = lg_listen(server, to_port);
	int64_t until = lg_now_ms() + LASTS_MS;
	unsigned n = 0;

	while (lg_now_ms() < until) {
		int sock = lg_connect_start(client, 0, server, to_port);
		int error = lg_connect_result(sock);
		if (!error) {
			serve(sock, listener);
			n++;
			continue;
		}
		ck_assert_int_eq(error, EADDRNOTAVAIL);
		close(sock);
		lg_pass(net, TRIES_MS);
	}
	return n;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	const struct situation *is = lg_row_data(net);

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", PORT);
	lg_recycle(client, false);
	lg_recycle_shorten(client);
	if (is->delay_ms)
		lg_release_after(lg_hold(lg_host(net, "router"), LG_ANY),
				 is->delay_ms);
	unsigned alone = connect_often(net, 80);
	lg_recycle(client, true);
	unsigned both = connect_often(net, 81);

	/* Where the ticks fall may make a difference of one. */
	if (is->adds)
		ck_assert_uint_ge(both, alone + 2);
	else
		ck_assert_uint_le(both, alone + 1);
	ck_assert_uint_ge(both + 1, alone);
	ck_assert_uint_gt(alone, 1);
	lg_observe(net, "recycle adds", is->adds ? "some" : "nothing");
	lg_claim(net, 17, !is->adds);
}

const struct lg_case lg_case = {
	.topology = "routed",
	.families = LG_IPV4,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "1" },
	},
	.rows = {
		{ "nearby", &(const struct situation){ 0, true } },
		{ "far", &(const struct situation){ 200, false } },
	},
	.needs = { "recycle", "virtual-time" },
	.claims = "17",
	.lasts_ms = 2 * LASTS_MS,
	.run = run,
};
