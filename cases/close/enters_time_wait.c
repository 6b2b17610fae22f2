// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who closes first waits in TIME_WAIT, and if both do, both wait.
 *
 * The end that sends the first FIN goes through FIN_WAIT1 and FIN_WAIT2 into
 * TIME_WAIT; the other goes through CLOSE_WAIT and LAST_ACK and is gone with
 * the last ACK, be it the client or the server.  If the two FINs cross, each
 * end gets the other's before its own is acknowledged: both are CLOSING, and
 * both keep a TIME_WAIT of 60 seconds (RFC 9293, 3.6 and figure 13).  Every FIN
 * is acknowledged at once by an end that has sent its own: there is nothing to
 * wait for that the ACK might go with.
 *
 * tcp_close_state(), tcp_fin(), tcp_rcv_state_process(), tcp_time_wait().
 *
 * Controls: each row is the others' control.
 *
 * Catches: a kernel that keeps the TIME_WAIT at the wrong end or at none, that
 * answers a FIN of the other end with a RST or late, or does not know CLOSING.
 */

#include "linger.h"

#include <string.h>

#define TIME_WAIT_MS 60000
#define TICK_MS 10
#define MS 1000000
/* Less than any delay of an ACK, more than an emulated machine computes. */
#define AT_ONCE_MS 5

#define COUNTED_EARLY "a TIME_WAIT is counted when it begins"

/* It has its TIME_WAIT, one only, and for 60 s since some time after that. */
static void assert_waits(struct lg_net *net, struct lg_host *host, int sock,
			 int64_t since_ms)
{
	struct lg_status is = lg_status(sock);

	ck_assert_int_eq(is.state, TCP_TIME_WAIT);
	ck_assert(is.time_wait);
	ck_assert_uint_le(is.left_ms, TIME_WAIT_MS);
	ck_assert_int_ge(is.left_ms + (lg_now_ms() - since_ms),
			 TIME_WAIT_MS - TICK_MS);
	ck_assert_uint_eq(lg_count_state(host, TCP_TIME_WAIT), 1);
	ck_assert_uint_eq(lg_sockstat(host, "TCP", "tw"), 1);
	lg_fact(net, COUNTED_EARLY, lg_counted(host, "TW") == 1);
}

static void assert_is_gone(struct lg_host *host, int sock)
{
	lg_assert_state(sock, TCP_CLOSE);
	ck_assert_uint_eq(lg_sockstat(host, "TCP", "tw"), 0);
	lg_assert_counted(host, "TW", 0);
}

/* Where time is real, a delay may be the machine's. */
static void assert_at_once(struct lg_net *net, int64_t since_ns,
			   const struct lg_segment *ack)
{
	if (lg_has(net, "virtual-time"))
		ck_assert_int_le(ack->time_ns - since_ns, AT_ONCE_MS * MS);
}

static void one_closes(struct lg_net *net, struct lg_host *closer, int first,
		       struct lg_host *other, int second)
{
	struct lg_wire *wire = lg_wire(closer);

	lg_close(first);
	lg_await_state(second, TCP_CLOSE_WAIT);
	lg_await_state(first, TCP_FIN_WAIT2);
	ck_assert_int_eq(lg_await_receive(second), 0);
	int64_t since_ms = lg_now_ms();
	lg_close(second);
	lg_await_state(first, TCP_TIME_WAIT);
	lg_await_state(second, TCP_CLOSE);

	lg_expect(wire, "> F. 1:1(0) ack 1");
	lg_expect(wire, "< . 1:1(0) ack 2");
	struct lg_segment fin = lg_expect(wire, "< F. 1:1(0) ack 2");
	struct lg_segment ack = lg_expect(wire, "> . 2:2(0) ack 2");
	assert_at_once(net, fin.time_ns, &ack);
	assert_waits(net, closer, first, since_ms);
	assert_is_gone(other, second);

	lg_claim(net, 3, true);
	lg_claim(net, 23, true);
	lg_claim(net, 42, true);
	lg_claim(net, 52, true);
	lg_claim(net, 76, true);
}

static void both_close(struct lg_net *net, struct lg_host *client, int sock,
		       struct lg_host *server, int peer)
{
	struct lg_rule *fin = lg_hold(client, LG_ANY_FIN);
	struct lg_rule *peers_fin = lg_hold(server, LG_ANY_FIN);
	struct lg_rule *ack = lg_hold(client, LG_PURE_ACK);
	struct lg_rule *peers_ack = lg_hold(server, LG_PURE_ACK);

	lg_close(sock);
	lg_close(peer);
	lg_await_hits(fin, 1);
	lg_await_hits(peers_fin, 1);
	lg_assert_state(sock, TCP_FIN_WAIT1);
	lg_assert_state(peer, TCP_FIN_WAIT1);

	uint32_t next = lg_held(fin, 0)->seq + 1;
	uint32_t peers_next = lg_held(peers_fin, 0)->seq + 1;
	int64_t told_ns = lg_now_ns();
	lg_release(fin, LG_IN_ORDER);
	lg_release(peers_fin, LG_IN_ORDER);
	lg_await_hits(ack, 1);
	lg_await_hits(peers_ack, 1);
	assert_at_once(net, told_ns, lg_held(ack, 0));
	assert_at_once(net, told_ns, lg_held(peers_ack, 0));
	ck_assert_uint_eq(lg_held(ack, 0)->seq, next);
	ck_assert_uint_eq(lg_held(ack, 0)->ack, peers_next);
	ck_assert_uint_eq(lg_held(peers_ack, 0)->seq, peers_next);
	ck_assert_uint_eq(lg_held(peers_ack, 0)->ack, next);
	lg_assert_state(sock, TCP_CLOSING);
	lg_assert_state(peer, TCP_CLOSING);

	int64_t since_ms = lg_now_ms();
	lg_release(ack, LG_IN_ORDER);
	lg_release(peers_ack, LG_IN_ORDER);
	lg_await_state(sock, TCP_TIME_WAIT);
	lg_await_state(peer, TCP_TIME_WAIT);
	assert_waits(net, client, sock, since_ms);
	assert_waits(net, server, peer, since_ms);

	lg_claim(net, 3, false);
	lg_claim(net, 55, true);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);

	if (!strcmp(lg_row_name(net), "client"))
		one_closes(net, client, sock, server, peer);
	else if (!strcmp(lg_row_name(net), "server"))
		one_closes(net, server, peer, client, sock);
	else
		both_close(net, client, sock, server, peer);

	lg_assert_counted(client, "OutRsts", 0);
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_counted(client, "TWKilled", 0);
	lg_assert_counted(server, "TWKilled", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "*", "net.ipv4.tcp_timestamps", "0 1" },
	},
	.rows = {
		{ "client" },
		{ "server" },
		{ "both_at_once" },
	},
	.claims = "3 23 42 52 55 76",
	.facts = {
		{ COUNTED_EARLY,
		  "TW and TWKilled move when a TIME_WAIT begins, else when "
		  "it ends (before 6.1)" },
	},
	.run = run,
};
