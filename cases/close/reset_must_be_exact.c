// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only a RST with exactly the next number ends a connection.
 *
 * In every state with a full socket, a RST that has the next number expected
 * ends the connection.  One that is elsewhere in the window might be anybody's
 * guess: it is challenged by an ACK, which only the true peer can answer with
 * a RST that is right (RFC 5961, 3.2).  One outside the window is dropped,
 * except that after the peer's FIN the FIN's own number counts, too, since a
 * peer that has forgotten the connection knows no better one: whether the FIN
 * has been acknowledged or its ACK is still delayed.  So does the number behind
 * all that has come, though some before it is missing: the peer may have sent
 * it, and SACK has told it so.  Other segments outside the window are answered
 * with an ACK, never with a RST; and so is a SYN wherever it falls.
 *
 * Once a FIN has come or gone, a segment in the window has to acknowledge what
 * may be acknowledged: one that is ahead of what was sent is challenged, and
 * its data are not taken (RFC 5961, 5.2).  One that was sent before the last
 * ACK is none the worse for that: since 6.8, and in some stable kernels before,
 * its data are taken; else it is challenged, too.  One without an ACK is
 * dropped in silence (RFC 9293, 3.10.7.4).
 *
 * Server: tcp_validate_incoming(), tcp_reset_check(), tcp_reset(),
 * tcp_rcv_state_process().
 *
 * Controls: of each state, numbers on both sides of the one that counts.
 *
 * Catches: a kernel that takes a guess for a RST, that ignores a true one, that
 * leaves a guess unchallenged, tells the program another error, takes data that
 * acknowledge what was never sent, or challenges those that have been
 * overtaken.
 */

#include "linger.h"

#include <string.h>

#define ISN 7000u

#define TAKES_OVERTAKEN "data that an ACK has overtaken are taken while closing"
/* A sysctl that came later, in 6.11: where it is, they have to be. */
#define LATER "sysctl net.ipv4.tcp_rto_min_us"

struct situation {
	int state;
	bool has_fin;	/* the peer's */
	bool sent_fin;	/* and has been acknowledged, or not */
	bool fin_again; /* the RST that ends it has the FIN's number */
	int error;	/* that the program gets; 0: there is none */
	bool overtaken; /* no RST comes, but data with an old ACK */
};

/* Into the state; with the socket still open, if a program is to be told. */
static void walk(struct lg_raw *raw, struct lg_wire *wire, int sock, int state)
{
	if (state == TCP_FIN_WAIT2) {
		lg_send_fin(sock);
		lg_await_segment(wire, "< F. 1:1(0) ack 1");
		lg_inject(raw, ". 1:1(0) ack 2");
		lg_await_state(sock, TCP_FIN_WAIT2);
	} else if (state != TCP_ESTABLISHED) {
		lg_raw_walk(raw, sock, state);
	}
}

/* What a SYN would be relative to is the SYN itself: so this is absolute.  FINs
 * that are sent again meanwhile are passed over. */
static void expect_ack(struct lg_wire *wire, const struct situation *is,
		       uint32_t isn)
{
	struct lg_segment ack = lg_await_segment(wire, "< .");

	ck_assert_uint_eq(ack.seq, isn + 1 + is->sent_fin);
	ck_assert_uint_eq(ack.ack, ISN + 1 + is->has_fin);
}

/* Behind the window's last number: Linux takes that for one within it. */
static unsigned find_end(struct lg_segment syn_ack)
{
	return syn_ack.ack + syn_ack.window - ISN;
}

static void inject_reset(struct lg_raw *raw, unsigned seq)
{
	lg_inject(raw, "R %u:%u(0)", seq, seq);
}

static void assert_survives_resets(struct lg_host *server, struct lg_raw *raw,
				   struct lg_wire *wire,
				   const struct situation *is,
				   struct lg_segment syn_ack)
{
	unsigned next = 1 + is->has_fin;
	unsigned end = find_end(syn_ack);

	inject_reset(raw, end + 1);
	inject_reset(raw, 0);
	lg_expect_none(wire, "< .", 10);
	lg_assert_counted(server, "TCPChallengeACK", 0);

	inject_reset(raw, next + 1);
	expect_ack(wire, is, syn_ack.seq);
	inject_reset(raw, end);
	expect_ack(wire, is, syn_ack.seq);
	lg_assert_counted(server, "TCPChallengeACK", 2);
	lg_assert_counted(server, "TCPSYNChallenge", 0);
}

