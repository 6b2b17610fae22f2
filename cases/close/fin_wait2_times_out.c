// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An abandoned FIN_WAIT2 ends after tcp_fin_timeout.
 *
 * The client's program closes, the server's does not.  With nobody left to read
 * what the server may still send, the client waits for its FIN for
 * tcp_fin_timeout, or as long as the program has said with TCP_LINGER2; but not
 * at all if that is negative: then close() sends a RST.  It waits as the small
 * structure that a TIME_WAIT is.  Of a time beyond 60 seconds, only what
 * exceeds them counts, but twice: as a full socket and then as that structure,
 * so that 63 seconds are 6, and 90 are 60.  A program can have no more than 120
 * seconds.  When the time is over the connection is gone without a segment
 * sent, and the server's FIN, when it comes, is answered with a RST.  Only if
 * tcp_fin_timeout is lowered meanwhile, so that nothing is left for the small
 * structure, the full one ends with a RST.  As long as a program has the
 * socket, as after shutdown(), there is no such limit: the time begins with
 * close().
 *
 * The full structure's time is kept by the timer that sends the probes of
 * SO_KEEPALIVE.  A program that has asked for these gets them in FIN_WAIT2,
 * too, and they end nothing; nor does that timer where the connection has been
 * abandoned, but its FIN is not yet acknowledged: in FIN_WAIT1 and LAST_ACK.
 *
 * tcp_close(), tcp_fin_time(), tcp_keepalive_timer(), tcp_time_wait().
 *
 * Controls: the socket that is shut down and not closed; the value that does
 * not apply beside the one that does.
 *
 * Catches: a kernel that takes another time than it was told, that ends a
 * FIN_WAIT2 which a program has or another state by this timer, or that is not
 * silent about it.
 */

#include "linger.h"

/* How long after it has happened an end is seen, at most. */
#define LOOKS_MS 100
#define MS 1000000
#define KEEP_IDLE_S 1

struct situation {
	bool held;		    /* shut down only, and closed at the end */
	int linger2;		    /* TCP_LINGER2; 0: as the system says */
	unsigned full_ms, small_ms; /* how long it waits as which structure */
	bool shut_down;		    /* and in FIN_WAIT2 before it is closed */
	bool lowered; /* tcp_fin_timeout, to 60 s: it is not the small one */
	bool needs_virtual_time;
	bool kept_alive;    /* SO_KEEPALIVE: a probe after KEEP_IDLE_S */
	int unacknowledged; /* the state that it is in for some such times */
};

/* If the FIN is acknowledged before close(), that aborts; else what comes in
 * after it, and as a matter of data. */
static void expect_reset_at_once(struct lg_host *client, struct lg_wire *wire,
				 int sock, int peer, bool acknowledged)
{
	if (acknowledged) {
		lg_send_fin(sock);
		lg_await_state(sock, TCP_FIN_WAIT2);
	}
	lg_close(sock);

	lg_expect(wire, "> F. 1:1(0) ack 1");
	lg_expect(wire, "< . 1:1(0) ack 2");
	lg_expect(wire, acknowledged ? "> R. 2:2(0) ack 1" : "> R 2:2(0)");
	lg_await_state(sock, TCP_CLOSE);
	lg_await_state(peer, TCP_CLOSE);
	lg_assert_counted(client, "OutRsts", 1);
	lg_assert_counted(client, "TCPAbortOnLinger", acknowledged);
	lg_assert_counted(client, "TCPAbortOnData", !acknowledged);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), 0);
}

static void set(int sock, int level, int option, int value)
{
	ck_assert_int_eq(setsockopt(sock, level, option, &value, sizeof(value)),
			 0);
}

/* Once the FIN has been sent: a probe that comes before would be another one.
 */
static void keep_alive(int sock)
{
	set(sock, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S);
	set(sock, SOL_SOCKET, SO_KEEPALIVE, 1);
}

static void expect_no_end(struct lg_net *net, struct lg_host *client,
			  struct lg_wire *wire, int sock, int peer, unsigned ms)
{
	const struct situation *is = lg_row_data(net);

