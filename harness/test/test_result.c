// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../lib/test/unit.h"
#include "../result.h"
#include "../text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define VERDICT(verdict)                                                       \
	"{\"event\":\"verdict\",\"verdict\":\"" verdict                        \
	"\",\"reason\":\"r\",\"duration_ms\":5}\n"

static const struct lg_identity who = {.case_name = "a/b",
				       .kernel_name = "host",
				       .variant = "ipv4",
				       .topology = "pair",
				       .guest = "host",
				       .lasts_ms = 7};

static const struct {
	const char *out;
	enum lg_task_state state;
	int status; /* of waitpid(2) */
	enum lg_verdict verdict;
	const char *reason;
} ends[] = {
	{VERDICT("pass"), LG_TASK_ENDED, 0, LG_PASS, "r"},
	{VERDICT("fail"), LG_TASK_ENDED, 1 << 8, LG_FAIL, "r"},
	{VERDICT("broken"), LG_TASK_ENDED, 3 << 8, LG_BROKEN, "r"},
	{VERDICT("skip"), LG_TASK_ENDED, 0, LG_SKIP, "r"},
	{VERDICT("pass"), LG_TASK_ENDED, SIGKILL, LG_BROKEN,
	 "ended by SIGKILL after its verdict"},
	{VERDICT("skip"), LG_TASK_LATE, SIGKILL, LG_BROKEN,
	 "did not end within 67 s"},
	{VERDICT("fail"), LG_TASK_LATE, SIGKILL, LG_FAIL, "r"},
	{"", LG_TASK_ENDED, 9 << 8, LG_BROKEN,
	 "ended with status 9 before its verdict"},
	{"", LG_TASK_ENDED, SIGSEGV, LG_BROKEN,
	 "ended by SIGSEGV before its verdict"},
	{"", LG_TASK_STOPPED, SIGKILL, LG_BROKEN,
	 "was stopped with the whole run"},
	{VERDICT("pass") VERDICT("fail"), LG_TASK_ENDED, 0, LG_PASS, "r"},
	{VERDICT("maybe"), LG_TASK_ENDED, 0, LG_BROKEN,
	 "ended with status 0 before its verdict"},
	{"{\"event\":\"verdict\",\"verdict\":3}\n", LG_TASK_ENDED, 0, LG_BROKEN,
	 "ended with status 0 before its verdict"},
	{"{\"event\":\"verdict\",\"verdict\":\"pass\"}", LG_TASK_ENDED, 0,
	 LG_PASS, ""},
	{"\n\n" VERDICT("pass"), LG_TASK_ENDED, 0, LG_PASS, "r"},
};

static void read_result(struct lg_result *result, const char *out,
			const char *err, enum lg_task_state state, int status)
{
	char *out_copy = lg_text("%s", out), *err_copy = lg_text("%s", err);
	struct lg_task task = {
		.deadline_ms = 67000,
		.state = state,
		.status = status,
		.started_ms = 100,
		.ended_ms = 300,
		.child = {.out_text = {.data = out_copy, .size = strlen(out)},
			  .err_text = {.data = err_copy, .size = strlen(err)}}};
	lg_result_read(result, &who, &task);
	free(out_copy);
	free(err_copy);
}

static const char *kind(const struct lg_result *result, size_t at)
{
	const json_t *event = json_array_get(result->events, at);
	return json_string_value(json_object_get(event, "event"));
}

static void test_end(int row)
{
	struct lg_result result;
	read_result(&result, ends[row].out, "", ends[row].state,
		    ends[row].status);
	ck_assert_int_eq(result.verdict, ends[row].verdict);
	ck_assert_str_eq(result.reason, ends[row].reason);

	/* Whatever came: a start, one verdict, and that last. */
	size_t n = json_array_size(result.events);
	ck_assert_uint_ge(n, 2);
	ck_assert_str_eq(kind(&result, 0), "start");
	ck_assert_str_eq(kind(&result, n - 1), "verdict");
	for (size_t i = 0; i + 1 < n; i++)
		ck_assert_str_ne(kind(&result, i), "verdict");
	lg_result_free(&result);
}

