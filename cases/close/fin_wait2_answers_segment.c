// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an abandoned FIN_WAIT2 does with each kind of segment that comes.
 *
 * A server's program has closed, its FIN is acknowledged, and the client has
 * not closed: the connection waits in FIN_WAIT2 for tcp_fin_timeout, as the
 * same small structure that a TIME_WAIT is.  The client's FIN turns it into a
 * TIME_WAIT that has 60 seconds of its own.  Nobody is there to read data, so
 * data end it with a RST, and so does a SYN in the window.  A RST ends it
 * wherever in the window it falls, unlike in any state of a full socket (RFC
 * 5961, 3.2 is not done here).  What is out of the window, or has an older
 * timestamp, is answered with an ACK, even a RST.  None of that gives it more
 * time, except the FIN.
 *
 * Server: tcp_timewait_state_process(), where tw_substate is TCP_FIN_WAIT2.
 *
 * Controls: each kind of segment on either side of the window's ends, with and
 * without a window scale.
 *
 * Catches: a FIN_WAIT2 that outlives tcp_fin_timeout or dies of what it must
 * bear, answers with the wrong numbers, or starts a TIME_WAIT of another
 * length.
 */

#include "linger.h"

#include <string.h>

#define ISN 7000u
#define TSVAL 1000u
#define TS(value) " <TS val " #value " ecr 0>"
#define FIN_TIMEOUT_MS 20000
#define TIME_WAIT_MS 60000
#define AGE_MS 1100
#define TICK_MS 10

/* Numbers are relative: it has sent up to 2, and expects 1. */
struct situation {
	const char *segment;
	unsigned end; /* its number is that of the window's end (1), or the one
		       * after (2); 0: it says its number */
	const char *reply; /* NULL: none */
	int becomes;	   /* TCP_FIN_WAIT2, TCP_TIME_WAIT or TCP_CLOSE */
	unsigned size;	   /* of the payload, if it doesn't say its number */
	bool scaled;	   /* the window, on the wire */
};

/* Returns by how much the server's windows are shifted. */
static unsigned say_syn(struct lg_raw *raw, struct lg_wire *wire)
{
	lg_inject(raw, "S 0:0(0) <mss 1460,wscale 0,TS val %u ecr 0>", TSVAL);
	unsigned scale = lg_await_segment(wire, "< S.").wscale;
	lg_inject(raw, ". 1:1(0) ack 1 <TS val %u ecr 0>", TSVAL);
	ck_assert_uint_gt(scale, 0);
	return scale;
}

static struct lg_segment inject(struct lg_raw *raw, const struct situation *is,
				struct lg_segment fin, unsigned scale)
{
	if (!is->end)
		return lg_inject(raw, "%s", is->segment);

	unsigned window = (unsigned)fin.window << scale;
	unsigned at = fin.ack + window - ISN + is->end - 1;
	return lg_inject(raw, is->segment, at, at + is->size);
}

static void assert_reply(const struct situation *is, struct lg_segment reply,
			 struct lg_segment fin, struct lg_segment sent)
{
	ck_assert_uint_eq(reply.window, reply.flags & LG_RST ? 0 : fin.window);
	if (!(reply.flags & LG_ACK)) {
		ck_assert_uint_eq(reply.seq, sent.ack);
	} else if (reply.flags & LG_RST) {
		ck_assert_uint_eq(reply.seq, 0);
		ck_assert_uint_eq(reply.ack, sent.seq + 1);
	} else {
		bool took_fin = is->becomes == TCP_TIME_WAIT;
		ck_assert_uint_eq(reply.seq, fin.seq + 1);
		ck_assert_uint_eq(reply.ack, ISN + 1 + took_fin);
		ck_assert_uint_eq(reply.tsecr, took_fin ? sent.tsval : TSVAL);
	}
}

/* The FIN_WAIT2 is no older than `since_ms`, a TIME_WAIT than `sent_ms`; and
 * AGE_MS have passed in FIN_WAIT2.  What is left counts in ticks, of up to 10
 * ms. */