	lg_send_fin(sock);
	lg_await_segment(wire, "< .");
	if (is->kept_alive) {
		keep_alive(sock);
		lg_expect(wire, "> . 1:1(0) ack 1");
		lg_expect(wire, "< . 1:1(0) ack 2");
	}
	lg_expect_none(wire, NULL, ms);
	lg_assert_counted(client, "TCPKeepAlive", is->kept_alive);
	lg_assert_state(sock, TCP_FIN_WAIT2);
	ck_assert(!lg_status(sock).time_wait);

	/* The other direction still works. */
	char data[3];
	lg_send(peer, "abc", sizeof(data));
	lg_receive(sock, data, sizeof(data));
	lg_close(peer);
	lg_await_state(sock, TCP_TIME_WAIT);
	ck_assert_int_eq(lg_await_receive(sock), 0);
	lg_assert_counted(client, "OutRsts", 0);
	lg_claim(net, 58, true);
}

static void expect_end(struct lg_net *net, struct lg_host *client,
		       struct lg_wire *wire, int sock, int peer)
{
	const struct situation *is = lg_row_data(net);
	unsigned total_ms = is->full_ms + is->small_ms;
	unsigned limit_ms = 2 * total_ms + LG_DEADLINE_MS;

	if (is->shut_down) {
		lg_send_fin(sock);
		lg_await_state(sock, TCP_FIN_WAIT2);
	}
	int64_t begun_ms = lg_now_ms();
	lg_close(sock);
	lg_await_state(sock, TCP_FIN_WAIT2);
	lg_expect(wire, "> F. 1:1(0) ack 1");
	lg_expect(wire, "< . 1:1(0) ack 2");

	ck_assert_int_eq(lg_status(sock).time_wait, !is->full_ms);
	if (is->full_ms) {
		lg_pass(net, is->full_ms / 2);
		ck_assert(!lg_status(sock).time_wait);
		lg_pass(net, is->full_ms * 5 / 8 + LOOKS_MS);
	}
	struct lg_status status = lg_status(sock);
	ck_assert_int_eq(status.state, TCP_FIN_WAIT2);
	ck_assert(status.time_wait);
	ck_assert_uint_le(status.left_ms, is->small_ms);

	lg_await_state_within(sock, TCP_CLOSE, limit_ms);
	int64_t took_ms = lg_now_ms() - begun_ms;
	lg_assert_timer(took_ms - LOOKS_MS, total_ms - LOOKS_MS);
	ck_assert_int_ge(took_ms, total_ms);
	lg_expect_none(wire, NULL, 100);
	/* Briefly or not: that is how the counters tell apart how it ended. */
	lg_assert_counted(client, "TWKilled", is->small_ms <= 4000);
	lg_assert_counted(client, "TW", is->small_ms > 4000);

	lg_close(peer);
	lg_expect(wire, "< F. 1:1(0) ack 2");
	lg_expect(wire, "> R 2:2(0)");
	lg_assert_counted(client, "OutRsts", 1);
	lg_claim(net, 58, true);
}

static void expect_reset_after_full(struct lg_host *client,
				    struct lg_wire *wire, int sock,
				    unsigned full_ms)
{
	lg_close(sock);
	lg_await_state(sock, TCP_FIN_WAIT2);
	ck_assert(!lg_status(sock).time_wait);
	lg_expect(wire, "> F. 1:1(0) ack 1");
	struct lg_segment ack = lg_expect(wire, "< . 1:1(0) ack 2");
	lg_sysctl_set(client, "net.ipv4.tcp_fin_timeout", "60");
	struct lg_segment reset = lg_expect(wire, "> R. 2:2(0) ack 1");
	lg_assert_timer((reset.time_ns - ack.time_ns) / MS, full_ms);
	lg_await_state(sock, TCP_CLOSE);
	lg_assert_counted(client, "OutRsts", 1);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), 0);
}

/* The timer has gone off several times, and the FIN, which has been sent again
 * several times, is acknowledged at last. */
