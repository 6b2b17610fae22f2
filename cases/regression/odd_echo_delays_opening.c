// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An ACK that echoes a timestamp that was never sent opens no connection.
 *
 * The ACK that completes a handshake echoes the SYN-ACK's timestamp, or the
 * first one's if that was sent again.  Where something on the way changes
 * timestamps in one direction alone, the echo is another.  Newer kernels
 * answer that with an ACK and wait for a better one, up to tcp_synack_retries;
 * older ones do not look.  An echo of 0 is none, and always good.
 *
 * tcp_check_req(), since 3ba075278c11 ("tcp: be less liberal in TSEcr received
 * while in SYN_RECV state", 6.15).
 *
 * Controls: the right echo, that of the first of two SYN-ACKs, and 0.
 *
 * Catches: a kernel that refuses an echo of what it has sent, or that takes or
 * refuses others without counting them.
 */

#include "linger.h"

#define ISN 7000u
#define COUNTER "counter TSEcrRejected"

struct situation {
	int off;    /* from the timestamp of the SYN-ACK */
	bool none;  /* the echo is 0 */
	bool twice; /* there is another SYN-ACK afterwards */
};

static struct lg_segment open_half(struct lg_net *net, struct lg_raw *raw,
				   struct lg_wire *wire, bool twice)
{
	const char *syn = "S 0:0(0) <mss 1460,sackOK,TS val 1000 ecr 0>";

	lg_inject(raw, "%s", syn);
	struct lg_segment first = lg_expect(wire, "< S. 0:0(0) ack 1");
	if (twice) {
		lg_pass(net, 20);
		lg_inject(raw, "%s", syn);
		struct lg_segment second = lg_expect(wire, "< S. 0:0(0) ack 1");
		ck_assert_uint_ne(second.tsval, first.tsval);
	}
	return first;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	bool odd = is->off;
	char data[5];

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	uint32_t sent = open_half(net, raw, wire, is->twice).tsval;
	uint32_t echo = is->none ? 0 : sent + (uint32_t)is->off;

	lg_inject(raw, ". 1:1(0) ack 1 <TS val 1001 ecr %u>", echo);
	if (odd && lg_has(net, COUNTER)) {
		lg_expect(wire, "< . 1:1(0) ack 1");
		lg_assert_counted(server, "TSEcrRejected", 1);
		ck_assert_uint_eq(lg_count_state(server, TCP_SYN_RECV), 1);
		lg_assert_counted(server, "PassiveOpens", 0);
	} else {
		lg_await_counted(server, "PassiveOpens", 1);
		lg_expect_none(wire, NULL, 20);
	}

	lg_inject(raw, "P. 1:6(5) ack 1 <TS val 1002 ecr %u>", sent);
	lg_receive(lg_accept(listener), data, sizeof(data));
	lg_assert_counted(server, "PassiveOpens", 1);
	lg_assert_counted(server, "PAWSEstab", 0);
	lg_assert_counted(server, "OutRsts", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.rows = {
		{ "right", &(const struct situation){ 0 } },
		{ "of_the_first_of_two",
		  &(const struct situation){ 0, .twice = true } },
		{ "none", &(const struct situation){ 0, .none = true } },
		{ "earlier", &(const struct situation){ -1 } },
		{ "later", &(const struct situation){ 1 } },
	},
	.facts = {
		{ COUNTER,
		  "the ACK of a handshake whose echo was changed on the way "
		  "is refused (6.15)" },
	},
	.run = run,
};
