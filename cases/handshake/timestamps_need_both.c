// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timestamps are used if both ends have them, and not otherwise.
 *
 * The SYN of a client that has tcp_timestamps carries the option, with nothing
 * to echo.  The server's SYN-ACK has it if the SYN did and the server wants it,
 * too, and echoes what the SYN said.  From then on every segment carries it, or
 * none does (RFC 7323, 3.2).  So a middlebox that takes the option out of the
 * SYN turns timestamps off for both.
 *
 * Client: tcp_syn_options(); server: tcp_parse_options(), tcp_synack_options();
 * both: tcp_established_options().
 *
 * Controls: the four combinations of the sysctl, and the option taken away.
 *
 * Catches: a kernel that offers what it was told not to, that uses timestamps
 * without the other's consent or drops them in spite of it, or echoes wrongly.
 */

#include "linger.h"

#include <string.h>

/* `echoed` is what the other end has said last; `sent` gets what this says. */
static void assert_timestamps(struct lg_wire *wire, const char *notation,
			      bool used, uint32_t *echoed, uint32_t *sent)
{
	struct lg_segment segment = lg_expect(wire, notation);

	ck_assert_int_eq(segment.has_ts, used);
	if (!used)
		return;
	ck_assert_uint_eq(segment.tsecr, *echoed);
	*sent = segment.tsval;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	bool stripped = !strcmp(lg_row_name(net), "stripped");
	bool offered = lg_sysctl_get(client, "net.ipv4.tcp_timestamps");
	bool used = offered && !stripped &&
		    lg_sysctl_get(server, "net.ipv4.tcp_timestamps");
	uint32_t clients = 0, servers = 0, none = 0;
	char data[4] = "abc";

	if (stripped)
		lg_rewrite(server, LG_PURE_SYN,
			   (struct lg_edit){ .strip_ts = true });
	int listener = lg_listen(server, 80);
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);

	assert_timestamps(wire, "> S 0:0(0)", offered, &none, &clients);
	assert_timestamps(wire, "< S. 0:0(0) ack 1", used, &clients, &servers);
	assert_timestamps(wire, "> . 1:1(0) ack 1", used, &servers, &clients);

	lg_send(sock, data, 3);
	lg_receive(peer, data, 3);
	assert_timestamps(wire, "> P. 1:4(3) ack 1", used, &servers, &clients);
	assert_timestamps(wire, "< . 1:1(0) ack 4", used, &clients, &servers);

	lg_close(sock);
	lg_await_state(sock, TCP_FIN_WAIT2);
	lg_close(peer);
	lg_await_state(sock, TCP_TIME_WAIT);
	assert_timestamps(wire, "> F. 4:4(0) ack 1", used, &servers, &clients);
	assert_timestamps(wire, "< . 1:1(0) ack 5", used, &clients, &servers);
	assert_timestamps(wire, "< F. 1:1(0) ack 5", used, &clients, &servers);
	assert_timestamps(wire, "> . 5:5(0) ack 2", used, &servers, &clients);

	lg_claim(net, 32, true);
	if (offered) {
		lg_claim(net, 22, true);
		lg_claim(net, 34, true);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_timestamps", "0 1" },
		{ "server", "net.ipv4.tcp_timestamps", "0 1" },
	},
	.rows = {
		{ "whole" },
		{ "stripped" },
	},
	.claims = "22 32 34",
	.run = run,
};
