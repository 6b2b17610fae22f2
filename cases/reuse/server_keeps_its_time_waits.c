// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tcp_tw_reuse does nothing for a server that closes first.
 *
 * A TIME_WAIT is reused by connect() only.  So the TIME_WAITs of a server stay
 * for their 60 seconds, with tcp_tw_reuse or without, while clients come from
 * other ports, and none is counted as TWRecycled.  A client that comes from the
 * same port again is let in by the TIME_WAIT itself, which its SYN ends; that
 * is not a reuse in this sense, needs no sysctl, and no counter tells of it.
 *
 * tcp_twsk_unique() is called by __inet_check_established() alone;
 * tcp_timewait_state_process().
 *
 * Controls: the three values of tcp_tw_reuse; the client that comes from the
 * same port.
 *
 * Catches: a kernel whose server's TIME_WAITs end early, or that counts what
 * accept() does as TWRecycled.
 */

#include "linger.h"

#define CLIENTS 5
#define FIRST_PORT 4000
#define REUSABLE_MS 2100

static int serve(struct lg_net *net, int listener, unsigned n)
{
	int sock =
		lg_connect(lg_host(net, "client"), (uint16_t)(FIRST_PORT + n),
			   lg_host(net, "server"), 80);
	int peer = lg_accept(listener);

	lg_close_both(peer, sock);
	return peer;
}

static void assert_there_are(struct lg_host *server, unsigned n)
{
	ck_assert_uint_eq(lg_count_state(server, TCP_TIME_WAIT), n);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), n);
	lg_assert_counted(server, "TWRecycled", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	int waiting[CLIENTS];

	int listener = lg_listen(server, 80);
	for (unsigned i = 0; i < CLIENTS; i++)
		waiting[i] = serve(net, listener, i);
	assert_there_are(server, CLIENTS);

	lg_pass(net, REUSABLE_MS);
	for (unsigned i = CLIENTS; i < 2 * CLIENTS; i++)
		serve(net, listener, i);
	assert_there_are(server, 2 * CLIENTS);
	for (unsigned i = 0; i < CLIENTS; i++)
		lg_assert_state(waiting[i], TCP_TIME_WAIT);

	lg_connect(client, FIRST_PORT, server, 80);
	lg_assert_state(lg_accept(listener), TCP_ESTABLISHED);
	assert_there_are(server, 2 * CLIENTS - 1);

	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), 0);
	lg_assert_counted(server, "OutRsts", 0);
	lg_claim(net, 10, true);
	lg_claim(net, 69, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", "net.ipv4.tcp_tw_reuse", "0 1 2" },
	},
	.claims = "10 69",
	.lasts_ms = REUSABLE_MS,
	.run = run,
};
