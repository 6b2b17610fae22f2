// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A raw peer brings the other side's stack into every state, and says no more.
 *
 * As client and as server, with timestamps and without: the stack is where it
 * was walked to, has sent as many segments as that takes, and has got nothing
 * that it would count as wrong.
 */

#include "linger.h"

struct situation {
	bool raw_is_server;
	int state;
	const char *last; /* what the stack sends last */
	unsigned sends;	  /* how many segments, after the handshake */
};

static void expect_handshake(struct lg_wire *wire, const struct situation *is,
			     uint32_t tsval)
{
	if (is->raw_is_server) {
		lg_expect(wire, "< S 0:0(0)");
		struct lg_segment ack = lg_expect(wire, "< . 1:1(0) ack 1");
		ck_assert(ack.has_ts == (tsval != 0));
	} else {
		struct lg_segment syn = lg_expect(wire, "< S. 0:0(0) ack 1");
		ck_assert(syn.has_ts == (tsval != 0));
		ck_assert_uint_eq(syn.tsecr, tsval);
	}
}

/* From the raw peer's `port`; no timestamps if `tsval` is 0. */
static void walk(struct lg_net *net, const struct situation *is, uint16_t port,
		 uint32_t tsval)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct lg_host *peer = is->raw_is_server ? server : client;
	struct lg_host *stack = is->raw_is_server ? client : server;

	int listener = is->raw_is_server ? -1 : lg_listen(stack, port);
	struct lg_raw *raw = lg_raw(peer, 4000, stack, port, 7000);
	struct lg_wire *wire = lg_wire(peer);

	lg_raw_timestamp(raw, tsval);
	int sock = is->raw_is_server ? lg_raw_accept(raw)
				     : lg_raw_connect(raw, listener);
	lg_assert_state(sock, TCP_ESTABLISHED);
	expect_handshake(wire, is, tsval);

	lg_count_anew(stack);
	if (is->state != TCP_ESTABLISHED)
		lg_raw_walk(raw, sock, is->state);
	lg_assert_state(sock, is->state);
	if (is->last) {
		struct lg_segment last = lg_await_segment(wire, is->last);
		ck_assert_uint_eq(last.tsecr, tsval);
	}
	ck_assert_uint_eq(lg_counted(stack, "OutSegs") -
				  lg_counted(stack, "RetransSegs"),
			  is->sends);
	lg_assert_counted(stack, "InErrs", 0);
	lg_assert_counted(stack, "OutRsts", 0);
	lg_assert_counted(peer, "OutSegs", 0);
	lg_assert_counted(peer, "InSegs", 0);
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);

	walk(net, is, 80, 0);
	walk(net, is, 81, 5000);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "client_established",
		  &(const struct situation){ false, TCP_ESTABLISHED,
					     NULL, 0 } },
		{ "client_close_wait",
		  &(const struct situation){ false, TCP_CLOSE_WAIT,
					     "< . 1:1(0) ack 2", 1 } },
		{ "client_last_ack",
		  &(const struct situation){ false, TCP_LAST_ACK,
					     "< F. 1:1(0) ack 2", 2 } },
		{ "client_fin_wait1",
		  &(const struct situation){ false, TCP_FIN_WAIT1,
					     "< F. 1:1(0) ack 1", 1 } },
		{ "client_fin_wait2",
		  &(const struct situation){ false, TCP_FIN_WAIT2,
					     "< F. 1:1(0) ack 1", 1 } },
		{ "client_closing",
		  &(const struct situation){ false, TCP_CLOSING,
					     "< . 2:2(0) ack 2", 2 } },
		{ "client_time_wait",
		  &(const struct situation){ false, TCP_TIME_WAIT,
					     "< . 2:2(0) ack 2", 2 } },
		{ "server_established",
		  &(const struct situation){ true, TCP_ESTABLISHED,
					     NULL, 0 } },
		{ "server_close_wait",
		  &(const struct situation){ true, TCP_CLOSE_WAIT,
					     "< . 1:1(0) ack 2", 1 } },
		{ "server_last_ack",
		  &(const struct situation){ true, TCP_LAST_ACK,
					     "< F. 1:1(0) ack 2", 2 } },
		{ "server_fin_wait1",
		  &(const struct situation){ true, TCP_FIN_WAIT1,
					     "< F. 1:1(0) ack 1", 1 } },
		{ "server_fin_wait2",
		  &(const struct situation){ true, TCP_FIN_WAIT2,
					     "< F. 1:1(0) ack 1", 1 } },
		{ "server_closing",
		  &(const struct situation){ true, TCP_CLOSING,
					     "< . 2:2(0) ack 2", 2 } },
		{ "server_time_wait",
		  &(const struct situation){ true, TCP_TIME_WAIT,
					     "< . 2:2(0) ack 2", 2 } },
	},
	.run = run,
};
