// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A server in LAST_ACK challenges a SYN, but not two in half a second.
 *
 * Whatever SYN comes, new or old by its number and timestamp, it is answered
 * with an ACK of what the server expects, and the old connection stays as it is
 * (RFC 5961, 4.2).  The next SYN within tcp_invalid_ratelimit (500 ms) gets no
 * answer, so that whoever sends it has to wait until its own retransmission.
 * A RST with the number that the challenge asked for ends the connection, and
 * the program that holds it is told so.
 *
 * All connections together have another limit, of tcp_challenge_ack_limit in a
 * second (RFC 5961, 7), which is none by default since 6.0 (79e3602caa6f).
 * With 1, it is exactly one; what it spares is not counted.
 *
 * Since 6.4 (ee05d90d0ac7) a SYN with an old timestamp is challenged like any
 * other; before, it was rejected like any segment with an old timestamp, and
 * counted as such: the answer is the same.
 *
 * Server: tcp_validate_incoming(), tcp_send_challenge_ack(),
 * __tcp_oow_rate_limited(), tcp_challenge_ack_allowed().
 *
 * Control: with a limit of 0, and the other one at its default, every SYN is
 * answered.
 *
 * Catches: a SYN that ends the connection or is not answered, an answer with
 * other numbers, a limit that is not kept or not the sysctl's, a wrong counter.
 */

#include "linger.h"

#include <limits.h>

#define LIMIT "net.ipv4.tcp_invalid_ratelimit"
#define LIMIT_OF_ALL "net.ipv4.tcp_challenge_ack_limit"
#define OWN_LIMIT "a namespace has a limit of challenges of its own"
#define SECOND_MS 1100 /* surely into the kernel's next one */
#define TRIES 3
#define TSVAL 1000u
#define CHALLENGED "an old SYN is challenged as a SYN"

struct situation {
	const char *syn;
	bool plain;	   /* a connection without timestamps */
	bool old;	   /* the SYN's timestamp */
	bool one_a_second; /* LIMIT_OF_ALL is 1 */
};

/* What moves for each SYN, for each answer, and for each that is spared. */
struct counters {
	const char *syn, *answer, *skipped;
};

static const struct counters as_syn = { "TCPSYNChallenge", "TCPChallengeACK",
					"TCPACKSkippedChallenge" };
static const struct counters as_old = { "PAWSEstab", NULL,
					"TCPACKSkippedPAWS" };

/*
 * No sysctl came with it.  But whoever has one that came in 6.5 (ccce324dabfe)
 * has it, too.
 */
static const struct counters *find_counters(struct lg_net *net,
					    struct lg_host *server)
{
	const struct situation *is = lg_row_data(net);
	if (!is->old)
		return &as_syn;

	bool challenged = lg_counted(server, as_syn.syn);
	lg_fact(net, CHALLENGED, challenged);
	if (lg_has(net, "sysctl net.ipv4.tcp_syn_linear_timeouts"))
		ck_assert(challenged);
	return challenged ? &as_syn : &as_old;
}

/* Before 79e3602caa6f, which also changed the default, anybody's challenges
 * were counted: so nobody else may be there. */
static void must_be_alone(struct lg_net *net)
{
	long by_default = lg_sysctl_get(lg_host(net, "client"), LIMIT_OF_ALL);

	if (!lg_fact(net, OWN_LIMIT, by_default == INT_MAX))
		lg_need(net, "virtual-time");
}

/* How long after an answer the next one may be had. */
static unsigned find_spared_ms(const struct situation *is, long limit_ms)
{
	if (is->one_a_second && limit_ms < SECOND_MS)
		return SECOND_MS;
	return (unsigned)limit_ms;
}

/* Absolute numbers: a SYN gives relative ones a new beginning. */
static void expect_challenge(struct lg_wire *wire, struct lg_segment fin)
{
	struct lg_segment challenge = lg_expect(wire, "< .");

	ck_assert_uint_eq(challenge.seq, fin.seq + 1);
	ck_assert_uint_eq(challenge.ack, fin.ack);
}

/* Between the two a second of the kernel's has begun, unless that is so each
 * time. */
static bool has_begun_second(struct lg_host *server, const struct situation *is,
			     unsigned tries)
{
	return is->one_a_second && tries < TRIES &&
	       lg_counted(server, as_syn.answer) == 2;
}

