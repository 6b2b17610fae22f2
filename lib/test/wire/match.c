// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A rule takes the segments that meet its match, and no others.
 *
 * The raw peer sends six segments to a server's connection.  Those that a rule
 * drops are not counted by the server's stack and not seen by a reader there;
 * all others are, and what is sent after the rule was undone.
 */

#include "linger.h"

#include <stdio.h>

static const char *const segments[] = {
	". 1:1(0) ack 1 win 1001",  "P. 1:2(1) ack 1 win 1002",
	"P. 2:4(2) ack 1 win 1003", "P. 4:7(3) ack 1 win 1004",
	"E. 7:7(0) ack 1 win 1005", "F. 7:7(0) ack 1 win 1006",
};
#define N_SEGMENTS (sizeof(segments) / sizeof(*segments))
#define FIRST_WINDOW 1001
#define LAST "U. 8:8(0) ack 1 win 1100"

struct situation {
	struct lg_match match;
	const char *taken; /* a letter for each segment, '-' if it passes */
};

static bool is_odd(const struct lg_segment *segment, void *argument)
{
	(void)argument;
	return segment->size % 2;
}

/* Asserts that of the segments those arrive that were not taken. */
static void expect_rest(struct lg_wire *wire, const char *taken)
{
	for (size_t i = 0; i < N_SEGMENTS; i++) {
		if (taken[i] != '-')
			continue;
		char notation[64];
		snprintf(notation, sizeof(notation), "< %s", segments[i]);
		lg_await_segment(wire, notation);
	}
	lg_await_segment(wire, "< " LAST);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_connect(raw, listener);

	struct lg_rule *loss = lg_drop(server, is->match);
	struct lg_wire *wire = lg_wire(server);
	unsigned n_taken = 0;

	lg_count_anew(server);
	for (size_t i = 0; i < N_SEGMENTS; i++) {
		lg_inject(raw, "%s", segments[i]);
		n_taken += is->taken[i] != '-';
	}
	lg_await_hits(loss, n_taken);
	lg_undo(loss);
	lg_inject(raw, LAST);

	expect_rest(wire, is->taken);
	lg_await_counted(server, "InSegs", N_SEGMENTS + 1 - n_taken);
	lg_assert_counted(server, "InSegs", N_SEGMENTS + 1 - n_taken);
	ck_assert_uint_eq(lg_hits(loss), n_taken);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "any", &(const struct situation){ .taken = "abcdef" } },
		{ "once",
		  &(const struct situation){ { .times = 1 }, "a-----" } },
		{ "three_times",
		  &(const struct situation){ { .times = 3 }, "abc---" } },
		{ "second",
		  &(const struct situation){ { .nth = 2 }, "-b----" } },
		{ "two_from_second",
		  &(const struct situation){ { .nth = 2, .times = 2 },
			"-bc---" } },
		{ "data",
		  &(const struct situation){ { .data = true }, "-bcd--" } },
		{ "second_data",
		  &(const struct situation){ { .data = true, .nth = 2 },
			"--c---" } },
		{ "no_data",
		  &(const struct situation){ { .no_data = true }, "a---ef" } },
		{ "no_data_twice",
		  &(const struct situation){ { .no_data = true, .times = 2 },
			"a---e-" } },
		{ "fin",
		  &(const struct situation){ { .flags = LG_FIN }, "-----f" } },
		{ "ece_and_ack",
		  &(const struct situation){ { .flags = LG_ECE | LG_ACK },
			"----e-" } },
		{ "no_psh",
		  &(const struct situation){ { .no_flags = LG_PSH },
			"a---ef" } },
		{ "pure_ack",
		  &(const struct situation){
			{ .flags = LG_ACK, .no_flags = LG_FIN | LG_ECE,
			  .no_data = true },
			"a-----" } },
		{ "from_port",
		  &(const struct situation){ { .sport = 4000 }, "abcdef" } },
		{ "from_other_port",
		  &(const struct situation){ { .sport = 80 }, "------" } },
		{ "to_port",
		  &(const struct situation){ { .dport = 80 }, "abcdef" } },
		{ "to_other_port",
		  &(const struct situation){ { .dport = 4000 }, "------" } },
		{ "predicate",
		  &(const struct situation){ { .predicate = is_odd },
			"-b-d--" } },
		{ "predicate_second",
		  &(const struct situation){ { .predicate = is_odd, .nth = 2 },
			"---d--" } },
		{ "predicate_once",
		  &(const struct situation){
			{ .predicate = is_odd, .times = 1 }, "-b----" } },
		{ "predicate_of_fin",
		  &(const struct situation){
			{ .predicate = is_odd, .flags = LG_FIN }, "------" } },
	},
	.run = run,
};
