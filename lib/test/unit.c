// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* For tests that hang: libcheck's own 4 s were too few where a machine was busy
 * with several kernels and a test loaded BPF under a sanitizer. */
#define TIMEOUT_S 60

/* Shared with the forked tests, which end in _exit() and can't return it. */
static char *skip_reason;
#define SKIP_ROOM 256

static const struct lg_unit *unit;

static void run_row(int row)
{
	unit->run(row);
}

static const TTest row_test = {
	.name = "row", .fn = run_row, .file = __FILE__, .line = __LINE__};

void lg_unit_skip(const char *reason)
{
	snprintf(skip_reason, SKIP_ROOM, "%s", reason);
	exit(EXIT_SUCCESS);
}

/* The message's further lines as TAP diagnostics. */
static void print_message(const char *message)
{
	for (const char *line = message; *line;) {
		size_t length = strcspn(line, "\n");
		printf("# %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static int run_one(int number, int row)
{
	Suite *suite = suite_create(unit->name);
	TCase *tcase = tcase_create(unit->name);
	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase,
			  unit->timeout_s > 0 ? unit->timeout_s : TIMEOUT_S);
	_tcase_add_test(tcase, &row_test, 0, 0, row, row + 1);

	SRunner *runner = srunner_create(suite);
	skip_reason[0] = '\0';
	srunner_run_all(runner, CK_SILENT);

	TestResult **results = srunner_results(runner);
	bool passed = tr_rtype(results[0]) == CK_PASS;
	printf("%s %d - %s", passed ? "ok" : "not ok", number, unit->name);
	if (unit->rows > 1)
		printf("[%d]", row);
	if (passed && skip_reason[0])
		printf(" # SKIP %s", skip_reason);
	putchar('\n');
	if (!passed) {
		printf("# %s:%d\n", tr_lfile(results[0]), tr_lno(results[0]));
		print_message(tr_msg(results[0]));
	}
	fflush(stdout);
	free(results);
	srunner_free(runner);
	return passed ? 0 : 1;
}

int lg_unit_main(int argc, char **argv, const struct lg_unit *units)
{
	const char *glob = argc > 1 ? argv[1] : "*";
	skip_reason = mmap(NULL, SKIP_ROOM, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (skip_reason == MAP_FAILED) {
		printf("Bail out! mmap: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}

	int number = 0, failed = 0;
	for (unit = units; unit->name; unit++) {
		if (fnmatch(glob, unit->name, 0))
			continue;
		int rows = unit->rows ? unit->rows : 1;
		for (int row = 0; row < rows; row++)
			failed += run_one(++number, row);
	}
	printf("1..%d\n", number);
	return failed || !number ? EXIT_FAILURE : EXIT_SUCCESS;
}
