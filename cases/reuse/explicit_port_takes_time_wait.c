// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client that names its port takes over a TIME_WAIT at once.
 *
 * With SO_REUSEADDR, bind() gives out a port that is in TIME_WAIT, and
 * connect() to the same destination then takes the TIME_WAIT's place, whatever
 * tcp_tw_reuse says and however young it is, if only the old connection had
 * timestamps.  The SYN begins beyond the old numbers and echoes the last
 * timestamp.  Without timestamps connect() gives EADDRNOTAVAIL, and so it does
 * if there is still a connection; nothing is sent for either.  Which way the
 * old connection came to its TIME_WAIT makes no difference.  An abandoned
 * FIN_WAIT2 is taken like a TIME_WAIT, to the peer's loss: its half of the
 * connection, which may still have data to send, is reset.
 *
 * The new socket knows from the old connection how new the peer's timestamps
 * were.  So a SYN of the peer's that crosses its own is dropped if its
 * timestamp is older (PAWS: RFC 7323, 5), else answered with a SYN-ACK.
 *
 * __inet_check_established(), tcp_twsk_unique() with twp == NULL,
 * tcp_timewait_state_process(), tcp_rcv_synsent_state_process().
 *
 * Controls: timestamps at one end only; without SO_REUSEADDR bind() gives
 * EADDRINUSE, whatever tcp_tw_reuse says.
 *
 * Catches: a kernel that makes the port wait, takes over what has no timestamps
 * or is in use, lets the new numbers or timestamps fall behind the old, or
 * keeps something of the TIME_WAIT.
 */

#include "linger.h"

#define BEYOND (65535 + 2)
#define TSVAL 1000u

struct connection {
	int listener, sock, peer;
};

struct situation {
	/* NULL: crosses_syn() */
	void (*run)(struct lg_net *net, struct connection old);
	bool abandoned; /* before the peer closes, too */
};

/* Both ends close, the client first; its last ACK. */
static struct lg_segment to_time_wait(struct lg_net *net, struct connection old,
				      struct lg_segment *fin)
{
	const struct situation *is = lg_row_data(net);
	struct lg_wire *wire = lg_wire(lg_host(net, "client"));

	lg_close(old.sock);
	lg_await_state(old.peer, TCP_CLOSE_WAIT);
	if (is->abandoned)
		lg_await_state(old.sock, TCP_FIN_WAIT2);
	lg_close(old.peer);
	lg_await_state(old.sock, TCP_TIME_WAIT);
	lg_await_state(old.peer, TCP_CLOSE);
	*fin = lg_await_segment(wire, "< F.");
	return lg_await_segment(wire, "> .");
}

static void assert_refused(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_wire *wire = lg_wire(client);
	int again = lg_connect_start(client, 4000, lg_host(net, "server"), 80);

	ck_assert_int_eq(lg_connect_result(again), EADDRNOTAVAIL);
	lg_expect_none(wire, NULL, 100);
	lg_assert_counted(client, "TWRecycled", 0);
}

static void assert_usable(int from, int to)
{
	char data[5];

	lg_send(from, "hello", sizeof(data));
	lg_receive(to, data, sizeof(data));
}

static void is_taken(struct lg_net *net, struct connection old)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct lg_segment fin;
	struct lg_segment last = to_time_wait(net, old, &fin);
	struct lg_wire *wire = lg_wire(client);

	int again = lg_connect_start(client, 4000, server, 80);
	struct lg_segment syn = lg_expect(wire, "> S");
	lg_expect(wire, "< S.");
	lg_expect(wire, "> .");
	ck_assert_int_eq(lg_connect_result(again), 0);
	ck_assert_uint_eq(syn.seq, last.seq + BEYOND);
	ck_assert_uint_eq(syn.tsecr, fin.tsval);
	ck_assert_int_ge((int32_t)(syn.tsval - last.tsval), 0);

	lg_assert_counted(client, "TWRecycled", 1);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), 0);
	ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), 0);
	lg_assert_counted(client, "OutRsts", 0);
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_counted(server, "TCPChallengeACK", 0);
	assert_usable(again, lg_accept(old.listener));
	lg_claim(net, 5, false);
	lg_claim(net, 28, false);
	if (!lg_sysctl_get(client, "net.ipv4.tcp_tw_reuse"))
		lg_claim(net, 60, true);
}

static void is_kept(struct lg_net *net, struct connection old)
{
	struct lg_segment fin;

	to_time_wait(net, old, &fin);
	assert_refused(net);
	/* Not a matter of age, as tcp_tw_reuse is. */
	lg_pass(net, 3000);
	assert_refused(net);
	lg_assert_state(old.sock, TCP_TIME_WAIT);
	lg_claim(net, 5, true);
}

