// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "judge.h"

#include "describe.h"
#include "error.h"
#include "event.h"
#include "memory.h"
#include "patience.h"
#include "verdict.h"
#include "world.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

/* Writes the verdict event of the variant that lg_event_of() named. */
static void say(const char *verdict, const char *reason, const char *file,
		int line, int64_t duration_ms)
{
	json_t *event =
		json_pack("{s:s, s:s, s:I}", "verdict", verdict, "reason",
			  reason, "duration_ms", (json_int_t)duration_ms);
	if (line) {
		json_object_set_new(event, "file", json_string(file));
		json_object_set_new(event, "line", json_integer(line));
	}
	lg_event("verdict", event);
}

static void say_that_there_is_no_world(void)
{
	say("broken", lg_error_text(), NULL, 0, 0);
}

void lg_judge_begin(const struct lg_job *job)
{
	struct utsname kernel;

	lg_world_on_failure(say_that_there_is_no_world);
	lg_event_to(job->events);
	lg_event_of(lg_case_name(), job->variant->name);
	uname(&kernel);
	lg_event("start", json_pack("{s:i, s:s, s:s, s:I}", "schema", LG_SCHEMA,
				    "topology", lg_case.topology, "kernel",
				    kernel.release, "lasts_ms",
				    (json_int_t)job->variant->lasts_ms));
}

/* 0 if the environment says something that is no time. */
static unsigned read_spare_ms(void)
{
	const char *given = getenv("LINGER_SPARE_MS");
	if (!given)
		return LG_JUDGE_SPARE_MS;

	char *end;
	unsigned long ms = strtoul(given, &end, 10);
	return *end || ms > INT_MAX ? 0 : (unsigned)ms;
}

/* What libcheck would take from the environment to leave the variant out, to
 * give it other limits, or to write files. */
static void clear_environment(void)
{
	static const char *const names[] = {
		"CK_RUN_SUITE",		 "CK_RUN_CASE",
		"CK_INCLUDE_TAGS",	 "CK_EXCLUDE_TAGS",
		"CK_TIMEOUT_MULTIPLIER", "CK_LOG_FILE_NAME",
		"CK_TAP_LOG_FILE_NAME",	 "CK_XML_LOG_FILE_NAME",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
}

/* Only on purpose without a process of its own: in a debugger. */
static enum fork_status read_fork_status(void)
{
	const char *given = getenv("LINGER_FORK");
	return given && !strcmp(given, "no") ? CK_NOFORK : CK_FORK;
}

/* libcheck's tests take no argument but a number. */
static const struct lg_job *the_job;

static void run_body(int number)
{
	(void)number;
	lg_memory_place();
	lg_body_run(the_job);
}

static const TTest body_test = {
	.name = "variant", .fn = run_body, .file = __FILE__, .line = __LINE__};

/* The outcome says it; what ended without one says it through libcheck. */
static void judge(const struct lg_outcome *outcome, TestResult *result,
		  unsigned limit_ms, int64_t duration_ms)
{
	if (outcome->ended) {
		say(lg_verdict_name(outcome->verdict),
		    outcome->verdict == LG_PASS ? "" : outcome->reason,
		    outcome->file, outcome->line, duration_ms);
		return;
	}

	char reason[512], limit[32];
	if (tr_rtype(result) == CK_PASS)
		snprintf(reason, sizeof(reason),
			 "the case ended its process itself");
	else if (strstr(tr_msg(result), "timeout expired"))
		snprintf(reason, sizeof(reason),
			 "the case did not end within %s",
			 lg_patience_print(limit, sizeof(limit), limit_ms));
	else
		snprintf(reason, sizeof(reason), "the case crashed: %s",
			 tr_msg(result));
	say("broken", reason, outcome->at_file, outcome->at_line, duration_ms);
}

int lg_judge(void *argument)
{
	lg_memory_place();
	the_job = argument;
	unsigned spare_ms = read_spare_ms();
	if (!spare_ms) {
		say("broken", "LINGER_SPARE_MS is no number of milliseconds",
		    NULL, 0, 0);
		return 0;
	}
	unsigned limit_ms = the_job->variant->lasts_ms + spare_ms;

	struct lg_outcome *outcome =
		mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (outcome == MAP_FAILED) {
		say("broken", "out of memory", NULL, 0, 0);
		return 0;
	}
	lg_verdict_to(outcome);

	clear_environment();
	Suite *suite = suite_create(lg_case_name());
	TCase *tcase = tcase_create(the_job->variant->name);
	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, limit_ms / 1000.0);
	_tcase_add_test(tcase, &body_test, 0, 0, 0, 1);

	SRunner *runner = srunner_create(suite);
	srunner_set_fork_status(runner, read_fork_status());
	int64_t begun = lg_now_ms();
	srunner_run_all(runner, CK_SILENT);
	int64_t duration = lg_now_ms() - begun;

	if (srunner_ntests_run(runner) == 1) {
		TestResult **results = srunner_results(runner);
		judge(outcome, results[0], limit_ms, duration);
		free(results);
	} else {
		say("broken", "libcheck did not run the case", NULL, 0,
		    duration);
	}
	srunner_free(runner);
	return 0;
}
