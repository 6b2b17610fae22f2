// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JUnit's XML, as Jenkins, GitLab and GitHub's actions show it: a suite for
 * each case and kernel, a test for each variant.  A suite begins with its
 * counts, so that all of it is written in the end.
 */
#include "output.h"

#include "group.h"
#include "text.h"
#include "xml.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

struct tally {
	size_t n, counts[LG_VERDICTS];
	int64_t took_ms;
};

/* ---- attributes -------------------------------------------------------- */

static void add_time(FILE *file, int64_t ms)
{
	lg_xml_attribute(file, "time", "%" PRId64 ".%03d", ms / 1000,
			 (int)(ms % 1000));
}

static void add_tally(FILE *file, const struct tally *tally)
{
	lg_xml_attribute(file, "tests", "%zu", tally->n);
	lg_xml_attribute(file, "failures", "%zu", tally->counts[LG_FAIL]);
	lg_xml_attribute(file, "errors", "%zu", tally->counts[LG_BROKEN]);
}

/* By name in a tree of packages: KERNEL.MECHANISM.CASE. */
static void add_class(FILE *file, const struct lg_run *run,
		      const struct lg_item *item)
{
	char *class = lg_text_replace(item->program->name, "/", ".");
	if (run->kernels->any_guest)
		lg_xml_attribute(file, "classname", "%s.%s", item->kernel->name,
				 class);
	else
		lg_xml_attribute(file, "classname", "%s", class);
	free(class);
}

/* ---- a test ------------------------------------------------------------ */

static void print_lines(FILE *file, const json_t *lines)
{
	size_t i;
	json_t *line;
	json_array_foreach(lines, i, line)
	{
		lg_xml_text(file, json_string_value(line));
		putc('\n', file);
	}
}

/* What those see who see nothing else. */
static void print_why(FILE *file, const struct lg_run *run,
		      const struct lg_item *item, const char *reason)
{
	const struct lg_result *result = &item->result;

	lg_xml_text(file, reason);
	putc('\n', file);
	if (result->file) {
		char *at = lg_text("at %s:%d\n", result->file, result->line);
		lg_xml_text(file, at);
		free(at);
	}
	print_lines(file, result->heart);
	if (item->variant) {
		char *again = lg_item_again(run, item);
		fputs("again: ", file);
		lg_xml_text(file, again);
		putc('\n', file);
		free(again);
	}
}

static void print_verdict(FILE *file, const struct lg_run *run,
			  const struct lg_item *item)
{
	static const char *const elements[] = {[LG_PASS] = NULL,
					       [LG_FAIL] = "failure",
					       [LG_BROKEN] = "error",
					       [LG_SKIP] = "skipped"};
	enum lg_verdict verdict = lg_item_verdict(item);
	const char *element = elements[verdict];
	if (!element)
		return;

	char *reason = lg_item_reason(run, item);
	fprintf(file, "      <%s", element);
	lg_xml_attribute(file, "message", "%.*s", (int)strcspn(reason, "\n"),
			 reason);
	if (verdict == LG_SKIP) {
		fputs("/>\n", file);
	} else {
		lg_xml_attribute(file, "type", "%s", lg_verdict_name(verdict));
		putc('>', file);
		print_why(file, run, item, reason);
		fprintf(file, "</%s>\n", element);
	}
	free(reason);
}

static void print_output(FILE *file, const struct lg_run *run,
			 const struct lg_result *result)
{
	/* A bundle of a run that was stopped is gone with it. */
	const char *bundle = run->stopped ? NULL : result->bundle;
	if (!json_array_size(result->report) && !bundle)
		return;
	fputs("      <system-out>", file);
	print_lines(file, result->report);
	if (bundle) {
		fputs("bundle: ", file);
		lg_xml_text(file, bundle);
		putc('\n', file);
	}
	fputs("</system-out>\n", file);
}

static void print_test(FILE *file, const struct lg_run *run,
		       const struct lg_item *item)
{
	char *name = lg_item_variant(run, item);
	fputs("    <testcase", file);
	lg_xml_attribute(file, "name", "%s", name);
	add_class(file, run, item);
	add_time(file, item->result.took_ms);
	fputs(">\n", file);
	print_verdict(file, run, item);
	print_output(file, run, &item->result);
	fputs("    </testcase>\n", file);
	free(name);
}

/* ---- the whole --------------------------------------------------------- */

static struct tally tally_up(const struct lg_item *const *items, size_t n)
{
	struct tally tally = {.n = n};
	for (size_t i = 0; i < n; i++) {
		tally.counts[lg_item_verdict(items[i])]++;
		tally.took_ms += items[i]->result.took_ms;
	}
	return tally;
}

static void print_property(FILE *file, const char *name, const char *value)
{
	fputs("      <property", file);
	lg_xml_attribute(file, "name", "%s", name);
	lg_xml_attribute(file, "value", "%s", value);
	fputs("/>\n", file);
}

static void print_properties(FILE *file, const struct lg_group *group)
{
	const struct lg_kernel *kernel = group->kernel;
	struct utsname system;
	uname(&system);
	const char *release =
		lg_kernel_is_host(kernel) ? system.release : kernel->version;
	fputs("    <properties>\n", file);
	print_property(file, "kernel", kernel->name);
	if (release)
		print_property(file, "release", release);
	if (group->program->topology)
		print_property(file, "topology", group->program->topology);
	fputs("    </properties>\n", file);
}

static void print_suite(FILE *file, const struct lg_run *run,
			const struct lg_group *group, const char *began)
{
	struct tally tally = tally_up(group->items, group->n);
	char *name = lg_group_name(run, group);

	fputs("  <testsuite", file);
	lg_xml_attribute(file, "name", "%s", name);
	add_tally(file, &tally);
	lg_xml_attribute(file, "skipped", "%zu", tally.counts[LG_SKIP]);
	add_time(file, tally.took_ms);
	lg_xml_attribute(file, "timestamp", "%s", began);
	fputs(">\n", file);
	print_properties(file, group);
	for (size_t i = 0; i < group->n; i++)
		print_test(file, run, group->items[i]);
	if (run->stopped) {
		fputs("    <system-err>stopped: ", file);
		lg_xml_text(file, run->stopped);
		fputs("</system-err>\n", file);
	}
	fputs("  </testsuite>\n", file);
	free(name);
}

/* UTC, as ISO 8601 has it. */
static char *time_of_day(void)
{
	char text[32];
	time_t now = time(NULL);
	struct tm fields;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S",
		 gmtime_r(&now, &fields));
	return lg_text("%s", text);
}

static void begin(struct lg_output *output, const struct lg_run *run)
{
	(void)run;
	output->of = time_of_day();
}

static void end(struct lg_output *output, const struct lg_run *run)
{
	FILE *file = output->file;
	struct lg_groups groups;
	lg_groups_make(&groups, run);
	struct tally tally = tally_up(groups.items, run->n);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", file);
	lg_xml_attribute(file, "name", "linger");
	add_tally(file, &tally);
	add_time(file, lg_clock_ms() - run->started_ms);
	fputs(">\n", file);
	for (size_t i = 0; i < groups.n; i++)
		print_suite(file, run, &groups.list[i], output->of);
	fputs("</testsuites>\n", file);
	lg_groups_free(&groups);
	free(output->of);
}

const struct lg_format lg_junit_format = {
	.name = "junit", .begin = begin, .end = end};
