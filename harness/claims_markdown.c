// SPDX-License-Identifier: GPL-2.0-or-later
/* results/claims.md */
#include "claims.h"
#include "json.h"
#include "text.h"
#include "variant_names.h"

#include <stdlib.h>
#include <string.h>

/* Of a longer trace, so many lines are shown. */
#define LINES_MOST 40

struct page {
	const struct lg_claims *claims;
	json_t *shown; /* traces: the claim under which each stands */
};

/* ---- cells ------------------------------------------------------------- */

static void print_cell(const char *text)
{
	char *cell = lg_text_replace(text, "|", "\\|");
	printf(" %s |", cell);
	free(cell);
}

static void print_header(const struct lg_claims *claims, size_t n_columns,
			 const char *columns)
{
	fputs(columns, stdout);
	for (size_t i = 0; i < claims->baselines.n; i++)
		print_cell(lg_baseline_name(claims->baselines.list[i]));
	fputs("\n|", stdout);
	for (size_t i = 0; i < n_columns + claims->baselines.n; i++)
		fputs("---|", stdout);
	putchar('\n');
}

static void print_list(const json_t *strings, const char *quote)
{
	size_t i;
	json_t *string;
	json_array_foreach(strings, i, string)
		printf("%s%s%s%s", i ? ", " : "", quote,
		       json_string_value(string), quote);
}

/* ---- the whole --------------------------------------------------------- */

static void print_sums(const struct lg_claims *claims)
{
	size_t n = claims->baselines.n;
	unsigned(*sums)[LG_CLAIM_VERDICTS] = lg_room(n, sizeof(*sums));

	for (size_t i = 0; i < claims->of.n; i++) {
		enum lg_claim_verdict *verdicts =
			lg_claims_verdicts(claims, claims->of.list[i].number);
		for (size_t j = 0; j < n && claims->chosen[i]; j++)
			sums[j][verdicts[j]]++;
		free(verdicts);
	}
	puts("| kernel | true | false | in part | undecided |\n"
	     "|---|---|---|---|---|");
	for (size_t i = 0; i < n; i++)
		printf("| %s | %u | %u | %u | %u |\n",
		       lg_baseline_name(claims->baselines.list[i]),
		       sums[i][LG_CLAIM_TRUE], sums[i][LG_CLAIM_FALSE],
		       sums[i][LG_CLAIM_IN_PART], sums[i][LG_CLAIM_UNDECIDED]);
	free(sums);
}

static void print_overview(const struct lg_claims *claims)
{
	print_header(claims, 2, "| no. | claim |");
	for (size_t i = 0; i < claims->of.n; i++) {
		const struct lg_claim *claim = &claims->of.list[i];
		if (!claims->chosen[i])
			continue;
		enum lg_claim_verdict *verdicts =
			lg_claims_verdicts(claims, claim->number);
		printf("| [%ld](#claim-%ld) |", claim->number, claim->number);
		print_cell(claim->text);
		for (size_t j = 0; j < claims->baselines.n; j++)
			print_cell(
				verdicts[j] == LG_CLAIM_UNDECIDED
					? "-"
					: lg_claim_verdict_name(verdicts[j]));
		putchar('\n');
		free(verdicts);
	}
}

/* ---- questions --------------------------------------------------------- */

static void print_observed(const struct lg_claims *claims, long number)
{
	json_t *rows = lg_claims_observed(claims, number);
	size_t i, j;
	json_t *row, *value;

	if (json_array_size(rows))
		print_header(claims, 2, "| observed | in variants |");
	json_array_foreach(rows, i, row)
	{
		printf("| %s | ", lg_json_text(row, "observation"));
		/* Bars in code end a cell, too. */
		json_array_foreach(json_object_get(row, "variants"), j, value)
		{
			char *name = lg_text_replace(json_string_value(value),
						     "|", "\\|");
			printf("%s`%s`", j ? ", " : "", name);
			free(name);
		}
		fputs(" |", stdout);
		json_array_foreach(json_object_get(row, "values"), j, value)
			print_cell(json_string_value(value));
		putchar('\n');
	}
	json_decref(rows);
}