static void is_in_use(struct lg_net *net, struct connection old)
{
	assert_refused(net);
	lg_assert_state(old.sock, TCP_ESTABLISHED);
	assert_usable(old.sock, old.peer);
	assert_usable(old.peer, old.sock);

	/* Nor is it free with the peer's FIN. */
	lg_send_fin(old.peer);
	lg_await_state(old.peer, TCP_FIN_WAIT2);
	assert_refused(net);
	lg_assert_state(old.sock, TCP_CLOSE_WAIT);
}

static void fin_wait2_is_taken(struct lg_net *net, struct connection old)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_close(old.sock);
	lg_await_state(old.sock, TCP_FIN_WAIT2);
	lg_await_state(old.peer, TCP_CLOSE_WAIT);

	struct lg_wire *wire = lg_wire(client);
	int again = lg_connect_start(client, 4000, server, 80);
	lg_expect(wire, "> S");
	struct lg_segment challenge = lg_expect(wire, "< .");
	ck_assert_uint_eq(lg_expect(wire, "> R").seq, challenge.ack);
	lg_expect(wire, "> S");
	lg_expect(wire, "< S.");
	lg_expect(wire, "> .");
	ck_assert_int_eq(lg_connect_result(again), 0);

	lg_await_state(old.peer, TCP_CLOSE);
	ck_assert_int_eq(lg_take_error(old.peer), EPIPE);
	lg_assert_counted(client, "TWRecycled", 1);
	lg_assert_counted(server, "TCPSYNChallenge", 1);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), 0);
}

static struct lg_segment send_syn(struct lg_raw *peer, unsigned tsval)
{
	return lg_inject(peer, "S 9:9(0) <mss 1460,sackOK,TS val %u ecr 0>",
			 tsval);
}

static void crosses_syn(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct lg_raw *peer = lg_raw(server, 80, client, 4000, 7000);

	lg_raw_timestamp(peer, TSVAL);
	lg_raw_walk(peer, lg_raw_accept(peer), TCP_TIME_WAIT);

	struct lg_wire *wire = lg_wire(server);
	int again = lg_connect_start(client, 4000, server, 80);
	struct lg_segment syn = lg_expect(wire, "< S");
	lg_assert_counted(client, "TWRecycled", 1);

	send_syn(peer, TSVAL - 1);
	lg_expect_none(wire, NULL, 100);
	lg_assert_state(again, TCP_SYN_SENT);

	struct lg_segment crossing = send_syn(peer, TSVAL);
	struct lg_segment syn_ack = lg_expect(wire, "< S.");
	ck_assert_uint_eq(syn_ack.seq, syn.seq);
	ck_assert_uint_eq(syn_ack.ack, crossing.seq + 1);
	ck_assert_uint_eq(syn_ack.tsecr, TSVAL);
	lg_assert_state(again, TCP_SYN_RECV);
}

static void cannot_bind(struct lg_net *net, struct connection old)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_segment fin;

	to_time_wait(net, old, &fin);
	ck_assert_int_eq(lg_bind(lg_socket(client), NULL, 4000), EADDRINUSE);
	lg_pass(net, 3000);
	ck_assert_int_eq(lg_bind(lg_socket(client), NULL, 4000), EADDRINUSE);
	lg_assert_state(old.sock, TCP_TIME_WAIT);
	lg_claim(net, 60, true);
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);
	struct lg_host *server = lg_host(net, "server");

	if (!is->run) {
		crosses_syn(net);
		return;
	}
	struct connection old = { .listener = lg_listen(server, 80) };

	old.sock = lg_connect(lg_host(net, "client"), 4000, server, 80);
	old.peer = lg_accept(old.listener);
	is->run(net, old);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0 1 2" },
	},
	.rows = {
		{ "time_wait", &(const struct situation){ is_taken } },
		{ "client_without_timestamps",
		  &(const struct situation){ is_kept },
		  { { "client", "net.ipv4.tcp_timestamps", "0" } },
		  .lasts_ms = 3000 },
		{ "server_without_timestamps",
		  &(const struct situation){ is_kept },
		  { { "server", "net.ipv4.tcp_timestamps", "0" } },
		  .lasts_ms = 3000 },
		{ "fin_wait2_then_time_wait",
		  &(const struct situation){ is_taken, .abandoned = true } },
		{ "fin_wait2_without_timestamps_then_time_wait",
		  &(const struct situation){ is_kept, .abandoned = true },
		  { { "client", "net.ipv4.tcp_timestamps", "0" } },
		  .lasts_ms = 3000 },
		{ "established", &(const struct situation){ is_in_use } },
		{ "fin_wait2",
		  &(const struct situation){ fin_wait2_is_taken } },
		{ "time_wait_and_crossing_syn",
		  &(const struct situation){ NULL } },
		{ "without_reuseaddr",
		  &(const struct situation){ cannot_bind },
		  .lasts_ms = 3000 },
	},
	.claims = "5 28 60",
	.run = run,
};
