/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a variant ends.  Used by the case-facing calls only: the core returns
 * errors instead.  Each names the line of the case that lg_at() noted last.
 */
#ifndef LG_VERDICT_H
#define LG_VERDICT_H

enum lg_verdict { LG_PASS, LG_FAIL, LG_BROKEN, LG_SKIP };

const char *lg_verdict_name(enum lg_verdict verdict);

/* The kernel did not do what the case expects. */
void lg_fail(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

/* Our set-up did not work; and with the core's message behind it. */
void lg_broken(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));
void lg_broken_by(const char *format, ...)
    __attribute__((format(printf, 1, 2), noreturn));

#endif