static void print_question(const struct lg_claims *claims,
			   const struct lg_claim *claim)
{
	size_t i;
	json_t *line;

	printf("\n## %s\n\n", claim->question);
	json_array_foreach(claim->answer, i, line)
		puts(json_string_value(line));
	printf("\nSeen by the cases that decide "
	       "[claim %ld](#claim-%ld):\n\n",
	       claim->number, claim->number);
	print_observed(claims, claim->number);
}

static void print_questions(const struct lg_claims *claims)
{
	for (size_t i = 0; i < claims->of.n; i++) {
		if (claims->chosen[i] && claims->of.list[i].question)
			print_question(claims, &claims->of.list[i]);
	}
}

/* ---- each claim -------------------------------------------------------- */

static void print_trace(const json_t *trace)
{
	size_t i;
	json_t *line;

	puts("\n```");
	json_array_foreach(trace, i, line)
	{
		if (i < LINES_MOST)
			puts(json_string_value(line));
	}
	if (i > LINES_MOST)
		printf("... and %zu more\n", i - LINES_MOST);
	puts("```\n");
}

/* A trace stands under the first claim only that it is evidence of. */
static void print_evidence(struct page *page, long number, bool holds)
{
	struct lg_evidence evidence;
	if (!lg_claim_evidence(&page->claims->baselines, number, holds,
			       &evidence))
		return;

	char *name =
		lg_text("%s:%s on %s", evidence.case_name, evidence.variant,
			lg_baseline_name(evidence.baseline));
	json_t *shown = json_object_get(page->shown, name);
	if (shown) {
		long there = (long)json_integer_value(shown);
		printf("- %s in `%s`: the ladder under "
		       "[claim %ld](#claim-%ld)\n",
		       holds ? "true" : "false", name, there, there);
	} else {
		lg_json_set(page->shown, name, json_integer(number));
		printf("\n<details><summary>%s in <code>%s</code></summary>\n",
		       holds ? "true" : "false", name);
		print_trace(evidence.trace);
		puts("</details>");
	}
	free(name);
}

static void print_accounts(const struct lg_claims *claims, long number)
{
	const json_t *deciders = lg_claims_deciders(claims, number);
	json_t *accounts = lg_claims_accounts(claims, number, true);
	const char *account;
	json_t *kernels;

	json_object_foreach(accounts, account, kernels)
	{
		fputs("- ", stdout);
		print_list(kernels, "");
		printf(": %s\n", account);
	}
	json_decref(accounts);
	if (!lg_claims_is_undecided(claims, number))
		return;
	if (deciders) {
		fputs("- cases that are to decide it: ", stdout);
		print_list(deciders, "`");
		putchar('\n');
	} else {
		puts("- no case decides it yet");
	}
}

static void print_claim(struct page *page, const struct lg_claim *claim)
{
	size_t i;
	json_t *name;

	printf("\n### Claim %ld\n\n%s\n\nSaid by: ", claim->number,
	       claim->text);
	json_array_foreach(claim->said_by, i, name)
		printf("%s%s", i ? "; " : "", json_string_value(name));
	printf(". True if %s.\n\n", claim->true_if);
	print_accounts(page->claims, claim->number);
	print_evidence(page, claim->number, true);
	print_evidence(page, claim->number, false);
}

void lg_claims_markdown(const struct lg_claims *claims)
{
	struct page page = {.claims = claims, .shown = lg_there(json_object())};

	puts("# What is said about the ends of connections, and what kernels "
	     "do\n\n"
	     "Made of [cases/claims.json](../cases/claims.json) and the "
	     "baselines by `linger claims\n"
	     "--format markdown`; `make claims` renews it.  A claim is true on "
	     "a kernel if all\n"
	     "variants say so that decide it, false if none does, and else "
	     "true in part; \"-\" is\n"
	     "undecided.\n");
	print_sums(claims);
	print_questions(claims);
	puts("\n## All claims\n");
	print_overview(claims);
	puts("\n## How each is decided");
	for (size_t i = 0; i < claims->of.n; i++) {
		if (claims->chosen[i])
			print_claim(&page, &claims->of.list[i]);
	}
	json_decref(page.shown);
}
