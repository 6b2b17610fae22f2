// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each kind of old segment, for a new connection on the same ports.
 *
 * A server has closed a connection, and the client uses its ports anew, with
 * numbers among which the old ones fit, or with numbers beyond them.  Then an
 * old segment arrives that had been delayed.  With timestamps it is dropped for
 * its own, which is older (PAWS; RFC 7323, 5), except that a RST is not judged
 * by it.  Without them it is dropped if its number is out of the window, and
 * else challenged, since it acknowledges what the new connection never sent
 * (RFC 5961, 4 and 5); only a RST with exactly the next number ends the
 * connection.  The program reads what the new connection sent, and nothing
 * else.
 *
 * With a TIME_WAIT and no timestamps, no connection begins whose numbers the
 * old ones would fit in: its SYN is refused.
 *
 * Server: tcp_validate_incoming(), tcp_sequence(), tcp_ack(),
 * tcp_timewait_state_process().
 *
 * Controls: the four combinations of TIME_WAIT and timestamps, numbers in the
 * window and out of it; data at exactly the next number are the matter of
 * old_duplicate/reaches_new_connection.
 *
 * Catches: a connection that takes an old segment for its own, is ended by one,
 * or answers it with a RST; a TIME_WAIT that lets a connection begin among the
 * old numbers; wrong counters.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>

#define ISN 7000u
#define BEYOND 100000
#define OLD_TSVAL 1000u
#define NEW_TSVAL 2000u

#define OLD_SYN "an old SYN is challenged as a SYN"

/*
 * The old connection's numbers were 0 to 14.  The new one's next is 9, if they
 * begin with the same, and is beyond them all otherwise.
 */
struct situation {
	bool beyond;
	const char *segment;
	/* What counts it, without timestamps and with; NULL: nothing. */
	const char *plain, *stamped;
	bool silent; /* it is not answered */
	bool ends;
	bool syn, old_ack; /* which kernels count in different ways */
};

struct dialogue {
	struct lg_raw *raw;
	uint32_t tsval; /* 0: no timestamps */
};

static void say(struct dialogue *dialogue, const char *segment, uint32_t ack)
{
	char acks[24] = "", options[48] = "";

	if (strchr(segment, '.'))
		snprintf(acks, sizeof(acks), " ack %u", ack);
	if (dialogue->tsval)
		snprintf(options, sizeof(options), " <TS val %u ecr 0>",
			 dialogue->tsval);
	lg_inject(dialogue->raw, "%s%s%s", segment, acks, options);
}

/* Server closes first; what is left of it is up to tcp_max_tw_buckets. */
static int connect_and_close(struct dialogue *old, int listener, int state)
{
	char text[13];

	lg_raw_timestamp(old->raw, old->tsval);
	int sock = lg_raw_connect(old->raw, listener);
	say(old, "P. 1:14(13)", 1);
	lg_receive(sock, text, sizeof(text));
	lg_close(sock);
	lg_await_state(sock, TCP_FIN_WAIT1);
	say(old, "F. 14:14(0)", 2);
	lg_await_state(sock, state);
	return sock;
}

static void expect_refusal(struct lg_net *net, struct lg_raw *raw, int sock)
{
	struct lg_host *server = lg_host(net, "server");
	struct lg_wire *wire = lg_wire(lg_host(net, "client"));

	lg_inject(raw, "S 0:0(0) <mss 1460>");
	ck_assert_uint_eq(lg_expect(wire, "< .").ack, ISN + 15);
	lg_expect_none(wire, NULL, 10);
	ck_assert(lg_status(sock).time_wait);
	lg_assert_counted(server, "PassiveOpens", 1);
	lg_assert_counted(server, "OutRsts", 0);
}

/* Since 6.4 (ee05d90d0ac7), as in last_ack/challenges_are_limited. */
static const char *syn_counter(struct lg_net *net, struct lg_host *server)
{
	bool challenged = lg_counted(server, "TCPSYNChallenge");

	lg_fact(net, OLD_SYN, challenged);
	if (lg_has(net, "sysctl net.ipv4.tcp_syn_linear_timeouts"))
		ck_assert(challenged);
	return challenged ? "TCPSYNChallenge" : "PAWSEstab";
}

static void assert_counted(struct lg_host *server, const char *counter)
{
	static const char *const all[] = { "TCPChallengeACK", "TCPSYNChallenge",
					   "PAWSEstab" };
	bool syn = counter && !strcmp(counter, "TCPSYNChallenge");

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		bool counts = counter && !strcmp(all[i], counter);
		/* A challenge for a SYN is a challenge. */
		counts |= syn && !strcmp(all[i], "TCPChallengeACK");
		lg_assert_counted(server, all[i], counts);
	}
}

/* What the server does about the old segment; `next` is what it expects. */
static void assert_reaction(struct lg_net *net, struct lg_wire *wire,
			    uint32_t next)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	bool timestamps = lg_sysctl_get(server, "net.ipv4.tcp_timestamps");
	bool old_ack =
		timestamps && is->old_ack && lg_has(net, "counter PAWSOldAck");
	const char *counter = timestamps ? is->stamped : is->plain;

	if (!is->silent && !old_ack)
		ck_assert_uint_eq(lg_expect(wire, "< .").ack, next);
	lg_expect_none(wire, NULL, 10);
	if (timestamps && is->syn)
		counter = syn_counter(net, server);
	if (old_ack)
		lg_assert_counted(server, "PAWSOldAck", 1);
	assert_counted(server, old_ack ? NULL : counter);
	lg_assert_counted(server, "OutRsts", 0);
}

