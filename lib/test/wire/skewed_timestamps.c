// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A host's timestamps are skewed, and its connections work as before.
 *
 * Between two stacks: the server sees values that differ from the client's
 * clock by what was said, the client gets back its own, data pass both ways,
 * and a connection from the same port after a TIME_WAIT opens as well.
 */

#include "linger.h"

struct situation {
	int32_t ms;
};

static void exchange(int from, int to)
{
	char text[5];

	lg_send(from, "hello", sizeof(text));
	lg_receive(to, text, sizeof(text));
	ck_assert_mem_eq(text, "hello", sizeof(text));
}

static void expect_skewed(struct lg_wire *at_client, struct lg_wire *at_server,
			  int32_t ms)
{
	struct lg_segment left = lg_await_segment(at_client, "> S");
	struct lg_segment arrived = lg_await_segment(at_server, "< S");
	struct lg_segment answer = lg_await_segment(at_server, "> S.");
	struct lg_segment came = lg_await_segment(at_client, "< S.");

	ck_assert_uint_eq(arrived.tsval, left.tsval + (uint32_t)ms);
	ck_assert_uint_eq(answer.tsecr, arrived.tsval);
	ck_assert_uint_eq(came.tsecr, left.tsval);
	ck_assert_uint_eq(came.tsval, answer.tsval);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	lg_skew_timestamps(client, is->ms);
	struct lg_wire *at_client = lg_wire(client);
	struct lg_wire *at_server = lg_wire(server);

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	expect_skewed(at_client, at_server, is->ms);
	exchange(sock, peer);
	exchange(peer, sock);

	lg_close(sock);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	lg_close(peer);
	lg_await_state(sock, TCP_TIME_WAIT);

	/* A timestamp newer than the last one, for the TIME_WAIT's port. */
	lg_pass(net, 2);
	int again = lg_connect(client, 4000, server, 80);
	int other = lg_accept(listener);
	expect_skewed(at_client, at_server, is->ms);
	exchange(again, other);
	exchange(other, again);

	lg_assert_counted(client, "PAWSEstab", 0);
	lg_assert_counted(server, "PAWSEstab", 0);
	lg_assert_counted(client, "TWRecycled", 1);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "later", &(const struct situation){ 1000000 } },
		{ "earlier", &(const struct situation){ -1000000 } },
		{ "by_half_the_circle",
		  &(const struct situation){ INT32_MAX } },
	},
	.run = run,
};
