// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a SYN_SENT does with each kind of segment.
 *
 * A client has sent its SYN, and something else comes than the SYN-ACK.  What
 * acknowledges anything but the SYN is from another connection: it is answered
 * with a RST of that number, which clears up what the other end may have left,
 * and the SYN is sent again after two ticks rather than a second (9603d47bad46,
 * 5.6).  A RST with such a number is believed as little, and not answered.  A
 * RST that acknowledges the SYN refuses the connection; one that acknowledges
 * nothing is dropped, as is what is neither SYN nor RST.  A SYN-ACK that echoes
 * a timestamp which was never sent is reset, too.  A SYN without ACK is that of
 * an end which connects at the same time.  Except where it was refused, the
 * right SYN-ACK still opens the connection afterwards.
 *
 * Client: tcp_rcv_synsent_state_process().
 *
 * Controls: the right SYN-ACK at once; each wrong number beside the right one.
 *
 * Catches: a kernel that believes a stray segment, answers with another number,
 * lets the program wait for a second, or refuses for no reason.
 */

#include "linger.h"

#define MS 1000000

struct situation {
	const char *segment;
	const char *reply;   /* NULL: none */
	bool has_ecr;	     /* it echoes a timestamp */
	int ecr;	     /* that differs from the SYN's by this */
	bool soon;	     /* the SYN is sent again after two ticks */
	int error;	     /* connect() gets it at once */
	bool opens;	     /* the connection, at once */
	bool crosses;	     /* the client is then in SYN_RECV */
	const char *counter; /* that moves, besides */
};

static struct lg_segment inject(struct lg_raw *raw, const struct situation *is,
				struct lg_segment syn)
{
	if (is->has_ecr)
		return lg_inject(raw, is->segment,
				 syn.tsval + (uint32_t)is->ecr);
	return lg_inject(raw, "%s", is->segment);
}

/* The right answer, at any time. */
static void open_it(struct lg_raw *raw, struct lg_wire *wire, int sock)
{
	lg_inject(raw, "S. 0:0(0) ack 1 <mss 1460>");
	lg_await_segment(wire, "< . 1:1(0) ack 1");
	ck_assert_int_eq(lg_connect_result(sock), 0);
}

/* The other end's ACK is all that is missing. */
static void open_crossed(struct lg_host *client, struct lg_raw *raw, int sock)
{
	lg_assert_state(sock, TCP_SYN_RECV);
	lg_inject(raw, ". 1:1(0) ack 1");
	ck_assert_int_eq(lg_connect_result(sock), 0);
	lg_assert_state(sock, TCP_ESTABLISHED);
	lg_assert_counted(client, "OutRsts", 0);
	lg_assert_counted(client, "PassiveOpens", 0);
}