static void assert_survives_syns(struct lg_host *server, struct lg_raw *raw,
				 struct lg_wire *wire,
				 const struct situation *is,
				 struct lg_segment syn_ack)
{
	unsigned seqs[] = { 0, 1 + is->has_fin, 1001,
			    find_end(syn_ack) + 1001 };
	unsigned n = sizeof(seqs) / sizeof(seqs[0]);

	for (unsigned i = 0; i < n; i++) {
		lg_inject(raw, "S %u:%u(0) <mss 1460>", seqs[i], seqs[i]);
		expect_ack(wire, is, syn_ack.seq);
	}
	lg_assert_counted(server, "TCPSYNChallenge", n);
	lg_assert_counted(server, "TCPChallengeACK", 2 + n);
}

/* Data on either side of the window. */
static void assert_survives_data(struct lg_raw *raw, struct lg_wire *wire,
				 const struct situation *is,
				 struct lg_segment syn_ack)
{
	unsigned end = find_end(syn_ack);

	lg_inject(raw, "P. 0:1(1) ack 1");
	expect_ack(wire, is, syn_ack.seq);
	lg_inject(raw, "P. %u:%u(5) ack 1", end + 1, end + 6);
	expect_ack(wire, is, syn_ack.seq);
}

/* Data within the window, with an ACK ahead of all that was sent, and with
 * none.  What ESTABLISHED does with the former is another matter: it is no
 * challenge on every kernel. */
static void assert_survives_acks(struct lg_host *server, struct lg_raw *raw,
				 struct lg_wire *wire,
				 const struct situation *is,
				 struct lg_segment syn_ack)
{
	unsigned next = 1 + is->has_fin;
	uint64_t challenges = lg_counted(server, "TCPChallengeACK");

	lg_inject(raw, "FP %u:%u(5)", next, next + 5);
	lg_expect_none(wire, "< .", 10);
	if (is->state != TCP_ESTABLISHED) {
		lg_inject(raw, "P. %u:%u(5) ack 1000", next, next + 5);
		expect_ack(wire, is, syn_ack.seq);
		challenges++;
	}
	lg_assert_counted(server, "TCPChallengeACK", challenges);
}

static void assert_ended(struct lg_host *server, int sock, bool was_open,
			 int error)
{
	lg_await_state(sock, TCP_CLOSE);
	if (error)
		ck_assert_int_eq(lg_take_error(sock), error);
	lg_assert_counted(server, "EstabResets", was_open);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 0);
}

static void run_in_state(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);

	int sock = lg_raw_connect(raw, listener);
	struct lg_segment syn_ack = lg_expect(wire, "< S.");
	walk(raw, wire, sock, is->state);
	wire = lg_wire(client);

	assert_survives_resets(server, raw, wire, is, syn_ack);
	assert_survives_syns(server, raw, wire, is, syn_ack);
	assert_survives_data(raw, wire, is, syn_ack);
	assert_survives_acks(server, raw, wire, is, syn_ack);
	lg_assert_state(sock, is->state);
	lg_assert_counted(server, "OutRsts", 0);
	lg_claim(net, 57, false);

	inject_reset(raw, 1 + is->has_fin - is->fin_again);
	lg_await_state(sock, TCP_CLOSE);
	lg_expect_none(wire, "< .", 10);
	assert_ended(server, sock,
		     is->state == TCP_ESTABLISHED ||
			     is->state == TCP_CLOSE_WAIT,
		     is->error);
}

/* The FIN's ACK is delayed for 40 ms: the RST that comes meanwhile has the
 * first number of the window, not one before it. */
static void run_behind_fin(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");

	int listener = lg_listen(server, 80);
	struct lg_raw *raw =
		lg_raw(lg_host(net, "client"), 4000, server, 80, ISN);
	int sock = lg_raw_connect(raw, listener);

	lg_inject(raw, "F. 1:1(0) ack 1");
	inject_reset(raw, 1);
	assert_ended(server, sock, true, EPIPE);
	lg_assert_counted(server, "TCPChallengeACK", 0);
}

