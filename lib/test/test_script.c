// SPDX-License-Identifier: GPL-2.0-or-later
/* Random scripts: their seeds, their text, and how they become shorter. */
#define LG_IMPLEMENTATION
#include "error.h"
#include "script.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static const struct lg_verb verbs[] = {
	{"open", 2, {{.least = 4001, .most = 4002}}, NULL},
	{"send",
	 3,
	 {{.words = "client server"}, {.least = 1, .most = 3000}},
	 NULL},
	{"sync", 1, {{0}}, NULL},
	{"never", 0, {{.most = 5}, {.words = "a"}, {.most = 5}}, NULL},
	{0},
};

enum { OPEN, SEND, SYNC, NEVER };

static struct lg_script read_script(const char *text)
{
	struct lg_script script = {.n = 0};
	ck_assert_msg(!lg_script_parse(&script, verbs, text), "%s",
		      lg_error_text());
	return script;
}

static void assert_text(const struct lg_script *script, const char *text)
{
	char *is = lg_script_print(script);
	ck_assert_str_eq(is, text);
	free(is);
}

static void a_seed_is_a_script(int row)
{
	struct lg_script one = {.n = 0}, same = {.n = 0}, other = {.n = 0};
	uint64_t seed = (uint64_t)row;
	lg_script_add(&one, verbs, 30, seed);
	lg_script_add(&same, verbs, 30, seed);
	lg_script_add(&other, verbs, 30, seed + 1);

	char *text = lg_script_print(&one), *next = lg_script_print(&other);
	ck_assert_uint_eq(one.n, 30);
	assert_text(&same, text);
	ck_assert_str_ne(text, next);

	struct lg_script again = read_script(text);
	assert_text(&again, text);
	free(text);
	free(next);
}

static void it_ends_where_there_is_no_room(int row)
{
	struct lg_script script = {.n = 0};
	(void)row;
	lg_script_add(&script, verbs, 10, 1);
	lg_script_add(&script, verbs, LG_STEPS_MAX, 2);
	ck_assert_uint_eq(script.n, LG_STEPS_MAX);
}

/* Each verb by its weight, each word, and each number; small ones more often.
 */
static void all_is_chosen(int row)
{
	unsigned seen[4] = {0}, ports[2] = {0}, hosts[2] = {0};
	unsigned small = 0, large = 0, n = 0;
	(void)row;
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct lg_script script = {.n = 0};
		lg_script_add(&script, verbs, LG_STEPS_MAX, seed);
		for (size_t i = 0; i < script.n; i++, n++) {
			const struct lg_script_step *step = &script.steps[i];
			seen[step->verb - verbs]++;
			if (step->verb == &verbs[OPEN])
				ports[step->values[0] - 4001]++;
			if (step->verb != &verbs[SEND])
				continue;
			hosts[step->values[0]]++;
			ck_assert_uint_ge(step->values[1], 1);
			ck_assert_uint_le(step->values[1], 3000);
			small += step->values[1] <= 100;
			large += step->values[1] > 2000;
		}
	}
	ck_assert_uint_gt(seen[OPEN], n / 4);
	ck_assert_uint_gt(seen[SEND], n / 3);
	ck_assert_uint_gt(seen[SYNC], n / 8);
	ck_assert_uint_eq(seen[NEVER], 0);
	ck_assert_uint_gt(ports[0], n / 8);
	ck_assert_uint_gt(ports[1], n / 8);
	ck_assert_uint_gt(hosts[0], n / 6);
	ck_assert_uint_gt(hosts[1], n / 6);
	ck_assert_uint_gt(small, seen[SEND] / 2);
	ck_assert_uint_gt(large, 0);
}

static void text_is_read(int row)
{
	static const char *const rows[][2] = {
		{"", ""},
		{" ; ;", ""},
		{"sync", "sync"},
		{"open 4002;send server 3000 ;\n sync;",
		 "open 4002; send server 3000; sync"},
		{"never 0 a 5", "never 0 a 5"},
	};
	struct lg_script script = read_script(rows[row][0]);
	assert_text(&script, rows[row][1]);
}

