// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare.h"
#include "compare_ladders.h"
#include "json.h"
#include "terminal.h"
#include "text.h"
#include "variant_names.h"

#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

/* Of the variants of one change so many are named. */
#define NAMED_MOST 8
/* What is longer is cut short in the table. */
#define CELL_MOST 30
#define HEADING_MOST 58

struct printing {
	const struct lg_comparison *comparison;
	struct lg_terminal terminal;
	char **labels; /* of the baselines */
	size_t n;
};

static const char *in(const struct printing *printing, enum lg_colour colour)
{
	return lg_terminal_colour(&printing->terminal, colour);
}

/* ---- names ------------------------------------------------------------- */

static bool is_called_alike(const struct lg_baselines *of, size_t which)
{
	for (size_t i = 0; i < of->n; i++) {
		if (i != which && !strcmp(lg_baseline_name(of->list[i]),
					  lg_baseline_name(of->list[which])))
			return true;
	}
	return false;
}

static char *label(const struct lg_baselines *of, size_t i)
{
	const struct lg_baseline *baseline = of->list[i];
	if (baseline->repeat)
		return lg_text("%s#%lld", lg_baseline_name(baseline),
			       (long long)baseline->repeat);
	if (!is_called_alike(of, i))
		return lg_text("%s", lg_baseline_name(baseline));
	return lg_text("%s", baseline->path ? baseline->path : "this run");
}

/* ---- values ------------------------------------------------------------ */

/* "1 -> 2", or of more than two "1 (uml-5.10, uml-6.1) -> 2 (uml-6.12)". */
static char *steps_of(const struct printing *printing,
		      const struct lg_aspect *aspect)
{
	char *text;
	size_t size;
	FILE *to = lg_there(open_memstream(&text, &size));
	bool begun = false;

	for (size_t i = 0; i < printing->n; i++) {
		if (json_is_null(json_array_get(aspect->values, i)))
			continue;
		bool changes = lg_aspect_changes_at(aspect, i);
		if (begun && !changes) {
			if (printing->n > 2)
				fprintf(to, ", %s", printing->labels[i]);
			continue;
		}
		char *value = lg_compare_value(aspect, i);
		if (begun)
			fputs(printing->n > 2 ? ") -> " : " -> ", to);
		fputs(value, to);
		if (printing->n > 2)
			fprintf(to, " (%s", printing->labels[i]);
		begun = true;
		free(value);
	}
	if (printing->n > 2)
		fputc(')', to);
	fclose(to);
	return lg_there(text);
}

/* ---- where along the line ---------------------------------------------- */

static void add_cut(struct libscols_line *line, size_t column, const char *text,
		    int most)
{
	bool cut = strlen(text) > (size_t)most;
	lg_table_cell(line, column, "%.*s%s", cut ? most - 3 : most, text,
		      cut ? "..." : "");
}

static void add_row(const struct printing *printing,
		    struct libscols_table *table,
		    const struct lg_aspect *aspect)
{
	struct libscols_line *line = lg_table_line(table);
	char *title = lg_compare_title(aspect);
	lg_table_cell(line, 0, "    %s", title);
	for (size_t i = 0; i < printing->n; i++) {
		const json_t *value = json_array_get(aspect->values, i);
		if (i && !json_is_null(value) &&
		    !lg_aspect_changes_at(aspect, i)) {
			lg_table_cell(line, i + 1, "=");
			continue;
		}
		char *text = lg_compare_value(aspect, i);
		add_cut(line, i + 1, text, CELL_MOST);
		free(text);
	}
	free(title);
}

static char *short_names(const struct lg_change *change)
{
	json_t *names = lg_variant_names(change->variants);
	size_t n = json_array_size(names);
	const char *first = json_string_value(json_array_get(names, 0));
	char *text = n > 1 ? lg_text("  %s, and %zu more", first, n - 1)
			   : lg_text("  %s", first);
	json_decref(names);
	return text;
}

static void print_table(const struct printing *printing)
{
	const struct lg_comparison *comparison = printing->comparison;
	struct libscols_table *table =
		lg_table(&printing->terminal, "WHAT", NULL);
	const char *case_name = "";

	for (size_t i = 0; i < printing->n; i++)
		lg_table_column(table, printing->labels[i]);
	for (size_t i = 0; i < comparison->n; i++) {
		const struct lg_change *change = &comparison->changes[i];
		if (strcmp(case_name, change->case_name)) {
			case_name = change->case_name;
			add_cut(lg_table_line(table), 0, case_name,
				HEADING_MOST);
		}
		char *names = short_names(change);
		add_cut(lg_table_line(table), 0, names, HEADING_MOST);
		free(names);
		for (size_t j = 0; j < change->aspects.n; j++)
			add_row(printing, table, &change->aspects.list[j]);
	}
	lg_table_print(table);
	puts("  = as on the left; a, b... stand for what is shown below\n");
}

/* ---- one after the other ----------------------------------------------- */

static void print_facts(const struct printing *printing)
{
	const struct lg_comparison *comparison = printing->comparison;
	if (!comparison->n_facts)
		return;
	printf("%sFacts%s\n", in(printing, LG_BOLD), in(printing, LG_PLAIN));
	for (size_t i = 0; i < comparison->n_facts; i++) {
		const struct lg_fact_change *change = &comparison->facts[i];
		char *steps = steps_of(printing, &change->fact);
		printf("  %s: %s (asked for by %zu variant%s)\n",
		       change->fact.name, steps, change->n_variants,
		       change->n_variants == 1 ? "" : "s");
		if (*change->means)
			printf("      %s\n", change->means);
		free(steps);
	}
	putchar('\n');
}

