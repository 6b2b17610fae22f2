// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "report.h"

#include "bundle.h"
#include "counter.h"
#include "describe.h"
#include "diag.h"
#include "drawing.h"
#include "event.h"
#include "notes.h"
#include "rule.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Arrows in a report; the bundle has all. */
#define ARROWS 40

/* The heart of a ladder: arrows up to the one that failed the case, and behind
 * it; so narrow that it fits into any terminal, if there are only two hosts. */
#define HEART_BEFORE 4
#define HEART_BEHIND 1
#define HEART_WIDTH 52
#define HEART_HOST 9

static const struct lg_frame *unexpected;
static char *expected;
static const char *bundle_folder;
static bool always;

void lg_report_unexpected(const struct lg_frame *frame, const char *notation)
{
	unexpected = frame;
	expected = strdup(notation);
}

void lg_report_to(const char *folder, bool keep_always)
{
	bundle_folder = folder;
	always = keep_always;
}

static void say(json_t *lines, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void say(json_t *lines, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	lg_utf8_clean(line);
	json_array_append_new(lines, json_string(line));
}

static void say_text(json_t *lines, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		json_array_append_new(lines, json_stringn(text, length));
		text += length + (text[length] == '\n');
	}
}

static void say_ladder(json_t *lines, const struct lg_net *net)
{
	struct lg_drawing drawing;
	struct lg_ladder_style style = {.most = ARROWS};

	if (!net->trace ||
	    lg_drawing_make(net, NULL, unexpected, expected, &drawing))
		return;
	char *text = lg_ladder_text(&drawing.ladder, style);
	if (text) {
		say(lines, " ");
		say_text(lines, text);
	}
	free(text);
	lg_drawing_free(&drawing);
}

/* How many arrows there are to the end of the ladder's heart. */
static size_t find_heart_end(const struct lg_ladder *ladder)
{
	for (size_t i = 0; i < ladder->n_arrows; i++) {
		size_t end = i + 1 + HEART_BEHIND;
		if (ladder->arrows[i].unexpected)
			return end < ladder->n_arrows ? end : ladder->n_arrows;
	}
	return ladder->n_arrows;
}

/* The few lines of the ladder round what failed the case: round the segment
 * that should not have come, or else the last ones. */
static json_t *make_heart(const struct lg_net *net)
{
	json_t *lines = json_array();
	struct lg_ladder_style style = {
		.width = HEART_WIDTH, .most = HEART_BEFORE + 1 + HEART_BEHIND};
	struct lg_drawing drawing;

	if (!net || !net->trace ||
	    lg_drawing_make(net, NULL, unexpected, expected, &drawing))
		return lines;

	struct lg_ladder heart = drawing.ladder;
	style.width = HEART_WIDTH + HEART_HOST * (unsigned)heart.n_hosts;
	heart.n_arrows = find_heart_end(&drawing.ladder);
	if (heart.n_arrows < drawing.ladder.n_arrows) {
		int64_t until_ns = heart.arrows[heart.n_arrows].left_ns;
		while (heart.n_notes &&
		       heart.notes[heart.n_notes - 1].time_ns >= until_ns)
			heart.n_notes--;
	}
	char *text = heart.n_arrows ? lg_ladder_text(&heart, style) : NULL;
	if (text)
		say_text(lines, text);
	free(text);
	lg_drawing_free(&drawing);
	return lines;
}

struct listing {
	json_t *lines;
	const char *host;
};

static void say_socket(const struct lg_diag_socket *socket, void *argument)
{
	const struct listing *listing = argument;
	char ends[LG_DIAG_PRINT_MAX], left[32] = "";

	lg_diag_print(ends, sizeof(ends), &socket->ends);
	if (socket->status.time_wait)
		snprintf(left, sizeof(left), ", %u ms left",
			 socket->status.left_ms);
	say(listing->lines, "%s: %s %s%s", listing->host, ends,
	    lg_state_name(socket->status.state), left);
}

/* Thousands of sockets tell less than how many there are. */
#define SOCKETS_MAX 20

