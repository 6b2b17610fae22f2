// SPDX-License-Identifier: GPL-2.0-or-later
/* What scripts of connections are made of. */
#define LG_IMPLEMENTATION
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct lg_play_end *end_of(void *play, const unsigned *values)
{
	return lg_play_find(play, values[0], values[1]);
}

/* The place of the word behind the ports. */
#define ANY_PORT LG_PLAY_PORTS

static void do_open(void *play, const unsigned *values)
{
	lg_play_open(play, values[0] == ANY_PORT, values[0]);
}

static void do_send(void *play, const unsigned *values)
{
	struct lg_play_end *end = end_of(play, values);
	if (end)
		lg_play_send(play, end, values[2]);
}

static void do_fin(void *play, const unsigned *values)
{
	const struct lg_play_end *end = end_of(play, values);
	if (end)
		shutdown(end->sock, SHUT_WR);
}

static void do_close(void *play, const unsigned *values)
{
	struct lg_play_end *end = end_of(play, values);
	if (end)
		lg_play_close(play, end, false);
}

static void do_abort(void *play, const unsigned *values)
{
	struct lg_play_end *end = end_of(play, values);
	if (end)
		lg_play_close(play, end, true);
}

static void do_wait(void *play, const unsigned *values)
{
	lg_play_attend(play, values[0]);
}

/* The clock of sequence numbers ticks every 64 ns, 2^32 times in a turn. */
#define TURN_NS (64LL << 32)
/* So much before its end: the next connection then begins some thousand bytes
 * before the numbers of the one before. */
#define BEFORE_NS 500000
/* How much later than asked for poll(2) may wake us. */
#define LATE_MS 500

/* Opens the port again when its numbers begin anew.  To the microsecond: by
 * reading the clock, which advances it where time is virtual. */
static void do_turn(void *argument, const unsigned *values)
{
	struct lg_play *play = argument;
	int64_t at_ns = play->ports[values[0]].opened_ns + TURN_NS - BEFORE_NS;
	int64_t left_ms = (at_ns - lg_now_ns()) / 1000000;

	if (left_ms > LATE_MS)
		lg_play_attend(play, (unsigned)left_ms - LATE_MS);
	while ((left_ms = (at_ns - lg_now_ns()) / 1000000) > 10)
		lg_play_attend(play, 1);
	while (lg_now_ns() < at_ns)
		;
	lg_play_open(play, false, values[0]);
}

static void order(struct lg_play *play, enum lg_play_order what,
		  const unsigned *values)
{
	struct lg_play_path *path = &play->paths[values[0]];
	path->orders[what].left = values[1];
	path->orders[what].ms = values[2];
}

static void do_lose(void *play, const unsigned *values)
{
	order(play, LG_PLAY_LOSE, values);
}

static void do_late(void *play, const unsigned *values)
{
	order(play, LG_PLAY_LATE, values);
}

static void do_twice(void *play, const unsigned *values)
{
	order(play, LG_PLAY_TWICE, values);
}

static void do_reorder(void *play, const unsigned *values)
{
	order(play, LG_PLAY_REORDER, values);
}

/* ---- how it is all the time -------------------------------------------- */

static void do_loss(void *play, const unsigned *values)
{
	((struct lg_play *)play)->weather.loss = values[0];
}

static void do_copies(void *play, const unsigned *values)
{
	((struct lg_play *)play)->weather.copies = values[0];
}

static void do_strays(void *play, const unsigned *values)
{
	((struct lg_play *)play)->weather.strays = values[0];
}

static void do_delay(void *play, const unsigned *values)
{
	((struct lg_play *)play)->weather.delay = values[0];
	((struct lg_play *)play)->weather.jitter = values[1];
}

static void do_dice(void *argument, const unsigned *values)
{
	struct lg_play *play = argument;
	for (unsigned i = 0; i < LG_PLAY_HOSTS; i++)
		play->paths[i].dice = LG_PLAY_HOSTS * (uint64_t)values[0] + i;
}

