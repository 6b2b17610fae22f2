/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests as TAP: libcheck's own TAP knows no skip and no test names. */
#ifndef LG_UNIT_H
#define LG_UNIT_H

#include <check.h>

struct lg_unit {
	const char *name;
	void (*run)(int row); /* called with 0 .. rows-1 */
	int rows;	      /* 0 counts as 1 */
	double timeout_s;     /* 0: as long as a busy machine may take */
};

/* Runs the tests (ended by a NULL name), each row in a process of its own, and
 * prints TAP.  argv[1] may be a glob of test names.  Returns main()'s status.
 */
int lg_unit_main(int argc, char **argv, const struct lg_unit *units);

/* Ends a test as skipped. */
void lg_unit_skip(const char *reason) __attribute__((noreturn));

#endif
