// SPDX-License-Identifier: GPL-2.0-or-later
/* The trace without what differs from run to run. */
#define LG_IMPLEMENTATION
#include "canonical.h"

#include "drawing.h"
#include "error.h"
#include "ladder_steps.h"
#include "rule.h"
#include "socket.h"
#include "trace.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ports that the case did not name, in the order in which they came. */
struct ports {
	bool is_named[UINT16_MAX + 1]; /* by a raw peer or a rule */
	uint16_t *list;
	size_t n;
};

#define SECOND_NS 1000000000LL
/* A gap of less is none: it lies between the first retransmissions, whose
 * timeouts double from 0.2 s. */
#define GAP_NS 600000000LL

static int port_index(struct ports *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->n; i++) {
		if (ports->list[i] == port)
			return (int)i;
	}
	uint16_t *list = realloc(ports->list, (ports->n + 1) * sizeof(*list));
	if (!list)
		return -1;
	ports->list = list;
	ports->list[ports->n] = port;
	return (int)ports->n++;
}

static void print_port(FILE *out, struct ports *ports, uint16_t port)
{
	if (ports->is_named[port] || lg_port_is_named(port))
		fprintf(out, ":%u", port);
	else
		fprintf(out, ":p%d", port_index(ports, port));
}

/* The values of timestamps are clocks; that a SYN echoes one is not. */
static void print_options(FILE *out, const struct lg_segment *segment)
{
	const char *before = " <";

	if (segment->has_mss) {
		fprintf(out, "%smss %u", before, segment->mss);
		before = ",";
	}
	if (segment->sack_ok) {
		fprintf(out, "%ssackOK", before);
		before = ",";
	}
	if (segment->has_ts) {
		fprintf(out, "%sTS%s", before, segment->tsecr ? " ecr" : "");
		before = ",";
	}
	if (segment->has_wscale) {
		fprintf(out, "%swscale %u", before, segment->wscale);
		before = ",";
	}
	if (segment->sacks) {
		fprintf(out, "%ssack %u", before, segment->sacks);
		before = ",";
	}
	if (*before == ',')
		fputc('>', out);
}

static void print_numbers(FILE *out, const struct lg_segment *segment,
			  struct lg_bases bases)
{
	uint32_t seq = segment->seq - bases.seq;
	fprintf(out, " %u:%u(%u)", seq, seq + segment->size, segment->size);
	if (segment->flags & LG_ACK)
		fprintf(out, " ack %u", segment->ack - bases.ack);
}

static void print_fate(FILE *out, const struct lg_ladder_arrow *arrow)
{
	static const char *const fates[] = {"", "lost", "dropped", "held",
					    "rewritten"};
	static_assert(sizeof(fates) / sizeof(fates[0]) == LG_FATES,
		      "a word for each fate");
	if (arrow->injected)
		fprintf(out, " released");
	if (arrow->fate != LG_ARRIVED)
		fprintf(out, " %s", fates[arrow->fate]);
	if (arrow->by)
		fprintf(out, " by %s", arrow->by);
}

static char *print_arrow(const struct lg_ladder *ladder, size_t n,
			 struct ports *ports)
{
	const struct lg_ladder_arrow *arrow = &ladder->arrows[n];
	const struct lg_segment *segment = &arrow->segment;
	char *line = NULL, flags[LG_FLAGS_ROOM];
	size_t size;
	FILE *out = open_memstream(&line, &size);
	if (!out)
		return NULL;

	int64_t gap = n ? arrow->left_ns - ladder->arrows[n - 1].left_ns : 0;
	if (gap >= GAP_NS)
		fprintf(out, "+%llds ",
			(long long)((gap + SECOND_NS / 2) / SECOND_NS));
	fputs(ladder->hosts[arrow->from], out);
	print_port(out, ports, segment->sport);
	fprintf(out, " > %s", ladder->hosts[arrow->to]);
	print_port(out, ports, segment->dport);
	lg_flags_print(segment->flags, flags);
	/* Baselines spell no flag as nothing. */
	fprintf(out, " %s", segment->flags ? flags : "");
	print_numbers(out, segment, arrow->bases);
	print_options(out, segment);
	print_fate(out, arrow);
	fclose(out);
	return line;
}

