// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "rule.h"

#include "error.h"
#include "segment.h"
#include "sysctl.h"
#include "trace.h"

#include <assert.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/membarrier.h>
#include <net/if.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More segments than any run has: numgen counts modulo this. */
#define EVER 2147483647u
#define SOURCE_MAC 6
/* Without a better way to know, how long rules may take to have a frame. */
#define SETTLED_MS 5
#define NUMBER_BYTE 8

static const char *const action_names[] = {"drop", "hold", "duplicate",
					   "impair", "rewrite"};
static_assert(sizeof(action_names) / sizeof(action_names[0]) == LG_ACTIONS,
	      "a name for each action");

const char *lg_rule_name(const struct lg_rule *rule)
{
	static char name[32];
	snprintf(name, sizeof(name), "%s %u", action_names[rule->action],
		 rule->number);
	return name;
}

struct lg_rule *lg_rule_numbered(const struct lg_host *host, unsigned number)
{
	for (struct lg_rule *rule = host->net->all_rules; rule;
	     rule = rule->next) {
		if (rule->host == host && rule->number == number)
			return rule;
	}
	return NULL;
}

/* ---- the kernel's part ------------------------------------------------- */

/* The pair of devices that a rule's segments are forwarded to: they leave by
 * the first, and the other's stack refuses them since their address is not
 * its own. */
static int add_devices(const struct lg_rule *rule, unsigned *index)
{
	struct lg_host *host = rule->host;
	struct nl_sock *route = lg_host_route(host);
	if (!route)
		return -errno;

	char name[IFNAMSIZ], peer_name[IFNAMSIZ], sysctl[64];
	snprintf(name, sizeof(name), "lg%u", rule->number);
	snprintf(peer_name, sizeof(peer_name), "lg%ux", rule->number);
	struct rtnl_link *link = rtnl_link_veth_alloc();
	if (!link)
		return lg_error(ENOMEM, "veth");
	struct rtnl_link *peer = rtnl_link_veth_get_peer(link);
	rtnl_link_set_name(link, name);
	rtnl_link_set_name(peer, peer_name);
	int result = rtnl_link_add(route, link, NLM_F_CREATE | NLM_F_EXCL);
	rtnl_link_put(peer);
	rtnl_link_put(link);
	if (result)
		return lg_error(0, "add veth %s: %s", name,
				nl_geterror(result));

	lg_host_enter(host);
	/* The other one first: then the first has a carrier when it comes up,
	 * and sends at once.  Else a worker of the kernel would see to that
	 * later, and what is forwarded until then would be gone. */
	unsigned indexes[2] = {if_nametoindex(peer_name), if_nametoindex(name)};
	lg_host_leave(host);
	for (int i = 0; i < 2; i++) {
		/* Else the devices would speak IPv6 by themselves. */
		snprintf(sysctl, sizeof(sysctl),
			 "net.ipv6.conf.%s.disable_ipv6", i ? name : peer_name);
		lg_sysctl_write(host, sysctl, "1");
		struct rtnl_link *up = rtnl_link_alloc();
		if (!up)
			return lg_error(ENOMEM, "veth");
		rtnl_link_set_ifindex(up, (int)indexes[i]);
		rtnl_link_set_flags(up, IFF_UP);
		result = rtnl_link_change(route, up, up, 0);
		rtnl_link_put(up);
		if (result)
			return lg_error(0, "set veth %s up: %s", name,
					nl_geterror(result));
	}
	*index = indexes[1];
	return 0;
}

static void print_match(FILE *out, const struct lg_match *match)
{
	unsigned mask = match->flags | match->no_flags;
	if (mask)
		fprintf(out, " tcp flags & 0x%02x == 0x%02x", mask,
			match->flags);
	else
		fputs(" meta l4proto tcp", out);
	if (match->sport)
		fprintf(out, " tcp sport %u", match->sport);
	if (match->dport)
		fprintf(out, " tcp dport %u", match->dport);
}

