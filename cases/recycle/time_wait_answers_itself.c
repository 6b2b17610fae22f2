// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * While its TIME_WAIT lives, a connection's own ports are not recycled's.
 *
 * A SYN of the same addresses and ports as a TIME_WAIT is that one's to answer,
 * with tcp_tw_recycle or without: a newer timestamp opens a connection, an
 * older one draws a plain ACK, and the RST that a client without the old
 * connection answers with ends the TIME_WAIT.  Nothing is dropped for the
 * memory.  Only when the TIME_WAIT is gone is the older SYN like any other:
 * dropped if the server recycles.
 *
 * tcp_timewait_state_process(); tcp_conn_request() before 4.12 (4396e46187ca).
 *
 * Controls: recycle off; the same SYN once the TIME_WAIT is gone.
 *
 * Catches: a check that comes before the TIME_WAIT's own, or never comes.
 */

#include "linger.h"

#include <string.h>

#define TSVAL 1000000020u

static int leave_time_wait(struct lg_raw *raw, int listener, uint32_t tsval)
{
	lg_raw_timestamp(raw, tsval);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);
	return sock;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	bool recycle = !strcmp(lg_row_name(net), "recycle");

	lg_recycle(server, recycle);
	int listener = lg_listen(server, 80);
	struct lg_raw *first = lg_raw(client, 4000, server, 80, 7000);
	int sock = leave_time_wait(first, listener, TSVAL);
	struct lg_raw *second = lg_raw(client, 4001, server, 80, 7000);
	leave_time_wait(second, listener, TSVAL);

	const char *counter = lg_paws_counter(net);
	lg_count_anew(server);
	struct lg_wire *wire = lg_wire(client);
	struct lg_segment syn =
		lg_inject(first, "S 2:2(0) <mss 1460,sackOK,TS val %u ecr 0>",
			  TSVAL - 1000);
	ck_assert_uint_eq(lg_expect(wire, "< .").ack, syn.seq);
	lg_assert_counted(server, counter, 1);
	lg_assert_recycle_drops(server, 0);
	lg_inject(first, "R 2:2(0)");
	lg_await_state(sock, TCP_CLOSE);

	lg_raw_timestamp(first, TSVAL - 1000);
	ck_assert_uint_eq(lg_raw_knock(first), recycle ? 0 : LG_SYN | LG_ACK);
	lg_assert_recycle_drops(server, recycle);

	lg_raw_timestamp(second, TSVAL + 1);
	ck_assert_uint_eq(lg_raw_knock(second), LG_SYN | LG_ACK);
	lg_assert_recycle_drops(server, recycle);
	lg_assert_counted(server, "PAWSEstab", !strcmp(counter, "PAWSEstab"));
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "recycle" },
		{ "no_recycle" },
	},
	.needs = { "recycle" },
	.facts = {
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
	},
	.run = run,
};
