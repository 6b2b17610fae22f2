// SPDX-License-Identifier: GPL-2.0-or-later
#include "result.h"

#include "json.h"
#include "text.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>

/* Of what a case wrote on its standard error the report shows so much. */
#define REPORTED_STDERR_LINES 40

static json_t *new_event(const char *kind, const struct lg_identity *who)
{
	json_t *event = lg_there(json_pack(
		"{s:s, s:s, s:s, s:s}", "event", kind, "case", who->case_name,
		"variant", who->variant, "kernel_name", who->kernel_name));
	if (who->repeat)
		lg_json_set(event, "repeat",
			    json_integer((json_int_t)who->repeat));
	return event;
}

/* What the case can't know. */
static void say_where(json_t *start, const struct lg_identity *who)
{
	lg_json_set(start, "guest", json_string(who->guest));
	lg_json_set(start, "time",
		    json_string(who->virtual_time ? "virtual" : "real"));
	if (who->seed)
		lg_json_set(start, "seed", json_integer((json_int_t)who->seed));
}

static json_t *start_event(const struct lg_identity *who)
{
	struct utsname system;
	uname(&system);

	json_t *event = new_event("start", who);
	lg_json_set(event, "schema", json_integer(LG_SCHEMA));
	lg_json_set(event, "topology", json_string(who->topology));
	lg_json_set(event, "kernel",
		    json_string(who->kernel ? who->kernel : system.release));
	lg_json_set(event, "lasts_ms", json_integer(who->lasts_ms));
	say_where(event, who);
	return event;
}

/* Clean, and with the results folder called by its final name. */
static char *settled(const char *text, const struct lg_identity *who)
{
	char *clean = lg_text_clean(text, strlen(text));
	if (!who->written_to)
		return clean;
	char *renamed = lg_text_replace(clean, who->written_to, who->found_at);
	free(clean);
	return renamed;
}

static bool is_kind(const json_t *event, const char *kind)
{
	const char *is = json_string_value(json_object_get(event, "event"));
	return is && !strcmp(is, kind);
}

/* ---- reading ----------------------------------------------------------- */

/* While the lines are read. */
struct reading {
	struct lg_result *result;
	const struct lg_identity *who;
	bool started;
	json_t *verdict; /* as the case gave it; NULL: it did not yet */
};

static void note_stray(struct reading *reading, const char *line, size_t size)
{
	char *clean = lg_text_clean(line, size < 200 ? size : 200);
	char *text =
		lg_text("not understood: %s%s", clean, size > 200 ? "..." : "");
	json_t *note = new_event("note", reading->who);
	lg_json_set(note, "text", json_string(text));
	lg_json_append(reading->result->events, note);
	free(text);
	free(clean);
}

/* Whether it says the expected, or nothing. */
static bool agrees(const json_t *event, const char *name, const char *expected)
{
	const json_t *value = json_object_get(event, name);
	return !value || (json_is_string(value) &&
			  !strcmp(json_string_value(value), expected));
}

static bool verdict_of(const char *name, enum lg_verdict *verdict)
{
	for (int i = 0; name && i < LG_VERDICTS; i++) {
		if (strcmp(name, lg_verdict_name((enum lg_verdict)i)))
			continue;
		*verdict = (enum lg_verdict)i;
		return true;
	}
	return false;
}

static void replace(char **text, char *with)
{
	free(*text);
	*text = with;
}

/* False if there is no such verdict. */
static bool take_verdict(struct reading *reading, json_t *event)
{
	struct lg_result *result = reading->result;
	const char *name = NULL, *reason = "", *file = NULL;
	json_int_t duration_ms = result->duration_ms;

	if (json_unpack(event, "{s:s, s?s, s?s, s?i, s?I}", "verdict", &name,
			"reason", &reason, "file", &file, "line", &result->line,
			"duration_ms", &duration_ms) ||
	    !verdict_of(name, &result->verdict))
		return false;
	replace(&result->reason, settled(reason, reading->who));
	if (file && *file)
		replace(&result->file, settled(file, reading->who));
	result->duration_ms = duration_ms;
	reading->verdict = json_incref(event);
	return true;
}

