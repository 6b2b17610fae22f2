// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "ladder_steps.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_US 1000
#define NS_PER_MS (1000 * INT64_C(1000))
#define NS_PER_S (1000 * NS_PER_MS)

int64_t lg_arrow_end(const struct lg_ladder_arrow *arrow)
{
	if (arrow->fate == LG_LOST || arrow->arrived_ns < arrow->left_ns)
		return arrow->left_ns;
	return arrow->arrived_ns;
}

/* ---- the sequence ------------------------------------------------------ */

/*
 * Under a virtual clock a whole exchange can happen at one instant.  Then the
 * order of the arrows is all there is, and an answer's departure has to stay
 * behind the arrival of what it answers.
 */
static int compare_steps(const void *left, const void *right)
{
	const struct lg_step *a = left, *b = right;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	bool a_is_note = a->kind == LG_STEP_NOTE;
	bool b_is_note = b->kind == LG_STEP_NOTE;
	if (a_is_note != b_is_note)
		return a_is_note ? 1 : -1;
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

static void add_step(struct lg_steps *steps, int64_t time_ns,
		     enum lg_step_kind kind, size_t index)
{
	steps->steps[steps->n++] = (struct lg_step){time_ns, kind, index};
}

static void collect(struct lg_steps *steps)
{
	const struct lg_ladder *ladder = steps->ladder;
	int64_t from_ns = INT64_MIN;

	if (steps->first_arrow > 0)
		from_ns = ladder->arrows[steps->first_arrow].left_ns;
	for (size_t i = steps->first_arrow; i < ladder->n_arrows; i++) {
		const struct lg_ladder_arrow *arrow = &ladder->arrows[i];

		add_step(steps, arrow->left_ns, LG_STEP_LEAVES, i);
		add_step(steps, lg_arrow_end(arrow), LG_STEP_ARRIVES, i);
	}
	for (size_t i = 0; i < ladder->n_notes; i++)
		if (ladder->notes[i].time_ns >= from_ns)
			add_step(steps, ladder->notes[i].time_ns, LG_STEP_NOTE,
				 i);
	qsort(steps->steps, steps->n, sizeof(*steps->steps), compare_steps);
}

static bool is_same_segment(const struct lg_segment *a,
			    const struct lg_segment *b)
{
	return a->seq == b->seq && a->ack == b->ack && a->size == b->size &&
	       a->flags == b->flags && a->tsval == b->tsval &&
	       a->tsecr == b->tsecr && a->sport == b->sport &&
	       a->dport == b->dport && !memcmp(a->saddr, b->saddr, 16) &&
	       !memcmp(a->daddr, b->daddr, 16);
}

/* Whether the last rule that one tells of is the first of the other. */
static bool is_same_rule(const char *held_by, const char *let_go_by)
{
	if (!held_by || !let_go_by)
		return true;

	const char *comma = strrchr(held_by, ',');
	const char *last = comma ? comma + 2 : held_by;
	size_t size = strlen(last);

	return strcspn(let_go_by, ",") == size &&
	       !memcmp(last, let_go_by, size);
}

/* The held arrow that arrow `i` lets go: of several that are alike, the first
 * that is still waiting. */
static size_t find_held(const struct lg_steps *steps, const size_t *held,
			size_t n_held, size_t i)
{
	const struct lg_ladder_arrow *arrow = &steps->ladder->arrows[i];
	size_t again = LG_NO_INDEX;

	for (size_t k = 0; k < n_held; k++) {
		const struct lg_ladder_arrow *other =
			&steps->ladder->arrows[held[k]];

		if (other->to != arrow->to ||
		    !is_same_rule(other->by, arrow->by) ||
		    !is_same_segment(&other->segment, &arrow->segment))
			continue;
		if (steps->released_as[held[k]] == LG_NO_INDEX)
			return held[k];
		if (again == LG_NO_INDEX)
			again = held[k];
	}
	return again;
}

static int pair_releases(struct lg_steps *steps)
{
	const struct lg_ladder *ladder = steps->ladder;
	size_t *held = calloc(ladder->n_arrows + 1, sizeof(*held));
	size_t n_held = 0;

	if (!held)
		return -ENOMEM;
	for (size_t i = 0; i < ladder->n_arrows; i++)
		steps->held_as[i] = steps->released_as[i] = LG_NO_INDEX;
	for (size_t i = 0; i < ladder->n_arrows; i++) {
		if (ladder->arrows[i].injected) {
			size_t from = find_held(steps, held, n_held, i);

			steps->held_as[i] = from;
			if (from != LG_NO_INDEX)
				steps->released_as[from] = i;
		}
		if (ladder->arrows[i].fate == LG_HELD)
			held[n_held++] = i;
	}
	free(held);
	return 0;
}

static void count_connections(struct lg_steps *steps)
{
	const struct lg_ladder *ladder = steps->ladder;

	for (size_t i = 0; i < ladder->n_notes; i++) {
		const struct lg_ladder_note *note = &ladder->notes[i];
		size_t *n = &steps->connections[note->host];

		if (note->kind == LG_NOTE_STATE && *n <= note->connection)
			*n = note->connection + 1;
	}
}

static int64_t find_start(const struct lg_ladder *ladder)
{
	if (ladder->n_arrows)
		return ladder->arrows[0].left_ns;
	return ladder->n_notes ? ladder->notes[0].time_ns : 0;
}

int lg_steps_make(struct lg_steps *steps, const struct lg_ladder *ladder,
		  unsigned most)
{
	size_t n = ladder->n_arrows;

	*steps = (struct lg_steps){
		.ladder = ladder,
		.first_arrow = most && most < n ? n - most : 0,
		.start_ns = find_start(ladder),
		.steps = calloc(2 * n + ladder->n_notes + 1,
				sizeof(struct lg_step)),
		.held_as = calloc(n + 1, sizeof(size_t)),
		.released_as = calloc(n + 1, sizeof(size_t)),
		.connections = calloc(ladder->n_hosts + 1, sizeof(size_t)),
	};
	if (!steps->steps || !steps->held_as || !steps->released_as ||
	    !steps->connections || pair_releases(steps) < 0) {
		lg_steps_free(steps);
		return -ENOMEM;
	}
	collect(steps);
	count_connections(steps);
	return 0;
}

void lg_steps_free(struct lg_steps *steps)
{
	free(steps->steps);
	free(steps->held_as);
	free(steps->released_as);
	free(steps->connections);
	*steps = (struct lg_steps){.n = 0};
}

/* ---- words ------------------------------------------------------------- */

void lg_steps_time(const struct lg_steps *steps, int64_t time_ns, bool micro,
		   char text[LG_LADDER_TEXT])
{
	int64_t since_ns = time_ns - steps->start_ns;
	const char *sign = since_ns < 0 ? "-" : "";
	int64_t us = llabs(since_ns) / NS_PER_US;

	if (micro)
		snprintf(text, LG_LADDER_TEXT, "%s%" PRId64 ".%06" PRId64, sign,
			 us / 1000000, us % 1000000);
	else
		snprintf(text, LG_LADDER_TEXT, "%s%" PRId64 ".%03" PRId64, sign,
			 us / 1000000, us % 1000000 / 1000);
}

void lg_ladder_span(int64_t ns, char text[LG_LADDER_TEXT])
{
	/* No floating point: a locale may have a decimal comma. */
	int64_t tenths = (ns + NS_PER_S / 20) / (NS_PER_S / 10);

	if (ns >= NS_PER_S)
		snprintf(text, LG_LADDER_TEXT, "%" PRId64 ".%" PRId64 " s",
			 tenths / 10, tenths % 10);
	else if (ns >= NS_PER_MS)
		snprintf(text, LG_LADDER_TEXT, "%" PRId64 " ms",
			 ns / NS_PER_MS);
	else
		snprintf(text, LG_LADDER_TEXT, "%" PRId64 " us",
			 ns / NS_PER_US);
}

static void cut_window(char *text)
{
	char *window = strstr(text, " win ");

	if (!window)
		return;
	char *rest = window + strlen(" win ");
	rest += strspn(rest, "0123456789");
	memmove(window, rest, strlen(rest) + 1);
}

void lg_ladder_label(const struct lg_ladder_arrow *arrow,
		     enum lg_label_detail detail, char text[LG_LADDER_TEXT])
{
	struct lg_segment segment = arrow->segment;

	if (detail < LG_LABEL_FULL)
		segment.has_mss = segment.has_wscale = segment.sack_ok = false;
	if (detail < LG_LABEL_OPTIONS) {
		segment.has_ts = false;
		segment.sacks = 0;
	}
	lg_notation_print(text, LG_LADDER_TEXT, LG_NO_ARROW, &segment,
			  arrow->bases);
	cut_window(text);
}

static void append(char *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void append(char *text, const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + length, LG_LADDER_TEXT - length, format, arguments);
	va_end(arguments);
}

static void append_change(char *text, const char *name, uint32_t was,
			  uint32_t is)
{
	if (was != is)
		append(text, "%s%s %" PRIu32 " -> %" PRIu32, *text ? ", " : "",
		       name, was, is);
}

static void append_stripped(char *text, const char *name, bool was, bool is)
{
	if (was && !is)
		append(text, "%s%s stripped", *text ? ", " : "", name);
}

static void append_changes(char *text, const struct lg_segment *was,
			   const struct lg_segment *is, struct lg_bases bases)
{
	char changes[LG_LADDER_TEXT] = "";

	if (was->flags != is->flags) {
		char before[LG_FLAGS_ROOM], after[LG_FLAGS_ROOM];

		lg_flags_print(was->flags, before);
		lg_flags_print(is->flags, after);
		append(changes, "%s -> %s", before, after);
	}
	append_change(changes, "seq", was->seq - bases.seq,
		      is->seq - bases.seq);
	append_change(changes, "ack", was->ack - bases.ack,
		      is->ack - bases.ack);
	if (was->has_ts && is->has_ts) {
		append_change(changes, "TSval", was->tsval, is->tsval);
		append_change(changes, "TSecr", was->tsecr, is->tsecr);
	}
	append_stripped(changes, "TS", was->has_ts, is->has_ts);
	append_stripped(changes, "sackOK", was->sack_ok, is->sack_ok);
	append_stripped(changes, "sack", was->sacks > 0, is->sacks > 0);
	append_stripped(changes, "wscale", was->has_wscale, is->has_wscale);
	append_stripped(changes, "mss", was->has_mss, is->has_mss);
	append_change(changes, "port", was->sport, is->sport);
	append_change(changes, "port", was->dport, is->dport);
	append_change(changes, "TTL", was->ttl, is->ttl);
	append(text, "%s%s", *text && *changes ? ": " : "", changes);
}

void lg_ladder_remark(const struct lg_steps *steps, size_t i,
		      char text[LG_LADDER_TEXT])
{
	const struct lg_ladder_arrow *arrow = &steps->ladder->arrows[i];
	char when[LG_LADDER_TEXT];

	text[0] = '\0';
	if (arrow->by)
		append(text, "%s", arrow->by);
	if (steps->held_as[i] != LG_NO_INDEX) {
		const struct lg_ladder_arrow *held =
			&steps->ladder->arrows[steps->held_as[i]];

		lg_ladder_span(arrow->left_ns - lg_arrow_end(held), when);
		append(text, "%sheld for %s", *text ? ": " : "", when);
	}
	switch (arrow->fate) {
	case LG_ARRIVED:
		break;
	case LG_LOST:
		append(text, "%slost", *text ? ": " : "");
		break;
	case LG_DROPPED:
		if (!arrow->by)
			append(text, "dropped");
		break;
	case LG_HELD:
		if (!arrow->by)
			append(text, "held");
		if (steps->released_as[i] == LG_NO_INDEX) {
			append(text, ", not released");
			break;
		}
		lg_steps_time(
			steps,
			steps->ladder->arrows[steps->released_as[i]].left_ns,
			false, when);
		append(text, ", released at %s", when);
		break;
	case LG_REWRITTEN:
		append_changes(text, &arrow->was, &arrow->segment,
			       arrow->bases);
		break;
	}
}

void lg_ladder_note(const struct lg_steps *steps,
		    const struct lg_ladder_note *note,
		    char text[LG_LADDER_TEXT])
{
	switch (note->kind) {
	case LG_NOTE_STATE:
		if (steps->connections[note->host] > 1)
			snprintf(text, LG_LADDER_TEXT, "#%zu %s",
				 note->connection + 1, note->text);
		else
			snprintf(text, LG_LADDER_TEXT, "%s", note->text);
		break;
	case LG_NOTE_COUNTER:
		snprintf(text, LG_LADDER_TEXT, "[%s]", note->text);
		break;
	}
}