/* nft cannot subtract: a segment has no payload if its length is that of its
 * headers, for one of the lengths that a TCP header can have. */
static void print_no_data(FILE *out, const struct lg_match *match,
			  const char *verdict)
{
	for (unsigned words = 5; words <= 15; words++) {
		fputs("  ", out);
		print_match(out, match);
		fprintf(out, " ip length %u tcp doff %u %s\n", 20 + 4 * words,
			words, verdict);
		fputs("  ", out);
		print_match(out, match);
		fprintf(out, " ip6 length %u tcp doff %u %s\n", 4 * words,
			words, verdict);
	}
}

/* Which of the matching segments: counted by the kernel, unless a predicate
 * has to see them first. */
static void print_count(FILE *out, const struct lg_match *match)
{
	if (match->predicate || (!match->nth && !match->times))
		return;
	unsigned first = match->nth ? match->nth - 1 : 0;
	unsigned times = match->times ? match->times : 1;
	fprintf(out, " numgen inc mod %u %u-%u", EVER, first,
		first + times - 1);
}

static char *ruleset(const struct lg_rule *rule,
		     const struct lg_link_end *const *ends, size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;

	fprintf(out, "table netdev lg%u {\n chain hit {\n ", rule->number);
	print_count(out, &rule->match);
	fprintf(out, " counter fwd to \"lg%u\"\n }\n chain match {\n",
		rule->number);
	if (rule->match.no_data)
		print_no_data(out, &rule->match, "goto hit");
	if (rule->match.data)
		print_no_data(out, &rule->match, "return");
	if (!rule->match.no_data) {
		fputs("  ", out);
		print_match(out, &rule->match);
		fputs(" goto hit\n", out);
	}
	fputs(" }\n", out);
	for (size_t i = 0; i < n; i++)
		fprintf(out,
			" chain in%zu {\n  type filter hook ingress device "
			"\"%s\" priority %d;\n  @ll,64,8 >= %u accept\n  jump "
			"match\n }\n",
			i, ends[i]->is->name, (int)rule->number - 400,
			rule->number);
	fputs("}\n", out);
	fclose(out);
	return text;
}

static int install(struct lg_rule *rule, const struct lg_link_end *const *ends,
		   size_t n)
{
	unsigned index = 0;
	int result = add_devices(rule, &index);
	if (result)
		return result;
	lg_host_enter(rule->host);
	result = lg_capture_open(index, &rule->taken);
	lg_host_leave(rule->host);
	if (result)
		return result;

	char *commands = ruleset(rule, ends, n);
	if (!commands)
		return lg_error(ENOMEM, "rule");
	result = lg_nft_run(rule->host, commands);
	free(commands);
	return result;
}

int lg_rule_make(const struct lg_link_end *const *ends, size_t n,
		 const struct lg_rule *fill, struct lg_rule **out)
{
	struct lg_host *host = ends[0]->host;
	if (host->rules == LG_RULES_MAX)
		return lg_error(ENOSPC, "%s has %d rules", host->name,
				LG_RULES_MAX);
	struct lg_rule *rule = malloc(sizeof(*rule));
	if (!rule)
		return lg_error(ENOMEM, "rule");

	*rule = *fill;
	rule->host = host;
	rule->only = n == 1 ? ends[0] : NULL;
	rule->number = ++host->rules;
	rule->release_after_ms = -1;
	rule->next = host->net->all_rules;
	host->net->all_rules = rule;

	int result = install(rule, ends, n);
	if (result) {
		rule->undone = true;
		return lg_error_in(result, "%s on %s", lg_rule_name(rule),
				   host->name);
	}
	*out = rule;
	return 0;
}

