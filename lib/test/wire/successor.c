// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A connection's successor is another one, and its ports have names of their
 * own in the trace.
 *
 * The client aborts its connection and connects anew from the same port.  The
 * server has not accepted the second one yet, and holds a descriptor of the
 * first, which is closed whatever there is at the same addresses and ports.
 */

#include "linger.h"

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const uint16_t *port = lg_row_data(net);

	int listener = lg_listen(server, 80);
	int first = lg_connect(client, *port, server, 80);
	int peer = lg_accept(listener);
	uint16_t same = lg_port(first);
	lg_assert_state(peer, TCP_ESTABLISHED);

	lg_abort(first);
	lg_await_state(peer, TCP_CLOSE);
	int second = lg_connect(client, same, server, 80);
	lg_assert_state(peer, TCP_CLOSE);
	lg_assert_state(first, TCP_CLOSE);

	int successor = lg_accept(listener);
	lg_assert_state(second, TCP_ESTABLISHED);
	lg_assert_state(successor, TCP_ESTABLISHED);
	lg_assert_state(peer, TCP_CLOSE);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.ip_local_port_range", "20000\t20999" },
		/* The scale depends on the machine's memory. */
		{ "*", "net.ipv4.tcp_window_scaling", "0" },
	},
	.rows = {
		{ "named", &(const uint16_t){ 40000 } },
		{ "chosen", &(const uint16_t){ 0 } },
	},
	.run = run,
};
