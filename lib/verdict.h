/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a variant ends.  Used by the case-facing calls only: the core returns
 * errors instead.  Each names the line of the case that lg_at() noted last.
 */
#ifndef LG_VERDICT_H
#define LG_VERDICT_H

#include <stdbool.h>

enum lg_verdict { LG_PASS, LG_FAIL, LG_BROKEN, LG_SKIP, LG_VERDICTS };

/* "pass", "fail", "broken", "skip" */
const char *lg_verdict_name(enum lg_verdict verdict);

/*
 * What a variant's process says of its end, in memory that it shares with the
 * process that judges it: it can be read whatever became of the variant.
 */
struct lg_outcome {
	/* Where the case is, as it goes along; line 0 before its first call. */
	const char *at_file; /* a text of the program */
	int at_line;
	bool ended; /* the rest is valid */
	enum lg_verdict verdict;
	char file[256];
	int line;
	char reason[4096];
};

/* Where outcomes go from now on. */
void lg_verdict_to(struct lg_outcome *outcome);

/* Called once when a variant fails or is broken, before its process ends and
 * while all that it made is still there.  Returns how many frames were lost to
 * the captures: with any, what failed may not have been the kernel. */
void lg_verdict_on_failure(
	unsigned (*report)(const struct lg_outcome *outcome));

/* The variant's body came to its end. */
void lg_pass_verdict(void);

/* The kernel did not do what the case expects. */
void lg_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* Our set-up did not work; with the core's message behind it: _by. */
void lg_broken(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));
void lg_broken_by(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* It cannot be run here. */
void lg_skip_for(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* That, unless the need (see lib/need.h) is met.  Keeps the core's message. */
void lg_skip_without(const char *need);

#endif