static void assert_timer(int sock, int64_t since_ms, int64_t sent_ms)
{
	struct lg_status status = lg_status(sock);
	int64_t now_ms = lg_now_ms();

	ck_assert(status.time_wait);
	if (status.state == TCP_TIME_WAIT) {
		ck_assert_uint_le(status.left_ms, TIME_WAIT_MS);
		ck_assert_int_ge(status.left_ms + (now_ms - sent_ms),
				 TIME_WAIT_MS - TICK_MS);
	} else {
		ck_assert_int_le(status.left_ms,
				 FIN_TIMEOUT_MS - AGE_MS + TICK_MS);
		ck_assert_int_ge(status.left_ms + (now_ms - since_ms),
				 FIN_TIMEOUT_MS - TICK_MS);
	}
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);

	lg_raw_timestamp(raw, TSVAL);
	unsigned scale = is->scaled ? say_syn(raw, wire) : 0;
	int sock = is->scaled ? lg_accept(listener)
			      : lg_raw_connect(raw, listener);
	int64_t since_ms = lg_now_ms();
	lg_raw_walk(raw, sock, TCP_FIN_WAIT2);
	struct lg_segment fin = lg_await_segment(wire, "< F. 1:1(0) ack 1");

	lg_pass(net, AGE_MS);
	/* A slow machine may have seen the FIN twice before its ACK. */
	wire = lg_wire(client);
	lg_count_anew(server);
	int64_t sent_ms = lg_now_ms();
	struct lg_segment sent = inject(raw, is, fin, scale);
	if (is->reply)
		assert_reply(is, lg_expect(wire, is->reply), fin, sent);
	lg_expect_none(wire, NULL, 100);
	lg_assert_state(sock, is->becomes);
	if (is->becomes != TCP_CLOSE)
		assert_timer(sock, since_ms, sent_ms);

	bool reset = is->reply && strchr(is->reply, 'R');
	lg_assert_counted(server, "OutRsts", reset);
	lg_assert_counted(server, "TCPACKSkippedFinWait2", 0);
	lg_assert_counted(server, "PAWSEstab", 0);
	/* The time is over only for what goes before it. */
	lg_assert_counted(server, "TWKilled", 0);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"),
			  is->becomes != TCP_CLOSE);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", "net.ipv4.tcp_fin_timeout", "20" },
		/* The window is as it is on the wire, but for two rows. */
		{ "server", "net.ipv4.tcp_window_scaling", "0" },
		/* Of no consequence for anything but a TIME_WAIT. */
		{ "server", "net.ipv4.tcp_rfc1337", "1" },
	},
	.rows = {
		{ "fin",
		  &(const struct situation){ "F. 1:1(0) ack 2" TS(1001), 0,
					     "< .", TCP_TIME_WAIT } },
		{ "fin_of_same_timestamp",
		  &(const struct situation){ "F. 1:1(0) ack 2" TS(1000), 0,
					     "< .", TCP_TIME_WAIT } },
		{ "fin_without_ack",
		  &(const struct situation){ "F 1:1(0)" TS(1001), 0, NULL,
					     TCP_FIN_WAIT2 } },
		{ "fin_of_older_timestamp",
		  &(const struct situation){ "F. 1:1(0) ack 2" TS(999), 0,
					     "< .", TCP_FIN_WAIT2 } },
		{ "fin_that_came_too_soon",
		  &(const struct situation){ "F. 11:11(0) ack 2" TS(1001), 0,
					     "< R", TCP_CLOSE } },
		{ "fin_with_data",
		  &(const struct situation){ "FP. 1:6(5) ack 2" TS(1001), 0,
					     "< R", TCP_CLOSE } },
		{ "data",
		  &(const struct situation){ "P. 1:6(5) ack 2" TS(1001), 0,
					     "< R", TCP_CLOSE } },
		{ "data_of_which_some_is_old",
		  &(const struct situation){ "P. 0:6(6) ack 2" TS(1001), 0,
					     "< R", TCP_CLOSE } },
		{ "data_that_came_too_soon",
		  &(const struct situation){ "P. 11:16(5) ack 2" TS(1001), 0,
					     "< R", TCP_CLOSE } },
		{ "data_at_the_end_of_the_window",
		  &(const struct situation){ "P. %u:%u(5) ack 2" TS(1001), 1,
					     "< .", TCP_FIN_WAIT2,
					     .size = 5 } },
		{ "data_of_old_number",
		  &(const struct situation){ "P. 0:1(1) ack 2" TS(1001), 0,
					     "< .", TCP_FIN_WAIT2 } },
		{ "data_of_older_timestamp",
		  &(const struct situation){ "P. 1:6(5) ack 2" TS(999), 0,
					     "< .", TCP_FIN_WAIT2 } },
		{ "ack_at_the_end_of_the_window",
		  &(const struct situation){ ". %u:%u(0) ack 2" TS(1001), 1,
					     NULL, TCP_FIN_WAIT2 } },
		{ "ack_beyond_the_window",
		  &(const struct situation){ ". %u:%u(0) ack 2" TS(1001), 2,
					     "< .", TCP_FIN_WAIT2 } },
		{ "ack",
		  &(const struct situation){ ". 1:1(0) ack 2" TS(1001), 0,
					     NULL, TCP_FIN_WAIT2 } },
		{ "ack_of_old_number",
		  &(const struct situation){ ". 0:0(0) ack 2" TS(1001), 0,
					     "< .", TCP_FIN_WAIT2 } },
		{ "syn",
		  &(const struct situation){ "S 1:1(0) <mss 1460>", 0,
					     "< R.", TCP_CLOSE } },
		{ "syn_ack",
		  &(const struct situation){ "S. 1:1(0) ack 2 <mss 1460>", 0,
					     "< R", TCP_CLOSE } },
		{ "syn_of_old_number",
		  &(const struct situation){ "S 0:0(0) <mss 1460>", 0, "< .",
					     TCP_FIN_WAIT2 } },
		{ "syn_with_data_of_which_some_is_old",
		  &(const struct situation){ "S 0:5(5) <mss 1460>", 0, NULL,
					     TCP_FIN_WAIT2 } },
		{ "rst",
		  &(const struct situation){ "R 1:1(0)", 0, NULL,
					     TCP_CLOSE } },
		{ "rst_in_the_window",
		  &(const struct situation){ "R 1001:1001(0)", 0, NULL,
					     TCP_CLOSE } },
		{ "rst_at_the_end_of_the_window",
		  &(const struct situation){ "R %u:%u(0)", 1, NULL,
					     TCP_CLOSE } },
		{ "rst_beyond_the_window",
		  &(const struct situation){ "R %u:%u(0)", 2, "< .",
					     TCP_FIN_WAIT2 } },
		{ "rst_at_the_end_of_the_scaled_window",
		  &(const struct situation){ "R %u:%u(0)", 1, NULL, TCP_CLOSE,
					     .scaled = true },
		  { { "server", "net.ipv4.tcp_window_scaling", "1" } } },
		{ "rst_beyond_the_scaled_window",
		  &(const struct situation){ "R %u:%u(0)", 2, "< .",
					     TCP_FIN_WAIT2, .scaled = true },
		  { { "server", "net.ipv4.tcp_window_scaling", "1" } } },
		{ "rst_of_old_number",
		  &(const struct situation){ "R 0:0(0)", 0, "< .",
					     TCP_FIN_WAIT2 } },
		{ "rst_of_older_timestamp",
		  &(const struct situation){ "R 1:1(0)" TS(999), 0, "< .",
					     TCP_FIN_WAIT2 } },
	},
	.lasts_ms = AGE_MS,
	.run = run,
};
