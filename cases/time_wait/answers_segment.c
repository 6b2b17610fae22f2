// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a TIME_WAIT does with each kind of segment that still comes.
 *
 * A server closes first and is in TIME_WAIT; 1.1 seconds later one segment of
 * the old ports arrives.  A SYN that is certainly newer than the connection,
 * by its timestamp or else by its sequence number, ends the TIME_WAIT and opens
 * a connection with an initial sequence number beyond the old ones (RFC 6191;
 * RFC 1122, 4.2.2.13).  Whatever else is not a RST or the bare ACK that is
 * expected next is answered with the last ACK once more, also a SYN that
 * nobody listens for.  A RST with exactly the next sequence number ends the
 * TIME_WAIT, unless tcp_rfc1337 forbids it (RFC 1337).  The 60 seconds start
 * anew with every segment that has an ACK or an old timestamp, but not with a
 * plain SYN or a RST.  A segment whose checksum is wrong does nothing at all.
 * (It has more than 76 bytes: the checksum of a shorter one is looked at before
 * anybody asks whose segment it is, __skb_checksum_validate_complete().)
 *
 * Server: tcp_timewait_state_process(), tcp_v4_timewait_ack().
 *
 * Before 4.19 (63cc357f7bba) a RST that tcp_rfc1337 ignored started the 60
 * seconds anew.  A SYN that has a FIN, too, ends the TIME_WAIT and is then
 * dropped by the listener.
 *
 * Controls: of each kind of segment there is one on either side of the bound,
 * numbers and timestamps that have gone round included.
 *
 * Catches: a TIME_WAIT that lets a segment in which it must keep out, that a
 * RST next to the right one ends, that answers with a RST or with other numbers
 * than the last ACK's, that believes a segment with a wrong checksum, or that
 * outlives or forgets its 60 seconds.
 */

#include "linger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ISN 7000u
#define TSVAL 1000u
#define MS 1000000
#define TS(value) "<TS val " #value " ecr 0>"
#define SYN_TS(value) "<mss 1460,sackOK,TS val " #value " ecr 0>"
#define LASTS_MS 60000
#define AGE_MS 1100

/* Numbers are relative: the TIME_WAIT has sent up to 2, and expects 2. */
struct situation {
	uint32_t isn;	/* 0: ISN */
	uint32_t tsval; /* the last one; 0: TSVAL */
	bool plain;	/* a connection without timestamps */
	bool no_listener;
	const char *segment;
	bool wrong_checksum;
	const char *reply; /* NULL: none */
	const char *timer; /* what becomes of it */
	bool fixed;	   /* the timer, in 4.19 */
	bool paws;	   /* counted as rejected for its timestamp */
	uint32_t recent;   /* the newest timestamp after that; 0: the last */
	unsigned claim;	   /* that it decides; 0: none */
	bool holds;
};

/*
 * The new connection's numbers begin beyond all that the old one may have in
 * flight.  Before 6.10 (41eecbd712b7) they were forgotten on the way from
 * tcp_timewait_state_process() to tcp_conn_request(), and the clock chose them
 * as for any connection; both are later than the old ones.
 */
static void assert_isn(struct lg_net *net, uint32_t isn, struct lg_segment last)
{
	uint32_t beyond = last.seq + 65535 + 2;

	lg_observe(net, "ISN",
		   isn == beyond ? "beyond the old" : "the clock's");
	if (lg_has(net, "sysctl net.ipv4.tcp_tw_reuse_delay"))
		ck_assert_uint_eq(isn, beyond);
	else
		ck_assert_int_ge((int32_t)(isn - beyond), 0);
}

/* The TIME_WAIT's timestamps go on as the connection's did. */
static void assert_clock(struct lg_net *net, struct lg_segment reply,
			 struct lg_segment last)
{
	int64_t passed_ms = (reply.time_ns - last.time_ns) / MS;
	int32_t ticked_ms = (int32_t)(reply.tsval - last.tsval);
	int allowed_ms = lg_has(net, "virtual-time") ? 1 : AGE_MS / 2;

