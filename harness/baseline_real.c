// SPDX-License-Identifier: GPL-2.0-or-later
#include "baseline_real.h"

#include "json.h"
#include "text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Found by repeating all cases on a machine that was busy. */
static const char *const hasty_counters[] = {
	/* Segments in all: with them those that were sent again. */
	"InSegs", "OutSegs",
	/* Acknowledgements that left by themselves, or with what followed. */
	"DelayedACKs", "DelayedACKLocked", "DelayedACKLost", "TCPPureAcks",
	"TCPHPAcks",
	/* Sent again because it took long. */
	"RetransSegs", "TCPTimeouts", "TCPSynRetrans", "TcpTimeoutRehash",
	"TcpDuplicateDataRehash", "TCPSpuriousRTOs", "TCPSpuriousRtxHostQueues",
	"TCPLossProbes", "TCPLossProbeRecovery", "TCPLostRetransmit",
	"TCPSlowStartRetrans", "TCPDSACKOldSent", "TCPDSACKRecv",
	"TCPDSACKIgnoredNoUndo", "TCPDSACKRecvSegs", "TCPDSACKUndo",
	"TCPLossUndo", "TCPDelivered"};

static void settle_counters(json_t *counters)
{
	const char *host;
	json_t *moved;
	void *next;

	json_object_foreach_safe(counters, next, host, moved)
	{
		for (size_t i = 0;
		     i < sizeof(hasty_counters) / sizeof(*hasty_counters); i++)
			json_object_del(moved, hasty_counters[i]);
		if (!json_object_size(moved))
			json_object_del(counters, host);
	}
}

/* ---- what was sent again ----------------------------------------------- */

/* Behind "+2s ", how long nothing came. */
static const char *without_gap(const char *line)
{
	if (*line != '+')
		return line;
	const char *blank = strchr(line, ' ');
	return blank ? blank + 1 : line;
}

/* Whether both left the same end: they agree up to the arrow. */
static bool have_one_sender(const char *a, const char *b)
{
	size_t length = strcspn(a, ">");
	return !strncmp(a, b, length);
}

/* What its sender has said just before: sent again. */
static bool is_repeated(const json_t *lines, const char *line)
{
	for (size_t i = json_array_size(lines); i > 0; i--) {
		const char *former =
			json_string_value(json_array_get(lines, i - 1));
		if (have_one_sender(former, line))
			return !strcmp(former, line);
	}
	return false;
}

/* ---- acknowledgements -------------------------------------------------- */

struct said {
	char flags[16];
	unsigned long from, size, ack;
};

/* False if it acknowledges nothing. */
static bool read_said(const char *line, struct said *said)
{
	const char *arrow = strchr(line, '>');
	return arrow &&
	       sscanf(arrow, "> %*s %15s %lu:%*u(%lu) ack %lu", said->flags,
		      &said->from, &said->size, &said->ack) == 4;
}

/* The next line of the sender of line `i`, or the last one of the other end
 * before it; NULL if there is none. */
static const char *neighbour(const json_t *trace, size_t i, bool next)
{
	const char *line =
		without_gap(json_string_value(json_array_get(trace, i)));
	for (;;) {
		i += next ? 1 : -1;
		const json_t *value = json_array_get(trace, i);
		if (!value)
			return NULL;
		const char *other = without_gap(json_string_value(value));
		if (have_one_sender(line, other) == next)
			return other;
	}
}

/* Whether it is a bare acknowledgement that could as well have waited for the
 * sender's next segment: that says the same, and more.  One of a SYN never
 * waits. */
static bool could_wait(const json_t *trace, size_t i)
{
	struct said this, next;
	const char *line =
		without_gap(json_string_value(json_array_get(trace, i)));
	if (!read_said(line, &this) || strcmp(this.flags, ".") != 0 ||
	    this.size)
		return false;

	const char *before = neighbour(trace, i, false);
	const char *after = neighbour(trace, i, true);
	struct said asked;
	return after && read_said(after, &next) && next.from == this.from &&
	       next.ack == this.ack && before && read_said(before, &asked) &&
	       !strchr(asked.flags, 'S');
}

static json_t *settled_trace(const json_t *trace)
{
	json_t *settled = lg_there(json_array());
	size_t i;
	json_t *line;

	json_array_foreach(trace, i, line)
	{
		const char *text = without_gap(json_string_value(line));
		if (!is_repeated(settled, text) && !could_wait(trace, i))
			lg_json_append(settled, json_string(text));
	}
	return settled;
}

void lg_baseline_settle(json_t *variant)
{
	static const char *const times[] = {"duration_ms", "times_ms",
					    "took_ms", "states", "plots"};

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		json_object_del(variant, times[i]);

	json_t *counters = json_object_get(variant, "counters");
	settle_counters(counters);
	if (counters && !json_object_size(counters))
		json_object_del(variant, "counters");

	const json_t *trace = json_object_get(variant, "trace");
	if (trace)
		lg_json_set(variant, "trace", settled_trace(trace));
}
