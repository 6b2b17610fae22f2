// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "drawing.h"

#include "error.h"
#include "notes.h"
#include "rule.h"

#include <stdlib.h>
#include <string.h>

struct work {
	const struct lg_net *net;
	const struct lg_frame *unexpected;
	const char *expected;
	bool *drawn; /* arrivals that belong to an arrow */
	struct lg_drawing *drawing;
};

static const struct lg_frame *frame_at(const struct work *work, size_t n)
{
	return lg_trace_frame(work->net, n);
}

/* Where what left arrived: the first arrival of the same bytes at the other
 * end of the link; SIZE_MAX: nowhere. */
static size_t find_arrival(const struct work *work, size_t from)
{
	const struct lg_frame *left = frame_at(work, from);
	for (size_t i = from + 1; i < lg_trace_size(work->net); i++) {
		const struct lg_frame *frame = frame_at(work, i);
		if (!work->drawn[i] && !frame->leaves &&
		    frame->end == left->end->peer &&
		    frame->size == left->size &&
		    !memcmp(frame->bytes, left->bytes, left->size))
			return i;
	}
	return SIZE_MAX;
}

/* What a rewriting rule let go in the place of what it took. */
static size_t find_rewritten(const struct work *work, size_t taken)
{
	const struct lg_frame *was = frame_at(work, taken);
	for (size_t i = taken + 1; i < lg_trace_size(work->net); i++) {
		const struct lg_frame *frame = frame_at(work, i);
		if (!work->drawn[i] && !frame->leaves &&
		    frame->end == was->end && frame->rule == was->rule &&
		    frame->injected)
			return i;
	}
	return SIZE_MAX;
}

static char *rule_text(const struct lg_rule *rule)
{
	return rule ? strdup(lg_rule_name(rule)) : NULL;
}

static void mark(const struct work *work, struct lg_ladder_arrow *arrow,
		 const struct lg_frame *frame)
{
	if (frame != work->unexpected)
		return;
	arrow->unexpected = true;
	arrow->expected = work->expected;
}

static struct lg_ladder_arrow *add(struct work *work,
				   const struct lg_frame *frame)
{
	struct lg_drawing *drawing = work->drawing;
	const struct lg_link_end *end = frame->end;
	struct lg_ladder_arrow *arrow =
	    &drawing->arrows[drawing->ladder.n_arrows++];
	size_t here = end->host->index, there = end->peer->host->index;

	*arrow = (struct lg_ladder_arrow){
	    .from = frame->leaves ? here : there,
	    .to = frame->leaves ? there : here,
	    .left_ns = frame->time_ns,
	    .arrived_ns = frame->time_ns,
	    .injected = frame->injected,
	    .segment = frame->segment,
	    .bases = frame->bases,
	};
	mark(work, arrow, frame);
	return arrow;
}

static void draw_left(struct work *work, size_t n)
{
	const struct lg_frame *left = frame_at(work, n);
	struct lg_ladder_arrow *arrow = add(work, left);
	if (!left->end->peer->capture)
		return;

	size_t at = find_arrival(work, n);
	if (at == SIZE_MAX) {
		arrow->fate = LG_LOST;
		return;
	}
	const struct lg_frame *arrived = frame_at(work, at);
	work->drawn[at] = true;
	arrow->fate = arrived->fate;
	arrow->arrived_ns = arrived->time_ns;
	arrow->by = rule_text(arrived->rule);
	mark(work, arrow, arrived);
	if (arrived->fate != LG_REWRITTEN)
		return;

	size_t again = find_rewritten(work, at);
	if (again == SIZE_MAX)
		return;
	const struct lg_frame *rewritten = frame_at(work, again);
	work->drawn[again] = true;
	arrow->was = left->segment;
	arrow->segment = rewritten->segment;
	arrow->bases = rewritten->bases;
	arrow->arrived_ns = rewritten->time_ns;
	mark(work, arrow, rewritten);
}

static void draw(struct work *work)
{
	for (size_t i = 0; i < lg_trace_size(work->net); i++) {
		const struct lg_frame *frame = frame_at(work, i);
		if (!frame->is_tcp || work->drawn[i])
			continue;
		if (frame->leaves)
			draw_left(work, i);
		else
			add(work, frame)->by = rule_text(frame->rule);
	}
}

int lg_drawing_make(const struct lg_net *net, const char *title,
		    const struct lg_frame *unexpected, const char *expected,
		    struct lg_drawing *drawing)
{
	size_t n = lg_trace_size(net), n_hosts = net->topology->n_hosts;
	struct work work = {
	    .net = net,
	    .unexpected = unexpected,
	    .expected = expected,
	    .drawn = calloc(n + 1, sizeof(bool)),
	    .drawing = drawing,
	};

	*drawing = (struct lg_drawing){
	    .hosts = calloc(n_hosts + 1, sizeof(char *)),
	    .arrows = calloc(n + 1, sizeof(struct lg_ladder_arrow)),
	};
	if (!work.drawn || !drawing->hosts || !drawing->arrows) {
		free(work.drawn);
		lg_drawing_free(drawing);
		return lg_error(ENOMEM, "ladder");
	}
	for (size_t i = 0; i < n_hosts; i++)
		drawing->hosts[i] = net->hosts[i].name;
	drawing->ladder.title = title;
	drawing->ladder.hosts = drawing->hosts;
	drawing->ladder.n_hosts = n_hosts;
	drawing->ladder.arrows = drawing->arrows;
	drawing->ladder.notes = lg_notes(&drawing->ladder.n_notes);
	draw(&work);
	free(work.drawn);
	return 0;
}

void lg_drawing_free(struct lg_drawing *drawing)
{
	for (size_t i = 0; i < drawing->ladder.n_arrows; i++)
		free((char *)drawing->arrows[i].by);
	free(drawing->arrows);
	free(drawing->hosts);
	*drawing = (struct lg_drawing){0};
}
