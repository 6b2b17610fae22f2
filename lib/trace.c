// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "trace.h"

#include "capture.h"
#include "error.h"
#include "rule.h"
#include "segment.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
#define FIRST_MOST 4 /* of a pair's connections are remembered */

/* A router passes a segment on sooner than this. */
#define FORWARDED_NS INT64_C(1000000000)

/* Initial sequence numbers of one direction: of the connection that is, and
 * behind it those that had the same addresses and ports before, here or on the
 * other side of NAT. */
struct numbers {
	uint32_t first[FIRST_MOST];
	unsigned n;
};

/* What has the same two addresses and ports; `side` 0 is the lesser one. */
struct pair {
	uint8_t address[2][16];
	uint16_t port[2];
	struct numbers sent[2];
	struct pair *next;
};

struct lg_trace {
	struct lg_frame **frames;
	size_t n, room;
	/* A link end's frames that have left its peer and have not arrived;
	 * indexed as net->links is. */
	int *under_way;
	struct pair *pairs[BUCKETS];
};

size_t lg_trace_size(const struct lg_net *net)
{
	return net->trace ? net->trace->n : 0;
}

struct lg_frame *lg_trace_frame(const struct lg_net *net, size_t n)
{
	return net->trace->frames[n];
}

static size_t end_index(const struct lg_net *net, const struct lg_link_end *end)
{
	return (size_t)(end - &net->links[0][0]);
}

static bool forwards(const struct lg_host *host)
{
	return host->net->topology->hosts[host->index].forward;
}

static int start(struct lg_net *net)
{
	if (net->trace)
		return 0;
	struct lg_trace *trace = calloc(1, sizeof(*trace));
	if (!trace)
		return lg_error(ENOMEM, "trace");
	trace->under_way = calloc(2 * net->topology->n_links + 1, sizeof(int));
	if (!trace->under_way) {
		free(trace);
		return lg_error(ENOMEM, "trace");
	}
	net->trace = trace;
	return 0;
}

int lg_trace_host(struct lg_host *host)
{
	struct lg_net *net = host->net;
	int result = start(net);

	lg_host_enter(host);
	struct lg_link_end *end = NULL;
	while (!result && (end = lg_host_end(host, end))) {
		if (end->capture)
			continue;
		result = lg_capture_open(end->ifindex, &end->capture);
		if (result)
			lg_error_in(result, "%s: %s", host->name,
				    end->is->name);
	}
	lg_host_leave(host);
	return result;
}

void lg_trace_free(struct lg_net *net)
{
	struct lg_trace *trace = net->trace;
	if (!trace)
		return;
	for (size_t i = 0; i < 2 * net->topology->n_links; i++) {
		struct lg_link_end *end = &net->links[0][0] + i;
		lg_capture_close(end->capture);
		end->capture = NULL;
	}
	for (size_t i = 0; i < trace->n; i++)
		free(trace->frames[i]);
	for (size_t i = 0; i < BUCKETS; i++) {
		while (trace->pairs[i]) {
			struct pair *pair = trace->pairs[i];
			trace->pairs[i] = pair->next;
			free(pair);
		}
	}
	free(trace->frames);
	free(trace->under_way);
	free(trace);
	net->trace = NULL;
}

/* Which of the pair's sides the segment's sender is. */
static int sender_side(const struct lg_segment *segment)
{
	int order =
		memcmp(segment->saddr, segment->daddr, sizeof(segment->saddr));
	if (order)
		return order > 0;
	return segment->sport > segment->dport;
}

static struct pair *find_pair(struct lg_trace *trace,
			      const struct lg_segment *segment)
{
	int side = sender_side(segment);
	struct pair key = {0};
	memcpy(key.address[side], segment->saddr, sizeof(segment->saddr));
	memcpy(key.address[!side], segment->daddr, sizeof(segment->daddr));
	key.port[side] = segment->sport;
	key.port[!side] = segment->dport;

	unsigned hash = key.port[0] * 31u + key.port[1];
	struct pair **bucket = &trace->pairs[hash % BUCKETS];
	for (struct pair *pair = *bucket; pair; pair = pair->next) {
		if (!memcmp(pair->address, key.address, sizeof(key.address)) &&
		    !memcmp(pair->port, key.port, sizeof(key.port)))
			return pair;
	}
	struct pair *pair = malloc(sizeof(*pair));
	if (!pair)
		return NULL;
	*pair = key;
	pair->next = *bucket;
	*bucket = pair;
	return pair;
}

static bool is_known(const struct numbers *numbers, uint32_t first)
{
	for (unsigned i = 0; i < numbers->n; i++) {
		if (numbers->first[i] == first)
			return true;
	}
	return false;
}

/* Puts it at `place`, before those that are there. */
static void insert_first(struct numbers *numbers, unsigned place,
			 uint32_t first)
{
	if (numbers->n < FIRST_MOST)
		numbers->n++;
	for (unsigned i = numbers->n - 1; i > place; i--)
		numbers->first[i] = numbers->first[i - 1];
	numbers->first[place] = first;
}