static void expect_to_stay(struct lg_net *net, struct lg_host *client, int sock,
			   int peer)
{
	const struct situation *is = lg_row_data(net);
	struct lg_host *server = lg_host(net, "server");
	bool last_ack = is->unacknowledged == TCP_LAST_ACK;

	if (last_ack) {
		lg_close(peer);
		lg_await_state(sock, TCP_CLOSE_WAIT);
	}
	struct lg_rule *loss = lg_drop(server, LG_ANY_FIN);
	lg_send_fin(sock);
	lg_await_hits(loss, 1);
	keep_alive(sock);
	lg_close(sock);
	lg_pass(net, 3500 * KEEP_IDLE_S);
	lg_assert_state(sock, is->unacknowledged);
	ck_assert(!lg_status(sock).time_wait);
	lg_undo(loss);
	lg_await_state(sock, last_ack ? TCP_CLOSE : TCP_FIN_WAIT2);
	lg_assert_counted(client, "TCPKeepAlive", 0);
	lg_assert_counted(client, "OutRsts", 0);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), !last_ack);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->needs_virtual_time)
		lg_need(net, "virtual-time");

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	struct lg_wire *wire = lg_wire(client);

	if (is->linger2)
		set(sock, IPPROTO_TCP, TCP_LINGER2, is->linger2);
	if (is->unacknowledged)
		expect_to_stay(net, client, sock, peer);
	else if (is->linger2 < 0)
		expect_reset_at_once(client, wire, sock, peer, is->held);
	else if (is->lowered)
		expect_reset_after_full(client, wire, sock, is->full_ms);
	else if (is->held)
		expect_no_end(net, client, wire, sock, peer, is->small_ms);
	else
		expect_end(net, client, wire, sock, peer);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "3_s",
		  &(const struct situation){ .small_ms = 3000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "3" } } },
		{ "4_s",
		  &(const struct situation){ .small_ms = 4000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "4" } } },
		{ "5_s",
		  &(const struct situation){ .small_ms = 5000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "5" } } },
		{ "60_s_by_default",
		  &(const struct situation){ .small_ms = 60000,
					     .needs_virtual_time = true },
		  .lasts_ms = 70000 },
		{ "90_s",
		  &(const struct situation){ .full_ms = 30000,
					     .small_ms = 30000,
					     .needs_virtual_time = true },
		  { { "client", "net.ipv4.tcp_fin_timeout", "90" } },
		  .lasts_ms = 80000 },
		{ "63_s",
		  &(const struct situation){ .full_ms = 3000,
					     .small_ms = 3000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "63" } } },
		{ "63_s_lowered_to_60_s",
		  &(const struct situation){ .lowered = true,
					     .full_ms = 3000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "63" } } },
		{ "5_s_by_linger2",
		  &(const struct situation){ .linger2 = 5, .small_ms = 5000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "1" } } },
		{ "3_s_by_linger2",
		  &(const struct situation){ .linger2 = 3, .small_ms = 3000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "60" } } },
		{ "120_s_by_linger2_of_200",
		  &(const struct situation){ .linger2 = 200,
					     .full_ms = 60000,
					     .small_ms = 60000,
					     .needs_virtual_time = true },
		  { { "client", "net.ipv4.tcp_fin_timeout", "90" } },
		  .lasts_ms = 140000 },
		{ "5_s_after_shutdown",
		  &(const struct situation){ .shut_down = true,
					     .small_ms = 5000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "5" } } },
		{ "63_s_after_shutdown",
		  &(const struct situation){ .shut_down = true,
					     .full_ms = 3000,
					     .small_ms = 3000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "63" } } },
		{ "at_once_by_negative_linger2",
		  &(const struct situation){ .linger2 = -1 } },
		{ "at_once_by_negative_linger2_after_shutdown",
		  &(const struct situation){ .held = true, .linger2 = -1 } },
		{ "held",
		  &(const struct situation){ .held = true, .small_ms = 5000 },
		  { { "client", "net.ipv4.tcp_fin_timeout", "1" } } },
		{ "held_and_kept_alive",
		  &(const struct situation){ .held = true,
					     .small_ms = 5000,
					     .kept_alive = true },
		  { { "client", "net.ipv4.tcp_fin_timeout", "1" } } },
		{ "not_in_fin_wait1_that_is_kept_alive",
		  &(const struct situation){ .kept_alive = true,
					     .unacknowledged =
						     TCP_FIN_WAIT1 } },
		{ "not_in_last_ack_that_is_kept_alive",
		  &(const struct situation){ .kept_alive = true,
					     .unacknowledged =
						     TCP_LAST_ACK } },
	},
	.claims = "58",
	.lasts_ms = 7000,
	.run = run,
};
