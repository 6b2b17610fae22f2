// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A FIN that nobody answers is sent again and again, and then given up.
 *
 * The other end is silent.  The FIN is sent again after the retransmission
 * timeout (RTO), and each time after twice as long, until the time has passed
 * that the retries would take with an RTO of 200 ms, however many that are: of
 * an abandoned connection tcp_orphan_retries (0 means 8: after 106 s at last),
 * of one that a program still has tcp_retries2.  No RST is sent.  The program
 * learns of it by ETIMEDOUT.  It is the same in FIN_WAIT1, CLOSING and
 * LAST_ACK.
 *
 * That settles what TIME_WAIT's 60 seconds are for: not to outlive every FIN of
 * the other end.  With the least RTO the last FIN comes after 53 s, and with
 * one of 1.5 s there is one after 94 s.
 *
 * tcp_retransmit_timer(), tcp_write_timeout(), tcp_orphan_retries().
 *
 * Controls: the rows differ in who holds the connection, in its state, and in
 * the sysctl that decides.
 *
 * Catches: a kernel that sends more or fewer FINs, at other times, that keeps
 * the connection for longer or shorter, or that does not tell the program.
 */

#include "linger.h"

#include <inttypes.h>

#define ISN 7000u
#define MS 1000000ll
#define RTO_MIN_MS 200
#define RTO_MAX_MS 120000
#define TIME_WAIT_MS 60000
/* How long after it has happened an end is seen, at most. */
#define LOOKS_MS 100

struct situation {
	int state;
	bool held; /* by a program, which has shut it down */
	bool slow; /* the handshake took 500 ms */
	unsigned retries;
	/* Says what the time of the last FIN and of the end, from the first
	 * FIN on, have decided. */
	void (*decide)(struct lg_net *net, int64_t last_ms, int64_t end_ms);
};

/* The time that so many retries take, with the RTO that is the least. */
static unsigned retries_ms(unsigned retries)
{
	unsigned doubling = retries < 9 ? retries : 9;

	return ((2 << doubling) - 1) * RTO_MIN_MS +
	       (retries - doubling) * RTO_MAX_MS;
}

/* What the kernel has found out for the connection. */
static int64_t rto_ms(int sock)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	ck_assert_int_eq(getsockopt(sock, IPPROTO_TCP, TCP_INFO, &info, &size),
			 0);
	return info.tcpi_rto / 1000;
}

static int connect_slowly(struct lg_net *net, struct lg_raw *raw,
			  struct lg_wire *wire, int listener)
{
	lg_inject(raw, "S 0:0(0) <mss 1460>");
	lg_expect(wire, "< S.");
	lg_pass(net, 500);
	lg_inject(raw, ". 1:1(0) ack 1");
	return lg_accept(listener);
}

static void walk(struct lg_raw *raw, int sock, const struct situation *is)
{
	if (is->held) {
		lg_raw_walk(raw, sock, TCP_CLOSE_WAIT);
		lg_send_fin(sock);
	} else {
		lg_raw_walk(raw, sock, is->state);
	}
	lg_assert_state(sock, is->state);
}

/* When the FIN was sent: at first, then for the first and the last time of
 * those that were too many for a peer that hears them. */
struct schedule {
	int64_t first_ns, again_ns, last_ns;
};

/* The timeout after `times` others. */
static int64_t backed_off(int64_t rto, uint64_t times)
{
	return rto << times < RTO_MAX_MS ? rto << times : RTO_MAX_MS;
}

/* Reads all FINs, after the connection has ended. */
static struct schedule assert_schedule(struct lg_wire *wire,
				       const struct situation *is, int64_t rto,
				       uint64_t retransmissions)
{
	bool has_fin = is->state != TCP_FIN_WAIT1;
	struct lg_segment fin = lg_await_segment(wire, "< F. 1:1(0)");
	struct schedule schedule = { .first_ns = fin.time_ns };

	for (uint64_t i = 0; i < retransmissions; i++) {
		struct lg_segment again = lg_await_segment(wire, "< F. 1:1(0)");
		lg_assert_timer((again.time_ns - fin.time_ns) / MS,
				backed_off(rto, i));
		ck_assert_uint_eq(again.ack, ISN + 1 + has_fin);
		fin = again;
		if (!i)
			schedule.again_ns = fin.time_ns;
	}
	schedule.last_ns = fin.time_ns;
	lg_expect_none(wire, "< F.", 100);
	return schedule;
}

