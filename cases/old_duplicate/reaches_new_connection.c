// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A delayed duplicate of an old connection's data reaches a new one.
 *
 * The third data segment of a connection is delayed; the client sends it again,
 * and the server closes first.  Then the same ports are used anew, with a
 * sequence number such that the old segment, when it comes at last, fits
 * exactly behind what the new connection has sent.  The server's program reads
 * the old bytes as if they were new ones if neither side uses timestamps and
 * the server's TIME_WAIT has been ended early (RFC 1337, H1).  A TIME_WAIT lets
 * no connection begin that its numbers do not set apart from the old one; and
 * with timestamps a new connection may begin at once, since it recognizes the
 * old segment by them (PAWS; RFC 7323, 5).
 *
 * Server: tcp_timewait_state_process(), tcp_validate_incoming(), tcp_ack().
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
	const char *reads; /* the second program, in all; NULL: there is no
			    * second connection */
};

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

/*
 * What the program can read at once.  Its acknowledgement number gives an old
 * segment away, too, to kernels since 6.7 (3d501dd326fb; RFC 5961, 5.2): they
 * challenge it, and drop it, but only on the slow path, which is taken by
 * how much memory is at hand.  So there a new connection may be lucky.
 */
static void assert_reads(struct lg_net *net, int sock, const char *expected)
{
	bool challenged = lg_counted(lg_host(net, "server"), "TCPChallengeACK");
	char text[32];
	ssize_t size = recv(sock, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[size > 0 ? size : 0] = '\0';
	lg_observe(net, "reads", "%s", text);
	if (!challenged || strcmp(text, NEW))
		ck_assert_str_eq(text, expected);
	lg_claim(net, 1, strcmp(text, NEW));
	lg_claim(net, 111, strcmp(text, NEW));
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
	lg_raw_timestamp(old, old_tsval);
	int sock = lg_raw_connect(old, listener);

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

	struct lg_wire *wire = lg_wire(client);
	struct lg_raw *new = lg_raw(client, 4000, server, 80, ISN);
	if (!is->reads) {
		expect_refusal(server, new, late, wire, sock);
		return;
	}
	lg_raw_timestamp(new, new_tsval);
	int again = lg_raw_connect(new, listener);
	send_data(new, FIRST, new_tsval);
	send_data(new, SECOND, new_tsval);
	lg_await_segment(wire, "< . 1:1(0) ack 9");

	lg_release(late, LG_IN_ORDER);
	lg_await_segment(wire, "< .");
	assert_reads(net, again, is->reads);
	lg_assert_counted(server, "PAWSEstab", is->timestamps);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "time_wait_and_timestamps",
		  &(const struct situation){ true, true, NEW } },
		{ "time_wait_alone",
		  &(const struct situation){ true, false, NULL } },
		{ "timestamps_alone",
		  &(const struct situation){ false, true, NEW } },
		{ "neither",
		  &(const struct situation){ false, false, NEW "abcde" } },
	},
	.claims = "1 111",
	.run = run,
};
