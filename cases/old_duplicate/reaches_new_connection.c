// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A delayed duplicate of an old connection's data reaches a new one.
 *
 * The third data segment of a connection is delayed; the client sends it again,
 * and the server closes first.  Then the same ports are used anew, with numbers
 * such that the old segment, when it comes at last, fits exactly behind what
 * the new connection has sent.  The server's program reads the old bytes as if
 * they were new ones if neither side uses timestamps and the server's TIME_WAIT
 * has been ended early (RFC 1337, H1).  A TIME_WAIT lets no connection begin
 * that its numbers do not set apart from the old one; and with timestamps a new
 * connection may begin at once, since it recognizes the old segment by them
 * (PAWS; RFC 7323, 5).
 *
 * Numbers fit if that of the acknowledgement does, too.  One from before the
 * new connection gives the segment away to kernels since 3d501dd326fb (6.7, and
 * in stable ones; RFC 5961, 5.2), which challenge and drop it; except that some
 * take the data first, by header prediction, if they have the memory at hand.
 *
 * Server: tcp_timewait_state_process(), tcp_validate_incoming(), tcp_ack(),
 * tcp_rcv_established().
 *
 * Controls: of the four combinations of TIME_WAIT and timestamps, three protect
 * the program.
 *
 * Catches: a TIME_WAIT that opens for old numbers, or a connection that takes
 * data with older timestamps.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>

#define ISN 7000u
#define OLD_TSVAL 1000u
#define NEW_TSVAL 2000u

#define FIRST "P. 1:5(4) ack 1"
#define SECOND "P. 5:9(4) ack 1"
#define THIRD "P. 9:14(5) ack 1"
#define NEW "abcdabcd" /* the first and second of the new connection */

struct situation {
	bool time_wait; /* else it has been ended */
	bool timestamps;
	bool fits; /* its acknowledgement; else that is old */
};

#define PREDICTED "header prediction takes data with an old acknowledgement"
#define CHALLENGED "an old acknowledgement is challenged"

static void send_data(struct lg_raw *raw, const char *data, uint32_t tsval)
{
	char options[48] = "";

	if (tsval)
		snprintf(options, sizeof(options), " <TS val %u ecr 0>", tsval);
	lg_inject(raw, "%s%s", data, options);
}

/* Kernels that cannot do it on demand let a RST do it (RFC 1337). */
static void end_time_wait(struct lg_net *net, struct lg_raw *raw, int sock)
{
	if (lg_has(net, "socket-destroy-time-wait"))
		lg_end_time_wait(sock);
	else
		lg_inject(raw, "R 15:15(0)");
	lg_await_state(sock, TCP_CLOSE);
}

static void expect_refusal(struct lg_host *server, struct lg_raw *raw,
			   struct lg_rule *late, struct lg_wire *wire, int sock)
{
	lg_inject(raw, "S 0:0(0) <mss 1460>");
	lg_expect(wire, "< .");
	lg_release(late, LG_IN_ORDER);
	ck_assert_uint_eq(lg_expect(wire, "< .").ack, ISN + 15);
	ck_assert(lg_status(sock).time_wait);
	lg_assert_counted(server, "PassiveOpens", 1);
	lg_assert_counted(server, "OutRsts", 0);
}

/* What the program can read at once. */
static void assert_reads(struct lg_net *net, int sock, const char *expected)
{
	char text[32];
	ssize_t size = recv(sock, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[size > 0 ? size : 0] = '\0';
	lg_observe(net, "reads", "%s", text);
	ck_assert_str_eq(text, expected);
	lg_claim(net, 1, strcmp(text, NEW));
	lg_claim(net, 111, strcmp(text, NEW));
	if (strcmp(text, NEW))
		lg_claim(net, 42, true);
}

/* The segment comes; whether the connection saw how old it is. */
static bool is_given_away(struct lg_net *net, struct lg_rule *late,
			  struct lg_wire *wire, const struct situation *is)
{
	struct lg_host *server = lg_host(net, "server");
	uint64_t predicted = lg_counted(server, "TCPHPHits");
	uint64_t challenged = lg_counted(server, "TCPChallengeACK");

	lg_release(late, LG_IN_ORDER);
	lg_await_segment(wire, "< .");
	predicted = lg_counted(server, "TCPHPHits") - predicted;
	challenged = lg_counted(server, "TCPChallengeACK") - challenged;
	if (!is->timestamps && !is->fits)
		return lg_fact(net, CHALLENGED, challenged) &&
		       !lg_fact(net, PREDICTED, predicted);
	ck_assert_uint_eq(challenged, 0);
	lg_assert_counted(server, "PAWSEstab", is->timestamps);
	return is->timestamps;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	uint32_t old_tsval = is->timestamps ? OLD_TSVAL : 0;
	uint32_t new_tsval = is->timestamps ? NEW_TSVAL : 0;
	char text[13];

	int listener = lg_listen(server, 80);
	struct lg_raw *old = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	lg_raw_timestamp(old, old_tsval);
	int sock = lg_raw_connect(old, listener);
	struct lg_segment opened = lg_await_segment(wire, "< S.");

	struct lg_rule *late =
		lg_hold(server, (struct lg_match){ .data = true, .nth = 3 });
	send_data(old, FIRST, old_tsval);
	send_data(old, SECOND, old_tsval);
	send_data(old, THIRD, old_tsval);
	lg_await_hits(late, 1);
	send_data(old, THIRD, old_tsval);
	lg_receive(sock, text, sizeof(text));

	lg_raw_walk(old, sock, TCP_TIME_WAIT);
	if (!is->time_wait)
		end_time_wait(net, old, sock);

	/* The server's first number is a clock's. */
	lg_pass(net, 1);
	wire = lg_wire(client);
	struct lg_raw *new = lg_raw(client, 4000, server, 80, ISN);
	if (is->time_wait && !is->timestamps) {
		expect_refusal(server, new, late, wire, sock);
		return;
	}
	lg_raw_timestamp(new, new_tsval);
	int again = lg_raw_connect(new, listener);
	struct lg_segment opens = lg_await_segment(wire, "< S.");
	ck_assert_int_gt((int32_t)(opens.seq - opened.seq), 0);
	send_data(new, FIRST, new_tsval);
	send_data(new, SECOND, new_tsval);
	lg_await_segment(wire, "< . 1:1(0) ack 9");

	if (is->fits)
		lg_rewrite(
			server, LG_DATA,
			(struct lg_edit){ .add_ack = opens.seq - opened.seq });
	bool seen = is_given_away(net, late, wire, is);
	assert_reads(net, again, seen ? NEW : NEW "abcde");
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "time_wait_and_timestamps",
		  &(const struct situation){ true, true } },
		{ "time_wait_alone", &(const struct situation){ true, false } },
		{ "timestamps_alone",
		  &(const struct situation){ false, true } },
		{ "neither",
		  &(const struct situation){ false, false, .fits = true } },
		{ "neither_and_old_ack",
		  &(const struct situation){ false, false } },
	},
	.claims = "1 42 111",
	.facts = {
		{ CHALLENGED,
		  "an old segment is known by its acknowledgement, too (6.7)" },
		{ PREDICTED,
		  "the program may read old bytes all the same, if the kernel "
		  "has the memory at hand" },
	},
	.run = run,
};
