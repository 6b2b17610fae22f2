// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Held segments arrive when they are released, and not before.
 *
 * A raw peer's segments are held in front of a server; what a reader there
 * sees and the server's stack counts says when they arrive, and how often.
 */

#include "linger.h"

#define FIRST "P. 1:2(1) ack 1"
#define SECOND "P. 2:4(2) ack 1"
#define THIRD "P. 4:7(3) ack 1"
#define DELAY_MS 150

struct situation {
	struct lg_net *net;
	struct lg_host *server;
	int peer;
	struct lg_raw *raw;
	struct lg_wire *wire; /* of the server */
	struct lg_rule *hold;
};

/* Sends all three, which are held. */
static void send_all(const struct situation *is)
{
	lg_inject(is->raw, FIRST);
	lg_inject(is->raw, SECOND);
	lg_inject(is->raw, THIRD);
	lg_await_hits(is->hold, 3);
	lg_expect_none(is->wire, NULL, 20);
	lg_assert_counted(is->server, "InSegs", 0);
}

static void in_order(const struct situation *is)
{
	char text[6];

	send_all(is);
	ck_assert_uint_eq(lg_held(is->hold, 1)->size, 2);
	lg_release(is->hold, LG_IN_ORDER);
	lg_await_segment(is->wire, "< " FIRST);
	lg_await_segment(is->wire, "< " SECOND);
	lg_await_segment(is->wire, "< " THIRD);
	lg_receive(is->peer, text, sizeof(text));
	ck_assert_mem_eq(text, "aababc", 6);
	lg_assert_counted(is->server, "TCPOFOQueue", 0);
}

static void reversed(const struct situation *is)
{
	char text[6];

	send_all(is);
	lg_release(is->hold, LG_REVERSED);
	lg_await_segment(is->wire, "< " THIRD);
	lg_await_segment(is->wire, "< " SECOND);
	lg_await_segment(is->wire, "< " FIRST);
	lg_receive(is->peer, text, sizeof(text));
	ck_assert_mem_eq(text, "aababc", 6);
	lg_assert_counted(is->server, "TCPOFOQueue", 2);
}

/* What is held already, and what comes later. */
static void after_delay(const struct situation *is)
{
	lg_inject(is->raw, FIRST);
	lg_await_hits(is->hold, 1);
	int64_t came_ns = lg_held(is->hold, 0)->time_ns;
	lg_release_after(is->hold, DELAY_MS);
	struct lg_segment first = lg_expect(is->wire, "< " FIRST);
	ck_assert_int_ge(first.time_ns - came_ns, (DELAY_MS - 1) * 1000000LL);

	lg_inject(is->raw, SECOND);
	lg_await_hits(is->hold, 2);
	came_ns = lg_held(is->hold, 0)->time_ns;
	struct lg_segment second = lg_await_segment(is->wire, "< " SECOND);
	ck_assert_int_ge(second.time_ns - came_ns, (DELAY_MS - 1) * 1000000LL);
}

static void later_ones_too(const struct situation *is)
{
	lg_inject(is->raw, FIRST);
	lg_await_hits(is->hold, 1);
	lg_release(is->hold, LG_IN_ORDER);
	lg_expect(is->wire, "< " FIRST);
	lg_await_segment(is->wire, "> .");
	lg_inject(is->raw, SECOND);
	lg_await_hits(is->hold, 2);
	lg_expect_none(is->wire, NULL, 20);
}

static void replayed(const struct situation *is)
{
	send_all(is);
	lg_replay(is->hold, 1);
	lg_await_segment(is->wire, "< " SECOND);
	lg_replay(is->hold, 1);
	lg_await_segment(is->wire, "< " SECOND);
	lg_await_counted(is->server, "InSegs", 2);
	lg_release(is->hold, LG_IN_ORDER);
	lg_await_counted(is->server, "InSegs", 5);
	ck_assert_uint_eq(lg_hits(is->hold), 3);
}

static void undone(const struct situation *is)
{
	send_all(is);
	lg_undo(is->hold);
	lg_inject(is->raw, THIRD);
	lg_expect(is->wire, "< " THIRD);
	lg_expect_none(is->wire, "< " FIRST, 20);
	lg_assert_counted(is->server, "InSegs", 1);
}

struct way {
	void (*go)(const struct situation *is);
};

static void run(struct lg_net *net)
{
	const struct way *way = lg_row_data(net);
	struct situation is = {
		.net = net,
		.server = lg_host(net, "server"),
	};
	struct lg_host *client = lg_host(net, "client");

	int listener = lg_listen(is.server, 80);
	is.raw = lg_raw(client, 4000, is.server, 80, 7000);
	is.peer = lg_raw_connect(is.raw, listener);
	is.hold = lg_hold(is.server, LG_DATA);
	is.wire = lg_wire(is.server);
	lg_count_anew(is.server);
	way->go(&is);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "in_order", &(const struct way){ in_order } },
		{ "reversed", &(const struct way){ reversed } },
		{ "after_delay", &(const struct way){ after_delay } },
		{ "later_ones_too", &(const struct way){ later_ones_too } },
		{ "replayed", &(const struct way){ replayed } },
		{ "undone", &(const struct way){ undone } },
	},
	.run = run,
};
