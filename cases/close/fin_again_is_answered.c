// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A lost last ACK is made good, with and without TIME_WAIT.
 *
 * The client has closed first, the server second, and the client's last ACK is
 * lost: the server, in LAST_ACK, sends its FIN again after 200 ms.  A client
 * that has its TIME_WAIT answers with the ACK once more, and waits 60 seconds
 * anew: the server is through, without an error.  A client that has no
 * TIME_WAIT answers with a RST: the server is through as soon, and only a
 * program that still has the socket sees a difference: ECONNRESET, though
 * all data had arrived.  Nobody is left hanging.
 *
 * Client: tcp_timewait_state_process(), or tcp_v4_send_reset(); server:
 * tcp_retransmit_timer(), tcp_rcv_state_process(), tcp_reset().
 *
 * Controls: with and without the TIME_WAIT, which tcp_max_tw_buckets=0 does not
 * let be; and the ACK that is not lost.
 *
 * Catches: a TIME_WAIT that does not acknowledge again or does not wait anew, a
 * host that leaves a stray FIN unanswered, a kernel that makes a TIME_WAIT
 * beyond the limit or none below it.
 */

#include "linger.h"

#define MS 1000000
#define RTO_MS 200
#define TICK_MS 10
#define TIME_WAIT_MS 60000

struct situation {
	bool ack_lost;
	bool time_wait;
	bool held; /* the server's program has only shut down */
};

/* Both FINs are sent, each end's program having closed or shut down. */
static void close_both(struct lg_host *client, int sock, int peer,
		       const struct situation *is)
{
	/* Not closed at once: there is no FIN_WAIT2 beyond the limit either. */
	lg_send_fin(sock);
	lg_await_state(peer, TCP_CLOSE_WAIT);
	lg_await_state(sock, TCP_FIN_WAIT2);
	if (is->held)
		lg_send_fin(peer);
	else
		lg_close(peer);
	lg_await_state(sock, is->time_wait ? TCP_TIME_WAIT : TCP_CLOSE);
	ck_assert_int_eq(lg_await_receive(sock), 0);
	lg_assert_counted(client, "TCPTimeWaitOverflow", !is->time_wait);
}

static void expect_fin_again(struct lg_wire *wire, int sock, int peer,
			     const struct situation *is)
{
	lg_expect(wire, "> F. 1:1(0) ack 1");
	lg_expect(wire, "< . 1:1(0) ack 2");
	struct lg_segment fin = lg_expect(wire, "< F. 1:1(0) ack 2");
	lg_expect(wire, "> . 2:2(0) ack 2");
	struct lg_segment again = lg_expect(wire, "< F. 1:1(0) ack 2");
	lg_assert_timer((again.time_ns - fin.time_ns) / MS, RTO_MS);
	lg_expect(wire, is->time_wait ? "> . 2:2(0) ack 2" : "> R 2:2(0)");
	lg_await_state(peer, TCP_CLOSE);

	struct lg_status status = lg_status(sock);
	ck_assert_int_eq(status.time_wait, is->time_wait);
	/* Not what it has left of 60 s since the first FIN, 200 ms before. */
	int64_t since_ms = (lg_now_ns() - again.time_ns) / MS;
	if (is->time_wait)
		ck_assert_int_ge(status.left_ms + since_ms,
				 TIME_WAIT_MS - TICK_MS);
}

static void decide(struct lg_net *net, const struct situation *is)
{
	if (!is->ack_lost)
		return;
	lg_claim(net, 90, true);
	lg_claim(net, 137, true);
	if (is->time_wait) {
		lg_claim(net, 24, true);
		return;
	}
	lg_claim(net, 25, false);
	lg_claim(net, 80, false);
	lg_claim(net, 86, true);
	if (is->held)
		lg_claim(net, 119, true);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct lg_match last_ack = LG_PURE_ACK;

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	struct lg_wire *wire = lg_wire(client);

	last_ack.times = 1;
	if (is->ack_lost)
		lg_drop(server, last_ack);
	close_both(client, sock, peer, is);
	if (is->ack_lost)
		expect_fin_again(wire, sock, peer, is);
	else
		lg_await_state(peer, TCP_CLOSE);

	bool reset = is->ack_lost && !is->time_wait;
	if (is->held)
		ck_assert_int_eq(lg_take_error(peer), reset ? ECONNRESET : 0);
	lg_assert_counted(client, "OutRsts", reset);
	lg_assert_counted(server, "OutRsts", 0);
	decide(net, is);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "time_wait",
		  &(const struct situation){ true, true, false } },
		{ "time_wait_and_held",
		  &(const struct situation){ true, true, true } },
		{ "no_time_wait",
		  &(const struct situation){ true, false, false },
		  { { "client", "net.ipv4.tcp_max_tw_buckets", "0" } } },
		{ "no_time_wait_and_held",
		  &(const struct situation){ true, false, true },
		  { { "client", "net.ipv4.tcp_max_tw_buckets", "0" } } },
		{ "ack_arrives",
		  &(const struct situation){ false, true, false } },
		{ "ack_arrives_and_no_time_wait",
		  &(const struct situation){ false, false, true },
		  { { "client", "net.ipv4.tcp_max_tw_buckets", "0" } } },
	},
	.claims = "24 25 80 86 90 119 137",
	.run = run,
};
