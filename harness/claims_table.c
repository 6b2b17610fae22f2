// SPDX-License-Identifier: GPL-2.0-or-later
/* Claims on a terminal. */
#include "claims.h"
#include "json.h"
#include "terminal.h"
#include "text.h"

#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>

/* Terminals narrower than this don't get who says it. */
#define WIDE 140

static const char *short_name(enum lg_claim_verdict verdict)
{
	return verdict == LG_CLAIM_UNDECIDED ? "-"
					     : lg_claim_verdict_name(verdict);
}

static void add_claim(struct libscols_table *table,
		      const struct lg_claims *claims,
		      const struct lg_claim *claim)
{
	struct libscols_line *line = lg_table_line(table);
	enum lg_claim_verdict *verdicts =
		lg_claims_verdicts(claims, claim->number);
	char *said_by = lg_json_joined(claim->said_by, "; ");
	char *cases =
		lg_json_joined(lg_claims_deciders(claims, claim->number), " ");
	size_t column = 0;

	lg_table_cell(line, column++, "%ld", claim->number);
	for (size_t i = 0; i < claims->baselines.n; i++)
		lg_table_cell(line, column++, "%s", short_name(verdicts[i]));
	lg_table_cell(line, column++, "%s", claim->text);
	lg_table_cell(line, column++, "%s", said_by);
	lg_table_cell(line, column, "%s", *cases ? cases : "-");
	free(said_by);
	free(cases);
	free(verdicts);
}

static void print_table(const struct lg_claims *claims)
{
	struct lg_terminal terminal = lg_terminal();
	struct libscols_table *table = lg_table(&terminal, ">NO", NULL);
	size_t n = claims->baselines.n;

	for (size_t i = 0; i < n; i++)
		lg_table_column(table,
				lg_baseline_name(claims->baselines.list[i]));
	lg_table_column(table, "~CLAIM");
	lg_table_column(table, "~SAID BY");
	lg_table_column(table, "~CASES");
	if (terminal.width && terminal.width < WIDE)
		lg_table_hide(table, n + 2);
	for (size_t i = 0; i < claims->of.n; i++) {
		if (claims->chosen[i])
			add_claim(table, claims, &claims->of.list[i]);
	}
	lg_table_print(table);
}

/* ---- in full ----------------------------------------------------------- */

static void print_accounts(const struct lg_claims *claims, long number)
{
	json_t *accounts = lg_claims_accounts(claims, number, false);
	const char *account;
	json_t *kernels;

	json_object_foreach(accounts, account, kernels)
	{
		char *names = lg_json_joined(kernels, ", ");
		printf("  %s: %s\n", names, account);
		free(names);
	}
	json_decref(accounts);
}

static void print_observed(const struct lg_claims *claims, long number)
{
	json_t *rows = lg_claims_observed(claims, number);
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		char *variants =
			lg_json_joined(json_object_get(row, "variants"), " ");
		char *values =
			lg_json_joined(json_object_get(row, "values"), " | ");
		printf("  observed %s: %s (%s)\n",
		       lg_json_text(row, "observation"), values, variants);
		free(variants);
		free(values);
	}
	json_decref(rows);
}

static void print_evidence(const struct lg_claims *claims, long number,
			   bool holds)
{
	struct lg_evidence evidence;
	size_t i;
	json_t *line;

	if (!lg_claim_evidence(&claims->baselines, number, holds, &evidence))
		return;
	printf("  %s in %s:%s on %s\n", holds ? "true" : "false",
	       evidence.case_name, evidence.variant,
	       lg_baseline_name(evidence.baseline));
	json_array_foreach(evidence.trace, i, line)
		printf("    %s\n", json_string_value(line));
}

static void print_in_full(const struct lg_claims *claims,
			  const struct lg_claim *claim)
{
	char *said_by = lg_json_joined(claim->said_by, "; ");
	char *cases =
		lg_json_joined(lg_claims_deciders(claims, claim->number), ", ");

	printf("\n%ld. %s\n", claim->number, claim->text);
	printf("  said by %s\n", said_by);
	printf("  true if %s\n", claim->true_if);
	printf("  decided by %s\n", *cases ? cases : "no case yet");
	print_accounts(claims, claim->number);
	if (claim->question)
		print_observed(claims, claim->number);
	print_evidence(claims, claim->number, true);
	print_evidence(claims, claim->number, false);
	free(said_by);
	free(cases);
}

void lg_claims_table(const struct lg_claims *claims)
{
	print_table(claims);
	for (size_t i = 0; i < claims->of.n && claims->in_full; i++) {
		if (claims->chosen[i])
			print_in_full(claims, &claims->of.list[i]);
	}
}