static void nonsense_is_refused(int row)
{
	static const char *const rows[][2] = {
		{"sync; close",
		 "step 2 of the script: there is no verb \"close\""},
		{"open",
		 "step 1 of the script: open: too little is said: Invalid "
		 "argument"},
		{"open 4003", "4003 is no number from 4001 to 4002"},
		{"open 4001x", "4001x is no number from 4001 to 4002"},
		{"send -1 5", "-1 is none of: client server"},
		{"send clien 5", "clien is none of: client server"},
		{"send client -5", "-5 is no number from 1 to 3000"},
		{"sync sync", "sync: \"sync\" is too much"},
	};
	struct lg_script script = {.n = 0};
	ck_assert_int_eq(lg_script_parse(&script, verbs, rows[row][0]),
			 -EINVAL);
	ck_assert_msg(strstr(lg_error_text(), rows[row][1]), "%s",
		      lg_error_text());
}

static void too_many_steps_are_refused(int row)
{
	char text[8 * LG_STEPS_MAX] = "sync";
	struct lg_script script = {.n = 0};
	(void)row;
	for (int i = 0; i < LG_STEPS_MAX; i++)
		strcat(text, ";sync");
	ck_assert_int_eq(lg_script_parse(&script, verbs, text), -EINVAL);
	ck_assert_msg(strstr(lg_error_text(), "step 65"), "%s",
		      lg_error_text());
}

/* Fails if the client sends 100 or more after an open, and the server later. */
static bool fails(const struct lg_script *script, void *argument)
{
	unsigned *runs = argument, stage = 0;
	++*runs;
	for (size_t i = 0; i < script->n; i++) {
		const struct lg_script_step *step = &script->steps[i];
		bool sends = step->verb == &verbs[SEND];
		if (stage == 0 && step->verb == &verbs[OPEN])
			stage = 1;
		else if (stage == 1 && sends && !step->values[0] &&
			 step->values[1] >= 100)
			stage = 2;
		else if (stage == 2 && sends && step->values[0])
			return true;
	}
	return false;
}

static void the_shortest_is_found(int row)
{
	struct lg_script script = {.n = 0};
	unsigned runs = 0;
	lg_script_add(&script, verbs, LG_STEPS_MAX, (uint64_t)row);
	ck_assert(fails(&script, &runs));

	lg_script_shrink(&script, fails, &runs);
	assert_text(&script, "open 4001; send client 100; send server 1");
	ck_assert_uint_lt(runs, 500);
}

/* No step can be left out alone, but two can. */
static bool fails_in_pairs(const struct lg_script *script, void *argument)
{
	(void)argument;
	return script->n >= 2 && script->n % 2 == 0;
}

static void what_fails_goes_on_failing(int row)
{
	struct lg_script script = {.n = 0};
	(void)row;
	lg_script_add(&script, verbs, 16, 3);
	lg_script_shrink(&script, fails_in_pairs, NULL);
	ck_assert(fails_in_pairs(&script, NULL));
	ck_assert_uint_eq(script.n, 2);
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"a_seed_is_a_script", a_seed_is_a_script, 5, 0},
		{"it_ends_where_there_is_no_room",
		 it_ends_where_there_is_no_room, 0, 0},
		{"all_is_chosen", all_is_chosen, 0, 0},
		{"text_is_read", text_is_read, 5, 0},
		{"nonsense_is_refused", nonsense_is_refused, 8, 0},
		{"too_many_steps_are_refused", too_many_steps_are_refused, 0,
		 0},
		{"the_shortest_is_found", the_shortest_is_found, 5, 0},
		{"what_fails_goes_on_failing", what_fails_goes_on_failing, 0,
		 0},
		{0},
	};
	return lg_unit_main(argc, argv, units);
}
