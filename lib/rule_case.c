// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules, as a case asks for them. */
#define LG_IMPLEMENTATION
#include "error.h"
#include "patience.h"
#include "rule.h"
#include "segment.h"
#include "trace.h"
#include "verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rule for what arrives by any link of the host. */
static struct lg_rule *make(struct lg_host *host, const struct lg_rule *fill,
			    const char *what)
{
	size_t n_ends = 2 * host->net->topology->n_links, n = 0;
	const struct lg_link_end **ends = calloc(n_ends + 1, sizeof(*ends));
	struct lg_rule *rule = NULL;

	if (!ends)
		lg_broken("out of memory");
	while ((ends[n] = lg_host_end(host, n ? ends[n - 1] : NULL)))
		n++;
	if (!n)
		lg_broken("%s has no link", host->name);
	if (lg_rule_make(ends, n, fill, &rule)) {
		lg_skip_without("netdev");
		lg_broken_by("cannot %s segments", what);
	}
	free(ends);
	return rule;
}

struct lg_rule *lg_drop(struct lg_host *host, struct lg_match match)
{
	struct lg_rule fill = {.action = LG_DROP, .match = match};
	return make(host, &fill, "drop");
}

struct lg_rule *lg_hold(struct lg_host *host, struct lg_match match)
{
	struct lg_rule fill = {.action = LG_HOLD, .match = match};
	return make(host, &fill, "hold");
}

struct lg_rule *lg_duplicate(struct lg_host *host, struct lg_match match,
			     unsigned copies)
{
	struct lg_rule fill = {
		.action = LG_DUPLICATE, .match = match, .copies = copies};
	return make(host, &fill, "duplicate");
}

struct lg_rule *lg_impair(struct lg_host *host, struct lg_match match,
			  lg_decide *decide, void *argument)
{
	struct lg_rule fill = {.action = LG_IMPAIR,
			       .match = match,
			       .decide = decide,
			       .argument = argument};
	return make(host, &fill, "impair");
}

struct lg_rule *lg_rewrite(struct lg_host *host, struct lg_match match,
			   struct lg_edit edit)
{
	struct lg_rule fill = {
		.action = LG_REWRITE, .match = match, .edit = edit};
	return make(host, &fill, "rewrite");
}

/* Takes in what the kernel has handed over by now. */
static void look(struct lg_rule *rule)
{
	lg_net_wait(rule->host->net, -1, 0, 0);
}

unsigned lg_hits(struct lg_rule *rule)
{
	look(rule);
	return rule->hits;
}

void lg_await_hits(struct lg_rule *rule, unsigned n)
{
	struct lg_patience patience =
		lg_patience(rule->host->net, LG_DEADLINE_MS);

	char waited[32];

	for (look(rule); rule->hits < n; look(rule)) {
		if (!lg_patience_wait(&patience, 0))
			lg_fail("waited %s for %s on %s to take %u "
				"segments: it has taken %u",
				lg_patience_print(waited, sizeof(waited),
						  LG_DEADLINE_MS),
				lg_rule_name(rule), rule->host->name, n,
				rule->hits);
	}
}

static void must_hold(const struct lg_rule *rule)
{
	if (rule->action != LG_HOLD || rule->undone)
		lg_broken("%s on %s holds nothing", lg_rule_name(rule),
			  rule->host->name);
}

static const struct lg_held_frame *held(struct lg_rule *rule, unsigned n)
{
	must_hold(rule);
	look(rule);
	if (n >= rule->n_held)
		lg_fail("%s on %s holds %zu segments, none of number %u",
			lg_rule_name(rule), rule->host->name, rule->n_held, n);
	return rule->held[n];
}

const struct lg_segment *lg_held(struct lg_rule *hold, unsigned n)
{
	return &held(hold, n)->segment;
}

