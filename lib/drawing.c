// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "drawing.h"

#include "error.h"
#include "notes.h"
#include "rule.h"
#include "segment.h"

#include <stdio.h>
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

static bool same_content(const struct lg_frame *a, const struct lg_frame *b)
{
	/* A rule leaves its number in the source address. */
	return a->size == b->size && !memcmp(a->bytes + LG_ETHERNET_HEADER,
					     b->bytes + LG_ETHERNET_HEADER,
					     a->size - LG_ETHERNET_HEADER);
}

/* What a rule let go at once in the place of what it took: the same, or its
 * edit of it. */
static size_t find_let_go(const struct work *work, size_t taken)
{
	const struct lg_frame *was = frame_at(work, taken);
	uint8_t bytes[LG_FRAME_MAX];
	struct lg_frame edited = *was;

	if (was->size > sizeof(bytes))
		return SIZE_MAX;
	edited.bytes = memcpy(bytes, was->bytes, was->size);
	lg_segment_edit(bytes, was->size, &was->taken_by->edit);

	for (size_t i = taken + 1; i < lg_trace_size(work->net); i++) {
		const struct lg_frame *frame = frame_at(work, i);
		if (!work->drawn[i] && !frame->leaves &&
		    frame->end == was->end &&
		    frame->let_go_by == was->taken_by &&
		    (same_content(frame, was) || same_content(frame, &edited)))
			return i;
	}
	return SIZE_MAX;
}

/* Adds a rule to those that the arrow tells of. */
static void add_rule(struct lg_ladder_arrow *arrow, const struct lg_rule *rule)
{
	char *by = NULL;
	int size = asprintf(&by, "%s%s%s", arrow->by ? arrow->by : "",
			    arrow->by ? ", " : "", lg_rule_name(rule));
	if (size < 0)
		return;
	free((char *)arrow->by);
	arrow->by = by;
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
		.injected = frame->let_go_by,
		.segment = frame->segment,
		.bases = frame->bases,
	};
	mark(work, arrow, frame);
	return arrow;
}

/* Follows what arrived through the rules that took it and let it go at once. */
static void follow(struct work *work, struct lg_ladder_arrow *arrow, size_t at)
{
	const struct lg_frame *first = frame_at(work, at), *frame = first;

	while (frame->fate == LG_REWRITTEN) {
		size_t next = find_let_go(work, at);
		if (next == SIZE_MAX)
			break;
		if (!same_content(frame, frame_at(work, next)))
			add_rule(arrow, frame->taken_by);
		work->drawn[at] = true;
		mark(work, arrow, frame);
		at = next;
		frame = frame_at(work, at);
	}
	work->drawn[at] = true;
	mark(work, arrow, frame);
	if (frame->taken_by)
		add_rule(arrow, frame->taken_by);

	arrow->arrived_ns = frame->time_ns;
	arrow->fate = frame->fate;
	arrow->segment = frame->segment;
	arrow->bases = frame->bases;
	if (frame->fate == LG_ARRIVED && !same_content(first, frame)) {
		arrow->fate = LG_REWRITTEN;
		arrow->was = first->segment;
	}
}

static void draw_left(struct work *work, size_t n)
{
	const struct lg_frame *left = frame_at(work, n);
	struct lg_ladder_arrow *arrow = add(work, left);
	if (!left->end->peer->capture)
		return;

	size_t at = find_arrival(work, n);
	if (at == SIZE_MAX)
		arrow->fate = LG_LOST;
	else
		follow(work, arrow, at);
}

/* What a rule let go, or what left unseen. */
static void draw_arrived(struct work *work, size_t n)
{
	const struct lg_frame *arrived = frame_at(work, n);
	struct lg_ladder_arrow *arrow = add(work, arrived);
	if (arrived->let_go_by)
		add_rule(arrow, arrived->let_go_by);
	follow(work, arrow, n);
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
			draw_arrived(work, i);
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