/* What came last is not what is last. */
static void run_behind_gap(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	lg_inject(raw, "S 0:0(0) <mss 1460,sackOK>");
	lg_expect(wire, "< S.");
	lg_inject(raw, ". 1:1(0) ack 1");
	int sock = lg_accept(listener);

	lg_inject(raw, "P. 21:26(5) ack 1");
	lg_expect(wire, "< . 1:1(0) ack 1 <...>");
	lg_inject(raw, "P. 11:16(5) ack 1");
	struct lg_segment ack = lg_expect(wire, "< . 1:1(0) ack 1 <...>");
	ck_assert_uint_eq(ack.sacks, 2);

	inject_reset(raw, 16);
	lg_expect(wire, "< . 1:1(0) ack 1 <...>");
	lg_assert_state(sock, TCP_ESTABLISHED);
	inject_reset(raw, 26);
	assert_ended(server, sock, true, ECONNRESET);
	lg_assert_counted(server, "TCPChallengeACK", 1);
}

/* The client's data were sent before its last ACK, and come after it. */
static void run_overtaken(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	char data[5];

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_raw_connect(raw, listener);
	lg_send(sock, "0123456789", 10);
	lg_await_segment(wire, "< P. 1:11(10) ack 1");
	lg_inject(raw, ". 1:1(0) ack 11");
	lg_send_fin(sock);
	lg_await_segment(wire, "< F. 11:11(0) ack 1");
	if (is->state == TCP_FIN_WAIT2)
		lg_inject(raw, ". 1:1(0) ack 12");
	lg_await_state(sock, is->state);

	lg_inject(raw, "P. 1:6(5) ack 5");
	uint32_t ack = lg_await_segment(wire, "< . 12:12(0)").ack;
	bool taken = lg_fact(net, TAKES_OVERTAKEN, ack == ISN + 6);
	if (lg_has(net, LATER))
		ck_assert(taken);
	if (taken)
		lg_receive(sock, data, sizeof(data));
	else
		ck_assert_uint_eq(ack, ISN + 1);
	lg_assert_counted(server, "TCPChallengeACK", !taken);
	lg_assert_state(sock, is->state);
	lg_assert_counted(server, "OutRsts", 0);
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);

	if (is && is->overtaken)
		run_overtaken(net);
	else if (is)
		run_in_state(net);
	else if (!strcmp(lg_row_name(net), "right_behind_fin"))
		run_behind_fin(net);
	else
		run_behind_gap(net);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		/* Every one is to be answered, however soon it comes. */
		{ "server", "net.ipv4.tcp_invalid_ratelimit", "0" },
		/* The window is as it is on the wire. */
		{ "server", "net.ipv4.tcp_window_scaling", "0" },
	},
	.rows = {
		{ "established",
		  &(const struct situation){ TCP_ESTABLISHED, false, false,
					     false, ECONNRESET } },
		{ "fin_wait1",
		  &(const struct situation){ TCP_FIN_WAIT1, false, true, false,
					     0 } },
		{ "fin_wait2",
		  &(const struct situation){ TCP_FIN_WAIT2, false, true, false,
					     ECONNRESET } },
		{ "close_wait",
		  &(const struct situation){ TCP_CLOSE_WAIT, true, false, false,
					     EPIPE } },
		{ "close_wait_and_number_of_fin",
		  &(const struct situation){ TCP_CLOSE_WAIT, true, false, true,
					     EPIPE } },
		{ "closing",
		  &(const struct situation){ TCP_CLOSING, true, true, false,
					     0 } },
		{ "closing_and_number_of_fin",
		  &(const struct situation){ TCP_CLOSING, true, true, true,
					     0 } },
		{ "last_ack",
		  &(const struct situation){ TCP_LAST_ACK, true, true, false,
					     0 } },
		{ "last_ack_and_number_of_fin",
		  &(const struct situation){ TCP_LAST_ACK, true, true, true,
					     0 } },
		{ "fin_wait1_and_overtaken_data",
		  &(const struct situation){ .state = TCP_FIN_WAIT1,
					     .overtaken = true } },
		{ "fin_wait2_and_overtaken_data",
		  &(const struct situation){ .state = TCP_FIN_WAIT2,
					     .overtaken = true } },
		{ "right_behind_fin" },
		{ "behind_data_that_are_sacked" },
	},
	.claims = "57",
	.facts = {
		{ TAKES_OVERTAKEN, "else they are challenged (before 6.8)" },
	},
	.run = run,
};
