// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A segment arrives as often and as late as the case's own dice say.
 *
 * Of the client's data the first are lost and come when they are sent again;
 * the next arrive twice, first the later copy; the third overtake them.
 */

#include "linger.h"

#define MS 1000000
#define EARLY_MS 40
#define LATE_MS 90

static void decide(const struct lg_segment *segment,
		   struct lg_arrivals *arrivals, void *argument)
{
	static const struct lg_arrivals fates[] = {
		{ .n = 0 },
		{ .n = 1 },
		{ .n = 2, .after_ms = { LATE_MS, EARLY_MS } },
		{ .n = 1 },
	};
	unsigned *seen = argument;

	ck_assert_uint_gt(segment->size, 0);
	if (*seen < sizeof(fates) / sizeof(fates[0]))
		*arrivals = fates[*seen];
	++*seen;
}

static void assert_late(struct lg_segment segment, struct lg_segment left,
			int64_t ms)
{
	/* Milliseconds are whole ones, and the machine's are beyond that. */
	ck_assert_int_ge(segment.time_ns - left.time_ns, (ms - 1) * MS);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	unsigned seen = 0;
	char text[6];
	int on = 1;

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	ck_assert_int_eq(
		setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
	struct lg_rule *dice = lg_impair(server, LG_DATA, decide, &seen);
	struct lg_wire *at_client = lg_wire(client);
	struct lg_wire *wire = lg_wire(server);

	lg_send(sock, "ab", 2);
	lg_await_segment(wire, "< P. 1:3(2) ack 1");
	lg_send(sock, "cd", 2);
	lg_await_hits(dice, 3);
	lg_send(sock, "ef", 2);
	struct lg_segment left =
		lg_await_segment(at_client, "> P. 3:5(2) ack 1");
	lg_expect(wire, "> . 1:1(0) ack 3 <...>");
	lg_expect(wire, "< P. 5:7(2) ack 1");
	lg_expect(wire, "> . 1:1(0) ack 3 <...>");
	assert_late(lg_expect(wire, "< P. 3:5(2) ack 1"), left, EARLY_MS);
	assert_late(lg_await_segment(wire, "< P. 3:5(2) ack 1"), left, LATE_MS);
	lg_receive(peer, text, sizeof(text));
	ck_assert_mem_eq(text, "abcdef", sizeof(text));
	ck_assert_uint_eq(lg_hits(dice), seen);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	/* With it, what is overtaken once is sent again. */
	.sysctls = { { "*", "net.ipv4.tcp_sack", "0" } },
	.run = run,
};