static void expect_syn_again(struct lg_net *net, struct lg_wire *wire,
			     struct lg_segment syn, struct lg_segment sent,
			     bool soon)
{
	struct lg_segment again = lg_expect(wire, "< S 0:0(0)");
	int64_t after_ms = (again.time_ns - (soon ? sent : syn).time_ns) / MS;

	ck_assert_uint_eq(again.seq, syn.seq);
	if (!soon)
		lg_assert_timer(after_ms, 1000);
	else if (lg_has(net, "virtual-time"))
		ck_assert_int_le(after_ms, 50);
	else
		ck_assert_int_lt(after_ms, 1000);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	struct lg_raw *raw = lg_raw(server, 80, client, 4000, 7000);
	struct lg_wire *wire = lg_wire(server);
	int sock = lg_connect_start(client, 4000, server, 80);
	struct lg_segment syn = lg_expect(wire, "< S 0:0(0)");

	struct lg_segment sent = inject(raw, is, syn);
	sent.time_ns = lg_now_ns();
	if (is->reply)
		lg_expect(wire, is->reply);
	if (is->counter)
		lg_assert_counted(client, is->counter, 1);
	if (is->opens || is->error) {
		ck_assert_int_eq(lg_connect_result(sock), is->error);
		lg_assert_counted(client, "OutRsts", 0);
		lg_assert_counted(client, "AttemptFails", is->error != 0);
		return;
	}
	if (is->crosses) {
		open_crossed(client, raw, sock);
		return;
	}
	lg_assert_state(sock, TCP_SYN_SENT);
	expect_syn_again(net, wire, syn, sent, is->soon);
	lg_assert_counted(client, "OutRsts", is->reply != NULL);
	open_it(raw, wire, sock);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "syn_ack",
		  &(const struct situation){
			  .segment = "S. 0:0(0) ack 1 <mss 1460>",
			  .reply = "< . 1:1(0) ack 1",
			  .opens = true } },
		{ "syn_ack_of_number_too_low",
		  &(const struct situation){
			  .segment = "S. 0:0(0) ack 0 <mss 1460>",
			  .reply = "< R 0:0(0)",
			  .soon = true } },
		{ "syn_ack_of_number_too_high",
		  &(const struct situation){
			  .segment = "S. 0:0(0) ack 2 <mss 1460>",
			  .reply = "< R 2:2(0)",
			  .soon = true } },
		{ "ack_of_number_too_low",
		  &(const struct situation){ .segment = ". 5:5(0) ack 0",
					     .reply = "< R 0:0(0)",
					     .soon = true } },
		{ "ack_of_number_too_high",
		  &(const struct situation){ .segment = ". 5:5(0) ack 2",
					     .reply = "< R 2:2(0)",
					     .soon = true } },
		{ "ack_of_right_number",
		  &(const struct situation){ .segment = ". 5:5(0) ack 1" } },
		{ "fin_of_old_connection",
		  &(const struct situation){ .segment = "F. 5:5(0) ack 1001",
					     .reply = "< R 1001:1001(0)",
					     .soon = true } },
		{ "data_of_right_number",
		  &(const struct situation){ .segment = "P. 5:9(4) ack 1" } },
		{ "syn",
		  &(const struct situation){
			  .segment = "S 0:0(0) <mss 1460>",
			  .reply = "< S. 0:0(0) ack 1",
			  .crosses = true } },
		{ "rst_ack",
		  &(const struct situation){ .segment = "R. 0:0(0) ack 1",
					     .error = ECONNREFUSED } },
		{ "rst_ack_of_number_too_low",
		  &(const struct situation){ .segment = "R. 0:0(0) ack 0",
					     .soon = true } },
		{ "rst_ack_of_number_too_high",
		  &(const struct situation){ .segment = "R. 0:0(0) ack 2",
					     .soon = true } },
		{ "rst",
		  &(const struct situation){ .segment = "R 0:0(0)" } },
		{ "fin_without_ack",
		  &(const struct situation){ .segment = "F 0:0(0)" } },
		{ "syn_ack_of_right_timestamp",
		  &(const struct situation){
			  .segment = "S. 0:0(0) ack 1 <mss 1460,sackOK,"
				     "TS val 5 ecr %u>",
			  .has_ecr = true,
			  .reply = "< . 1:1(0) ack 1 <TS val * ecr 5>",
			  .opens = true } },
		{ "syn_ack_of_timestamp_before",
		  &(const struct situation){
			  .segment = "S. 0:0(0) ack 1 <mss 1460,sackOK,"
				     "TS val 5 ecr %u>",
			  .has_ecr = true,
			  .ecr = -1,
			  .reply = "< R 1:1(0)",
			  .counter = "PAWSActive" } },
		{ "syn_ack_of_timestamp_to_come",
		  &(const struct situation){
			  .segment = "S. 0:0(0) ack 1 <mss 1460,sackOK,"
				     "TS val 5 ecr %u>",
			  .has_ecr = true,
			  .ecr = 100000,
			  .reply = "< R 1:1(0)",
			  .counter = "PAWSActive" } },
	},
	.lasts_ms = 2000,
	.run = run,
};
