// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A raw peer brings the other side's stack into every state, and says no more.
 *
 * As client and as server, with timestamps and without: the stack is where it
 * was walked to, has sent as many segments as that takes, and has got nothing
 * that it would count as wrong.
 */

#include "linger.h"

#include <stdio.h>

struct situation {
	bool raw_is_server;
	uint32_t tsval; /* 0: no timestamps */
	int state;
	const char *last; /* what the stack sends last */
	unsigned sends;	  /* how many segments, after the handshake */
};

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	int sock;

	struct lg_host *raw_host = is->raw_is_server ? server : client;
	struct lg_host *stack_host = is->raw_is_server ? client : server;
	struct lg_raw *raw = lg_raw(raw_host, 4000, stack_host, 80, 7000);
	struct lg_wire *wire = lg_wire(raw_host);

	lg_raw_timestamp(raw, is->tsval);
	if (is->raw_is_server)
		sock = lg_raw_accept(raw);
	else
		sock = lg_raw_connect(raw, lg_listen(stack_host, 80));
	lg_assert_state(sock, TCP_ESTABLISHED);
	struct lg_segment syn = lg_expect(
		wire, is->raw_is_server ? "< S 0:0(0)" : "< S. 0:0(0) ack 1");
	ck_assert(syn.has_ts == (is->tsval || is->raw_is_server));
	if (!is->raw_is_server)
		ck_assert_uint_eq(syn.tsecr, is->tsval);
	else
		lg_expect(wire, "< . 1:1(0) ack 1");

	lg_count_anew(stack_host);
	if (is->state != TCP_ESTABLISHED)
		lg_raw_walk(raw, sock, is->state);
	lg_assert_state(sock, is->state);
	if (is->last) {
		struct lg_segment last = lg_await_segment(wire, is->last);
		ck_assert(last.has_ts == !!is->tsval);
		ck_assert_uint_eq(last.tsecr, is->tsval);
	}
	lg_assert_counted(stack_host, "OutSegs", is->sends);
	lg_assert_counted(stack_host, "InErrs", 0);
	lg_assert_counted(stack_host, "OutRsts", 0);
	lg_assert_counted(raw_host, "OutSegs", 0);
	lg_assert_counted(raw_host, "InSegs", 0);
}

#define ROW(name, ...)                                                         \
	{                                                                      \
		name, &(const struct situation)                                \
		{                                                              \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define ROWS(name, is_server, tsval)                                           \
	ROW(name "_established", is_server, tsval, TCP_ESTABLISHED, NULL, 0),  \
		ROW(name "_close_wait", is_server, tsval, TCP_CLOSE_WAIT,      \
		    "< . 1:1(0) ack 2", 1),                                    \
		ROW(name "_last_ack", is_server, tsval, TCP_LAST_ACK,          \
		    "< F. 1:1(0) ack 2", 2),                                   \
		ROW(name "_fin_wait1", is_server, tsval, TCP_FIN_WAIT1,        \
		    "< F. 1:1(0) ack 1", 1),                                   \
		ROW(name "_fin_wait2", is_server, tsval, TCP_FIN_WAIT2,        \
		    "< F. 1:1(0) ack 1", 1),                                   \
		ROW(name "_closing", is_server, tsval, TCP_CLOSING,            \
		    "< . 2:2(0) ack 2", 2),                                    \
		ROW(name "_time_wait", is_server, tsval, TCP_TIME_WAIT,        \
		    "< . 2:2(0) ack 2", 2)

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows =
		{
			ROWS("client", false, 0),
			ROWS("client_ts", false, 5000),
			ROWS("server", true, 0),
			ROWS("server_ts", true, 5000),
		},
	.run = run,
};
