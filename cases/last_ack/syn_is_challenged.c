// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client reuses its port against a server stuck in LAST_ACK.
 *
 * The client's last ACK is lost, so the client sits in TIME_WAIT and the
 * server in LAST_ACK.  A SYN from the same port must not by itself disturb the
 * old connection: the server challenges it (RFC 5961, 4.2).  The challenge
 * acknowledges nothing that the client sent, so the client answers with a RST
 * that closes the old connection, and its retransmitted SYN opens the new one.
 *
 * It makes no difference whether the client still has its TIME_WAIT.  The
 * program that holds the old connection is told that it was reset, the one that
 * opens the new one notices nothing: the SYN is sent again after two ticks
 * (5.6: 9603d47bad46), not after a second.
 *
 * Server: tcp_validate_incoming(); client: tcp_rcv_synsent_state_process().
 *
 * Control: when the last ACK arrives, the SYN is answered by a SYN-ACK at once,
 * and nothing is challenged or reset.
 *
 * tcp_twsk_unique(): the SYN that takes a TIME_WAIT's place begins beyond its
 * numbers, and echoes its timestamp.
 *
 * Catches: a kernel that lets a SYN end the old connection, does not challenge
 * it, resets with the wrong number, waits before it tries again, or counts none
 * of that.
 */

#include "linger.h"

#define CHALLENGED "an old SYN is challenged as a SYN"

struct situation {
	bool ack_lost;
	bool time_wait; /* else the client may have none */
	bool older;	/* the client's clock has gone back */
};

/* How far beyond the old connection's numbers a reused port's begin. */
#define BEYOND (65535 + 2)

#define CLOCK_BACK_MS 1000000
/* Two ticks are 20 ms at most. */
#define RETRY_MS 30
#define SECOND_MS 1000
#define MS 1000000

static struct lg_segment expect_handshake(struct lg_wire *wire)
{
	struct lg_segment syn = lg_expect(wire, "> S");
	lg_expect(wire, "< S.");
	lg_expect(wire, "> .");
	return syn;
}

static void judge_claims(struct lg_net *net, bool time_wait)
{
	if (time_wait) {
		lg_claim(net, 12, false);
		lg_claim(net, 36, true);
		/* As it is drawn, the answer is the FIN. */
		lg_claim(net, 42, false);
		lg_claim(net, 91, false);
	} else {
		lg_claim(net, 2, false);
		lg_claim(net, 26, true);
		lg_claim(net, 81, false);
	}
}

/*
 * With an old timestamp, kernels before 6.4 (ee05d90d0ac7) count it as that.
 * Whoever has what came in 6.5 (ccce324dabfe) has this, too.
 */
static void assert_challenge_counted(struct lg_net *net, struct lg_host *server)
{
	const struct situation *is = lg_row_data(net);
	bool challenged = lg_counted(server, "TCPSYNChallenge") == 1;

	if (is->older)
		lg_fact(net, CHALLENGED, challenged);
	if (!is->older ||
	    lg_has(net, "sysctl net.ipv4.tcp_syn_linear_timeouts"))
		ck_assert(challenged);
	lg_assert_counted(server, "TCPSYNChallenge", challenged);
	lg_assert_counted(server, "TCPChallengeACK", challenged);
	lg_assert_counted(server, "PAWSEstab", !challenged);
}

static void ack_is_lost(struct lg_net *net, int peer, int old)
{
	const struct situation *is = lg_row_data(net);
	bool time_wait = is->time_wait;
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct lg_rule *loss = lg_drop(server, LG_PURE_ACK);
	/* However slowly this runs, the server's FIN comes once only. */
	lg_drop(client,
		(struct lg_match){ .flags = LG_FIN, .nth = 2, .times = 100 });

	lg_send_fin(peer);
	lg_await_hits(loss, 1);
	lg_assert_state(peer, TCP_LAST_ACK);
	lg_close(old);
	ck_assert_int_eq(lg_status(old).time_wait, time_wait);
	if (is->older)
		lg_skew_timestamps(client, -CLOCK_BACK_MS);

	struct lg_wire *wire = lg_wire(client);
	int again = lg_connect_start(client, 4000, server, 80);

	struct lg_segment syn = lg_expect(wire, "> S");
	struct lg_segment challenge = lg_expect(wire, "< .");
	struct lg_segment reset = lg_expect(wire, "> R");

	ck_assert_uint_eq(reset.seq, challenge.ack);
	if (time_wait)
		ck_assert_uint_eq(syn.seq, challenge.ack + BEYOND);
	lg_await_state(peer, TCP_CLOSE);
	ck_assert_int_eq(lg_take_error(peer), ECONNRESET);

	lg_undo(loss);
	struct lg_segment retry = expect_handshake(wire);
	int64_t waited_ms = (retry.time_ns - syn.time_ns) / MS;
	ck_assert_uint_eq(retry.seq, syn.seq);
	ck_assert_int_lt(waited_ms,
			 lg_has(net, "virtual-time") ? RETRY_MS : SECOND_MS);
	ck_assert_int_eq(lg_connect_result(again), 0);

	assert_challenge_counted(net, server);
	lg_assert_counted(client, "OutRsts", 1);
	judge_claims(net, time_wait);
}

static void ack_arrives(struct lg_net *net, int peer, int old)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct lg_wire *wire = lg_wire(client);

	lg_send_fin(peer);
	lg_await_segment(wire, "< F.");
	struct lg_segment last = lg_await_segment(wire, "> .");
	lg_await_state(peer, TCP_CLOSE);
	ck_assert_int_eq(lg_take_error(peer), 0);
	lg_close(old);

	int again = lg_connect_start(client, 4000, server, 80);

	/* What the TIME_WAIT knew is the new connection's from its SYN on. */
	struct lg_segment syn = expect_handshake(wire);
	ck_assert_uint_eq(syn.seq, last.seq + BEYOND);
	ck_assert_uint_ne(syn.tsecr, 0);
	ck_assert_int_eq(lg_connect_result(again), 0);

	lg_assert_counted(server, "TCPSYNChallenge", 0);
	lg_assert_counted(server, "TCPChallengeACK", 0);
	lg_assert_counted(client, "OutRsts", 0);
	lg_claim(net, 5, false);
	lg_claim(net, 28, false);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	int old = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);

	lg_send_fin(old);
	lg_await_state(peer, TCP_CLOSE_WAIT);

	if (is->ack_lost)
		ack_is_lost(net, peer, old);
	else
		ack_arrives(net, peer, old);
	lg_assert_counted(client, "TWRecycled", is->time_wait);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0 1" },
	},
	.rows = {
		{ "ack_lost", &(const struct situation){ true, true } },
		{ "ack_lost_and_no_time_wait",
		  &(const struct situation){ true, false },
		  { { "client", "net.ipv4.tcp_max_tw_buckets", "0" } } },
		{ "ack_lost_and_clock_gone_back",
		  &(const struct situation){ true, true, .older = true } },
		{ "ack_arrives", &(const struct situation){ false, true } },
	},
	.needs = { "counter TCPSYNChallenge" },
	.facts = {
		{ CHALLENGED,
		  "counted as TCPSYNChallenge, else as PAWSEstab (6.4)" },
	},
	.claims = "2 5 12 26 28 36 42 81 91",
	.run = run,
};
