// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever programs and networks do, some things always hold.
 *
 * Random scripts open connections from two ports, again and again, send, close
 * and abort them at either end, change sysctls, and lose, delay, duplicate and
 * reorder segments.  In each of them no byte of an old connection reaches a new
 * one; each connect() ends; and a connection that both sides believe closed
 * holds its port for as long as it must, and no longer.  lg_play() in linger.h
 * says it exactly.
 *
 * The scripts keep to what TCP relies on.  Segments live for less than 30 s,
 * and between two connections are 10 ms, in which the clock of the sequence
 * numbers counts more than a connection sends.  In the rows of the turn that
 * clock, of 275 s, has gone round while segments were under way: then only
 * timestamps tell the old ones from the new.
 *
 * tcp_timewait_state_process(), tcp_time_wait(), tcp_validate_incoming(),
 * inet_twsk_schedule(), secure_tcp_seq().
 *
 * A script that fails is made as short as it can be, to be read and to be run
 * again.  More: --vary scripts=5000; others: --vary seed=1001; one: --vary
 * 'script=open 4001; send client 4001 100'.
 *
 * Controls: without timestamps the turn brings old bytes to a new connection;
 * and a host that may have no TIME_WAIT has none.  Both are noticed, and of the
 * second all that has nothing to do with it is left out.
 *
 * Catches: a TIME_WAIT that is too short or too long, that is missing, or ended
 * by an old segment; data with an old timestamp that are taken; an old SYN that
 * resets a connection.
 */

#include "linger.h"

#include <stdio.h>
#include <stdlib.h>

#define STEPS_MIN 6
#define STEPS_MAX 24
#define STEP_MS 10

struct situation {
	unsigned number;
	const char *weather; /* what its scripts begin with */
	/* Or one script, and what of it does not hold (NULL: all does), and is
	 * left when it is made shorter. */
	const char *script, *violation, *shortest;
};

struct player {
	struct lg_play *play;
	const struct situation *is;
};

static bool fails(const struct lg_script *script, void *argument)
{
	const struct player *player = argument;
	return lg_play(player->play, script, STEP_MS);
}

/* Other rows have other scripts. */
static void make_script(const struct situation *is, unsigned seed,
			struct lg_script *script)
{
	char weather[128];
	uint64_t dice = seed + ((uint64_t)is->number << 32);
	size_t n = STEPS_MIN + lg_random(&dice) % (STEPS_MAX - STEPS_MIN + 1);

	snprintf(weather, sizeof(weather), "dice %u; %s", seed, is->weather);
	script->n = 0;
	lg_script_read(script, lg_play_verbs, weather);
	lg_script_add(script, lg_play_verbs, n, lg_random(&dice));
}

/* The report shows the shortest, as it is played once more. */
static void fail_with(const struct player *player, struct lg_script *script,
		      unsigned seed)
{
	lg_script_shrink(script, fails, (void *)player);
	char *text = lg_script_print(script);
	lg_play_show(player->play);
	const char *violation = lg_play(player->play, script, STEP_MS);
	ck_abort_msg("seed %u: %s\nscript=%s", seed,
		     violation ? violation : "it does not fail each time",
		     text);
}

static void play_many(struct lg_net *net, const struct player *player)
{
	unsigned first = (unsigned)atoi(lg_param(net, "seed"));
	unsigned n = (unsigned)atoi(lg_param(net, "scripts"));

	for (unsigned seed = first; seed < first + n; seed++) {
		struct lg_script script;
		make_script(player->is, seed, &script);
		if (lg_play(player->play, &script, STEP_MS))
			fail_with(player, &script, seed);
	}
	lg_observe(net, "scripts", "%u", n);

	/* What the dice have brought about is none of the kernel's. */
	lg_count_anew(lg_host(net, "client"));
	lg_count_anew(lg_host(net, "server"));
}

static void play_text(const struct player *player, const char *text)
{
	struct lg_script script = { .n = 0 };

	lg_script_read(&script, lg_play_verbs, text);
	lg_play_show(player->play);
	const char *violation = lg_play(player->play, &script, STEP_MS);
	ck_assert_msg(!violation, "%s", violation);
}

static void play_one(const struct player *player)
{
	const struct situation *is = player->is;
	struct lg_script script = { .n = 0 };

	lg_script_read(&script, lg_play_verbs, is->script);
	const char *violation = lg_play(player->play, &script, STEP_MS);
	ck_assert_pstr_eq(violation, is->violation);
	if (!is->shortest)
		return;
	lg_script_shrink(&script, fails, (void *)player);
	ck_assert_str_eq(lg_script_print(&script), is->shortest);
}

static void run(struct lg_net *net)
{
	const char *text = lg_param(net, "script");
	struct player player = {
		.play = lg_play_between(lg_host(net, "client"),
					lg_host(net, "server")),
		.is = lg_row_data(net),
	};

	if (*text)
		play_text(&player, text);
	else if (player.is->script)
		play_one(&player);
	else
		play_many(net, &player);
}

/* A connection whose data come when the clock of the sequence numbers has gone
 * round, and the next connection has just begun with the same numbers. */
#define TURN                                                                   \
	"open 4001; keep server 3 275500; send client 4001 4000; "             \
	"abort client 4001; turn 4001; send server 4001 4000; "                \
	"send server 4001 4000; send server 4001 4000; wait 2000; "            \
	"send client 4001 4000; send client 4001 4000; "                       \
	"send client 4001 4000; wait 1000"
#define WEATHER(number, text)                                                  \
	&(const struct situation)                                              \
	{                                                                      \
		number, text                                                   \
	}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.inputs = {
		{ "seed", "1" },
		{ "scripts", "100" },
		{ "script", "" },
	},
	.rows = {
		{ "calm", WEATHER(1, "") },
		{ "lossy", WEATHER(2, "loss 15") },
		{ "jittery", WEATHER(3, "delay 50 400") },
		{ "doubled", WEATHER(4, "copies 25") },
		{ "haunted", WEATHER(5, "strays 25") },
		{ "stormy", WEATHER(6, "loss 8; delay 20 200; copies 10; "
				       "strays 10") },
		{ "turn_with_timestamps",
		  &(const struct situation){ .script = TURN } },
		{ "turn_without_timestamps",
		  &(const struct situation){
			  .script = "set client tcp_timestamps=0; " TURN,
			  .violation = "the server's 4 (port 4001) reads a "
				       "byte of the client's 1 (port 4001), "
				       "of another connection" } },
		{ "without_time_wait",
		  &(const struct situation){
			  .script = "loss 3; buckets client 0; open 4002; "
				    "send server 4002 300; open 4001; "
				    "late server 3 300; send client 4001 4000; "
				    "wait 3000; fin client 4001; wait 10; "
				    "close server 4001; abort server 4002",
			  .violation = "nobody is in TIME_WAIT (port 4001)",
			  .shortest = "buckets client 0; open 4001; "
				      "fin client 4001; close server 4001" } },
	},
	.needs = { "virtual-time" },
	.lasts_ms = 600000000,
	.bulk = true,
	.run = run,
};
