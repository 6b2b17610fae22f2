// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A duplicated segment arrives so many times more, and others once.
 *
 * Between two stacks: the server takes the first data as they are, says of the
 * copies that it has them already (DSACK), and gets the next data once.
 */

#include "linger.h"

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	char text[4];

	int listener = lg_listen(server, 80);
	struct lg_rule *copy = lg_duplicate(
		server, (struct lg_match){ .data = true, .times = 1 }, 2);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	struct lg_wire *wire = lg_wire(server);

	lg_send(sock, "once", 4);
	lg_await_hits(copy, 1);
	lg_await_segment(wire, "< P. 1:5(4) ack 1");
	lg_await_segment(wire, "< P. 1:5(4) ack 1");
	lg_await_segment(wire, "< P. 1:5(4) ack 1");
	lg_receive(peer, text, sizeof(text));
	ck_assert_mem_eq(text, "once", 4);
	lg_await_counted(server, "TCPDSACKOldSent", 1);

	lg_send(sock, "more", 4);
	lg_await_segment(wire, "< P. 5:9(4) ack 1");
	lg_receive(peer, text, sizeof(text));
	ck_assert_mem_eq(text, "more", 4);
	lg_expect_none(wire, "< P.", 20);
	ck_assert_uint_eq(lg_hits(copy), 1);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.run = run,
};
