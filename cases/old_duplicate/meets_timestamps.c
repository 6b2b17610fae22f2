// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which timestamps are too old for a connection (PAWS).
 *
 * A connection has timestamps, and has seen one last.  Data whose timestamp is
 * the same or newer are taken, and so are data whose timestamp is older by one
 * tick (TCP_PAWS_WINDOW; a TIME_WAIT does not allow that).  If it is older by
 * two, they are dropped, acknowledged and counted (RFC 7323, 5.3).  The clock
 * goes round: what is ahead by up to half of its circle is newer.  A bare ACK
 * that says nothing new may have one that is older by about a timeout (RTO),
 * since ACKs overtake each other.  Data without timestamps are taken, too,
 * although RFC 7323 (3.2) would have them dropped.  A timestamp of 0 counts as
 * none seen: some send it with a SYN, whatever their clock says next.  What
 * arrives before its turn does not set what the next timestamp is measured by.
 *
 * Server: tcp_paws_check(), tcp_disordered_ack(), tcp_replace_ts_recent().
 *
 * Controls: rows on either side of each bound.
 *
 * Catches: a bound that is off by one, a clock that must not go round, a
 * timestamp taken from a segment that was out of turn, ACKs that may not
 * overtake each other, and a peer cut off since it began with 0.
 */

#include "linger.h"

#include <stdio.h>

struct situation {
	uint32_t last;	     /* the newest timestamp so far */
	const char *segment; /* with what it says */
	const char *options;
	enum { TAKEN, IGNORED, REJECTED } becomes;
	uint32_t echoed; /* the newest timestamp after that */
	bool early;	 /* newer data have come before their turn */
};

static void send_before_turn(struct lg_net *net, struct lg_raw *raw,
			     struct lg_wire *wire)
{
	lg_inject(raw, "P. 11:16(5) ack 1 <TS val 5000 ecr 0>");
	lg_expect(wire, "< . 1:1(0) ack 1 <...>");
	lg_count_anew(lg_host(net, "server"));
}

/* lg_raw_connect() takes 0 for no timestamps. */
static int connect_at_0(struct lg_net *net, struct lg_raw *raw, int listener)
{
	struct lg_wire *wire = lg_wire(lg_host(net, "client"));

	lg_inject(raw, "S 0:0(0) <mss 1460,sackOK,TS val 0 ecr 0>");
	struct lg_segment reply = lg_expect(wire, "< S. 0:0(0) ack 1 <...>");
	lg_inject(raw, ". 1:1(0) ack 1 <TS val 0 ecr %u>", reply.tsval);
	return lg_accept(listener);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct lg_segment reply;
	char text[5];

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, is->last);
	int sock = is->last ? lg_raw_connect(raw, listener)
			    : connect_at_0(net, raw, listener);
	struct lg_wire *wire = lg_wire(client);
	if (is->early)
		send_before_turn(net, raw, wire);

	lg_inject(raw, "%s%s", is->segment, is->options);
	switch (is->becomes) {
	case TAKEN:
		reply = lg_expect(wire, "< . 1:1(0) ack 6");
		ck_assert_uint_eq(reply.tsecr, is->echoed);
		lg_receive(sock, text, sizeof(text));
		break;
	case REJECTED:
		reply = lg_expect(wire, "< . 1:1(0) ack 1");
		ck_assert_uint_eq(reply.tsecr, is->echoed);
		break;
	case IGNORED:
		break;
	}
	lg_expect_none(wire, NULL, 60);
	lg_assert_counted(server, "PAWSEstab", is->becomes == REJECTED);
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_state(sock, TCP_ESTABLISHED);

	if (!*is->options)
		lg_claim(net, 140, false);
	else if (is->becomes == REJECTED)
		lg_claim(net, 139, true);
}

#define DATA "P. 1:6(5) ack 1"
#define ACK ". 1:1(0) ack 1"
#define TS(value) " <TS val " #value " ecr 0>"

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "older_by_a_tick",
		  &(const struct situation){ 1000000, DATA, TS(999999),
					     TAKEN, 1000000 } },
		{ "older_by_two_ticks",
		  &(const struct situation){ 1000000, DATA, TS(999998),
					     REJECTED, 1000000 } },
		{ "same", &(const struct situation){ 1000000, DATA, TS(1000000),
						     TAKEN, 1000000 } },
		{ "newer_by_a_tick",
		  &(const struct situation){ 1000000, DATA, TS(1000001),
					     TAKEN, 1000001 } },
		{ "gone_round",
		  &(const struct situation){ UINT32_MAX, DATA, TS(0), TAKEN, 0 } },
		{ "not_gone_round",
		  &(const struct situation){ 1, DATA, TS(4294967295),
					     REJECTED, 1 } },
		{ "half_round_ahead",
		  &(const struct situation){ 1000, DATA, TS(2147484648),
					     TAKEN, 2147484648 } },
		{ "half_round_behind",
		  &(const struct situation){ 1000, DATA, TS(2147484649),
					     REJECTED, 1000 } },
		{ "none", &(const struct situation){ 1000000, DATA, "",
						     TAKEN, 1000000 } },
		{ "fin_older_by_two_ticks",
		  &(const struct situation){ 1000000, "F. 1:1(0) ack 1",
					     TS(999998), REJECTED, 1000000 } },
		{ "ack_older_by_a_tick",
		  &(const struct situation){ 1000000, ACK, TS(999999),
					     IGNORED } },
		{ "ack_older_by_less_than_rto",
		  &(const struct situation){ 1000000, ACK, TS(999900),
					     IGNORED } },
		{ "ack_older_by_more_than_rto",
		  &(const struct situation){ 1000000, ACK, TS(999000),
					     REJECTED, 1000000 } },
		{ "ack_much_older",
		  &(const struct situation){ 1000000, ACK, TS(990000),
					     REJECTED, 1000000 } },
		{ "half_round_behind_0",
		  &(const struct situation){ 0, DATA, TS(3000000000), TAKEN,
					     3000000000 } },
		{ "older_than_what_came_before_its_turn",
		  &(const struct situation){ 4000, DATA, TS(4500), TAKEN, 4500, true } },
	},
	.claims = "139 140",
	.run = run,
};