/* ---- sysctls ----------------------------------------------------------- */

/* Below net.ipv4. */
#define SETTINGS                                                               \
	"tcp_timestamps=0 tcp_timestamps=1 tcp_tw_reuse=0 tcp_tw_reuse=1 "     \
	"tcp_rfc1337=1 tcp_fin_timeout=5 tcp_syn_retries=1 "                   \
	"tcp_syn_retries=3 tcp_sack=0"

static void set(struct lg_play *play, unsigned host, const char *name,
		const char *value)
{
	struct lg_play_setting *setting = &play->settings[play->n_settings++];

	setting->host = host;
	snprintf(setting->name, sizeof(setting->name), "net.ipv4.%s", name);
	setting->was = lg_sysctl_get(play->hosts[host], setting->name);
	lg_sysctl_set(play->hosts[host], setting->name, value);
}

static void do_set(void *play, const unsigned *values)
{
	char texts[] = SETTINGS, *rest = NULL;
	char *text = strtok_r(texts, " ", &rest);

	for (unsigned i = values[1]; i; i--)
		text = strtok_r(NULL, " ", &rest);
	char *value = strchr(text, '=');
	*value++ = '\0';
	set(play, values[0], text, value);
}

static void do_buckets(void *play, const unsigned *values)
{
	char value[16];

	snprintf(value, sizeof(value), "%u", values[1]);
	set(play, values[0], "tcp_max_tw_buckets", value);
}

void lg_play_set_back(struct lg_play *play)
{
	char value[24];

	while (play->n_settings) {
		const struct lg_play_setting *setting =
			&play->settings[--play->n_settings];
		snprintf(value, sizeof(value), "%ld", setting->was);
		lg_sysctl_set(play->hosts[setting->host], setting->name, value);
	}
}

/* ---- all of them ------------------------------------------------------- */

#define HOST                                                                   \
	{                                                                      \
		.words = "client server"                                       \
	}
#define PORT                                                                   \
	{                                                                      \
		.words = "4001 4002"                                           \
	}
#define A_FEW                                                                  \
	{                                                                      \
		.least = 1, .most = 4                                          \
	}
#define PERCENT                                                                \
	{                                                                      \
		.most = 100                                                    \
	}
/* Less than the 30 s that TCP gives a segment to live. */
#define DELAY_MS                                                               \
	{                                                                      \
		.most = 20000                                                  \
	}

const struct lg_verb lg_play_verbs[] = {
	{"open", 8, {{.words = "4001 4002 any"}}, do_open},
	{"send", 8, {HOST, PORT, {.least = 1, .most = 4000}}, do_send},
	{"fin", 3, {HOST, PORT}, do_fin},
	{"close", 7, {HOST, PORT}, do_close},
	{"abort", 2, {HOST, PORT}, do_abort},
	{"wait", 8, {{.least = 1, .most = 70000}}, do_wait},
	{"lose", 3, {HOST, A_FEW}, do_lose},
	{"late", 3, {HOST, A_FEW, DELAY_MS}, do_late},
	{"twice", 3, {HOST, A_FEW, DELAY_MS}, do_twice},
	{"reorder", 2, {HOST, A_FEW}, do_reorder},
	{"set", 3, {HOST, {.words = SETTINGS}}, do_set},
	/* Beyond what TCP relies on. */
	{"keep", 0, {HOST, A_FEW, {.most = 300000}}, do_late},
	{"turn", 0, {PORT}, do_turn},
	{"buckets", 0, {HOST, {.most = 100}}, do_buckets},
	/* How it is all the time. */
	{"loss", 0, {PERCENT}, do_loss},
	{"copies", 0, {PERCENT}, do_copies},
	{"strays", 0, {PERCENT}, do_strays},
	{"delay", 0, {{.most = 1000}, {.most = 1000}}, do_delay},
	{"dice", 0, {{.most = UINT32_MAX}}, do_dice},
	{0},
};