static void let_go(struct lg_rule *rule, const struct lg_held_frame *frame)
{
	/* A copy: it is marked as ours on the way. */
	uint8_t bytes[LG_FRAME_MAX];
	if (frame->size > sizeof(bytes))
		lg_broken("a held segment has %zu bytes", frame->size);
	memcpy(bytes, frame->bytes, frame->size);
	if (lg_rule_inject(frame->end, bytes, frame->size, rule->number))
		lg_broken_by("%s", lg_rule_name(rule));
}

/* What is let go fills rings on its way: they are emptied in between. */
#define RELEASED_AT_ONCE 64

void lg_release(struct lg_rule *hold, enum lg_order order)
{
	must_hold(hold);
	look(hold);

	/* What comes meanwhile is held on. */
	struct lg_held_frame **held = hold->held;
	size_t n = hold->n_held;
	hold->held = NULL;
	hold->n_held = 0;
	for (size_t i = 0; i < n; i++) {
		let_go(hold, held[order == LG_IN_ORDER ? i : n - 1 - i]);
		if (i % RELEASED_AT_ONCE == RELEASED_AT_ONCE - 1)
			look(hold);
	}
	for (size_t i = 0; i < n; i++)
		free(held[i]);
	free(held);
	look(hold);
}

void lg_release_after(struct lg_rule *hold, unsigned ms)
{
	must_hold(hold);
	hold->release_after_ms = ms;
	look(hold);
}

void lg_replay(struct lg_rule *hold, unsigned n)
{
	let_go(hold, held(hold, n));
	look(hold);
}

void lg_undo(struct lg_rule *rule)
{
	look(rule);
	if (lg_rule_undo(rule))
		lg_broken_by("cannot undo %s on %s", lg_rule_name(rule),
			     rule->host->name);
}

static void rewrite_at(const struct lg_link_end *end, struct lg_match match,
		       struct lg_edit edit)
{
	struct lg_rule fill = {
		.action = LG_REWRITE, .match = match, .edit = edit};
	struct lg_rule *rule;
	if (lg_rule_make(&end, 1, &fill, &rule)) {
		lg_skip_without("netdev");
		lg_broken_by("cannot skew timestamps");
	}
}

void lg_skew_timestamps(struct lg_host *host, int32_t ms)
{
	uint32_t skew = (uint32_t)ms;

	const struct lg_link_end *end = NULL;
	while ((end = lg_host_end(host, end))) {
		rewrite_at(end->peer, LG_ANY,
			   (struct lg_edit){.add_tsval = skew});
		/* A segment without ACK echoes nothing. */
		rewrite_at(end, (struct lg_match){.flags = LG_ACK},
			   (struct lg_edit){.add_tsecr = 0 - skew});
	}
}

/* `key` is what nft's "meta" calls it. */
static void refuse_own(struct lg_host *host, const char *key, const char *value)
{
	char commands[160];

	snprintf(commands, sizeof(commands),
		 "table inet lg%s {\n chain out {\n  type filter hook output "
		 "priority 0;\n  meta %s %s drop\n }\n}\n",
		 key, key, value);
	if (lg_nft_run(host, commands)) {
		lg_skip_without("netdev");
		lg_broken_by("cannot refuse %s %s", key, value);
	}
}

void lg_refuse_mark(struct lg_host *host, uint32_t mark)
{
	char value[16];

	snprintf(value, sizeof(value), "%" PRIu32, mark);
	refuse_own(host, "mark", value);
}

void lg_refuse_priority(struct lg_host *host, uint32_t priority)
{
	char value[16];

	/* As tc(8) writes a class: what nft takes for a priority. */
	snprintf(value, sizeof(value), "%" PRIx32 ":%" PRIx32, priority >> 16,
		 priority & 0xffff);
	refuse_own(host, "priority", value);
}

void lg_refuse_invalid(struct lg_host *host)
{
	if (lg_nft_run(host, "table inet lginvalid {\n chain forward {\n"
			     "  type filter hook forward priority 0;\n"
			     "  ct state invalid drop\n }\n}\n")) {
		lg_skip_without("conntrack");
		lg_broken_by("cannot refuse what is invalid");
	}
}
