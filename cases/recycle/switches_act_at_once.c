// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a recycling server drops follows its sysctls at once, and its memory
 * outlives them.
 *
 * A server remembers a client.  As soon as tcp_tw_recycle is off it lets the
 * client's older SYNs in, and as soon as it is on again it drops them, for what
 * it had remembered.  With tcp_timestamps off it sees no SYN's timestamp any
 * more: every SYN of that client is one without, and dropped, be it newer. With
 * tcp_syncookies=2 nothing is checked, since cookies take no look at the
 * memory.
 *
 * tcp_conn_request() before 4.12 (4396e46187ca).
 *
 * Controls: each switch is turned back, and the first outcome comes back.
 *
 * Catches: a memory that a switch erases, a check that outlives its switch.
 */

#include "linger.h"

#define REMEMBERED 1000000020u

struct client {
	struct lg_host *host, *server;
};

static bool is_let_in(struct client client, int32_t later)
{
	static uint16_t port = 20000;
	struct lg_raw *raw =
		lg_raw(client.host, ++port, client.server, 80, 5000);

	lg_raw_timestamp(raw, REMEMBERED + (uint32_t)later);
	uint8_t answer = lg_raw_knock(raw);
	if (answer)
		ck_assert_uint_eq(answer, LG_SYN | LG_ACK);
	return answer;
}

static void run(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	struct client client = { lg_host(net, "client"), server };

	lg_recycle(server, true);
	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client.host, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, REMEMBERED);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);
	ck_assert(!is_let_in(client, -1000));

	lg_recycle(server, false);
	ck_assert(is_let_in(client, -1000));
	lg_recycle(server, true);
	ck_assert(!is_let_in(client, -1000));

	ck_assert(is_let_in(client, 1000));
	lg_sysctl_set(server, "net.ipv4.tcp_timestamps", "0");
	ck_assert(!is_let_in(client, -1000));
	ck_assert(!is_let_in(client, 1000));
	lg_sysctl_set(server, "net.ipv4.tcp_timestamps", "1");
	ck_assert(is_let_in(client, 1000));

	lg_sysctl_set(server, "net.ipv4.tcp_syncookies", "2");
	ck_assert(is_let_in(client, -1000));
	lg_sysctl_set(server, "net.ipv4.tcp_syncookies", "1");
	ck_assert(!is_let_in(client, -1000));

	lg_assert_recycle_drops(server, 5);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.needs = { "recycle" },
	.run = run,
};