static void take_lines(const struct reading *reading, const json_t *from,
		       json_t *to)
{
	size_t i;
	json_t *line;
	json_array_foreach(from, i, line)
	{
		if (!json_is_string(line))
			continue;
		char *text = settled(json_string_value(line), reading->who);
		lg_json_append(to, json_string(text));
		free(text);
	}
}

static bool take_report(struct reading *reading, const json_t *event)
{
	struct lg_result *result = reading->result;
	const json_t *lines = json_object_get(event, "lines");
	const json_t *heart = json_object_get(event, "heart");

	take_lines(reading, lines, result->report);
	if (json_array_size(heart) && !result->heart) {
		result->heart = lg_there(json_array());
		take_lines(reading, heart, result->heart);
	}
	return json_is_array(lines);
}

static bool take_bundle(struct reading *reading, const json_t *event)
{
	const char *path = json_string_value(json_object_get(event, "path"));
	if (path)
		replace(&reading->result->bundle, settled(path, reading->who));
	return path;
}

static bool take_start(struct reading *reading, const json_t *event)
{
	json_t *schema = json_object_get(event, "schema");
	if (reading->started || json_integer_value(schema) != LG_SCHEMA)
		return false;
	reading->started = true;
	return true;
}

/* False if it makes no sense here. */
static bool take_event(struct reading *reading, json_t *event)
{
	const struct lg_identity *who = reading->who;

	if (!json_is_string(json_object_get(event, "event")) ||
	    !agrees(event, "case", who->case_name) ||
	    !agrees(event, "variant", who->variant) || reading->verdict)
		return false;

	/* These three are written anew, when all of it is known. */
	if (is_kind(event, "verdict"))
		return take_verdict(reading, event);
	if (is_kind(event, "report"))
		return take_report(reading, event);
	if (is_kind(event, "bundle"))
		return take_bundle(reading, event);
	if (is_kind(event, "start") && !take_start(reading, event))
		return false;

	json_t *whole = new_event(
		json_string_value(json_object_get(event, "event")), who);
	if (json_object_update(whole, event))
		lg_there(NULL);
	if (is_kind(event, "start"))
		say_where(whole, who);
	lg_json_append(reading->result->events, whole);
	return true;
}

static void read_line(struct reading *reading, const char *line, size_t size)
{
	json_t *event = json_loadb(line, size, 0, NULL);
	if (!event || !take_event(reading, event))
		note_stray(reading, line, size);
	json_decref(event);
}

static void read_lines(struct reading *reading, const struct lg_bytes *out)
{
	const char *line = out->data;
	size_t left = out->size;

	while (left) {
		const char *newline = memchr(line, '\n', left);
		size_t size = newline ? (size_t)(newline - line) : left;
		if (size)
			read_line(reading, line, size);
		size += newline != NULL;
		line += size;
		left -= size;
	}
}

/* ---- judging ----------------------------------------------------------- */

/* How the process ended where that by itself is broken, else NULL.  A verdict
 * that all is well is believed only with a status that says the same. */
static char *bad_end(const struct lg_task *task, bool judged, bool well)
{
	const char *when = judged ? "after its verdict" : "before its verdict";

	switch (task->state) {
	case LG_TASK_LATE:
		return lg_text("did not end within %lld s",
			       (long long)(task->deadline_ms / 1000));
	case LG_TASK_FLOODED:
		return lg_text("wrote more than %zu MiB",
			       LG_CHILD_OUT_MOST >> 20);
	case LG_TASK_STOPPED:
		return lg_text("was stopped with the whole run");
	case LG_TASK_UNMADE:
		return lg_text("cannot be started: %s", strerror(-task->error));
	case LG_TASK_WAITS:
	case LG_TASK_RUNS:
	case LG_TASK_ENDED:
		break;
	}
	if (WIFSIGNALED(task->status))
		return lg_text("ended by SIG%s %s",
			       sigabbrev_np(WTERMSIG(task->status)), when);
	if (!judged || (well && WEXITSTATUS(task->status)))
		return lg_text("ended with status %d %s",
			       WEXITSTATUS(task->status), when);
	return NULL;
}

/* A failure stays one whatever comes after it; nothing else is believed of a
 * process that came to a bad end. */
