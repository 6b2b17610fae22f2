// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An old duplicate gets a TIME_WAIT killed by the other end's own RST.
 *
 * A server has closed first and is in TIME_WAIT; the client has forgotten the
 * connection.  A duplicate of one of its segments, which was delayed, arrives
 * now.  The server answers with its last ACK, the client, who knows of nothing,
 * with a RST, and that RST has the one number that ends the TIME_WAIT (RFC
 * 1337, hazard 1 and 2.2).  Timestamps do not prevent it: the duplicate's is
 * old, but the RST has none.  With tcp_rfc1337=1 the server ignores the RST.
 *
 * Server: tcp_timewait_state_process(); client: tcp_v4_send_reset().
 *
 * Control: tcp_rfc1337, which is 0 unless somebody sets it.
 *
 * Catches: a TIME_WAIT that survives the RST, or that does not survive it
 * though tcp_rfc1337 says so; a RST with another number.
 */

#include "linger.h"

#include <string.h>

/* The duplicate's timestamp is older than the last one. */
#define LATER_MS 20

/* The connection's first segment of that kind arrives, and is kept to arrive
 * once more. */
static struct lg_rule *connect_with_duplicate(struct lg_net *net, int *sock,
					      int *peer)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct lg_match *match = lg_row_data(net);
	struct lg_rule *duplicate = lg_hold(server, *match);
	char text[5];

	int listener = lg_listen(server, 80);
	*sock = lg_connect_start(client, 4000, server, 80);
	if (match->data) {
		*peer = lg_accept(listener);
		lg_send(*sock, "hello", sizeof(text));
	}
	lg_await_hits(duplicate, 1);
	lg_pass(net, LATER_MS);
	lg_replay(duplicate, 0);
	if (match->data)
		lg_receive(*peer, text, sizeof(text));
	else
		*peer = lg_accept(listener);
	return duplicate;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	bool ignored = lg_sysctl_get(server, "net.ipv4.tcp_rfc1337");
	bool timestamps = lg_sysctl_get(server, "net.ipv4.tcp_timestamps");
	const char *paws = lg_paws_counter(net);
	int sock = -1, peer = -1;

	struct lg_rule *duplicate = connect_with_duplicate(net, &sock, &peer);
	lg_close_both(peer, sock);
	lg_await_state(sock, TCP_CLOSE);
	lg_pass(net, LATER_MS);

	lg_count_anew(client);
	lg_count_anew(server);
	struct lg_wire *wire = lg_wire(client);
	lg_replay(duplicate, 0);
	struct lg_segment ack = lg_expect(wire, "< .");
	struct lg_segment rst = lg_expect(wire, "> R");
	ck_assert_uint_eq(rst.seq, ack.ack);
	lg_await_counted(server, "InSegs", 2);
	lg_expect_none(wire, NULL, 10);

	lg_assert_state(peer, ignored ? TCP_TIME_WAIT : TCP_CLOSE);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), ignored);
	lg_assert_counted(server, paws, timestamps);
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_counted(client, "OutRsts", 1);

	if (ignored) {
		/* The client has what nobody has changed. */
		lg_claim(net, 109,
			 !lg_sysctl_get(client, "net.ipv4.tcp_rfc1337"));
	} else {
		lg_claim(net, 108, true);
		if (timestamps)
			lg_claim(net, 110, true);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", "net.ipv4.tcp_rfc1337", "0 1" },
		{ "*", "net.ipv4.tcp_timestamps", "0 1" },
	},
	.rows = {
		{ "syn", &(const struct lg_match){ .flags = LG_SYN,
						   .times = 1 } },
		{ "ack", &(const struct lg_match){ .flags = LG_ACK,
						   .no_flags = LG_SYN | LG_FIN,
						   .no_data = true,
						   .times = 1 } },
		{ "data", &(const struct lg_match){ .data = true,
						    .times = 1 } },
	},
	.claims = "108 109 110",
	.facts = {
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
	},
	.run = run,
};
