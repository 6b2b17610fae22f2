// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data that come after close() draw a RST.
 *
 * A server's program has closed, and the client goes on to send.  Nobody will
 * ever read that, so the server ends the connection with a RST (RFC 1122,
 * 4.2.2.13), whether its FIN has been acknowledged before, is not, or is by the
 * very segment that brings the data.  Data that have arrived before draw an
 * ACK, and a FIN alone closes as usual.  What follows the client's own FIN is
 * no data, and ignored; nor is a bare ACK that comes before data do which are
 * still on their way.  That FIN itself, if it comes again, draws an ACK, for
 * the one before may have been lost: so it was before close(), too.
 *
 * Server: tcp_rcv_state_process().
 *
 * Controls: data sent again, the FIN that is due, and the one sent again.
 *
 * Catches: a kernel that acknowledges what nobody reads, takes a FIN or an old
 * segment for such data, answers with another number, or leaves the client to
 * send its FIN again and again.
 */

#include "linger.h"

#define ISN 7000u

struct situation {
	int state;
	const char *segment;
	const char *reply; /* NULL: none */
	int becomes;
};

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	bool reset = is->becomes == TCP_CLOSE;
	char data[4];

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_raw_connect(raw, listener);
	lg_inject(raw, "P. 1:5(4) ack 1");
	lg_receive(sock, data, sizeof(data));
	lg_await_segment(wire, "< . 1:1(0) ack 5");
	lg_raw_walk(raw, sock, is->state);
	ck_assert(!lg_status(sock).time_wait);

	wire = lg_wire(client);
	lg_count_anew(server);
	lg_inject(raw, "%s", is->segment);
	if (is->reply)
		lg_expect(wire, is->reply);
	lg_expect_none(wire, "< R", 50);
	lg_expect_none(wire, "< .", 1);
	lg_assert_state(sock, is->becomes);
	lg_assert_counted(server, "OutRsts", reset);
	lg_assert_counted(server, "TCPAbortOnData", reset);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"),
			  is->becomes == TCP_TIME_WAIT);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		/* Beyond 60 s: so FIN_WAIT2 is a full socket's, at first, but
		 * for one row. */
		{ "server", "net.ipv4.tcp_fin_timeout", "90" },
	},
	.rows = {
		{ "fin_wait1",
		  &(const struct situation){ TCP_FIN_WAIT1, "P. 5:9(4) ack 1",
					     "< R 1:1(0)", TCP_CLOSE } },
		{ "fin_wait1_with_ack_of_fin",
		  &(const struct situation){ TCP_FIN_WAIT1, "P. 5:9(4) ack 2",
					     "< R 2:2(0)", TCP_CLOSE } },
		{ "fin_wait1_with_ack_of_fin_and_60_s",
		  &(const struct situation){ TCP_FIN_WAIT1, "P. 5:9(4) ack 2",
					     "< R 2:2(0)", TCP_CLOSE },
		  { { "server", "net.ipv4.tcp_fin_timeout", "60" } } },
		{ "fin_wait1_and_ack_beyond_data",
		  &(const struct situation){ TCP_FIN_WAIT1, ". 9:9(0) ack 1",
					     NULL, TCP_FIN_WAIT1 } },
		{ "fin_wait1_and_ack_of_fin_beyond_data",
		  &(const struct situation){ TCP_FIN_WAIT1, ". 9:9(0) ack 2",
					     NULL, TCP_FIN_WAIT2 } },
		{ "fin_wait1_with_fin",
		  &(const struct situation){ TCP_FIN_WAIT1, "FP. 5:9(4) ack 2",
					     "< R 2:2(0)", TCP_CLOSE } },
		{ "fin_wait1_and_old_data",
		  &(const struct situation){ TCP_FIN_WAIT1, "P. 1:5(4) ack 1",
					     "< . 2:2(0) ack 5",
					     TCP_FIN_WAIT1 } },
		{ "fin_wait1_and_fin",
		  &(const struct situation){ TCP_FIN_WAIT1, "F. 5:5(0) ack 2",
					     "< . 2:2(0) ack 6",
					     TCP_TIME_WAIT } },
		{ "fin_wait2",
		  &(const struct situation){ TCP_FIN_WAIT2, "P. 5:9(4) ack 2",
					     "< R 2:2(0)", TCP_CLOSE } },
		{ "fin_wait2_with_fin",
		  &(const struct situation){ TCP_FIN_WAIT2, "FP. 5:9(4) ack 2",
					     "< R 2:2(0)", TCP_CLOSE } },
		{ "fin_wait2_and_old_data",
		  &(const struct situation){ TCP_FIN_WAIT2, "P. 1:5(4) ack 2",
					     "< . 2:2(0) ack 5",
					     TCP_FIN_WAIT2 } },
		{ "fin_wait2_and_fin",
		  &(const struct situation){ TCP_FIN_WAIT2, "F. 5:5(0) ack 2",
					     "< . 2:2(0) ack 6",
					     TCP_TIME_WAIT } },
		{ "closing_after_fin",
		  &(const struct situation){ TCP_CLOSING, "P. 6:10(4) ack 1",
					     NULL, TCP_CLOSING } },
		{ "last_ack_after_fin",
		  &(const struct situation){ TCP_LAST_ACK, "P. 6:10(4) ack 1",
					     NULL, TCP_LAST_ACK } },
		{ "closing_and_fin_again",
		  &(const struct situation){ TCP_CLOSING, "F. 5:5(0) ack 1",
					     "< . 2:2(0) ack 6",
					     TCP_CLOSING } },
		{ "last_ack_and_fin_again",
		  &(const struct situation){ TCP_LAST_ACK, "F. 5:5(0) ack 1",
					     "< . 2:2(0) ack 6",
					     TCP_LAST_ACK } },
		{ "close_wait_and_fin_again",
		  &(const struct situation){ TCP_CLOSE_WAIT, "F. 5:5(0) ack 1",
					     "< . 1:1(0) ack 6",
					     TCP_CLOSE_WAIT } },
	},
	.run = run,
};
