/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules: what is done to chosen segments that arrive at a link end.
 *
 * A rule is an nft table at netdev ingress of the ends, which forwards what it
 * matches to a device of the rule's own, and a capture there.  So the kernel
 * takes the segments, at once and exactly; and what the capture gives are those
 * segments and no others, to be dropped, held, edited, or let go.  What is let
 * go is put on the wire before the same end, with the rule's number in the
 * source address: rules up to that number leave it alone.
 */
#ifndef LG_RULE_H
#define LG_RULE_H

#include "capture.h"
#include "ladder.h"
#include "net.h"
#include "trace.h"

enum lg_action {
	LG_DROP,
	LG_HOLD,
	LG_DUPLICATE,
	LG_IMPAIR,
	LG_REWRITE,
	LG_ACTIONS
};

struct lg_held_frame {
	struct lg_segment segment;
	const struct lg_link_end *end; /* where it arrived */
	int64_t since_ms;	       /* when, by lg_now_ms()'s clock */
	int64_t due_ms;		       /* LG_IMPAIR: when it arrives again */
	size_t size;
	uint8_t bytes[]; /* as it arrived */
};

struct lg_rule {
	struct lg_host *host;
	const struct lg_link_end *only; /* where it acts; NULL: at all links */
	unsigned number;		/* of the host's rules, from 1 */
	enum lg_action action;
	struct lg_match match;
	struct lg_edit edit;
	unsigned copies;
	lg_decide *decide; /* LG_IMPAIR */
	void *argument;
	struct lg_capture *taken;
	unsigned hits, seen; /* seen: also those the predicate refuses */
	struct lg_held_frame **held; /* the next to be released first */
	size_t n_held;
	int64_t release_after_ms; /* -1: not before lg_release() */
	bool undone;
	struct lg_rule *next; /* the one before */
};

#define LG_RULES_MAX 255 /* of a host: the number is a byte */

/*
 * Makes a rule for what arrives at the `n` ends, all of one host.  `fill` has
 * action, match, and what the action needs of edit, copies and decide.  0, or
 * -errno with lg_error_text().
 */
int lg_rule_make(const struct lg_link_end *const *ends, size_t n,
		 const struct lg_rule *fill, struct lg_rule **rule);

/* The host's rule of that number, undone or not; NULL: none. */
struct lg_rule *lg_rule_numbered(const struct lg_host *host, unsigned number);

/* "hold 2": for people. */
const char *lg_rule_name(const struct lg_rule *rule);

/* Lets the rules act on what they have taken since.  0, or -errno. */
int lg_rule_act(struct lg_net *net);

/* A frame is captured before rules get it.  Whether one of the host's rules may
 * still take the trace's n-th frame, an arrival. */
bool lg_rule_may_take(const struct lg_net *net, size_t n);

/* Waits until the kernel is done with all frames so far: what rules take of
 * them is there for lg_rule_act(). */
void lg_rule_settle(struct lg_net *net);

/* When the next held segment is due; INT64_MAX: none. */
int64_t lg_rule_due_ms(const struct lg_net *net);

/* Puts a frame on the wire so that it arrives at `end` next; `number` as above
 * (0: as if its peer had sent it).  0, or -errno. */
int lg_rule_inject(const struct lg_link_end *end, uint8_t *bytes, size_t size,
		   unsigned number);

int lg_rule_undo(struct lg_rule *rule);

#endif