/* A raw peer has no kernel to choose for it, a rule's edit neither. */
static void find_named(const struct lg_net *net, struct ports *ports)
{
	for (size_t i = 0; i < lg_trace_size(net); i++) {
		const struct lg_frame *frame = lg_trace_frame(net, i);
		if (frame->is_tcp && frame->leaves && frame->injected)
			ports->is_named[frame->segment.sport] = true;
	}
	for (const struct lg_rule *rule = net->all_rules; rule;
	     rule = rule->next) {
		ports->is_named[rule->edit.sport] = true;
		ports->is_named[rule->edit.dport] = true;
	}
}

#define MS_NS 1000000LL

static int add_ms(json_t *times, int64_t ns)
{
	return json_array_append_new(times, json_integer(ns / MS_NS));
}

static int add_lines(json_t *lines, const struct lg_net *net,
		     const struct lg_ladder *ladder)
{
	struct ports ports = {0};
	int error = 0;

	find_named(net, &ports);
	for (size_t i = 0; i < ladder->n_arrows && !error; i++) {
		char *line = print_arrow(ladder, i, &ports);
		error |= json_array_append_new(lines, json_string(line));
		free(line);
	}
	free(ports.list);
	return error;
}

static int add_times(json_t *times, json_t *took,
		     const struct lg_ladder *ladder)
{
	int error = 0;

	for (size_t i = 0; i < ladder->n_arrows; i++) {
		const struct lg_ladder_arrow *arrow = &ladder->arrows[i];
		error |=
			add_ms(times, arrow->left_ns - ladder->arrows->left_ns);
		error |= add_ms(took, lg_arrow_end(arrow) - arrow->left_ns);
	}
	return error;
}

static int add_states(json_t *states, const struct lg_ladder *ladder)
{
	int64_t start_ns = ladder->n_arrows  ? ladder->arrows->left_ns
			   : ladder->n_notes ? ladder->notes->time_ns
					     : 0;
	size_t before = 0;
	int error = 0;

	for (size_t i = 0; i < ladder->n_notes; i++) {
		const struct lg_ladder_note *note = &ladder->notes[i];
		while (before < ladder->n_arrows &&
		       ladder->arrows[before].left_ns <= note->time_ns)
			before++;
		if (note->kind == LG_NOTE_STATE)
			error |= json_array_append_new(
				states,
				json_pack("[i, s, i, s, I]", (int)before,
					  ladder->hosts[note->host],
					  (int)note->connection, note->text,
					  (json_int_t)((note->time_ns -
							start_ns) /
						       MS_NS)));
	}
	return error;
}

json_t *lg_trace_canonical(const struct lg_net *net)
{
	struct lg_drawing drawing;
	json_t *hosts = json_array(), *lines = json_array(),
	       *times = json_array(), *took = json_array(),
	       *states = json_array();
	int error = 0;

	if (lg_drawing_make(net, NULL, NULL, NULL, &drawing))
		return NULL;
	for (size_t i = 0; i < drawing.ladder.n_hosts; i++)
		error |= json_array_append_new(hosts,
					       json_string(drawing.hosts[i]));
	error |= add_lines(lines, net, &drawing.ladder);
	error |= add_times(times, took, &drawing.ladder);
	error |= add_states(states, &drawing.ladder);
	lg_drawing_free(&drawing);
	json_t *trace = json_pack("{s:o, s:o, s:o, s:o, s:o}", "hosts", hosts,
				  "lines", lines, "times_ms", times, "took_ms",
				  took, "states", states);
	if (error) {
		json_decref(trace);
		return NULL;
	}
	return trace;
}
