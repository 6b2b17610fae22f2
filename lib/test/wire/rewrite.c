// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A rewritten segment arrives as the edit says, with right checksums.
 *
 * The raw peer sends one segment to a server that listens on port 80.  The
 * reader there sees it edited, and the server's stack, which takes none with a
 * wrong checksum, answers what it then says.
 */

#include "linger.h"

#define ISN 7000
#define SYN "S 0:0(0) <mss 1400,sackOK,TS val 100 ecr 3,wscale 7>"

struct situation {
	struct lg_edit edit;
	const char *sent, *arrives, *answer;
	uint16_t to_port;		 /* 0: 80 */
	uint32_t answer_ack, answer_seq; /* absolute; 0: not looked at */
	uint8_t ttl;
	uint16_t from_port;
};

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	uint16_t to_port = is->to_port ? is->to_port : 80;
	uint16_t from_port = is->from_port ? is->from_port : 4000;

	lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, to_port, ISN);
	struct lg_rule *edit = lg_rewrite(server, LG_ANY, is->edit);
	struct lg_wire *at_server = lg_wire(server);
	struct lg_wire *at_client = lg_wire(client);

	lg_inject(raw, "%s", is->sent);
	struct lg_segment arrival = lg_expect(at_server, is->arrives);
	struct lg_segment answer = lg_expect(at_client, is->answer);

	ck_assert_uint_eq(lg_hits(edit), 1);
	ck_assert_uint_eq(arrival.sport, from_port);
	ck_assert_uint_eq(arrival.ttl, is->ttl ? is->ttl : 64);
	ck_assert_uint_eq(answer.sport, 80);
	ck_assert_uint_eq(answer.dport, from_port);
	if (is->answer_ack)
		ck_assert_uint_eq(answer.ack, is->answer_ack);
	if (is->answer_seq)
		ck_assert_uint_eq(answer.seq, is->answer_seq);
	lg_assert_counted(server, "InCsumErrors", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "nothing",
		  &(const struct situation){ .sent = SYN, .arrives = "< " SYN,
			.answer = "< S. <mss *,sackOK,TS val * ecr 100,wscale *>",
			.answer_ack = ISN + 1 } },
		{ "add_tsval",
		  &(const struct situation){ .edit = { .add_tsval = 7 },
			.sent = SYN, .arrives = "< S <TS val 107 ecr 3,...>",
			.answer = "< S. <TS val * ecr 107,...>" } },
		{ "add_tsval_past_zero",
		  &(const struct situation){ .edit = { .add_tsval = 0u - 101 },
			.sent = SYN,
			.arrives = "< S <TS val 4294967295 ecr 3,...>",
			.answer = "< S. <TS val * ecr 4294967295,...>" } },
		{ "add_tsecr",
		  &(const struct situation){ .edit = { .add_tsecr = 7 },
			.sent = SYN, .arrives = "< S <TS val 100 ecr 10,...>",
			.answer = "< S. <TS val * ecr 100,...>" } },
		{ "add_seq",
		  &(const struct situation){ .edit = { .add_seq = 500 },
			.sent = SYN, .arrives = "< S 500:500(0)",
			.answer = "< S. 0:0(0) ack 501",
			.answer_ack = ISN + 501 } },
		{ "add_ack",
		  &(const struct situation){ .edit = { .add_ack = 500 },
			.sent = ". 1:1(0) ack 20", .arrives = "< .",
			.answer = "< R", .answer_seq = 520 } },
		{ "set_flags",
		  &(const struct situation){
			.edit = { .set_flags = LG_ECE | LG_CWR }, .sent = SYN,
			.arrives = "< SEW", .answer = "< S.E" } },
		{ "clear_flags",
		  &(const struct situation){ .edit = { .clear_flags = LG_ACK },
			.sent = "S. 0:0(0) ack 1", .arrives = "< S",
			.answer = "< S." } },
		{ "strip_ts",
		  &(const struct situation){ .edit = { .strip_ts = true },
			.sent = SYN,
			.arrives = "< S <mss 1400,sackOK,wscale 7>",
			.answer = "< S. <mss *,sackOK,wscale *>" } },
		{ "strip_sack",
		  &(const struct situation){ .edit = { .strip_sack = true },
			.sent = SYN,
			.arrives = "< S <mss 1400,TS val 100 ecr 3,wscale 7>",
			.answer = "< S. <mss *,TS val * ecr 100,wscale *>" } },
		{ "strip_wscale",
		  &(const struct situation){ .edit = { .strip_wscale = true },
			.sent = SYN,
			.arrives = "< S <mss 1400,sackOK,TS val 100 ecr 3>",
			.answer = "< S. <mss *,sackOK,TS val * ecr 100>" } },
		{ "strip_mss",
		  &(const struct situation){ .edit = { .strip_mss = true },
			.sent = SYN,
			.arrives = "< S <sackOK,TS val 100 ecr 3,wscale 7>",
			.answer = "< S. <mss *,sackOK,TS val * ecr 100,wscale *>" } },
		{ "from_port",
		  &(const struct situation){ .edit = { .sport = 4001 },
			.sent = SYN, .arrives = "< " SYN, .answer = "< S.",
			.from_port = 4001 } },
		{ "to_port",
		  &(const struct situation){ .edit = { .dport = 80 },
			.sent = SYN, .arrives = "< " SYN, .answer = "< S.",
			.to_port = 81 } },
		{ "ttl",
		  &(const struct situation){ .edit = { .ttl = 9 }, .sent = SYN,
			.arrives = "< " SYN, .answer = "< S.", .ttl = 9 } },
	},
	.run = run,
};
