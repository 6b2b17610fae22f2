// SPDX-License-Identifier: GPL-2.0-or-later
/* results/README.md */
#include "compare.h"
#include "json.h"
#include "text.h"
#include "variant_names.h"

#include <stdlib.h>
#include <string.h>

/* A value that is longer is cut short. */
#define CELL_MOST 60

struct counts {
	size_t passed, failed, broken, skipped;
};

static void count(struct counts *counts, const json_t *variant)
{
	const char *verdict = lg_json_text(variant, "verdict");
	counts->passed += !strcmp(verdict, "pass");
	counts->failed += !strcmp(verdict, "fail");
	counts->broken += !strcmp(verdict, "broken");
	counts->skipped += !strcmp(verdict, "skip");
}

static struct counts count_case(const struct lg_baseline *baseline,
				const char *case_name)
{
	struct counts counts = {0};
	const char *name;
	json_t *variant;
	json_t *about = json_object_get(baseline->cases, case_name);
	json_object_foreach(json_object_get(about, "variants"), name, variant)
		count(&counts, variant);
	return counts;
}

static void add_counts(struct counts *sum, const struct counts *more)
{
	sum->passed += more->passed;
	sum->failed += more->failed;
	sum->broken += more->broken;
	sum->skipped += more->skipped;
}

/* "8, 4 skipped, **1 failed**" */
static void print_counts(const struct counts *counts)
{
	const char *separator = "";
	if (counts->passed) {
		printf("%zu", counts->passed);
		separator = ", ";
	}
	if (counts->skipped) {
		printf("%s%zu skipped", separator, counts->skipped);
		separator = ", ";
	}
	if (counts->failed) {
		printf("%s**%zu failed**", separator, counts->failed);
		separator = ", ";
	}
	if (counts->broken) {
		printf("%s%zu broken", separator, counts->broken);
		separator = ", ";
	}
	fputs(*separator ? " |" : "- |", stdout);
}

/* A cell of a table: no line of its own, and no bars. */
static void print_cell(const char *text)
{
	size_t n = 0;
	fputs("| ", stdout);
	for (; *text && n < CELL_MOST; text++, n++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text == '\n' ? ' ' : *text);
	}
	printf("%s ", *text ? "..." : "");
}

static void print_header(const struct lg_baselines *of, const char *columns,
			 size_t n_columns)
{
	fputs(columns, stdout);
	for (size_t i = 0; i < of->n; i++)
		printf(" %s |", lg_baseline_name(of->list[i]));
	fputs("\n|", stdout);
	for (size_t i = 0; i < n_columns + of->n; i++)
		fputs("---|", stdout);
	putchar('\n');
}

/* ---- kernels ----------------------------------------------------------- */

static const char *guest_name(const char *guest)
{
	return !strcmp(guest, "uml")	? "a process (User Mode Linux)"
	       : !strcmp(guest, "qemu") ? "a machine (QEMU)"
					: "the running kernel";
}

static void print_kernels(const struct lg_baselines *of)
{
	puts("| kernel | release | it is | time |\n|---|---|---|---|");
	for (size_t i = 0; i < of->n; i++) {
		const json_t *kernel = of->list[i]->kernel;
		printf("| %s | %s | %s | %s |\n", lg_json_text(kernel, "name"),
		       lg_json_text(kernel, "release"),
		       guest_name(lg_json_text(kernel, "guest")),
		       lg_json_text(kernel, "time"));
	}
}

/* ---- cases ------------------------------------------------------------- */

static void print_cases(const struct lg_baselines *of)
{
	json_t *set = lg_there(json_object());
	struct counts *sums = lg_room(of->n, sizeof(*sums));

	for (size_t i = 0; i < of->n; i++) {
		if (json_object_update(set, of->list[i]->cases))
			lg_there(NULL);
	}
	const char **names = lg_json_names(set);
	print_header(of, "| case |", 1);
	for (const char **name = names; *name; name++) {
		printf("| %s |", *name);
		for (size_t i = 0; i < of->n; i++) {
			struct counts counts = count_case(of->list[i], *name);
			putchar(' ');
			print_counts(&counts);
			add_counts(&sums[i], &counts);
		}
		putchar('\n');
	}
	fputs("| **all** |", stdout);
	for (size_t i = 0; i < of->n; i++) {
		putchar(' ');
		print_counts(&sums[i]);
	}
	putchar('\n');
	free(names);
	free(sums);
	json_decref(set);
}