static void note_first(struct numbers *numbers, uint32_t first)
{
	if (!numbers->n || numbers->first[0] != first)
		insert_first(numbers, 0, first);
}

/* What a router has passed on counts from the same number as before. */
static void note_passed_on(struct numbers *numbers, uint32_t first)
{
	if (!is_known(numbers, first))
		insert_first(numbers, numbers->n ? 1 : 0, first);
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	uint32_t forth = a - b, back = b - a;
	return forth < back ? forth : back;
}

/* A late segment's numbers belong to a former connection. */
static uint32_t base_of(const struct numbers *numbers, uint32_t number)
{
	if (!numbers->n)
		return number;
	uint32_t nearest = numbers->first[0];
	for (unsigned i = 1; i < numbers->n; i++) {
		if (distance(number, numbers->first[i]) <
		    distance(number, nearest))
			nearest = numbers->first[i];
	}
	return nearest;
}

/* The RST that a closed port sends has no sequence number of its own. */
static bool has_no_seq(const struct lg_segment *segment)
{
	return (segment->flags & LG_RST) && (segment->flags & LG_ACK) &&
	       !segment->seq;
}

/*
 * What leaves a router, as it came to it: with the same numbers, but before NAT
 * gave it other addresses or ports.  NULL if it is the router's own.
 */
static struct lg_frame *find_received(const struct lg_net *net,
				      const struct lg_link_end *end,
				      const struct lg_segment *left)
{
	if (!forwards(end->host))
		return NULL;
	for (size_t i = net->trace->n; i-- > 0;) {
		struct lg_frame *frame = net->trace->frames[i];
		const struct lg_segment *came = &frame->segment;
		if (left->time_ns - frame->time_ns > FORWARDED_NS)
			break;
		if (frame->is_tcp && !frame->leaves && !frame->passed_on &&
		    frame->end != end && frame->end->host == end->host &&
		    came->seq == left->seq && came->ack == left->ack &&
		    came->flags == left->flags && came->size == left->size)
			return frame;
	}
	return NULL;
}

static int find_bases(struct lg_net *net, struct lg_frame *frame)
{
	const struct lg_segment *segment = &frame->segment;
	struct pair *pair = find_pair(net->trace, segment);
	if (!pair)
		return -ENOMEM;

	int side = sender_side(segment);
	struct numbers *sent = &pair->sent[side];
	struct numbers *received = &pair->sent[!side];
	struct lg_frame *before =
		frame->leaves ? find_received(net, frame->end, segment) : NULL;
	if (before)
		before->passed_on = true;
	/* A SYN that a rule let go may be an old one, or have other numbers
	 * than its sender knows of. */
	bool opens = (segment->flags & LG_SYN) && !frame->let_go_by;
	if (opens || (!sent->n && !before && !has_no_seq(segment)))
		note_first(sent, segment->seq);
	else if (before && !has_no_seq(segment))
		note_passed_on(sent, before->bases.seq);
	if ((segment->flags & LG_ACK) && before)
		note_passed_on(received, before->bases.ack);
	else if ((segment->flags & LG_ACK) && !received->n)
		note_first(received, segment->ack);

	frame->bases.seq =
		has_no_seq(segment) ? 0 : base_of(sent, segment->seq);
	frame->bases.ack = base_of(received, segment->ack);
	return 0;
}

/* A link end's third byte is 0, a rule puts its number there. */
static unsigned released_by(const struct lg_captured *captured)
{
	return captured->size >= 12 ? captured->bytes[8] : 0;
}

static int append(struct lg_net *net, struct lg_link_end *end,
		  const struct lg_captured *captured)
{
	struct lg_trace *trace = net->trace;
	if (trace->n == trace->room) {
		size_t room = trace->room ? 2 * trace->room : 256;
		struct lg_frame **frames =
			realloc(trace->frames, room * sizeof(*frames));
		if (!frames)
			return -ENOMEM;
		trace->frames = frames;
		trace->room = room;
	}

	struct lg_frame *frame = malloc(sizeof(*frame) + captured->size);
	if (!frame)
		return -ENOMEM;
	*frame = (struct lg_frame){
		.time_ns = captured->time_ns,
		.end = end,
		.leaves = captured->outgoing,
		.size = captured->size,
		.bytes = (uint8_t *)(frame + 1),
	};
	memcpy(frame->bytes, captured->bytes, captured->size);

	unsigned number = frame->leaves ? 0 : released_by(captured);
	frame->injected = number || (frame->leaves && end->host->raw);
	if (number)
		frame->let_go_by = lg_rule_numbered(end->host, number);

	frame->segment.time_ns = frame->time_ns;
	if (!lg_segment_parse(frame->bytes, frame->size, &frame->segment)) {
		frame->is_tcp = true;
		if (find_bases(net, frame)) {
			free(frame);
			return -ENOMEM;
		}
	}
	trace->frames[trace->n++] = frame;
	return 0;
}

/*
 * Frames of different rings are ordered by their timestamps.  In virtual time
 * many have the same: then what is on its way to an end, or let go there,
 * arrives before anything else leaves, and leaves a router after it has come
 * there, and the order is the same in every run.
 */