static void judge_end(struct reading *reading, const struct lg_task *task)
{
	struct lg_result *result = reading->result;
	bool well = result->verdict == LG_PASS || result->verdict == LG_SKIP;
	char *end = bad_end(task, reading->verdict, well);
	if (!end)
		return;
	if (reading->verdict && result->verdict == LG_FAIL) {
		char *line = lg_text("The process %s.", end);
		lg_json_append(result->report, json_string(line));
		free(line);
		free(end);
		return;
	}
	result->verdict = LG_BROKEN;
	free(result->reason);
	result->reason = end;
	result->duration_ms = task->ended_ms - task->started_ms;
}

/* The last lines of what it wrote on its standard error. */
static void report_stderr(struct lg_result *result, const struct lg_bytes *err)
{
	const char *end = err->data + err->size;
	while (end > err->data && end[-1] == '\n')
		end--;
	const char *line = end;
	unsigned lines = 0;
	while (line > err->data) {
		if (line[-1] == '\n' && ++lines == REPORTED_STDERR_LINES)
			break;
		line--;
	}
	if (line == end)
		return;

	lg_json_append(result->report,
		       json_string(line > err->data ? "Standard error, its end:"
						    : "Standard error:"));
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t size = (size_t)((newline ? newline : end) - line);
		char *clean = lg_text_clean(line, size);
		char *indented = lg_text("  %s", clean);
		lg_json_append(result->report, json_string(indented));
		free(indented);
		free(clean);
		line += size + 1;
	}
}

static void add_verdict(const struct reading *reading)
{
	const struct lg_result *result = reading->result;
	json_t *event = new_event("verdict", reading->who);
	if (reading->verdict && json_object_update(event, reading->verdict))
		lg_there(NULL);
	lg_json_set(event, "verdict",
		    json_string(lg_verdict_name(result->verdict)));
	lg_json_set(event, "reason", json_string(result->reason));
	lg_json_set(event, "duration_ms", json_integer(result->duration_ms));
	lg_json_append(result->events, event);
}

static void close_events(const struct reading *reading)
{
	struct lg_result *result = reading->result;

	if (!reading->started &&
	    json_array_insert_new(result->events, 0, start_event(reading->who)))
		lg_there(NULL);
	if (json_array_size(result->report)) {
		json_t *event = new_event("report", reading->who);
		if (json_object_set(event, "lines", result->report) ||
		    (result->heart &&
		     json_object_set(event, "heart", result->heart)))
			lg_there(NULL);
		lg_json_append(result->events, event);
	}
	if (result->bundle) {
		json_t *event = new_event("bundle", reading->who);
		lg_json_set(event, "path", json_string(result->bundle));
		lg_json_append(result->events, event);
	}
	add_verdict(reading);
}

void lg_result_read(struct lg_result *result, const struct lg_identity *who,
		    const struct lg_task *task)
{
	*result = (struct lg_result){
		.verdict = LG_BROKEN,
		.stopped = task->state == LG_TASK_STOPPED,
		.reason = lg_text("%s", ""),
		.duration_ms = task->ended_ms - task->started_ms,
		.took_ms = task->ended_ms - task->started_ms,
		.report = lg_there(json_array()),
		.events = lg_there(json_array()),
	};
	struct reading reading = {.result = result, .who = who};

	read_lines(&reading, &task->child.out_text);
	judge_end(&reading, task);
	report_stderr(result, &task->child.err_text);
	close_events(&reading);
	json_decref(reading.verdict);
}

void lg_result_broken(struct lg_result *result, const struct lg_identity *who,
		      const char *reason)
{
	*result = (struct lg_result){
		.verdict = LG_BROKEN,
		.reason = lg_text("%s", reason),
		.report = lg_there(json_array()),
		.events = lg_there(json_array()),
	};
	close_events(&(struct reading){.result = result, .who = who});
}

char *lg_event_line(const json_t *event)
{
	return lg_there(
		json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(15)));
}

void lg_result_free(struct lg_result *result)
{
	free(result->reason);
	free(result->file);
	free(result->bundle);
	json_decref(result->report);
	json_decref(result->heart);
	json_decref(result->events);
	*result = (struct lg_result){0};
}
