// SPDX-License-Identifier: GPL-2.0-or-later
/* Readers of the trace at one host: what is expected, and what came. */
#define LG_IMPLEMENTATION
#include "notation.h"
#include "patience.h"
#include "report.h"
#include "rule.h"
#include "trace.h"
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX 256
#define MS_NS 1000000LL

struct lg_wire {
	struct lg_host *host;
	size_t next; /* frame to look at */
};

struct lg_wire *lg_wire(struct lg_host *host)
{
	struct lg_wire *wire = calloc(1, sizeof(*wire));
	if (!wire)
		lg_broken("out of memory");
	if (lg_trace_host(host))
		lg_broken_by("cannot watch the wire of %s", host->name);
	/* What has passed before is taken in, and is not for this reader. */
	lg_net_wait(host->net, -1, 0, 0);
	wire->host = host;
	wire->next = lg_trace_size(host->net);
	return wire;
}

static bool is_for(const struct lg_wire *wire, const struct lg_frame *frame)
{
	if (!frame->is_tcp || frame->end->host != wire->host)
		return false;
	/* What the case itself wrote is no news to it. */
	if (frame->leaves && frame->injected)
		return false;
	/* What a rule took away here never got to the host. */
	return frame->leaves || frame->fate == LG_ARRIVED;
}

/* The next frame for this reader; SIZE_MAX: none yet, or one that a rule may
 * still take. */
static size_t next_frame(struct lg_wire *wire)
{
	struct lg_net *net = wire->host->net;
	while (wire->next < lg_trace_size(net)) {
		const struct lg_frame *frame = lg_trace_frame(net, wire->next);
		bool is_ours = is_for(wire, frame);
		if (is_ours && !frame->leaves &&
		    lg_rule_may_take(net, wire->next))
			return SIZE_MAX;
		wire->next++;
		if (is_ours)
			return wire->next - 1;
	}
	return SIZE_MAX;
}

static struct lg_pattern parse(const char *notation)
{
	struct lg_pattern pattern;
	char error[TEXT_MAX];

	if (lg_notation_parse(notation, &pattern, error, sizeof(error)))
		lg_broken("cannot read \"%s\": %s", notation, error);
	if (pattern.direction == LG_NO_ARROW)
		lg_broken("\"%s\" does not say whether the segment leaves (>) "
			  "or arrives (<)",
			  notation);
	return pattern;
}

static bool matches(const struct lg_pattern *pattern,
		    const struct lg_frame *frame, char *why, size_t room)
{
	if ((pattern->direction == LG_LEAVES) != frame->leaves) {
		snprintf(why, room, "the other direction");
		return false;
	}
	return lg_pattern_matches(pattern, &frame->segment, frame->bases, why,
				  room);
}

static void fail_unexpected(const struct lg_wire *wire,
			    const struct lg_frame *frame, const char *notation,
			    const char *why)
{
	char came[TEXT_MAX];
	lg_notation_print(came, sizeof(came),
			  frame->leaves ? LG_LEAVES : LG_ARRIVES,
			  &frame->segment, frame->bases);
	lg_report_unexpected(frame, notation);
	lg_fail("%s: expected \"%s\", came \"%s\" (%s)", wire->host->name,
		notation, came, why);
}

static void fail_silence(const struct lg_wire *wire, const char *notation,
			 unsigned deadline_ms)
{
	char waited[32];
	lg_fail("%s: waited %s for \"%s\", nothing of the kind came",
		wire->host->name,
		lg_patience_print(waited, sizeof(waited), deadline_ms),
		notation);
}

static bool has_read_all(const struct lg_wire *wire)
{
	return wire->next == lg_trace_size(wire->host->net);
}

/* Waits for what next_frame() did not give. */
static void await_frame(const struct lg_wire *wire, int64_t deadline)
{
	struct lg_net *net = wire->host->net;

	if (!has_read_all(wire)) {
		lg_rule_settle(net);
		deadline = 0;
	}
	lg_net_wait(net, -1, 0, deadline);
}

/* Waits for one that matches; others fail the case if `strict`. */
static struct lg_segment await(struct lg_wire *wire, const char *notation,
			       unsigned deadline_ms, bool strict)
{
	struct lg_net *net = wire->host->net;
	struct lg_pattern pattern = parse(notation);
	int64_t deadline = lg_now_ms() + deadline_ms;
	char why[TEXT_MAX];

	for (;;) {
		size_t n = next_frame(wire);
		if (n == SIZE_MAX) {
			/* Looked at once more after the deadline has passed:
			 * what came just before it counts. */
			bool late = lg_now_ms() >= deadline;
			await_frame(wire, deadline);
			if (late && has_read_all(wire))
				fail_silence(wire, notation, deadline_ms);
			continue;
		}
		const struct lg_frame *frame = lg_trace_frame(net, n);
		if (matches(&pattern, frame, why, sizeof(why)))
			return frame->segment;
		if (strict && !lg_trace_is_retransmission(net, n))
			fail_unexpected(wire, frame, notation, why);
	}
}

struct lg_segment lg_expect_within(struct lg_wire *wire, const char *notation,
				   unsigned deadline_ms)
{
	return await(wire, notation, deadline_ms, true);
}

struct lg_segment lg_expect(struct lg_wire *wire, const char *notation)
{
	return await(wire, notation, LG_DEADLINE_MS, true);
}

struct lg_segment lg_await_segment(struct lg_wire *wire, const char *notation)
{
	return await(wire, notation, LG_DEADLINE_MS, false);
}

void lg_expect_none(struct lg_wire *wire, const char *notation, unsigned ms)
{
	struct lg_net *net = wire->host->net;
	struct lg_pattern pattern = {0};
	char why[TEXT_MAX], none[TEXT_MAX] = "nothing";

	if (notation) {
		pattern = parse(notation);
		snprintf(none, sizeof(none), "no %s", notation);
	}
	int64_t end_ns = lg_now_ns() + ms * MS_NS;
	lg_pass(net, ms);
	for (;;) {
		size_t n = next_frame(wire);
		if (n == SIZE_MAX && has_read_all(wire))
			return;
		if (n == SIZE_MAX) {
			await_frame(wire, 0);
			continue;
		}
		const struct lg_frame *frame = lg_trace_frame(net, n);
		if (frame->time_ns > end_ns) {
			/* We were late ourselves: it is yet to be read. */
			wire->next = n;
			return;
		}
		if (!notation || matches(&pattern, frame, why, sizeof(why)))
			fail_unexpected(wire, frame, none, "none was expected");
	}
}
