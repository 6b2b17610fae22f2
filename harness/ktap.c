// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * KTAP 1 (the kernel's Documentation/dev-tools/ktap.rst): a test for each case
 * and kernel, with its variants as subtests.  Subtests stand together, so that
 * a case is printed when the last of them is done.
 */
#include "output.h"

#include "diagnosis.h"
#include "group.h"
#include "text.h"

#include <stdlib.h>

#define INDENT "  "

struct ktap {
	struct lg_groups groups;
	size_t n_printed;
};

/* A '#' would end it. */
static char *description(char *name)
{
	char *text = lg_text_replace(name, "#", "%23");
	free(name);
	return text;
}

static void begin(struct lg_output *output, const struct lg_run *run)
{
	struct ktap *ktap = lg_room(1, sizeof(*ktap));
	output->of = ktap;
	lg_groups_make(&ktap->groups, run);
	fputs("KTAP version 1\n", output->file);
	if (ktap->groups.n)
		fprintf(output->file, "1..%zu\n", ktap->groups.n);
	else
		fputs("1..0 # SKIP there is no such variant\n", output->file);
}

/* "ok 1 NAME # SKIP reason" */
static void print_result(FILE *file, const char *indent, size_t number,
			 const char *name, const struct lg_run *run,
			 const struct lg_item *item)
{
	enum lg_verdict verdict = lg_item_verdict(item);
	char *reason = lg_diagnosis_reason(run, item);

	switch (verdict) {
	case LG_PASS:
	case LG_VERDICTS:
		fprintf(file, "%sok %zu %s\n", indent, number, name);
		break;
	case LG_FAIL:
		/* Why is in the lines above it: a reason could look like a
		 * directive. */
		fprintf(file, "%snot ok %zu %s\n", indent, number, name);
		break;
	case LG_BROKEN:
		fprintf(file, "%snot ok %zu %s # ERROR %s\n", indent, number,
			name, reason);
		break;
	case LG_SKIP:
		fprintf(file, "%sok %zu %s # SKIP %s\n", indent, number, name,
			reason);
		break;
	}
	free(reason);
}

static bool is_bad(const struct lg_item *item)
{
	enum lg_verdict verdict = lg_item_verdict(item);
	return verdict == LG_FAIL || verdict == LG_BROKEN;
}

/*
 * The kernel's own parser (tools/testing/kunit/kunit_parser.py) takes these for
 * a header and for the end of the kernel's output, wherever they are in a line.
 * A guest's console has them.
 */
static const char *const misread[][2] = {
	{"# Subtest:", "#  Subtest:"},
	{"List of all partitions:", "List of all  partitions:"},
	{"Kernel panic - not syncing: VFS:",
	 "Kernel panic - not syncing:  VFS:"},
	{"reboot: System halted", "reboot:  System halted"},
};

/* Takes over the text. */
static void print_unmistakably(FILE *file, char *text)
{
	for (size_t i = 0; i < sizeof(misread) / sizeof(*misread); i++) {
		char *safe =
			lg_text_replace(text, misread[i][0], misread[i][1]);
		free(text);
		text = safe;
	}
	fputs(text, file);
	free(text);
}

static void print_item(FILE *file, const char *indent, size_t number,
		       const struct lg_run *run, const struct lg_item *item)
{
	char *text, *name = description(lg_item_variant(run, item));
	size_t size;
	FILE *stream = lg_there(open_memstream(&text, &size));

	if (is_bad(item))
		lg_diagnosis_print(stream, indent, run, item);
	print_result(stream, indent, number, name, run, item);
	fclose(stream);
	print_unmistakably(file, lg_there(text));
	free(name);
}

/* Returns whether none of the variants is bad. */
static bool print_subtests(FILE *file, const char *name,
			   const struct lg_run *run,
			   const struct lg_group *group)
{
	bool fine = true;
	fprintf(file, INDENT "KTAP version 1\n");
	fprintf(file, INDENT "# Subtest: %s\n", name);
	fprintf(file, INDENT "1..%zu\n", group->n);
	for (size_t i = 0; i < group->n; i++) {
		print_item(file, INDENT, i + 1, run, group->items[i]);
		fine &= !is_bad(group->items[i]);
	}
	return fine;
}

static bool is_skipped(const struct lg_group *group)
{
	size_t counts[LG_VERDICTS];
	lg_group_count(group, counts);
	return counts[LG_SKIP] == group->n;
}

static void print_group(struct lg_output *output, const struct lg_run *run,
			const struct lg_group *group)
{
	struct ktap *ktap = output->of;
	size_t number = ++ktap->n_printed;

	if (!group->items[0]->variant) {
		print_item(output->file, "", number, run, group->items[0]);
		return;
	}
	char *name = description(lg_group_name(run, group));
	bool fine = print_subtests(output->file, name, run, group);
	fprintf(output->file, "%sok %zu %s%s\n", fine ? "" : "not ", number,
		name, is_skipped(group) ? " # SKIP all variants" : "");
	free(name);
}

static void done(struct lg_output *output, const struct lg_run *run,
		 const struct lg_item *item)
{
	struct ktap *ktap = output->of;
	const struct lg_group *group = lg_groups_find(&ktap->groups, item);
	size_t counts[LG_VERDICTS];
	if (lg_group_count(group, counts) == group->n)
		print_group(output, run, group);
}

static void end(struct lg_output *output, const struct lg_run *run)
{
	struct ktap *ktap = output->of;
	size_t counts[LG_VERDICTS];

	if (run->stopped)
		fprintf(output->file, "# stopped: %s\n", run->stopped);
	for (size_t i = 0; i < ktap->groups.n; i++) {
		const struct lg_group *group = &ktap->groups.list[i];
		if (lg_group_count(group, counts) < group->n)
			print_group(output, run, group);
	}
	lg_groups_free(&ktap->groups);
	free(ktap);
}

const struct lg_format lg_ktap_format = {
	.name = "ktap", .begin = begin, .done = done, .end = end};
