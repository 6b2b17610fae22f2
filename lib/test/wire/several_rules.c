// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several rules of one host act in the order in which they were made.
 *
 * Each gets what those before it let go, as they left it, and nothing that it
 * or a later one has let go.
 */

#include "linger.h"

#define SYN "S 0:0(0) <TS val 100 ecr 0>"
#define MANY 12

struct situation {
	struct lg_net *net;
	struct lg_host *server;
	struct lg_raw *raw;
	struct lg_wire *wire; /* of the server */
};

static void edits_add_up(const struct situation *is)
{
	struct lg_rule *rules[MANY];

	for (unsigned i = 0; i < MANY; i++)
		rules[i] = lg_rewrite(is->server, LG_ANY,
				      (struct lg_edit){ .add_tsval = 1u << i });
	lg_inject(is->raw, SYN);
	lg_expect(is->wire, "< S <TS val 4195 ecr 0>");
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_uint_eq(lg_hits(rules[i]), 1);
}

/* One rule changes the port that the other one looks for. */
static void edited_before_matched(const struct situation *is)
{
	struct lg_rule *edit = lg_rewrite(is->server, LG_ANY,
					  (struct lg_edit){ .sport = 4001 });
	struct lg_rule *loss =
		lg_drop(is->server, (struct lg_match){ .sport = 4001 });

	lg_inject(is->raw, SYN);
	lg_await_hits(loss, 1);
	ck_assert_uint_eq(lg_hits(edit), 1);
	lg_expect_none(is->wire, NULL, 20);
}

static void matched_before_edited(const struct situation *is)
{
	struct lg_rule *loss =
		lg_drop(is->server, (struct lg_match){ .sport = 4001 });

	lg_rewrite(is->server, LG_ANY, (struct lg_edit){ .sport = 4001 });
	lg_inject(is->raw, SYN);
	lg_expect(is->wire, "< S");
	ck_assert_uint_eq(lg_hits(loss), 0);
}

static void released_to_later(const struct situation *is)
{
	struct lg_rule *hold = lg_hold(is->server, LG_ANY);
	struct lg_rule *loss = lg_drop(is->server, LG_ANY);

	lg_inject(is->raw, SYN);
	lg_await_hits(hold, 1);
	ck_assert_uint_eq(lg_hits(loss), 0);
	lg_release(hold, LG_IN_ORDER);
	lg_await_hits(loss, 1);
	lg_expect_none(is->wire, NULL, 20);
	ck_assert_uint_eq(lg_hits(hold), 1);
}

static void released_past_earlier(const struct situation *is)
{
	struct lg_rule *copy = lg_duplicate(is->server, LG_PURE_SYN, 1);
	struct lg_rule *hold = lg_hold(is->server, LG_PURE_SYN);

	lg_inject(is->raw, SYN);
	lg_await_hits(hold, 2);
	lg_release(hold, LG_IN_ORDER);
	lg_expect(is->wire, "< S");
	lg_await_segment(is->wire, "< S");
	lg_expect_none(is->wire, "< S", 20);
	ck_assert_uint_eq(lg_hits(copy), 1);
	ck_assert_uint_eq(lg_hits(hold), 2);
}

static void undone_one_is_passed_over(const struct situation *is)
{
	struct lg_rule *first = lg_rewrite(is->server, LG_ANY,
					   (struct lg_edit){ .add_tsval = 1 });
	struct lg_rule *second = lg_rewrite(is->server, LG_ANY,
					    (struct lg_edit){ .add_tsval = 2 });

	lg_undo(first);
	lg_rewrite(is->server, LG_ANY, (struct lg_edit){ .add_tsval = 4 });
	lg_inject(is->raw, SYN);
	lg_expect(is->wire, "< S <TS val 106 ecr 0>");
	ck_assert_uint_eq(lg_hits(first), 0);
	ck_assert_uint_eq(lg_hits(second), 1);
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

	lg_listen(is.server, 80);
	is.raw = lg_raw(lg_host(net, "client"), 4000, is.server, 80, 7000);
	is.wire = lg_wire(is.server);
	way->go(&is);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "edits_add_up", &(const struct way){ edits_add_up } },
		{ "edited_before_matched",
		  &(const struct way){ edited_before_matched } },
		{ "matched_before_edited",
		  &(const struct way){ matched_before_edited } },
		{ "released_to_later",
		  &(const struct way){ released_to_later } },
		{ "released_past_earlier",
		  &(const struct way){ released_past_earlier } },
		{ "undone_one_is_passed_over",
		  &(const struct way){ undone_one_is_passed_over } },
	},
	.run = run,
};