	ck_assert_int_le(llabs(ticked_ms - passed_ms), allowed_ms);
}

static void assert_reply(struct lg_net *net, struct lg_segment reply,
			 struct lg_segment last, struct lg_segment sent)
{
	if (reply.flags & LG_SYN) {
		assert_isn(net, reply.seq, last);
		ck_assert_uint_eq(reply.ack, sent.seq + 1);
		/* Connections between two addresses have one clock. */
		if (reply.has_ts && last.has_ts)
			assert_clock(net, reply, last);
		return;
	}
	ck_assert_uint_eq(reply.seq, last.seq);
	ck_assert_uint_eq(reply.ack, last.ack);
	ck_assert_uint_eq(reply.window, last.window);
	ck_assert_uint_eq(reply.has_ts, last.has_ts);
	ck_assert_uint_eq(reply.tsecr, last.tsecr);
	if (reply.has_ts)
		assert_clock(net, reply, last);
}

/*
 * What became of the TIME_WAIT's 60 seconds since a segment was sent.  What is
 * left was read at some moment between the two looks at the clock: if that
 * leaves room for doubt, it is read again.
 */
static const char *timer_since(int64_t sent_ms, int sock)
{
	const int64_t limit_ms = LASTS_MS - AGE_MS / 2;

	for (;;) {
		int64_t before_ms = lg_now_ms() - sent_ms;
		struct lg_status status = lg_status(sock);
		int64_t after_ms = lg_now_ms() - sent_ms;

		if (!status.time_wait)
			return "gone";
		ck_assert_uint_le(status.left_ms, LASTS_MS);
		if (status.left_ms + after_ms < limit_ms)
			return "kept";
		if (status.left_ms + before_ms > limit_ms)
			return "re-armed";
	}
}

/*
 * The fix shows in nothing else, and distributions have it in older kernels
 * too.  So a proxy decides, which only says that it must be there: a sysctl
 * that came later, in 5.8 (a70437cc09a1).  Without that, either may be.
 */
static void assert_timer(struct lg_net *net, const struct situation *is,
			 const char *timer)
{
	if (is->fixed && !lg_has(net, "sysctl net.ipv4.tcp_comp_sack_slack_ns"))
		ck_assert_str_ne(timer, "gone");
	else
		ck_assert_str_eq(timer, is->timer);
	if (is->fixed)
		lg_observe(net, "timer", "%s", timer);
}

static uint32_t isn_of(const struct situation *is)
{
	return is->isn ? is->isn : ISN;
}

static uint32_t tsval_of(const struct situation *is)
{
	return is->tsval ? is->tsval : TSVAL;
}

/* The connection opens that took the TIME_WAIT's place. */
static void finish_handshake(struct lg_net *net, struct lg_raw *raw,
			     struct lg_segment syn, int listener)
{
	const struct situation *is = lg_row_data(net);
	uint32_t next = syn.seq - isn_of(is) + 1;
	char options[32] = "";

	if (syn.has_ts)
		snprintf(options, sizeof(options), " <TS val %u ecr 0>",
			 syn.tsval);
	lg_inject(raw, ". %u:%u(0) ack 1%s", next, next, options);
	lg_assert_state(lg_accept(listener), TCP_ESTABLISHED);
}

/* Data are always answered: so the answer shows the TIME_WAIT, and the newest
 * timestamp that it knows of. */
static void assert_lives_on(struct lg_net *net, struct lg_raw *raw,
			    struct lg_wire *wire, struct lg_segment last)
{
	const struct situation *is = lg_row_data(net);