static void test_members_are_kept(int row)
{
	(void)row;
	struct lg_result result;
	read_result(&result,
		    "{\"event\":\"start\",\"schema\":1,\"kernel\":\"k\"}\n"
		    "{\"event\":\"unheard_of\",\"case\":\"a/b\",\"x\":1.5}\n"
		    "{\"event\":\"verdict\",\"verdict\":\"pass\",\"y\":2}\n",
		    "", LG_TASK_ENDED, 0);
	ck_assert_uint_eq(json_array_size(result.events), 3);
	char *line = lg_event_line(json_array_get(result.events, 1));
	ck_assert_str_eq(
		line,
		"{\"event\":\"unheard_of\",\"case\":\"a/b\","
		"\"variant\":\"ipv4\",\"kernel_name\":\"host\",\"x\":1.5}");
	free(line);
	line = lg_event_line(json_array_get(result.events, 2));
	ck_assert_str_eq(line, "{\"event\":\"verdict\",\"case\":\"a/b\","
			       "\"variant\":\"ipv4\",\"kernel_name\":\"host\","
			       "\"verdict\":\"pass\",\"y\":2,\"reason\":\"\","
			       "\"duration_ms\":200}");
	free(line);
	lg_result_free(&result);
}

static void test_stderr_joins_the_report(int row)
{
	(void)row;
	struct lg_result result;
	read_result(&result,
		    "{\"event\":\"report\",\"lines\":[\"expected\"]}\n" VERDICT(
			    "fail"),
		    "one\n\033two\n\n", LG_TASK_ENDED, 1 << 8);
	char *lines = json_dumps(result.report, JSON_COMPACT);
	ck_assert_str_eq(lines, "[\"expected\",\"Standard error:\","
				"\"  one\",\"  \\\\x1btwo\"]");
	free(lines);
	lg_result_free(&result);
}

static void test_of_much_stderr_the_end(int row)
{
	(void)row;
	char err[1000] = "";
	for (int i = 0; i < 100; i++)
		sprintf(err + strlen(err), "line %d\n", i);
	struct lg_result result;
	read_result(&result, "", err, LG_TASK_ENDED, 0);
	ck_assert_uint_eq(json_array_size(result.report), 41);
	ck_assert_str_eq(json_string_value(json_array_get(result.report, 0)),
			 "Standard error, its end:");
	ck_assert_str_eq(json_string_value(json_array_get(result.report, 1)),
			 "  line 60");
	ck_assert_str_eq(json_string_value(json_array_get(result.report, 40)),
			 "  line 99");
	lg_result_free(&result);
}

static const struct {
	const char *bytes, *clean;
} texts[] = {
	{"plain\ttext\n", "plain\ttext\n"},
	{"\033[2J", "\\x1b[2J"},
	{"\177", "\\x7f"},
	{"\302\233", "\\xc2\\x9b"},	  /* CSI as one character */
	{"\303\244", "\303\244"},	  /* a with diaeresis */
	{"\342\224\200", "\342\224\200"}, /* box drawing */
	{"\303", "\\xc3"},
	{"\303x", "\\xc3x"},
	{"\300\200", "\\xc0\\x80"},	     /* overlong */
	{"\355\240\200", "\\xed\\xa0\\x80"}, /* surrogate */
	{"\364\220\200\200", "\\xf4\\x90\\x80\\x80"},
	{"\360\237\231\202", "\360\237\231\202"},
};

static void test_clean(int row)
{
	char *clean = lg_text_clean(texts[row].bytes, strlen(texts[row].bytes));
	ck_assert_str_eq(clean, texts[row].clean);
	free(clean);
}

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"end", test_end, ROWS(ends), 0},
		{"members_are_kept", test_members_are_kept, 0, 0},
		{"stderr_joins_the_report", test_stderr_joins_the_report, 0, 0},
		{"of_much_stderr_the_end", test_of_much_stderr_the_end, 0, 0},
		{"clean", test_clean, ROWS(texts), 0},
		{NULL, NULL, 0, 0}};
	return lg_unit_main(argc, argv, units);
}
