// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of segments while a script is played. */
#define LG_IMPLEMENTATION
#include "play.h"

/* How much later copies come, and those that stray. */
#define COPY_MS 200
#define STRAY_MS 20000
/* Between those that come in another order. */
#define REORDER_MS 10

static unsigned roll(struct lg_play_path *path, unsigned sides)
{
	return (unsigned)(lg_random(&path->dice) % sides);
}

static bool take_order(struct lg_play_path *path, enum lg_play_order order)
{
	if (!path->orders[order].left)
		return false;
	path->orders[order].left--;
	return true;
}

static unsigned delay(struct lg_play_path *path)
{
	const struct lg_play_weather *weather = &path->play->weather;
	unsigned ms = weather->delay + roll(path, weather->jitter + 1);

	if (take_order(path, LG_PLAY_LATE))
		ms += path->orders[LG_PLAY_LATE].ms;
	/* The first of them is the last to come. */
	if (take_order(path, LG_PLAY_REORDER))
		ms += REORDER_MS * (1 + path->orders[LG_PLAY_REORDER].left);
	return ms;
}

static void add(struct lg_arrivals *arrivals, unsigned after_ms)
{
	arrivals->after_ms[arrivals->n++] = after_ms;
}

/* The dice are rolled for each segment as often, whatever they say. */
static void decide(struct lg_play_path *path, struct lg_arrivals *arrivals)
{
	const struct lg_play_weather *weather = &path->play->weather;
	unsigned ms = delay(path);
	bool lost = roll(path, 100) < weather->loss;
	bool copied = roll(path, 100) < weather->copies;
	bool strays = roll(path, 100) < weather->strays;
	unsigned copy_ms = roll(path, COPY_MS);
	unsigned stray_ms = roll(path, STRAY_MS);

	arrivals->n = 0;
	if (!take_order(path, LG_PLAY_LOSE) && !lost)
		add(arrivals, ms);
	if (copied)
		add(arrivals, ms + copy_ms);
	if (strays)
		add(arrivals, ms + stray_ms);
	if (take_order(path, LG_PLAY_TWICE))
		add(arrivals, ms + path->orders[LG_PLAY_TWICE].ms);
}

static void raise(int64_t *ms, int64_t to_ms)
{
	if (*ms < to_ms)
		*ms = to_ms;
}

/* Segments come here as they were sent; so another number of a SYN is newer. */
static void note(struct lg_play_last *last, const struct lg_segment *segment,
		 int64_t at_ms)
{
	if (segment->flags & LG_FIN) {
		raise(&last->fin_ms, at_ms);
		last->fin_end = segment->seq + segment->size + 1;
		last->fin_tsval = segment->tsval;
	} else if (segment->flags & LG_RST) {
		raise(&last->rst_ms, at_ms);
	} else if (segment->flags & LG_SYN) {
		if (last->syn_seq != segment->seq)
			last->syn_ms = 0;
		raise(&last->syn_ms, at_ms);
		last->syn_seq = segment->seq;
		last->syn_tsval = segment->tsval;
	}
}

void lg_play_decide(const struct lg_segment *segment,
		    struct lg_arrivals *arrivals, void *argument)
{
	struct lg_play_path *path = argument;
	unsigned port = (path->host == LG_PLAY_CLIENT ? segment->dport
						      : segment->sport) -
			LG_PLAY_FIRST_PORT;

	decide(path, arrivals);
	for (unsigned i = 0; i < arrivals->n; i++) {
		int64_t at_ms =
			segment->time_ns / 1000000 + arrivals->after_ms[i];
		raise(&path->play->last_arrival_ms, at_ms);
		if (port < LG_PLAY_PORTS)
			note(&path->last[port], segment, at_ms);
	}
}
