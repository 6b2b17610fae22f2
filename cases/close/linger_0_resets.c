// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * With SO_LINGER and a time of 0, close() is a RST and nothing is left.
 *
 * Wherever the other end might still wait for something, it gets a RST that
 * begins where the data end and acknowledges what has come: from ESTABLISHED,
 * CLOSE_WAIT, FIN_WAIT1 and FIN_WAIT2.  In CLOSING and LAST_ACK both FINs are
 * sent, and the connection goes in silence, as it does in SYN_SENT.  What is in
 * flight is abandoned.  Neither a TIME_WAIT nor anything else remains: the next
 * segment is answered by a RST.
 *
 * Server: tcp_close(), tcp_disconnect(), tcp_need_reset().
 *
 * Control: the same close() without SO_LINGER, in ESTABLISHED, is a FIN.
 *
 * Catches: a kernel that sends no RST, or one with the wrong numbers, that
 * sends one where none is due, or keeps a TIME_WAIT.
 */

#include "linger.h"

#define ISN 7000u

struct situation {
	int state;
	bool lingers;	   /* else SO_LINGER is not set */
	bool data;	   /* some is in flight */
	const char *reset; /* NULL: none is sent */
};

/* Into the state, with the socket still open. */
static void walk(struct lg_raw *raw, struct lg_wire *wire, int sock, int state)
{
	if (state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK)
		lg_raw_walk(raw, sock, TCP_CLOSE_WAIT);
	if (state != TCP_CLOSE_WAIT && state != TCP_ESTABLISHED) {
		lg_send_fin(sock);
		lg_await_segment(wire, "< F. 1:1(0)");
	}
	if (state == TCP_FIN_WAIT2)
		lg_inject(raw, ". 1:1(0) ack 2");
	if (state == TCP_CLOSING) {
		lg_inject(raw, "F. 1:1(0) ack 1");
		lg_await_segment(wire, "< . 2:2(0) ack 2");
	}
	lg_await_state(sock, state);
}

static int connect_to(struct lg_net *net, struct lg_raw *raw,
		      struct lg_wire *wire, const struct situation *is)
{
	struct lg_host *server = lg_host(net, "server");

	if (is->state == TCP_SYN_SENT) {
		int sock = lg_connect_start(server, 80, lg_host(net, "client"),
					    4000);
		lg_expect(wire, "< S 0:0(0)");
		return sock;
	}
	int listener = lg_listen(server, 80);
	int sock = lg_raw_connect(raw, listener);
	lg_close(listener);
	walk(raw, wire, sock, is->state);
	return sock;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	int sock = connect_to(net, raw, wire, is);
	if (is->data) {
		lg_send(sock, "abcde", 5);
		lg_await_segment(wire, "< P. 1:6(5)");
	}
	wire = lg_wire(client);
	lg_count_anew(server);

	if (!is->lingers) {
		lg_close(sock);
		lg_expect(wire, "< F. 1:1(0) ack 1");
		lg_assert_state(sock, TCP_FIN_WAIT1);
		lg_assert_counted(server, "TCPAbortOnData", 0);
		return;
	}
	lg_abort(sock);
	lg_assert_state(sock, TCP_CLOSE);
	if (is->reset)
		lg_expect(wire, is->reset);
	lg_expect_none(wire, "< R.", 100);
	lg_assert_counted(server, "OutRsts", is->reset != NULL);
	lg_assert_counted(server, "TCPAbortOnData", 1);
	lg_assert_counted(server, "TCPAbortOnClose", 0);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 0);

	lg_inject(raw, ". 2:2(0) ack 2");
	lg_await_segment(wire, "< R 2:2(0)");
	if (is->state == TCP_ESTABLISHED)
		lg_claim(net, 8, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "established",
		  &(const struct situation){ TCP_ESTABLISHED, true, false,
					     "< R. 1:1(0) ack 1" } },
		{ "established_without",
		  &(const struct situation){ TCP_ESTABLISHED, false, false,
					     NULL } },
		{ "established_with_data_in_flight",
		  &(const struct situation){ TCP_ESTABLISHED, true, true,
					     "< R. 6:6(0) ack 1" } },
		{ "close_wait",
		  &(const struct situation){ TCP_CLOSE_WAIT, true, false,
					     "< R. 1:1(0) ack 2" } },
		{ "fin_wait1",
		  &(const struct situation){ TCP_FIN_WAIT1, true, false,
					     "< R. 2:2(0) ack 1" } },
		{ "fin_wait2",
		  &(const struct situation){ TCP_FIN_WAIT2, true, false,
					     "< R. 2:2(0) ack 1" } },
		{ "closing",
		  &(const struct situation){ TCP_CLOSING, true, false, NULL } },
		{ "last_ack",
		  &(const struct situation){ TCP_LAST_ACK, true, false,
					     NULL } },
		{ "syn_sent",
		  &(const struct situation){ TCP_SYN_SENT, true, false,
					     NULL } },
	},
	.claims = "8",
	.run = run,
};