static void say_sockets(json_t *lines, struct lg_host *host)
{
	struct nl_sock *nl = lg_host_diag(host);
	struct listing listing = {.lines = json_array(), .host = host->name};

	if (nl && !lg_diag_each(nl, say_socket, &listing)) {
		if (json_array_size(listing.lines) > SOCKETS_MAX)
			say(lines, "%s: %zu TCP sockets", host->name,
			    json_array_size(listing.lines));
		else
			json_array_extend(lines, listing.lines);
	}
	json_decref(listing.lines);
}

static void say_counters(json_t *lines, struct lg_host *host)
{
	struct lg_counters *now = lg_counters_read_tcp(host);
	struct lg_counter_move move;
	size_t position = 0;
	char line[1000];
	int used = snprintf(line, sizeof(line), "%s counted:", host->name);
	int begin = used;

	while (now &&
	       lg_counters_next_move(host->counted_from, now, &position,
				     &move) &&
	       (size_t)used < sizeof(line) - 128) {
		if (!strncmp(move.group, "Tcp", 3))
			used += snprintf(line + used,
					 sizeof(line) - (size_t)used,
					 " %s +%llu", move.name,
					 (unsigned long long)move.by);
	}
	if (used > begin)
		say(lines, "%s", line);
	lg_counters_free(now);
}

static void say_rules(json_t *lines, const struct lg_net *net)
{
	for (const struct lg_rule *rule = net->all_rules; rule;
	     rule = rule->next)
		say(lines, "%s: %s: %u hits, %zu held%s", rule->host->name,
		    lg_rule_name(rule), rule->hits, rule->n_held,
		    rule->undone ? " (undone)" : "");
}

static json_t *make_lines(const struct lg_outcome *outcome, struct lg_net *net)
{
	json_t *lines = json_array();
	char source[160];

	if (outcome && outcome->line) {
		lg_case_line(outcome->line, source, sizeof(source));
		say(lines, "%s:%d: %s", outcome->file, outcome->line, source);
	}
	if (!net)
		return lines;
	say_ladder(lines, net);
	say(lines, " ");
	for (size_t i = 0; i < net->topology->n_hosts; i++)
		say_sockets(lines, &net->hosts[i]);
	for (size_t i = 0; i < net->topology->n_hosts; i++)
		say_counters(lines, &net->hosts[i]);
	say_rules(lines, net);
	return lines;
}

static void keep_bundle(struct lg_net *net, const json_t *lines)
{
	struct lg_drawing drawing;

	if (!bundle_folder)
		return;
	if (lg_drawing_make(net, lg_case_name(), unexpected, expected,
			    &drawing))
		return;
	if (lg_bundle_write(bundle_folder, net, lines, &drawing.ladder))
		lg_event("note", json_pack("{s:s}", "text", lg_error_text()));
	else
		lg_event("bundle", json_pack("{s:s}", "path", bundle_folder));
	lg_drawing_free(&drawing);
}

/* Where the sockets have got to, for the ladder's last line. */
static void note_states(void)
{
	int sock;
	for (size_t i = 0; i < SOCKETS_MAX && (sock = lg_socket_nth(i)) >= 0;
	     i++) {
		const struct lg_endpoints *ends = lg_socket_endpoints(sock);
		struct nl_sock *nl = lg_host_diag(ends->host);
		struct lg_diag_socket found;
		if (ends->remote_port && nl && !lg_diag_find(nl, ends, &found))
			lg_note_state(sock, found.status.state);
	}
}

unsigned lg_report_failure(const struct lg_outcome *outcome)
{
	struct lg_net *net = lg_net_current();
	unsigned lost = 0;
	if (net) {
		note_states();
		/* What came until now belongs to the picture. */
		lg_trace_take(net);
		lg_rule_act(net);
		lost = lg_trace_lost(net);
	}
	json_t *lines = make_lines(outcome, net);
	if (net)
		keep_bundle(net, lines);
	lg_event("report", json_pack("{s:o, s:o}", "lines", lines, "heart",
				     make_heart(net)));
	return lost;
}

void lg_report_success(struct lg_net *net)
{
	json_t *ladder = json_array();
	say_ladder(ladder, net);
	if (json_array_size(ladder))
		lg_event("ladder", json_pack("{s:O}", "lines", ladder));
	json_decref(ladder);
	if (!always)
		return;
	json_t *lines = make_lines(NULL, net);
	keep_bundle(net, lines);
	json_decref(lines);
}
