// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TIME_WAIT lasts 60 seconds, however long conntrack's state of that name does.
 *
 * A host with NAT tracks its own connections, too, and has a TIME_WAIT of its
 * own for each, of nf_conntrack_tcp_timeout_time_wait seconds (120 if nobody
 * has changed it).  The host opens a connection and is the first to close it.
 * TCP's TIME_WAIT is gone after 60 seconds, whether conntrack has long
 * forgotten the connection or is to remember it for as long again.
 *
 * inet_twsk_schedule(); nf_conntrack_tcp_packet().
 *
 * Controls: a time that is shorter and one that is longer.
 *
 * Catches: a kernel in which one of the two depends on the other.
 */

#include "linger.h"

#define TIME_WAIT_MS 60000
#define LATEST_MS 68000
#define TIMEOUT "net.netfilter.nf_conntrack_tcp_timeout_time_wait"
#define ENTRIES "net.netfilter.nf_conntrack_count"

static void run(struct lg_net *net)
{
	struct lg_host *router = lg_host(net, "router");
	struct lg_host *server = lg_host(net, "server");

	int listener = lg_listen(server, 80);
	int sock = lg_connect(router, 4000, server, 80);
	int peer = lg_accept(listener);
	ck_assert_int_ge(lg_sysctl_get(router, ENTRIES), 1);

	lg_close(sock);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	int64_t closed_ms = lg_now_ms();
	lg_close(peer);
	lg_await_state(sock, TCP_TIME_WAIT);
	ck_assert_uint_le(lg_status(sock).left_ms, TIME_WAIT_MS);

	lg_await_state_within(sock, TCP_CLOSE, LATEST_MS);
	ck_assert_int_ge(lg_now_ms() - closed_ms, TIME_WAIT_MS - 1);
	if (lg_sysctl_get(router, TIMEOUT) * 1000 > LATEST_MS)
		ck_assert_int_ge(lg_sysctl_get(router, ENTRIES), 1);
	lg_claim(net, 134, true);
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "router", TIMEOUT, "1 120" },
	},
	.needs = { "conntrack" },
	.claims = "134",
	.lasts_ms = 62000,
	.run = run,
};
