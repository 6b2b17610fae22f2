// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new SYN ends a TIME_WAIT even if the listener has no room for it.
 *
 * A server in TIME_WAIT gets a SYN with a newer timestamp, but nobody has
 * accepted the connections that wait in the listener's queue, and it is full.
 * The kernel gives the TIME_WAIT up first and looks for room afterwards: the
 * SYN is dropped without a word, as ListenOverflows and ListenDrops say, and
 * the TIME_WAIT is gone.  Sent again when there is room, the SYN is one like
 * any other: its answer begins where the clock says, not beyond the old
 * connection's numbers.
 *
 * Server: tcp_v4_rcv(), inet_twsk_deschedule_put(), tcp_conn_request().
 *
 * Control: with room in the queue the SYN is answered at once, by a number
 * beyond the old ones.
 *
 * Catches: a kernel that answers with a RST, does not count the drop, keeps the
 * TIME_WAIT but drops the SYN, or remembers the number that it has chosen for
 * the dropped SYN.
 */

#include "linger.h"

#define ISN 7000u
#define BEYOND (65535 + 2)
#define SYN "S 1:1(0) <mss 1460,sackOK,TS val 2000 ecr 0>"

static struct lg_raw *fill_queue(struct lg_host *client, struct lg_host *server,
				 int listener, struct lg_wire *wire)
{
	/* One connection fits into a queue of 0. */
	ck_assert_int_eq(listen(listener, 0), 0);
	struct lg_raw *other = lg_raw(client, 4001, server, 80, ISN);
	lg_inject(other, "S 0:0(0) <mss 1460>");
	lg_await_segment(wire, "< S. 0:0(0) ack 1");
	lg_inject(other, ". 1:1(0) ack 1");
	lg_await_counted(server, "PassiveOpens", 2);
	return other;
}

static struct lg_segment open_anew(struct lg_raw *raw, struct lg_wire *wire,
				   int listener)
{
	lg_inject(raw, SYN);
	struct lg_segment reply = lg_await_segment(wire, "< S.");

	ck_assert_uint_eq(reply.dport, 4000);
	ck_assert_uint_eq(reply.ack, ISN + 2);
	lg_inject(raw, ". 2:2(0) ack 1 <TS val 2001 ecr 0>");
	lg_assert_state(lg_accept(listener), TCP_ESTABLISHED);
	return reply;
}

static void assert_dropped(struct lg_host *server, struct lg_raw *raw,
			   struct lg_wire *wire, int sock)
{
	lg_count_anew(server);
	for (int i = 1; i <= 2; i++) {
		lg_inject(raw, SYN);
		lg_await_counted(server, "ListenDrops", i);
		lg_assert_counted(server, "ListenOverflows", i);
		lg_assert_state(sock, TCP_CLOSE);
		ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 0);
	}
	lg_expect_none(wire, NULL, 100);
	lg_assert_counted(server, "OutRsts", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const bool *full = lg_row_data(net);

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	lg_raw_timestamp(raw, 1000);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);
	struct lg_segment last = lg_await_segment(wire, "< . 2:2(0) ack 2");

	if (*full) {
		fill_queue(client, server, listener, wire);
		assert_dropped(server, raw, wire, sock);
		lg_accept(listener);
	}
	uint32_t isn = open_anew(raw, wire, listener).seq;
	if (*full)
		ck_assert_uint_ne(isn, last.seq + BEYOND);
	else if (lg_has(net, "sysctl net.ipv4.tcp_tw_reuse_delay"))
		ck_assert_uint_eq(isn, last.seq + BEYOND);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "full_queue", &(const bool){ true } },
		{ "room", &(const bool){ false } },
	},
	.facts = {
		{ "sysctl net.ipv4.tcp_tw_reuse_delay",
		  "the new connection's ISN is what TIME_WAIT chose (6.10)" },
	},
	.run = run,
};