/* What the program can read at once. */
static void assert_reads(int sock, const char *expected)
{
	char text[32];
	ssize_t size = recv(sock, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[size > 0 ? size : 0] = '\0';
	ck_assert_str_eq(text, expected);
}

/* What fills the gap before the old bytes would make them readable. */
static void go_on(struct dialogue *new, struct lg_wire *wire, int sock,
		  uint32_t next)
{
	assert_reads(sock, "abcdefgh");
	say(new, "P. 9:11(2)", 1);
	ck_assert_uint_eq(lg_await_segment(wire, "< .").ack, next + 2);
	assert_reads(sock, "ab");
	lg_assert_state(sock, TCP_ESTABLISHED);
}

static void judge_claims(struct lg_net *net, bool time_wait, bool timestamps)
{
	const char *row = lg_row_name(net);

	if (!time_wait) {
		lg_claim(net, 1, false);
		lg_claim(net, 111, false);
	}
	if (!strcmp(row, "data_in_window") && timestamps) {
		lg_claim(net, 11, false);
		lg_claim(net, 35, false);
		lg_claim(net, 139, true);
	}
	if (!strcmp(row, "data_out_of_window") && !timestamps)
		lg_claim(net, 57, false);
	if (!strcmp(row, "fin_in_window") && timestamps)
		lg_claim(net, 77, true);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	bool time_wait = lg_sysctl_get(server, "net.ipv4.tcp_max_tw_buckets");
	bool timestamps = lg_sysctl_get(server, "net.ipv4.tcp_timestamps");

	int listener = lg_listen(server, 80);
	struct dialogue old = {
		.raw = lg_raw(client, 4000, server, 80, ISN),
		.tsval = timestamps ? OLD_TSVAL : 0,
	};
	struct lg_wire *wire = lg_wire(client);
	int closed = connect_and_close(&old, listener,
				       time_wait ? TCP_TIME_WAIT : TCP_CLOSE);

	uint32_t its_isn = lg_await_segment(wire, "< S.").seq;

	/* The clock of the server's own first numbers goes on. */
	lg_pass(net, 100);
	uint32_t isn = is->beyond ? ISN + BEYOND : ISN;
	struct dialogue new = {
		.raw = lg_raw(client, 4000, server, 80, isn),
		.tsval = timestamps ? NEW_TSVAL : 0,
	};
	if (time_wait && !timestamps && !is->beyond) {
		expect_refusal(net, new.raw, closed);
		return;
	}
	lg_raw_timestamp(new.raw, new.tsval);
	int sock = lg_raw_connect(new.raw, listener);
	its_isn -= lg_await_segment(wire, "< S.").seq;
	say(&new, "P. 1:9(8)", 1);
	lg_expect(wire, "< . 1:1(0) ack 9");

	lg_count_anew(server);
	say(&old, is->segment, its_isn + 1);
	assert_reaction(net, wire, isn + 9);

	if (is->ends) {
		lg_await_state(sock, TCP_CLOSE);
		assert_reads(sock, "abcdefgh");
		ck_assert_int_eq(lg_await_receive(sock), -ECONNRESET);
		if (timestamps)
			lg_claim(net, 139, true);
	} else {
		go_on(&new, wire, sock, isn + 9);
		judge_claims(net, time_wait, timestamps);
	}
}

#define CHALLENGE "TCPChallengeACK"
#define PAWS "PAWSEstab"
#define SYN "S 12:12(0)"

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", "net.ipv4.tcp_max_tw_buckets", "0 4096" },
		{ "server", "net.ipv4.tcp_timestamps", "0 1" },
	},
	.rows = {
		{ "data_in_window",
		  &(const struct situation){ false, "P. 11:14(3)",
					     CHALLENGE, PAWS } },
		{ "data_out_of_window",
		  &(const struct situation){ true, "P. 11:14(3)", NULL,
					     PAWS } },
		{ "fin_in_window",
		  &(const struct situation){ false, "F. 9:9(0)",
					     CHALLENGE, PAWS } },
		{ "fin_out_of_window",
		  &(const struct situation){ true, "F. 14:14(0)", NULL,
					     PAWS } },
		{ "syn_in_window",
		  &(const struct situation){ false, SYN, "TCPSYNChallenge",
					     PAWS, .syn = true } },
		{ "syn_out_of_window",
		  &(const struct situation){ true, SYN, "TCPSYNChallenge",
					     PAWS, .syn = true } },
		{ "ack_in_window",
		  &(const struct situation){ false, ". 14:14(0)",
					     CHALLENGE, PAWS } },
		{ "ack_of_next_number",
		  &(const struct situation){ false, ". 9:9(0)",
					     CHALLENGE, PAWS } },
		{ "ack_out_of_window",
		  &(const struct situation){ true, ". 14:14(0)", NULL,
					     PAWS, .old_ack = true } },
		{ "rst_in_window",
		  &(const struct situation){ false, "R 12:12(0)", CHALLENGE,
					     CHALLENGE } },
		{ "rst_out_of_window",
		  &(const struct situation){ true, "R 12:12(0)", NULL, NULL,
					     .silent = true } },
		{ "rst_of_next_number",
		  &(const struct situation){ false, "R 9:9(0)", NULL, NULL,
					     .silent = true, .ends = true } },
	},
	.claims = "1 11 35 57 77 111 139",
	.facts = {
		{ OLD_SYN,
		  "counted as TCPSYNChallenge, else as PAWSEstab (6.4)" },
		{ "counter PAWSOldAck",
		  "an ACK with an old number and timestamp is not answered "
		  "(6.14)" },
	},
	.run = run,
};