enum place { ARRIVES, LEAVES, LEAVES_ROUTER, ARRIVES_UNSEEN };

static enum place find_place(const struct lg_net *net, size_t index,
			     const struct lg_captured *captured)
{
	const struct lg_link_end *end = &net->links[0][0] + index;
	struct lg_segment segment = {.time_ns = captured->time_ns};

	if (!captured->outgoing)
		return net->trace->under_way[index] > 0 || released_by(captured)
			       ? ARRIVES
			       : ARRIVES_UNSEEN;
	if (!forwards(end->host))
		return LEAVES;
	if (lg_segment_parse(captured->bytes, captured->size, &segment) ||
	    !find_received(net, end, &segment))
		return LEAVES_ROUTER;
	return LEAVES;
}

static bool comes_before(const struct lg_net *net, size_t a_index,
			 const struct lg_captured *a, size_t b_index,
			 const struct lg_captured *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	enum place a_place = find_place(net, a_index, a);
	enum place b_place = find_place(net, b_index, b);
	return a_place != b_place ? a_place < b_place : a_index < b_index;
}

static struct lg_link_end *scan(struct lg_net *net)
{
	struct lg_link_end *first = NULL;
	struct lg_captured at_first = {0};

	for (size_t i = 0; i < 2 * net->topology->n_links; i++) {
		struct lg_link_end *end = &net->links[0][0] + i;
		struct lg_captured captured;
		if (!end->capture || !lg_capture_peek(end->capture, &captured))
			continue;
		if (!first || comes_before(net, i, &captured,
					   end_index(net, first), &at_first)) {
			first = end;
			at_first = captured;
		}
	}
	return first;
}

/* While the rings are looked at in turn, a frame may come into one that has
 * been looked at, and what follows from it into the next: so what is found
 * counts only if it is found again. */
static struct lg_link_end *earliest(struct lg_net *net)
{
	struct lg_link_end *found = scan(net), *before = NULL;

	while (found != before) {
		before = found;
		found = scan(net);
	}
	return found;
}

int lg_trace_take(struct lg_net *net)
{
	if (!net->trace)
		return 0;
	for (struct lg_link_end *end; (end = earliest(net));) {
		struct lg_captured captured;
		lg_capture_take(end->capture, &captured);
		int result = append(net, end, &captured);
		if (result)
			return lg_error(ENOMEM, "trace");
		if (captured.outgoing)
			net->trace->under_way[end_index(net, end->peer)]++;
		else if (!released_by(&captured))
			net->trace->under_way[end_index(net, end)]--;
	}
	return 0;
}

/*
 * It was seen at the end before the rule had it.  Of the same bytes that were
 * sent again it is the latest one before that, and the first of several at the
 * same time.
 */
struct lg_frame *lg_trace_arrival(struct lg_net *net,
				  const struct lg_link_end *end,
				  const struct lg_captured *captured)
{
	struct lg_frame *found = NULL;

	if (!end->capture)
		return NULL;
	for (size_t i = lg_trace_size(net); i-- > 0;) {
		struct lg_frame *frame = net->trace->frames[i];
		if (found && frame->time_ns < found->time_ns)
			break;
		if (frame->end == end && !frame->leaves && !frame->taken_by &&
		    frame->time_ns <= captured->time_ns &&
		    frame->size == captured->size &&
		    !memcmp(frame->bytes, captured->bytes, frame->size))
			found = frame;
	}
	return found;
}

unsigned lg_trace_lost(struct lg_net *net)
{
	unsigned lost = 0;
	for (size_t i = 0; i < 2 * net->topology->n_links; i++) {
		struct lg_link_end *end = &net->links[0][0] + i;
		if (end->capture)
			lost += lg_capture_lost(end->capture);
	}
	/* What a rule's ring has no room for is gone: nobody else has it. */
	for (struct lg_rule *rule = net->all_rules; rule; rule = rule->next) {
		if (rule->taken)
			lost += lg_capture_lost(rule->taken);
	}
	return lost;
}

static bool same_segment(const struct lg_segment *a, const struct lg_segment *b)
{
	return a->family == b->family && a->sport == b->sport &&
	       a->dport == b->dport && a->seq == b->seq &&
	       a->flags == b->flags && a->size == b->size && a->ack == b->ack &&
	       !memcmp(a->saddr, b->saddr, sizeof(a->saddr)) &&
	       !memcmp(a->daddr, b->daddr, sizeof(a->daddr));
}

bool lg_trace_is_retransmission(const struct lg_net *net, size_t n)
{
	const struct lg_frame *late = net->trace->frames[n];
	/* An acknowledgement that is sent again is news. */
	if (!late->segment.size && !(late->segment.flags & (LG_SYN | LG_FIN)))
		return false;
	for (size_t i = n; i-- > 0;) {
		const struct lg_frame *frame = net->trace->frames[i];
		if (frame->is_tcp && frame->end == late->end &&
		    frame->leaves == late->leaves && !frame->taken_by &&
		    same_segment(&frame->segment, &late->segment))
			return true;
	}
	return false;
}
