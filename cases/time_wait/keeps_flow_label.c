// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT keeps the flow label that the server is to reflect.
 *
 * With flowlabel_reflect a server answers with the IPv6 flow label that the
 * client chose, so that what balances by it sees one flow (RFC 6437).  It
 * closes first and is in TIME_WAIT; its answers have that label still, and so
 * have those of a FIN_WAIT2 that no program holds: the ACK of the client's FIN,
 * and the RST that answers data.
 *
 * Server: tcp_time_wait(), tcp_v6_timewait_ack(), tcp_v6_send_reset().
 *
 * In 7.2 the connection itself does not reflect it: tcp_v6_syn_recv_sock()
 * stores the flow without the label, and inet6_csk_xmit() sends by that.
 *
 * Control: without flowlabel_reflect all have one that the server makes of its
 * own hash of the connection.
 *
 * Catches: a TIME_WAIT that forgets the label or the hash, so that its answers
 * take another way than the connection's segments did.
 */

#include "linger.h"

#include <string.h>

/* The second copy meets TIME_WAIT, the first one FIN_WAIT2. */
static struct lg_segment answer_to_fin_again(struct lg_wire *wire, int sock,
					     int peer, struct lg_rule *late)
{
	lg_close(sock);
	lg_await_hits(late, 1);
	lg_replay(late, 0);
	lg_await_segment(wire, "< . 2:2(0) ack 2");
	lg_await_state(peer, TCP_TIME_WAIT);
	lg_replay(late, 0);
	return lg_await_segment(wire, "< . 2:2(0) ack 2");
}

static struct lg_segment answer_to_data(struct lg_wire *wire, int sock)
{
	lg_send(sock, "a", 1);
	return lg_await_segment(wire, "< R");
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	bool reflects = lg_sysctl_get(server, "net.ipv6.flowlabel_reflect");

	int listener = lg_listen(server, 80);
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	uint32_t its = lg_await_segment(wire, "> .").flow_label;
	struct lg_rule *late = lg_hold(server, LG_ANY_FIN);

	lg_close(peer);
	struct lg_segment fin = lg_await_segment(wire, "< F. 1:1(0) ack 1");
	ck_assert_int_eq(lg_await_receive(sock), 0);
	lg_await_state(peer, TCP_FIN_WAIT2);
	ck_assert(lg_status(peer).time_wait);

	struct lg_segment answer =
		!strcmp(lg_row_name(net), "fin_again")
			? answer_to_fin_again(wire, sock, peer, late)
			: answer_to_data(wire, sock);
	ck_assert_uint_ne(its, 0);
	ck_assert_uint_ne(fin.flow_label, 0);
	if (reflects)
		lg_fact(net, "connection reflects the flow label",
			fin.flow_label == its);
	else
		ck_assert_uint_ne(fin.flow_label, its);
	ck_assert_uint_eq(answer.flow_label, reflects ? its : fin.flow_label);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv6.auto_flowlabels", "1" },
		{ "server", "net.ipv6.auto_flowlabels", "1" },
		{ "server", "net.ipv6.flowlabel_reflect", "0 1" },
	},
	.rows = {
		{ "fin_again" },
		{ "data" },
	},
	.facts = {
		{ "connection reflects the flow label",
		  "not only its TIME_WAIT does" },
	},
	.run = run,
};