int lg_rule_undo(struct lg_rule *rule)
{
	char commands[64];
	if (rule->undone)
		return 0;
	snprintf(commands, sizeof(commands), "delete table netdev lg%u\n",
		 rule->number);
	int result = lg_nft_run(rule->host, commands);
	if (result)
		return result;
	/* What the kernel took before is still ours to judge. */
	lg_rule_settle(rule->host->net);
	result = lg_rule_act(rule->host->net);
	rule->undone = true;
	for (size_t i = 0; i < rule->n_held; i++)
		free(rule->held[i]);
	rule->n_held = 0;
	return result;
}

/* ---- our part ---------------------------------------------------------- */

static int open_inject(struct lg_link_end *end)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)end->near_ifindex,
	};
	const struct lg_host *home = end->host;
	int on = 1;

	if (setns(end->near_netns, CLONE_NEWNET))
		return lg_error(errno, "setns");
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int error = errno;
	lg_host_leave(home);
	if (fd < 0)
		return lg_error(error, "packet socket");
	/* No queueing discipline may delay it again, and no tap at the sender
	 * see it: it arrives, and that is all. */
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		error = errno;
		close(fd);
		return lg_error(error, "packet socket");
	}
	end->inject = fd;
	return 0;
}

int lg_rule_inject(const struct lg_link_end *at, uint8_t *bytes, size_t size,
		   unsigned number)
{
	struct lg_link_end *end = (struct lg_link_end *)at->peer->peer;
	if (end->inject < 0) {
		int result = open_inject(end);
		if (result)
			return result;
	}
	bytes[SOURCE_MAC] |= LG_MAC_RELEASED;
	bytes[NUMBER_BYTE] = (uint8_t)number;
	if (send(end->inject, bytes, size, 0) != (ssize_t)size)
		return lg_error(errno, "release a segment to %s",
				end->host->name);
	return 0;
}

static const struct lg_link_end *end_of(const struct lg_host *host,
					const uint8_t *mac)
{
	const struct lg_link_end *end = NULL;
	do {
		end = lg_host_end(host, end);
	} while (end && memcmp(end->mac, mac, ETH_ALEN));
	return end;
}

static int64_t due_ms(const struct lg_rule *rule,
		      const struct lg_held_frame *frame)
{
	if (rule->action == LG_IMPAIR)
		return frame->due_ms;
	if (rule->release_after_ms < 0)
		return INT64_MAX;
	return frame->since_ms + rule->release_after_ms;
}

/* Behind those that are due as early. */
static int hold(struct lg_rule *rule, struct lg_held_frame *frame)
{
	struct lg_held_frame **held =
		realloc(rule->held,
			(rule->n_held + 1) * sizeof(struct lg_held_frame *));
	if (!held)
		return lg_error(ENOMEM, "hold");
	rule->held = held;
	size_t at = rule->n_held++;
	for (; at && due_ms(rule, held[at - 1]) > due_ms(rule, frame); at--)
		held[at] = held[at - 1];
	held[at] = frame;
	return 0;
}

static struct lg_held_frame *copy_frame(const struct lg_held_frame *frame)
{
	size_t size = sizeof(*frame) + frame->size;
	struct lg_held_frame *copy = malloc(size);
	return copy ? memcpy(copy, frame, size) : NULL;
}

static int impair(struct lg_rule *rule, const struct lg_held_frame *frame,
		  const struct lg_arrivals *arrivals)
{
	int result = 0;
	for (unsigned i = 0; i < arrivals->n && !result; i++) {
		struct lg_held_frame *copy = copy_frame(frame);
		if (!copy)
			return lg_error(ENOMEM, "impair");
		copy->due_ms = frame->since_ms + arrivals->after_ms[i];
		result = hold(rule, copy);
	}
	return result;
}

