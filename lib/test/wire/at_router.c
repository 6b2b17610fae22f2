// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules at a router act between two stacks, on either of its links.
 *
 * What the router holds of a handshake, neither host sees before it is
 * released; what it drops, or edits to live too short a time, never arrives.
 */

#include "linger.h"

struct situation {
	struct lg_host *client, *router, *server;
	struct lg_wire *at_client, *at_server;
};

static void held_both_ways(const struct situation *is)
{
	struct lg_rule *hold =
		lg_hold(is->router, (struct lg_match){ .flags = LG_SYN });
	int sock = lg_connect_start(is->client, 4000, is->server, 80);

	lg_await_hits(hold, 1);
	lg_expect(is->at_client, "> S");
	lg_expect_none(is->at_server, NULL, 20);
	lg_release(hold, LG_IN_ORDER);
	lg_expect(is->at_server, "< S");
	lg_expect(is->at_server, "> S.");

	lg_await_hits(hold, 2);
	lg_expect_none(is->at_client, NULL, 20);
	lg_assert_state(sock, TCP_SYN_SENT);
	lg_release(hold, LG_IN_ORDER);
	lg_expect(is->at_client, "< S.");
	ck_assert_int_eq(lg_connect_result(sock), 0);
}

static void edited_both_ways(const struct situation *is)
{
	struct lg_rule *to =
		lg_rewrite(is->router, (struct lg_match){ .dport = 81 },
			   (struct lg_edit){ .dport = 80 });
	struct lg_rule *fro =
		lg_rewrite(is->router, (struct lg_match){ .sport = 80 },
			   (struct lg_edit){ .sport = 81 });

	lg_connect(is->client, 4000, is->server, 81);
	lg_expect(is->at_server, "< S");
	ck_assert_uint_ge(lg_hits(to), 1);
	ck_assert_uint_ge(lg_hits(fro), 1);
}

/* The router says that its time was exceeded, and the client gives up. */
static void of_too_short_a_life(const struct situation *is)
{
	lg_rewrite(is->router, LG_PURE_SYN, (struct lg_edit){ .ttl = 1 });
	int sock = lg_connect_start(is->client, 4000, is->server, 80);

	ck_assert_int_eq(lg_connect_result(sock), EHOSTUNREACH);
	lg_expect(is->at_client, "> S");
	lg_expect_none(is->at_server, NULL, 1);
}

static void dropped_once(const struct situation *is)
{
	struct lg_rule *loss = lg_drop(
		is->router, (struct lg_match){ .flags = LG_SYN, .times = 1 });

	lg_connect(is->client, 4000, is->server, 80);
	ck_assert_uint_eq(lg_hits(loss), 1);
	lg_assert_counted(is->client, "TCPSynRetrans", 1);
}

struct way {
	void (*go)(const struct situation *is);
};

static void run(struct lg_net *net)
{
	const struct way *way = lg_row_data(net);
	struct situation is = {
		.client = lg_host(net, "client"),
		.router = lg_host(net, "router"),
		.server = lg_host(net, "server"),
	};

	is.at_client = lg_wire(is.client);
	is.at_server = lg_wire(is.server);
	lg_listen(is.server, 80);
	way->go(&is);
}

const struct lg_case lg_case = {
	.topology = "routed",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "held_both_ways", &(const struct way){ held_both_ways } },
		{ "edited_both_ways", &(const struct way){ edited_both_ways } },
		{ "of_too_short_a_life",
		  &(const struct way){ of_too_short_a_life } },
		{ "dropped_once", &(const struct way){ dropped_once } },
	},
	.lasts_ms = 2000,
	.run = run,
};
