// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "verdict.h"

#include "error.h"
#include "linger.h"
#include "utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {"pass", "fail", "broken", "skip"};
static_assert(sizeof(names) / sizeof(names[0]) == LG_VERDICTS,
	      "a name for each verdict");

static struct lg_outcome *outcome;
static unsigned (*on_failure)(const struct lg_outcome *);
static const char *at_file = "";
static int at_line;

const char *lg_verdict_name(enum lg_verdict verdict)
{
	return names[verdict];
}

void lg_verdict_to(struct lg_outcome *to)
{
	outcome = to;
}

void lg_verdict_on_failure(unsigned (*report)(const struct lg_outcome *))
{
	on_failure = report;
}

void lg_at(const char *file, int line)
{
	at_file = file;
	at_line = line;
	if (outcome) {
		outcome->at_file = file;
		outcome->at_line = line;
	}
}

/* A failure that lost frames may explain is none of the kernel's. */
static void blame_captures(unsigned lost)
{
	char reason[sizeof(outcome->reason)];

	memcpy(reason, outcome->reason, sizeof(reason));
	int size = snprintf(outcome->reason, sizeof(outcome->reason),
			    "%u frames could not be captured; then: ", lost);
	snprintf(outcome->reason + size, sizeof(outcome->reason) - (size_t)size,
		 "%.*s", (int)sizeof(reason) - 1 - size, reason);
	lg_utf8_clean(outcome->reason);
	outcome->verdict = LG_BROKEN;
}

/*
 * The verdict holds before the report is made, whatever becomes of that: it
 * may crash, hang, or call a case's predicate that asserts.
 */
static void end(enum lg_verdict verdict, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0), noreturn));
static void end(enum lg_verdict verdict, const char *format, va_list arguments)
{
	static bool ending;

	if (!outcome) {
		vfprintf(stderr, format, arguments);
		fputc('\n', stderr);
		_exit(EXIT_FAILURE);
	}
	if (!ending) {
		ending = true;
		outcome->verdict = verdict;
		snprintf(outcome->file, sizeof(outcome->file), "%s", at_file);
		outcome->line = at_line;
		vsnprintf(outcome->reason, sizeof(outcome->reason), format,
			  arguments);
		lg_utf8_clean(outcome->reason);
		outcome->ended = true;
		unsigned lost = 0;
		if (on_failure && (verdict == LG_FAIL || verdict == LG_BROKEN))
			lost = on_failure(outcome);
		if (lost && verdict == LG_FAIL)
			blame_captures(lost);
	}
	if (verdict == LG_SKIP)
		_exit(EXIT_SUCCESS);
	(_ck_assert_failed)(outcome->file, outcome->line, outcome->reason,
			    NULL);
	_exit(EXIT_FAILURE);
}

void lg_pass_verdict(void)
{
	outcome->verdict = LG_PASS;
	outcome->ended = true;
}

void lg_fail(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	end(LG_FAIL, format, arguments);
}

void lg_broken(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	end(LG_BROKEN, format, arguments);
}

void lg_broken_by(const char *format, ...)
{
	char text[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	lg_broken("%s: %s", text, lg_error_text());
}

void lg_skip_for(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	end(LG_SKIP, format, arguments);
}

void lg_skip(struct lg_net *net, const char *format, ...)
{
	(void)net;
	va_list arguments;
	va_start(arguments, format);
	end(LG_SKIP, format, arguments);
}

/* The parenthesis that closes the one at `open`; NULL if none does. */
static char *closing(char *open)
{
	bool quoted = false;
	int depth = 0;

	for (char *at = open; *at; at++) {
		if (*at == '"' && at[-1] != '\\')
			quoted = !quoted;
		if (quoted)
			continue;
		depth += *at == '(';
		if (*at == ')' && --depth == 0)
			return at;
	}
	return NULL;
}

/*
 * libcheck quotes a call of ours as linger.h has expanded it,
 * `(lg_at("FILE", LINE), ((NAME)(ARGUMENTS)))`; its reader wrote
 * `NAME(ARGUMENTS)`.
 */
static void unexpand(char *text)
{
	for (char *call; (call = strstr(text, "(lg_at("));) {
		char *end = closing(call);
		char *at_end = closing(call + strlen("(lg_at"));
		if (!end || !at_end || strncmp(at_end, "), ((", 5))
			return;
		char *name = at_end + 5;
		size_t length = strcspn(name, ")");
		memmove(call, name, length);
		char *arguments = name + length + 1;
		size_t size = (size_t)(end - 1 - arguments);
		memmove(call + length, arguments, size);
		memmove(call + length + size, end + 1, strlen(end + 1) + 1);
	}
}

void lg_assertion_failed(const char *file, int line, const char *expression,
			 const char *message, ...)
	__attribute__((noreturn, format(printf, 4, 5)));
void lg_assertion_failed(const char *file, int line, const char *expression,
			 const char *message, ...)
{
	char text[1024];
	snprintf(text, sizeof(text), "%s", expression);
	if (message) {
		va_list arguments;
		va_start(arguments, message);
		vsnprintf(text, sizeof(text), message, arguments);
		va_end(arguments);
	}
	unexpand(text);
	lg_at(file, line);
	lg_fail("%s", text);
}
