// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A port in TIME_WAIT is free again after 60 seconds.
 *
 * The client's range has one port, and a TIME_WAIT holds it.  connect() fails
 * with EADDRNOTAVAIL for as long as the TIME_WAIT is there, and succeeds when
 * it is gone: not before TCP_TIMEWAIT_LEN (60 s) have passed, and not much
 * later, since the kernel's timer wheel is late by an eighth at most.
 *
 * tcp_time_wait(), __inet_twsk_schedule(), tw_timer_handler().
 *
 * Control: tcp_fin_timeout, which many take for the length of TIME_WAIT, is
 * varied and must not matter.
 *
 * Catches: a kernel whose TIME_WAIT is shorter or longer, or depends on
 * tcp_fin_timeout; one that gives the port up too early.
 */

#include "linger.h"

#define TIME_WAIT_MS 60000
#define ALMOST_MS 50000
/* An eighth, and the time until this process runs again. */
#define LATEST_MS 68000

static void assert_refused(struct lg_host *client, struct lg_host *server)
{
	int sock = lg_connect_start(client, 0, server, 80);
	ck_assert_int_eq(lg_connect_result(sock), EADDRNOTAVAIL);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", "20000 20000");
	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);

	lg_close(sock);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	int64_t closed = lg_now_ms();
	lg_close(peer);
	lg_await_state(sock, TCP_TIME_WAIT);

	ck_assert_uint_le(lg_status(sock).left_ms, TIME_WAIT_MS);
	assert_refused(client, server);

	lg_pass(net, ALMOST_MS);
	assert_refused(client, server);
	ck_assert(lg_status(sock).time_wait);

	lg_await_state_within(sock, TCP_CLOSE, LATEST_MS);
	/* Both are whole milliseconds: the difference may lack one. */
	ck_assert_int_ge(lg_now_ms() - closed, TIME_WAIT_MS - 1);
	lg_connect(client, 0, server, 80);
	lg_assert_counted(client, "TWRecycled", 0);
	/* At its beginning or at its end, which differs by kernel. */
	lg_assert_counted(client, "TW", 1);

	lg_claim(net, 19, true);
	lg_claim(net, 28, true);
	lg_claim(net, 58, true);
	lg_claim(net, 74, false);
	lg_claim(net, 75, false);
	lg_claim(net, 117, false);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0" },
		{ "client", "net.ipv4.tcp_fin_timeout", "5 60" },
	},
	.claims = "19 28 58 74 75 117",
	.lasts_ms = 62000,
	.run = run,
};