/* Whether the rule wants this one of those that its predicate may see. */
static bool wanted(struct lg_rule *rule, const struct lg_segment *segment)
{
	const struct lg_match *match = &rule->match;
	if (!match->predicate)
		return true;
	if (!match->predicate(segment, match->argument))
		return false;
	rule->seen++;
	if (match->nth && rule->seen < match->nth)
		return false;
	unsigned first = match->nth ? match->nth : 1;
	unsigned times = match->times ? match->times : match->nth ? 1 : EVER;
	return rule->seen - first < times;
}

static int let_go(const struct lg_rule *rule, struct lg_held_frame *frame)
{
	return lg_rule_inject(frame->end, frame->bytes, frame->size,
			      rule->number);
}

static enum lg_fate fate_of(const struct lg_arrivals *arrivals)
{
	if (!arrivals->n)
		return LG_DROPPED;
	for (unsigned i = 0; i < arrivals->n; i++) {
		if (!arrivals->after_ms[i])
			return LG_REWRITTEN;
	}
	return LG_HELD;
}

static void mark_taken(const struct lg_rule *rule,
		       const struct lg_held_frame *frame, enum lg_fate fate)
{
	struct lg_captured captured = {.time_ns = frame->segment.time_ns,
				       .bytes = frame->bytes,
				       .size = frame->size};
	struct lg_frame *arrival =
		lg_trace_arrival(rule->host->net, frame->end, &captured);
	if (!arrival)
		return;
	arrival->taken_by = rule;
	arrival->fate = fate;
}

/* Takes over `frame`. */
static int act_on(struct lg_rule *rule, struct lg_held_frame *frame)
{
	static const enum lg_fate fates[] = {LG_DROPPED, LG_HELD, LG_REWRITTEN,
					     LG_REWRITTEN, LG_REWRITTEN};
	static_assert(sizeof(fates) / sizeof(fates[0]) == LG_ACTIONS,
		      "a fate for each action");
	struct lg_arrivals arrivals = {.n = 1};
	enum lg_fate fate = fates[rule->action];
	int result = 0;

	if (!wanted(rule, &frame->segment)) {
		mark_taken(rule, frame, LG_REWRITTEN);
		result = let_go(rule, frame);
		free(frame);
		return result;
	}

	rule->hits++;
	if (rule->action == LG_IMPAIR) {
		rule->decide(&frame->segment, &arrivals, rule->argument);
		fate = fate_of(&arrivals);
	}
	mark_taken(rule, frame, fate);
	switch (rule->action) {
	case LG_DROP:
		break;
	case LG_HOLD:
		return hold(rule, frame);
	case LG_DUPLICATE:
		for (unsigned i = 0; !result && i <= rule->copies; i++)
			result = let_go(rule, frame);
		break;
	case LG_IMPAIR:
		result = impair(rule, frame, &arrivals);
		break;
	case LG_REWRITE:
		result =
			lg_segment_edit(frame->bytes, frame->size, &rule->edit);
		if (!result)
			result = let_go(rule, frame);
		break;
	case LG_ACTIONS:
		break;
	}
	free(frame);
	return result;
}

static int64_t age_ms(int64_t time_ns)
{
	return (lg_now_ns() - time_ns) / 1000000;
}

/* What a rule forwarded to its device; NULL at the end or, with *error, if
 * memory is short. */
static struct lg_held_frame *next_taken(struct lg_rule *rule, int *error)
{
	struct lg_captured captured;
	while (lg_capture_take(rule->taken, &captured)) {
		const struct lg_link_end *end =
			captured.outgoing ? end_of(rule->host, captured.bytes)
					  : NULL;
		if (!end)
			continue;
		struct lg_held_frame *frame =
			malloc(sizeof(*frame) + captured.size);
		if (!frame) {
			*error = lg_error(ENOMEM, "rule");
			return NULL;
		}
		frame->end = end;
		frame->since_ms = lg_now_ms() - age_ms(captured.time_ns);
		frame->size = captured.size;
		memcpy(frame->bytes, captured.bytes, captured.size);
		frame->segment.time_ns = captured.time_ns;
		if (!lg_segment_parse(frame->bytes, frame->size,
				      &frame->segment))
			return frame;
		free(frame);
	}
	return NULL;
}

