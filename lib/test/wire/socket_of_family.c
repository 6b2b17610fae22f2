// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets of either family, whatever the variant speaks.
 *
 * Those of IPv6 get no connections of IPv4.
 */

#include "linger.h"

#define PORT 4000

static void connect_to(struct lg_host *host, int family, const char *address)
{
	int listener = lg_socket_of(host, family);
	ck_assert_int_eq(lg_bind(listener, NULL, PORT), 0);
	ck_assert_int_eq(listen(listener, 1), 0);

	int sock = lg_socket_of(host, family);
	lg_connect_socket(sock, address, PORT);
	ck_assert_int_eq(lg_connect_result(sock), 0);
	int peer = lg_accept(listener);
	lg_assert_state(sock, TCP_ESTABLISHED);
	lg_close(sock);
	lg_await_state(peer, TCP_CLOSE_WAIT);
	lg_close(peer);
	lg_await_state(sock, TCP_TIME_WAIT);
}

static void run(struct lg_net *net)
{
	struct lg_host *host = lg_host(net, "server");

	connect_to(host, AF_INET, "127.0.0.1");
	connect_to(host, AF_INET6, "::1");
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.run = run,
};
