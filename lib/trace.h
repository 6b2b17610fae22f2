/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace: every frame seen at any link end of a network, in one order that
 * holds for all of them.
 */
#ifndef LG_TRACE_H
#define LG_TRACE_H

#include "capture.h"
#include "ladder.h"
#include "net.h"
#include "notation.h"

struct lg_frame {
	int64_t time_ns;
	const struct lg_link_end *end; /* where it was seen */
	bool leaves;		       /* that end's host, else arrives */
	bool injected;	/* put on the wire by a rule or a raw peer */
	bool is_tcp;	/* `segment` and `bases` are valid */
	bool passed_on; /* came to a router, and left it again */
	/* What became of an arrival.  LG_REWRITTEN: a rule took it and let it
	 * go again at once, edited or not, which is another frame. */
	enum lg_fate fate;
	const struct lg_rule *let_go_by, *taken_by; /* NULL: no rule */
	struct lg_segment segment;
	struct lg_bases bases;
	size_t size;
	uint8_t *bytes;
};

void lg_trace_free(struct lg_net *net);

/* All frames so far; pointers to frames stay valid until the trace is freed. */
size_t lg_trace_size(const struct lg_net *net);
struct lg_frame *lg_trace_frame(const struct lg_net *net, size_t n);

/* Begins to capture at all ends of the host's links where it does not yet.
 * 0, or -errno with lg_error_text(). */
int lg_trace_host(struct lg_host *host);

/* Takes in what was captured since.  0, or -ENOMEM. */
int lg_trace_take(struct lg_net *net);

/* The arrival at `end` of a frame that a rule had in its hands at
 * `captured->time_ns`; NULL if that end is not captured. */
struct lg_frame *lg_trace_arrival(struct lg_net *net,
				  const struct lg_link_end *end,
				  const struct lg_captured *captured);

/* How many frames could not be captured anywhere, or were taken by a rule and
 * did not come to it. */
unsigned lg_trace_lost(struct lg_net *net);

/* Whether an earlier segment at the same place, other than those that a rule
 * took there, had the same ports, addresses, flags, numbers and size. */
bool lg_trace_is_retransmission(const struct lg_net *net, size_t n);

#endif
