// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A server in LAST_ACK sends its FIN again, and is answered either way.
 *
 * The client's last ACK is lost.  After the retransmission timeout the server's
 * FIN comes once more.  The client's TIME_WAIT answers it with the ACK that was
 * lost, and the server is done as if nothing had happened.  The timestamp of
 * that ACK is of the connection's clock, be it one of milliseconds or, where
 * the route asks for it, of microseconds.  A client that has no TIME_WAIT
 * answers with a RST: the server is done as soon, but a program that still
 * holds the connection is told that it was reset, though all of its data had
 * arrived.  Nothing is left in LAST_ACK.
 *
 * Client: tcp_timewait_state_process(), tcp_tw_tsval(), tcp_v4_send_reset();
 * server: tcp_retransmit_timer(), tcp_reset().
 *
 * Controls: with a TIME_WAIT and without; held by a program or abandoned.
 *
 * Catches: a TIME_WAIT that does not answer a FIN, or with other numbers or
 * timestamps that the server would take for old; a FIN that is not sent again,
 * or late; an error that is not told, or told to nobody.
 */

#include "linger.h"

#define MS 1000000
#define RTO_MS 200
/* The timer is late by two ticks of a guest's at most. */
#define LATE_MS 30

struct situation {
	bool time_wait;	   /* else the client may have none */
	bool held;	   /* the server's end, by a program */
	bool microseconds; /* the client's timestamps count them */
};

static void assert_timeout(struct lg_net *net, struct lg_segment fin,
			   struct lg_segment again)
{
	int64_t waited_ms = (again.time_ns - fin.time_ns) / MS;

	ck_assert_uint_eq(again.seq, fin.seq);
	ck_assert_uint_eq(again.ack, fin.ack);
	ck_assert_int_ge(waited_ms, RTO_MS - 1);
	if (lg_has(net, "virtual-time"))
		ck_assert_int_le(waited_ms, RTO_MS + LATE_MS);
}

/* Two segments of the client's end, from before and after its TIME_WAIT. */
static void assert_clock(const struct situation *is, struct lg_segment before,
			 struct lg_segment after)
{
	int64_t took_ms = (after.time_ns - before.time_ns) / MS;
	int64_t ticks = (int32_t)(after.tsval - before.tsval);
	int64_t ticked_ms = is->microseconds ? ticks / 1000 : ticks;

	ck_assert(after.has_ts == before.has_ts);
	if (!after.has_ts)
		return;
	ck_assert_int_ge(ticked_ms, took_ms - LATE_MS);
	ck_assert_int_le(ticked_ms, took_ms + LATE_MS);
}

static void judge_claims(struct lg_net *net, const struct situation *is)
{
	if (is->time_wait) {
		lg_claim(net, 24, true);
		return;
	}
	lg_claim(net, 80, false);
	lg_claim(net, 25, is->held);
	if (is->held)
		lg_claim(net, 119, true);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->microseconds)
		lg_count_microseconds(client, server);
	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	lg_send_fin(sock);
	lg_await_state(peer, TCP_CLOSE_WAIT);

	struct lg_match last_ack = LG_PURE_ACK;
	last_ack.times = 1;
	struct lg_rule *loss = lg_drop(server, last_ack);
	struct lg_wire *wire = lg_wire(client);
	if (is->held)
		lg_send_fin(peer);
	else
		lg_close(peer);
	lg_await_hits(loss, 1);
	lg_close(sock);

	struct lg_segment fin = lg_expect(wire, "< F. 1:1(0) ack 2");
	struct lg_segment lost = lg_expect(wire, "> . 2:2(0) ack 2");
	struct lg_segment again = lg_expect(wire, "< F. 1:1(0) ack 2");
	assert_timeout(net, fin, again);
	if (is->time_wait) {
		struct lg_segment ack = lg_expect(wire, "> . 2:2(0) ack 2");
		ck_assert_uint_eq(ack.window, lost.window);
		assert_clock(is, lost, ack);
	} else {
		lg_expect(wire, "> R 2:2(0)");
	}
	lg_await_state(peer, TCP_CLOSE);
	lg_expect_none(wire, NULL, 2 * RTO_MS + 100);

	ck_assert_int_eq(lg_status(sock).time_wait, is->time_wait);
	if (is->held)
		ck_assert_int_eq(lg_take_error(peer),
				 is->time_wait ? 0 : ECONNRESET);
	lg_assert_counted(client, "OutRsts", !is->time_wait);
	lg_assert_counted(client, "TCPTimeWaitOverflow", !is->time_wait);
	lg_assert_counted(server, "RetransSegs", 1);
	judge_claims(net, is);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "*", "net.ipv4.tcp_timestamps", "0 1" },
	},
	.rows = {
		{ "time_wait",
		  &(const struct situation){ .time_wait = true } },
		{ "time_wait_and_held",
		  &(const struct situation){ .time_wait = true,
					     .held = true } },
		{ "time_wait_of_microseconds",
		  &(const struct situation){ .time_wait = true,
					     .microseconds = true } },
		{ "no_time_wait", &(const struct situation){ .held = false },
		  { { "client", "net.ipv4.tcp_max_tw_buckets", "0" } } },
		{ "no_time_wait_and_held",
		  &(const struct situation){ .held = true },
		  { { "client", "net.ipv4.tcp_max_tw_buckets", "0" } } },
	},
	.claims = "24 25 80 119",
	.run = run,
};