static void print_variants(const struct lg_change *change)
{
	json_t *names = lg_variant_names(change->variants);
	size_t n = json_array_size(names), i;
	json_t *name;

	json_array_foreach(names, i, name)
	{
		if (i == NAMED_MOST && n > NAMED_MOST + 1) {
			printf("  and %zu more\n", n - i);
			break;
		}
		printf("  %s\n", json_string_value(name));
	}
	json_decref(names);
}

/* Whether an earlier one has the same value. */
static bool was_there(const struct lg_aspect *aspect, size_t i)
{
	const json_t *value = json_array_get(aspect->values, i);
	for (size_t j = 0; j < i; j++) {
		if (json_equal(json_array_get(aspect->values, j), value))
			return true;
	}
	return false;
}

/* One picture for each place along the line where there is something new. */
static void print_ladders(const struct printing *printing,
			  const struct lg_aspect *aspect)
{
	size_t former = SIZE_MAX;
	for (size_t i = 0; i < printing->n; i++) {
		const json_t *trace = json_array_get(aspect->values, i);
		if (json_is_null(trace))
			continue;
		if (lg_aspect_changes_at(aspect, i) && !was_there(aspect, i)) {
			const char *names[] = {printing->labels[former],
					       printing->labels[i]};
			lg_compare_ladders(
				&printing->terminal, names,
				json_array_get(aspect->values, former), trace);
		}
		former = i;
	}
}

static void print_aspect(const struct printing *printing,
			 const struct lg_aspect *aspect)
{
	char *title = lg_compare_title(aspect),
	     *steps = steps_of(printing, aspect);
	if (printing->n == 2 && (aspect->kind == LG_ASPECT_TRACE ||
				 aspect->kind == LG_ASPECT_STATES ||
				 aspect->kind == LG_ASPECT_PLOT))
		printf("    %s differ\n", title);
	else
		printf("    %s: %s\n", title, steps);
	if (aspect->kind == LG_ASPECT_TRACE)
		print_ladders(printing, aspect);
	free(title);
	free(steps);
}

static void print_reasons(const struct printing *printing,
			  const struct lg_change *change)
{
	for (size_t i = 0; i < change->facts.n; i++) {
		const struct lg_aspect *fact = &change->facts.list[i];
		const char *means = lg_change_meaning(change, fact);
		char *steps = steps_of(printing, fact);
		printf("    because %s: %s%s%s\n", fact->name, steps,
		       *means ? ": " : "", means);
		free(steps);
	}
}

static void print_changes(const struct printing *printing)
{
	const struct lg_comparison *comparison = printing->comparison;
	const char *case_name = "";

	for (size_t i = 0; i < comparison->n; i++) {
		const struct lg_change *change = &comparison->changes[i];
		if (strcmp(case_name, change->case_name)) {
			case_name = change->case_name;
			printf("%s%s%s: %s\n", in(printing, LG_BOLD), case_name,
			       in(printing, LG_PLAIN),
			       lg_json_text(change->about, "title"));
		}
		print_variants(change);
		for (size_t j = 0; j < change->aspects.n; j++)
			print_aspect(printing, &change->aspects.list[j]);
		print_reasons(printing, change);
		putchar('\n');
	}
}

static void print_kernels(const struct printing *printing)
{
	const struct lg_baselines *of = printing->comparison->of;
	for (size_t i = 0; i < printing->n; i++)
		printf("%s%s%s%s (%s)", i ? " -> " : "", in(printing, LG_BOLD),
		       printing->labels[i], in(printing, LG_PLAIN),
		       lg_json_text(of->list[i]->kernel, "release"));
	puts("\n");
}

static size_t count_cases(const struct lg_comparison *comparison)
{
	size_t n = 0;
	for (size_t i = 0; i < comparison->n; i++)
		n += !i || strcmp(comparison->changes[i - 1].case_name,
				  comparison->changes[i].case_name);
	return n;
}

static void print_summary(const struct lg_comparison *comparison)
{
	printf("%zu variants compared: ", comparison->n_variants);
	if (comparison->n_changed)
		printf("%zu changed, in %zu way%s and %zu case%s",
		       comparison->n_changed, comparison->n,
		       comparison->n == 1 ? "" : "s", count_cases(comparison),
		       count_cases(comparison) == 1 ? "" : "s");
	else
		fputs("nothing changed", stdout);
	if (comparison->n_facts)
		printf("; %zu fact%s differ%s", comparison->n_facts,
		       comparison->n_facts == 1 ? "" : "s",
		       comparison->n_facts == 1 ? "s" : "");
	printf("\n(times that differ by less than %d %% or %d ms are the same "
	       "here)\n",
	       LG_TOLERANCE_PERCENT, LG_TOLERANCE_MS);
}

void lg_compare_text(const struct lg_comparison *comparison)
{
	struct printing printing = {.comparison = comparison,
				    .terminal = lg_terminal(),
				    .n = comparison->of->n};
	printing.labels = lg_room(printing.n, sizeof(*printing.labels));
	for (size_t i = 0; i < printing.n; i++)
		printing.labels[i] = label(comparison->of, i);

	print_kernels(&printing);
	if (printing.n > 2 && comparison->n)
		print_table(&printing);
	print_facts(&printing);
	print_changes(&printing);
	print_summary(comparison);
	for (size_t i = 0; i < printing.n; i++)
		free(printing.labels[i]);
	free(printing.labels);
}