	if (is->plain)
		lg_inject(raw, "P. 2:7(5) ack 2");
	else
		lg_inject(raw, "P. 2:7(5) ack 2 <TS val %u ecr 0>",
			  tsval_of(is) + 4000);
	if (is->recent)
		last.tsecr = is->recent;
	assert_reply(net, lg_expect(wire, "< ."), last, last);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, isn_of(is));
	struct lg_wire *wire = lg_wire(client);

	lg_raw_timestamp(raw, is->plain ? 0 : tsval_of(is));
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);
	struct lg_segment last = lg_await_segment(wire, "< . 2:2(0) ack 2");
	if (is->no_listener)
		lg_close(listener);

	lg_pass(net, AGE_MS);
	lg_count_anew(server);
	int64_t sent_ms = lg_now_ms();
	lg_raw_spoil_checksum(raw, is->wrong_checksum);
	struct lg_segment sent = lg_inject(raw, "%s", is->segment);
	lg_raw_spoil_checksum(raw, false);

	if (is->reply) {
		struct lg_segment reply = lg_expect(wire, is->reply);
		/* At once: a SYN-ACK is sent again after a second. */
		if (reply.flags & LG_SYN)
			finish_handshake(net, raw, sent, listener);
		assert_reply(net, reply, last, sent);
	} else {
		lg_expect_none(wire, NULL, 100);
	}
	const char *timer = timer_since(sent_ms, sock);
	assert_timer(net, is, timer);
	lg_assert_counted(server, lg_paws_counter(net), is->paws);
	lg_assert_counted(server, "Tcp.InCsumErrors", is->wrong_checksum);

	if (strcmp(timer, "gone"))
		assert_lives_on(net, raw, wire, last);
	lg_expect_none(wire, NULL, 1);
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_counted(server, "TCPACKSkippedTimeWait", 0);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"),
			  !!strcmp(timer, "gone"));
	if (is->claim)
		lg_claim(net, is->claim, is->holds);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "syn_of_newer_timestamp",
		  &(const struct situation){
			  .segment = "S 1:1(0) " SYN_TS(1001),
			  .reply = "< S.",
			  .timer = "gone",
			  .claim = 101,
			  .holds = true,
		  } },
		{ "syn_of_same_timestamp_and_next_numbers",
		  &(const struct situation){
			  .segment = "S 3:3(0) " SYN_TS(1000),
			  .reply = "< S.",
			  .timer = "gone",
			  .claim = 102,
			  .holds = true,
		  } },
		{ "syn_of_same_timestamp_and_old_numbers",
		  &(const struct situation){
			  .segment = "S 2:2(0) " SYN_TS(1000),
			  .reply = "< .",
			  .timer = "kept",
			  .claim = 102,
			  .holds = true,
		  } },
		{ "syn_of_older_timestamp",
		  &(const struct situation){
			  .segment = "S 3:3(0) " SYN_TS(999),
			  .reply = "< .",
			  .timer = "re-armed",
			  .paws = true,
			  .claim = 104,
		  } },
		{ "syn_of_timestamp_half_round_ahead",
		  &(const struct situation){
			  .segment = "S 1:1(0) " SYN_TS(2147484648),
			  .reply = "< S.",
			  .timer = "gone",
		  } },
		{ "syn_of_timestamp_half_round_behind",
		  &(const struct situation){
			  .segment = "S 3:3(0) " SYN_TS(2147484649),
			  .reply = "< .",
			  .timer = "re-armed",
			  .paws = true,
		  } },
		{ "syn_of_timestamp_gone_round",
		  &(const struct situation){
			  .tsval = UINT32_MAX,
			  .segment = "S 1:1(0) " SYN_TS(0),
			  .reply = "< S.",
			  .timer = "gone",
		  } },
		{ "syn_of_timestamp_not_gone_round",
		  &(const struct situation){
			  .tsval = 1,
			  .segment = "S 3:3(0) " SYN_TS(4294967295),
			  .reply = "< .",
			  .timer = "re-armed",
			  .paws = true,
		  } },
		{ "syn_without_timestamp_and_next_numbers",
		  &(const struct situation){
			  .segment = "S 3:3(0) <mss 1460>",
			  .reply = "< S.",
			  .timer = "gone",
			  .claim = 103,
			  .holds = true,
		  } },
		{ "syn_without_timestamp_and_old_numbers",
		  &(const struct situation){
			  .segment = "S 2:2(0) <mss 1460>",
			  .reply = "< .",
			  .timer = "kept",
			  .claim = 104,
		  } },
		{ "late_timestamp_and_syn_without_of_old_numbers",
		  &(const struct situation){
			  .tsval = 3000000000,
			  .segment = "S 2:2(0) <mss 1460>",
			  .reply = "< .",
			  .timer = "kept",
		  } },
		{ "plain_and_syn_of_next_numbers",
		  &(const struct situation){
			  .plain = true,
			  .segment = "S 3:3(0) <mss 1460>",
			  .reply = "< S.",
			  .timer = "gone",
			  .claim = 106,
			  .holds = true,
		  } },
		{ "plain_and_syn_of_old_numbers",
		  &(const struct situation){
			  .plain = true,
			  .segment = "S 2:2(0) <mss 1460>",
			  .reply = "< .",
			  .timer = "kept",
			  .claim = 107,
		  } },
		{ "plain_and_syn_of_timestamp_and_old_numbers",
		  &(const struct situation){
			  .plain = true,
			  .segment = "S 2:2(0) " SYN_TS(1001),
			  .reply = "< .",
			  .timer = "kept",
			  .claim = 105,
		  } },
		{ "plain_and_syn_of_numbers_gone_round",
		  &(const struct situation){
			  .isn = UINT32_MAX - 2,
			  .plain = true,
			  .segment = "S 3:3(0) <mss 1460>",
			  .reply = "< S.",
			  .timer = "gone",
			  .claim = 121,
			  .holds = true,
		  } },
		{ "plain_and_syn_of_numbers_half_round_ahead",
		  &(const struct situation){
			  .plain = true,
			  .segment = "S 2147483650:2147483650(0) <mss 1460>",
			  .reply = "< S.",
			  .timer = "gone",
			  .claim = 121,
			  .holds = true,
		  } },
		{ "plain_and_syn_of_numbers_half_round_behind",
		  &(const struct situation){
			  .plain = true,
			  .segment = "S 2147483651:2147483651(0) <mss 1460>",
			  .reply = "< .",
			  .timer = "kept",
		  } },
		{ "syn_that_nobody_listens_for",
		  &(const struct situation){
			  .no_listener = true,
			  .segment = "S 3:3(0) " SYN_TS(1001),
			  .reply = "< .",
			  .timer = "kept",
		  } },
		{ "syn_ack",
		  &(const struct situation){
			  .segment = "S. 2:2(0) ack 2 " SYN_TS(1001),
			  .reply = "< .",
			  .timer = "re-armed",
		  } },
		{ "syn_and_rst",
		  &(const struct situation){
			  .segment = "SR 3:3(0) " SYN_TS(1001),
			  .timer = "kept",
		  } },
		{ "syn_and_fin",
		  &(const struct situation){
			  .segment = "SF 3:3(0) " SYN_TS(1001),
			  .timer = "gone",
		  } },
		{ "fin_again",
		  &(const struct situation){
			  .segment = "F. 1:1(0) ack 2 " TS(1000),
			  .reply = "< .",
			  .timer = "re-armed",
		  } },
		{ "fin_of_next_number",
		  &(const struct situation){
			  .segment = "F. 2:2(0) ack 2 " TS(1001),
			  .reply = "< .",
			  .timer = "re-armed",
		  } },
		{ "fin_without_ack",
		  &(const struct situation){
			  .segment = "F 2:2(0) " TS(1001),
			  .reply = "< .",
			  .timer = "kept",
		  } },
		{ "data_of_next_numbers",
		  &(const struct situation){
			  .segment = "P. 2:7(5) ack 2 " TS(1001),
			  .reply = "< .",
			  .timer = "re-armed",
			  .claim = 116,
		  } },
		{ "data_of_old_numbers",
		  &(const struct situation){
			  .segment = "P. 1:2(1) ack 2 " TS(1000),
			  .reply = "< .",
			  .timer = "re-armed",
			  .claim = 116,
		  } },
		{ "data_of_far_numbers",
		  &(const struct situation){
			  .segment = "P. 200000:200005(5) ack 2 " TS(1001),
			  .reply = "< .",
			  .timer = "re-armed",
			  .claim = 116,
		  } },
		{ "data_of_older_timestamp",
		  &(const struct situation){
			  .segment = "P. 2:7(5) ack 2 " TS(999),
			  .reply = "< .",
			  .timer = "re-armed",
			  .paws = true,
			  .claim = 116,
		  } },
		{ "data_of_wrong_checksum",
		  &(const struct situation){
			  .segment = "P. 2:102(100) ack 2 " TS(1001),
			  .wrong_checksum = true,
			  .timer = "kept",
		  } },
		{ "data_without_ack",
		  &(const struct situation){
			  .segment = "P 2:7(5) " TS(1001),
			  .reply = "< .",
			  .timer = "kept",
		  } },
		{ "ack_of_next_number",
		  &(const struct situation){
			  .segment = ". 2:2(0) ack 2 " TS(1001),
			  .timer = "re-armed",
			  .recent = 1001,
		  } },
		{ "ack_of_next_number_without_timestamp",
		  &(const struct situation){
			  .segment = ". 2:2(0) ack 2",
			  .timer = "re-armed",
		  } },
		{ "ack_of_old_number",
		  &(const struct situation){
			  .segment = ". 1:1(0) ack 2 " TS(1000),
			  .reply = "< .",
			  .timer = "re-armed",
		  } },
		{ "ack_of_older_timestamp",
		  &(const struct situation){
			  .segment = ". 2:2(0) ack 2 " TS(999),
			  .reply = "< .",
			  .timer = "re-armed",
			  .paws = true,
		  } },
		{ "no_flags",
		  &(const struct situation){
			  .segment = "- 2:2(0) " TS(1001),
			  .timer = "re-armed",
			  .recent = 1001,
		  } },
		{ "rst",
		  &(const struct situation){
			  .segment = "R 2:2(0)",
			  .timer = "gone",
			  .claim = 116,
		  },
		  { { "server", "net.ipv4.tcp_rfc1337", "0" } } },
		{ "rst_with_data",
		  &(const struct situation){
			  .segment = "RP 2:7(5)",
			  .timer = "gone",
			  .claim = 114,
		  },
		  { { "server", "net.ipv4.tcp_rfc1337", "0" } } },
		{ "rst_of_same_timestamp",
		  &(const struct situation){
			  .segment = "R 2:2(0) " TS(1000),
			  .timer = "gone",
			  .claim = 110,
			  .holds = true,
		  },
		  { { "server", "net.ipv4.tcp_rfc1337", "0" } } },
		{ "rst_with_rfc1337",
		  &(const struct situation){
			  .segment = "R 2:2(0)",
			  .timer = "kept",
			  .fixed = true,
			  .claim = 109,
			  .holds = true,
		  },
		  { { "server", "net.ipv4.tcp_rfc1337", "1" } } },
		{ "rst_of_next_number_but_one",
		  &(const struct situation){
			  .segment = "R 3:3(0)",
			  .timer = "kept",
		  },
		  { { "server", "net.ipv4.tcp_rfc1337", "0" } } },
		{ "rst_of_last_number",
		  &(const struct situation){
			  .segment = "R 1:1(0)",
			  .timer = "kept",
		  },
		  { { "server", "net.ipv4.tcp_rfc1337", "0" } } },
		{ "rst_of_older_timestamp",
		  &(const struct situation){
			  .segment = "R 2:2(0) " TS(999),
			  .timer = "kept",
			  .paws = true,
		  },
		  { { "server", "net.ipv4.tcp_rfc1337", "0" } } },
	},
	.claims = "101 102 103 104 105 106 107 109 110 114 116 121",
	.facts = {
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
		{ "sysctl net.ipv4.tcp_tw_reuse_delay",
		  "the new connection's ISN is what TIME_WAIT chose (6.10)" },
		{ "sysctl net.ipv4.tcp_comp_sack_slack_ns",
		  "a RST that is ignored does not start it anew (4.19)" },
	},
	.lasts_ms = 2000,
	.run = run,
};