static void decide_default(struct lg_net *net, int64_t last_ms, int64_t end_ms)
{
	ck_assert_int_lt(last_ms, TIME_WAIT_MS);
	ck_assert_int_gt(end_ms, 102200);
	lg_observe(net, "end", "%" PRId64 " s", end_ms / 1000);
	lg_claim(net, 90, true);
	lg_claim(net, 137, false);
}

static void decide_slow(struct lg_net *net, int64_t last_ms, int64_t end_ms)
{
	ck_assert_int_gt(last_ms, TIME_WAIT_MS);
	lg_observe(net, "end", "%" PRId64 " s", end_ms / 1000);
	lg_claim(net, 27, false);
	lg_claim(net, 43, false);
}

static void decide_held(struct lg_net *net, int64_t last_ms, int64_t end_ms)
{
	ck_assert_int_gt(last_ms, 800000);
	lg_observe(net, "end", "%" PRId64 " s", end_ms / 1000);
	lg_claim(net, 90, true);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->decide)
		lg_need(net, "virtual-time");

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);

	int sock = is->slow ? connect_slowly(net, raw, wire, listener)
			    : lg_raw_connect(raw, listener);
	int64_t rto = rto_ms(sock);
	ck_assert_int_ge(rto, is->slow ? 1500 : 200);
	if (lg_has(net, "virtual-time"))
		ck_assert_int_le(rto, is->slow ? 1520 : 220);

	walk(raw, sock, is);
	/* The last timeout may be all but as long as those before it. */
	lg_await_state_within(sock, TCP_CLOSE,
			      2 * retries_ms(is->retries) + LG_DEADLINE_MS);
	int64_t end_ns = lg_now_ns();

	uint64_t sent_again = lg_counted(server, "RetransSegs");
	struct schedule fins = assert_schedule(wire, is, rto, sent_again);

	/* It is given up by the first timeout after that time has passed since
	 * the first retransmission. */
	int64_t limit_ms = retries_ms(is->retries);
	ck_assert_int_lt((fins.last_ns - fins.again_ns) / MS, limit_ms);
	ck_assert_int_ge((end_ns - fins.again_ns) / MS, limit_ms - 1);
	lg_assert_timer((end_ns - fins.last_ns) / MS - LOOKS_MS,
			backed_off(rto, sent_again) - LOOKS_MS);

	if (is->held)
		ck_assert_int_eq(lg_take_error(sock), ETIMEDOUT);
	lg_assert_counted(server, "TCPAbortOnTimeout", 1);
	lg_assert_counted(server, "TCPTimeouts", sent_again + 1);
	lg_assert_counted(server, "OutRsts", 0);
	if (is->decide)
		is->decide(net, (fins.last_ns - fins.first_ns) / MS,
			   (end_ns - fins.first_ns) / MS);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "last_ack",
		  &(const struct situation){ .state = TCP_LAST_ACK,
					     .retries = 3 },
		  { { "server", "net.ipv4.tcp_orphan_retries", "3" } } },
		{ "last_ack_held",
		  &(const struct situation){ .state = TCP_LAST_ACK,
					     .held = true,
					     .retries = 3 },
		  { { "server", "net.ipv4.tcp_retries2", "3" },
		    { "server", "net.ipv4.tcp_orphan_retries", "1" } } },
		{ "fin_wait1",
		  &(const struct situation){ .state = TCP_FIN_WAIT1,
					     .retries = 3 },
		  { { "server", "net.ipv4.tcp_orphan_retries", "3" } } },
		{ "closing",
		  &(const struct situation){ .state = TCP_CLOSING,
					     .retries = 3 },
		  { { "server", "net.ipv4.tcp_orphan_retries", "3" } } },
		{ "last_ack_by_default",
		  &(const struct situation){ .state = TCP_LAST_ACK,
					     .retries = 8,
					     .decide = decide_default },
		  .lasts_ms = 120000 },
		{ "last_ack_slow",
		  &(const struct situation){ .state = TCP_LAST_ACK,
					     .slow = true,
					     .retries = 8,
					     .decide = decide_slow },
		  .lasts_ms = 240000 },
		{ "last_ack_held_by_default",
		  &(const struct situation){ .state = TCP_LAST_ACK,
					     .held = true,
					     .retries = 15,
					     .decide = decide_held },
		  .lasts_ms = 1100000 },
	},
	.claims = "27 43 90 137",
	.lasts_ms = 7000,
	.run = run,
};