/* ---- what did not pass ------------------------------------------------- */

/* On which kernel how many variants of a case have this reason. */
static void note_reason(json_t *reasons, const char *reason, size_t kernel,
			size_t n_kernels)
{
	json_t *counts = json_object_get(reasons, reason);
	if (!counts) {
		counts = json_array();
		lg_json_set(reasons, reason, counts);
		for (size_t i = 0; i < n_kernels; i++)
			lg_json_append(counts, json_integer(0));
	}
	json_t *n = json_array_get(counts, kernel);
	json_integer_set(n, json_integer_value(n) + 1);
}

/* {"case: reason": [how many on each kernel]} */
static json_t *gather_reasons(const struct lg_baselines *of,
			      const char *verdict)
{
	json_t *reasons = lg_there(json_object());
	const char *case_name, *name;
	json_t *about, *variant;

	for (size_t i = 0; i < of->n; i++) {
		json_object_foreach(of->list[i]->cases, case_name, about)
		{
			json_object_foreach(json_object_get(about, "variants"),
					    name, variant)
			{
				if (strcmp(lg_json_text(variant, "verdict"),
					   verdict))
					continue;
				char *reason = lg_text(
					"%s: %s", case_name,
					lg_json_text(variant, "reason"));
				note_reason(reasons, reason, i, of->n);
				free(reason);
			}
		}
	}
	return reasons;
}

static void print_reasons(const struct lg_baselines *of, const char *verdict,
			  const char *heading)
{
	json_t *reasons = gather_reasons(of, verdict);
	const char **names = lg_json_names(reasons);

	if (*names) {
		printf("\n## %s\n\n", heading);
		print_header(of, "| case: reason |", 1);
	}
	for (const char **name = names; *name; name++) {
		const json_t *counts = json_object_get(reasons, *name);
		print_cell(*name);
		fputs("|", stdout);
		for (size_t i = 0; i < of->n; i++)
			printf(" %lld |", (long long)json_integer_value(
						  json_array_get(counts, i)));
		putchar('\n');
	}
	free(names);
	json_decref(reasons);
}

/* ---- where they differ ------------------------------------------------- */

/* Counters differ in most cases at some kernel: too much for a page. */
static bool is_too_much(void *argument, const char *case_name,
			const char *variant, const struct lg_aspect *aspect)
{
	(void)argument;
	(void)case_name;
	(void)variant;
	return aspect->kind != LG_ASPECT_OBSERVATION &&
	       aspect->kind != LG_ASPECT_CLAIM &&
	       aspect->kind != LG_ASPECT_TRACE;
}

static void print_difference(const struct lg_comparison *comparison,
			     const struct lg_change *change,
			     const struct lg_aspect *aspect)
{
	json_t *names = lg_variant_names(change->variants);
	size_t i;
	json_t *name;

	json_array_foreach(names, i, name)
	{
		char *what = lg_compare_title(aspect);
		print_cell(change->case_name);
		print_cell(json_string_value(name));
		print_cell(what);
		for (size_t j = 0; j < comparison->of->n; j++) {
			char *value = lg_compare_value(aspect, j);
			print_cell(value);
			free(value);
		}
		puts("|");
		free(what);
	}
	json_decref(names);
}

static void print_differences(const struct lg_comparison *comparison)
{
	if (!comparison->n)
		return;
	puts("\n## Where they differ\n");
	print_header(comparison->of, "| case | variants | what |", 3);
	for (size_t i = 0; i < comparison->n; i++) {
		const struct lg_change *change = &comparison->changes[i];
		for (size_t j = 0; j < change->aspects.n; j++)
			print_difference(comparison, change,
					 &change->aspects.list[j]);
	}
	puts("\nSegments that differ are called a, b... here; `linger compare` "
	     "shows them, and counters and times.");
}

void lg_compare_matrix(struct lg_baselines *baselines)
{
	struct lg_comparison comparison;

	puts("# What kernels were seen to do\n\n"
	     "Made by `make results` from the baselines beside this page. "
	     "`linger compare` tells more.\n");
	print_kernels(baselines);
	puts("\n## Variants that passed\n");
	print_cases(baselines);
	print_reasons(baselines, "skip", "Skipped, and why");
	print_reasons(baselines, "fail", "Failed");
	lg_compare(&comparison, baselines,
		   &(struct lg_compare_filter){.drops = is_too_much});
	print_differences(&comparison);
	lg_comparison_free(&comparison);
}