/* Two at once, of which the second is spared.  Where time is real, this process
 * may be late: then it tries once more. */
static struct lg_wire *send_two(struct lg_net *net, struct lg_raw *raw,
				unsigned spared_ms)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct lg_wire *wire;
	int64_t since_ms;
	unsigned tries = 0;

	do {
		lg_pass(net, spared_ms);
		lg_count_anew(server);
		wire = lg_wire(lg_host(net, "client"));
		since_ms = lg_now_ms();
		for (int i = 0; i < 2; i++)
			lg_inject(raw, "%s", is->syn);
		lg_await_counted(server, "InSegs", 2);
	} while ((spared_ms && lg_now_ms() - since_ms >= spared_ms / 2) ||
		 has_begun_second(server, is, ++tries));
	return wire;
}

static void assert_limited(struct lg_net *net, struct lg_raw *raw,
			   struct lg_segment fin)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	long limit_ms = lg_sysctl_get(server, LIMIT);
	unsigned spared_ms = find_spared_ms(is, limit_ms);
	struct lg_wire *wire = send_two(net, raw, spared_ms);

	expect_challenge(wire, fin);
	if (!spared_ms)
		expect_challenge(wire, fin);
	lg_expect_none(wire, "< .", 1);
	const struct counters *counters = find_counters(net, server);
	lg_assert_counted(server, counters->syn, 2);
	lg_assert_counted(server, counters->skipped, limit_ms ? 1 : 0);
	if (counters->answer)
		lg_assert_counted(server, counters->answer, spared_ms ? 1 : 2);

	lg_pass(net, spared_ms);
	lg_inject(raw, "%s", is->syn);
	expect_challenge(wire, fin);
	lg_assert_counted(server, counters->syn, 3);
	lg_assert_counted(server, counters->skipped, limit_ms ? 1 : 0);
	lg_assert_counted(server, "OutRsts", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->one_a_second)
		must_be_alone(net);
	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, is->plain ? 0 : TSVAL);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_CLOSE_WAIT);
	struct lg_wire *wire = lg_wire(client);
	lg_send_fin(sock);
	struct lg_segment fin = lg_expect(wire, "< F. 1:1(0) ack 2");
	lg_assert_state(sock, TCP_LAST_ACK);

	assert_limited(net, raw, fin);
	lg_assert_state(sock, TCP_LAST_ACK);

	lg_inject(raw, "R 2:2(0)");
	lg_await_state(sock, TCP_CLOSE);
	ck_assert_int_eq(lg_take_error(sock), ECONNRESET);
	lg_assert_counted(server, "PassiveOpens", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", LIMIT, "0 500 2000" },
	},
	.rows = {
		{ "newer_timestamp",
		  &(const struct situation){
			  "S 70000:70000(0) <mss 1460,sackOK,TS val 1001 ecr "
			  "0>" } },
		{ "older_timestamp",
		  &(const struct situation){
			  "S 70000:70000(0) <mss 1460,sackOK,TS val 999 ecr 0>",
			  .old = true } },
		{ "old_numbers",
		  &(const struct situation){
			  "S 0:0(0) <mss 1460,sackOK,TS val 1001 ecr 0>" } },
		{ "plain_and_new_numbers",
		  &(const struct situation){ "S 70000:70000(0) <mss 1460>",
					     .plain = true } },
		{ "plain_and_next_number",
		  &(const struct situation){ "S 2:2(0) <mss 1460>",
					     .plain = true } },
		{ "plain_and_old_numbers",
		  &(const struct situation){ "S 0:0(0) <mss 1460>",
					     .plain = true } },
		{ "one_a_second",
		  &(const struct situation){ "S 70000:70000(0) <mss 1460>",
					     .plain = true,
					     .one_a_second = true },
		  { { "server", LIMIT_OF_ALL, "1" } } },
	},
	.facts = {
		{ CHALLENGED,
		  "counted as TCPSYNChallenge, else as PAWSEstab (6.4)" },
		{ OWN_LIMIT,
		  "tcp_challenge_ack_limit is none by default, and counts what "
		  "the namespace sends, else the whole kernel (6.0)" },
	},
	.lasts_ms = 4000,
	.run = run,
};
