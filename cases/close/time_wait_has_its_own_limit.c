// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT answers, whatever its socket has answered just before.
 *
 * A connection that is closing has answered an old ACK, and answers no other
 * one before tcp_invalid_ratelimit is over.  When it comes to TIME_WAIT
 * meanwhile, that is another structure, whose time begins with its own first
 * answer: the next old ACK is answered, and only those after it are dropped.
 * An abandoned FIN_WAIT2 is that structure already, so there the time goes on.
 *
 * Server: tcp_time_wait(), tcp_timewait_check_oow_rate_limit(),
 * __tcp_oow_rate_limited().
 *
 * Controls: the second old ACK of each state, which is dropped; the FIN_WAIT2
 * that no program holds.
 *
 * Catches: a TIME_WAIT that has taken over its socket's limit, and so leaves
 * unanswered what its peer may need.
 */

#include "linger.h"

#define ISN 7000u

struct situation {
	int state;
	bool held;	     /* the program has shut down, not closed */
	const char *closes;  /* what brings it to TIME_WAIT */
	unsigned next;	     /* the number that it expects before that */
	const char *skipped; /* what counts there what it drops */
	bool goes_on;	     /* it is a TIME_WAIT's structure already */
};

static void walk(struct lg_raw *raw, struct lg_wire *wire, int sock,
		 const struct situation *is)
{
	if (!is->held) {
		lg_raw_walk(raw, sock, is->state);
		return;
	}
	lg_send_fin(sock);
	lg_await_segment(wire, "< F. 1:1(0) ack 1");
	lg_inject(raw, ". 1:1(0) ack 2");
	lg_await_state(sock, TCP_FIN_WAIT2);
}

/* Two at once: of those in a state the second is never answered. */
static void send_old_acks(struct lg_raw *raw, struct lg_wire *wire,
			  unsigned next, bool answered)
{
	for (int i = 0; i < 2; i++)
		lg_inject(raw, ". 0:0(0) ack 2");
	if (answered) {
		struct lg_segment ack = lg_expect(wire, "< .");
		ck_assert_uint_eq(ack.ack, ISN + next);
	}
	lg_expect_none(wire, "< .", 10);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_raw_connect(raw, listener);
	walk(raw, wire, sock, is);
	ck_assert_int_eq(lg_status(sock).time_wait, is->goes_on);

	wire = lg_wire(client);
	send_old_acks(raw, wire, is->next, true);
	lg_await_counted(server, is->skipped, 1);

	lg_inject(raw, "%s", is->closes);
	lg_await_state(sock, TCP_TIME_WAIT);
	wire = lg_wire(client);
	send_old_acks(raw, wire, 2, !is->goes_on);
	lg_await_counted(server, "TCPACKSkippedTimeWait", is->goes_on ? 2 : 1);
	lg_assert_counted(server, is->skipped, 1);
	lg_assert_counted(server, "OutRsts", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		/* Longer than all of this takes, on any machine. */
		{ "server", "net.ipv4.tcp_invalid_ratelimit", "60000" },
	},
	.rows = {
		{ "fin_wait2",
		  &(const struct situation){ TCP_FIN_WAIT2, true,
					     "F. 1:1(0) ack 2", 1,
					     "TCPACKSkippedSeq", false } },
		{ "fin_wait2_abandoned",
		  &(const struct situation){ TCP_FIN_WAIT2, false,
					     "F. 1:1(0) ack 2", 1,
					     "TCPACKSkippedFinWait2", true } },
		{ "closing",
		  &(const struct situation){ TCP_CLOSING, false,
					     ". 2:2(0) ack 2", 2,
					     "TCPACKSkippedSeq", false } },
	},
	.run = run,
};