static int release_first(struct lg_rule *rule)
{
	struct lg_held_frame *frame = rule->held[0];
	rule->n_held--;
	memmove(rule->held, rule->held + 1,
		rule->n_held * sizeof(rule->held[0]));
	int result = let_go(rule, frame);
	free(frame);
	return result;
}

static bool is_due(const struct lg_rule *rule)
{
	return rule->n_held && due_ms(rule, rule->held[0]) <= lg_now_ms();
}

static int act(struct lg_rule *rule)
{
	int result = 0;
	for (struct lg_held_frame *frame;
	     !result && (frame = next_taken(rule, &result));) {
		/* It may have come since the trace was last looked at. */
		result = lg_trace_take(rule->host->net);
		if (result)
			free(frame);
		else
			result = act_on(rule, frame);
	}
	while (!result && is_due(rule)) {
		result = release_first(rule);
		if (!result)
			result = lg_trace_take(rule->host->net);
	}
	return result;
}

int lg_rule_act(struct lg_net *net)
{
	for (struct lg_rule *rule = net->all_rules; rule; rule = rule->next) {
		int result = rule->undone ? 0 : act(rule);
		if (result)
			return lg_error_in(result, "%s on %s",
					   lg_rule_name(rule),
					   rule->host->name);
	}
	return 0;
}

static bool is_about(const struct lg_match *match,
		     const struct lg_segment *segment)
{
	return (segment->flags & match->flags) == match->flags &&
	       !(segment->flags & match->no_flags) &&
	       (!match->data || segment->size) &&
	       (!match->no_data || !segment->size) &&
	       (!match->sport || match->sport == segment->sport) &&
	       (!match->dport || match->dport == segment->dport);
}

/* Whether the kernel has counted all that it should take. */
static bool is_exhausted(const struct lg_rule *rule)
{
	const struct lg_match *match = &rule->match;
	if (match->predicate || (!match->nth && !match->times))
		return false;
	return rule->hits >= (match->times ? match->times : 1);
}

bool lg_rule_may_take(const struct lg_net *net, size_t n)
{
	const struct lg_frame *arrival = lg_trace_frame(net, n);
	const struct lg_link_end *end = arrival->end;
	unsigned passed = arrival->let_go_by ? arrival->let_go_by->number : 0;

	if (n < net->settled)
		return false;
	for (const struct lg_rule *rule = net->all_rules; rule;
	     rule = rule->next) {
		if (rule->host == end->host && !rule->undone &&
		    (!rule->only || rule->only == end) &&
		    rule->number > passed && !is_exhausted(rule) &&
		    is_about(&rule->match, &arrival->segment))
			return true;
	}
	return false;
}

/*
 * The kernel captures a frame that arrives, lets the rules have it, and
 * captures it at the rule's device, all in one section that a grace period
 * waits for (__netif_receive_skb()); and membarrier() waits for one.  Where
 * there is none, the kernel is most likely a guest's with one core and without
 * preemption, in which nothing is half done while we run.
 */
void lg_rule_settle(struct lg_net *net)
{
	size_t n = lg_trace_size(net);
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) && n) {
		int64_t age = age_ms(lg_trace_frame(net, n - 1)->time_ns);
		if (age < SETTLED_MS)
			lg_pass(net, (unsigned)(SETTLED_MS - age));
	}
	net->settled = n;
}

int64_t lg_rule_due_ms(const struct lg_net *net)
{
	int64_t due = INT64_MAX;
	for (const struct lg_rule *rule = net->all_rules; rule;
	     rule = rule->next) {
		if (rule->undone || !rule->n_held)
			continue;
		int64_t at = due_ms(rule, rule->held[0]);
		if (at < due)
			due = at;
	}
	return due;
}
