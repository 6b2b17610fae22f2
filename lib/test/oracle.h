/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other programs say of the same kernel, for tests to compare with. */
#ifndef LG_ORACLE_H
#define LG_ORACLE_H

/* Enters a new user namespace as its root; where that is not to be had the test
 * is skipped. */
void oracle_enter_user_namespace(void);

/* Enters a new namespace with its loopback up (lib/loopback.h), as root
 * there; skipped as above. */
void oracle_enter(void);

/* What a shell command prints, to be freed.  It has to succeed; the test is
 * skipped if there is no such program. */
char *oracle_read(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Whether a shell command succeeds; its output goes nowhere. */
int oracle_succeeds(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Waits a moment before asking again; fails the test when `*left_ms` has gone.
 */
void oracle_wait(unsigned *left_ms, const char *what);

#endif
