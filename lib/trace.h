/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace: every frame seen at any link end of a network, in one order that
 * holds for all of them.
 */
#ifndef LG_TRACE_H
#define LG_TRACE_H

#include "ladder.h"
#include "net.h"
#include "notation.h"

struct lg_frame {
	int64_t time_ns;
	const struct lg_link_end *end; /* where it was seen */
	bool leaves;		       /* that end's host, else arrives */
	bool injected; /* put on the wire by a rule or a raw peer */
	bool is_tcp;   /* `segment` and `bases` are valid */
	enum lg_fate fate;
	const struct lg_rule *rule; /* that took it, or let it go */
	struct lg_segment segment;
	struct lg_bases bases;
	size_t size;
	uint8_t *bytes;
};

/* All frames so far; pointers to frames stay valid until the trace is freed. */
/* Nothing has to be free: lg_net_free() calls it. */
void lg_trace_free(struct lg_net *net);

size_t lg_trace_size(const struct lg_net *net);
struct lg_frame *lg_trace_frame(const struct lg_net *net, size_t n);

/* Begins to capture at all ends of the host's links where it does not yet.
 * 0, or -errno with lg_error_text(). */
int lg_trace_host(struct lg_host *host);

/* Takes in what was captured since.  0, or -ENOMEM. */
int lg_trace_take(struct lg_net *net);

/* Marks the latest arrival of these bytes at `end`, which a rule took. */
struct lg_frame *lg_trace_taken(struct lg_net *net,
				const struct lg_link_end *end,
				const uint8_t *bytes, size_t size,
				const struct lg_rule *rule, enum lg_fate fate);

/* How many frames could not be captured anywhere. */
unsigned lg_trace_lost(struct lg_net *net);

/* Whether an earlier segment at the same place had the same ports, addresses,
 * flags, numbers and size. */
bool lg_trace_is_retransmission(const struct lg_net *net, size_t n);

/*
 * The trace without what differs from run to run: relative sequence numbers,
 * ports that a kernel chose by the order in which they come (p0, p1...), no
 * values of timestamps or windows, no times but gaps of a second and more.  A
 * line for each segment and link, each to be freed, and the array; NULL: out of
 * memory.  In lib/canonical.c.
 */
char **lg_trace_canonical(const struct lg_net *net, size_t *n_lines);

#endif
