// SPDX-License-Identifier: GPL-2.0-or-later
/* What baselines say of a claim, put together. */
#include "claims.h"
#include "json.h"
#include "text.h"
#include "variant_names.h"

#include <stdlib.h>
#include <string.h>

const json_t *lg_claims_deciders(const struct lg_claims *claims, long number)
{
	char *name = lg_text("%ld", number);
	const json_t *deciders = json_object_get(claims->deciders, name);
	free(name);
	return deciders;
}

enum lg_claim_verdict *lg_claims_verdicts(const struct lg_claims *claims,
					  long number)
{
	const struct lg_baselines *of = &claims->baselines;
	enum lg_claim_verdict *verdicts = lg_room(of->n, sizeof(*verdicts));

	for (size_t i = 0; i < of->n; i++) {
		struct lg_ruling ruling = lg_claim_rule(of->list[i], number);
		verdicts[i] = ruling.verdict;
		lg_ruling_free(&ruling);
	}
	return verdicts;
}

bool lg_claims_is_undecided(const struct lg_claims *claims, long number)
{
	enum lg_claim_verdict *verdicts = lg_claims_verdicts(claims, number);
	bool undecided = false;
	for (size_t i = 0; i < claims->baselines.n; i++)
		undecided |= verdicts[i] == LG_CLAIM_UNDECIDED;
	free(verdicts);
	return undecided;
}

/* ---- accounts ---------------------------------------------------------- */

static void append_case(char **text, const char *name, bool markdown)
{
	if (markdown)
		lg_text_append(text, "[`%s`](../cases/%s.c)", name, name);
	else
		lg_text_append(text, "%s", name);
}

/* "in part: a/case: true with ipv4; false with ipv6" */
static char *account_of(const struct lg_ruling *ruling, bool markdown)
{
	const char *strong = markdown ? "**" : "";
	char *text = lg_text("%s%s%s", strong,
			     lg_claim_verdict_name(ruling->verdict), strong);

	for (size_t i = 0; i < ruling->n; i++) {
		const struct lg_decision *decision = &ruling->list[i];
		bool in_part = ruling->verdict == LG_CLAIM_IN_PART;
		lg_text_append(&text, "%s", !i ? ": " : in_part ? ". " : ", ");
		append_case(&text, decision->case_name, markdown);
		if (!in_part)
			continue;
		char *says = lg_decision_text(decision, markdown ? "`" : "");
		lg_text_append(&text, ": %s", says);
		free(says);
	}
	return text;
}

json_t *lg_claims_accounts(const struct lg_claims *claims, long number,
			   bool markdown)
{
	json_t *accounts = lg_there(json_object());
	for (size_t i = 0; i < claims->baselines.n; i++) {
		const struct lg_baseline *baseline = claims->baselines.list[i];
		struct lg_ruling ruling = lg_claim_rule(baseline, number);
		char *account = account_of(&ruling, markdown);
		lg_json_append(lg_json_array_in(accounts, account),
			       json_string(lg_baseline_name(baseline)));
		free(account);
		lg_ruling_free(&ruling);
	}
	return accounts;
}

/* ---- observations ------------------------------------------------------ */

/* By kernel; "-" where there was none. */
static json_t *values_of(const struct lg_baselines *of, const char *case_name,
			 const char *variant, const char *observation)
{
	json_t *values = lg_there(json_array());
	for (size_t i = 0; i < of->n; i++) {
		const json_t *said = json_object_get(
			json_object_get(lg_baseline_variant(of->list[i],
							    case_name, variant),
					"observations"),
			observation);
		char *text = said ? lg_json_joined(said, ", ") : lg_text("-");
		lg_json_append(values, json_string(text));
		free(text);
	}
	return values;
}

/* Of all kernels, each variant's: {"ipv4,a": {"connect": ...}}. */
static json_t *gather_names(const struct lg_baselines *of,
			    const char *case_name)
{
	json_t *names = lg_there(json_object());
	for (size_t i = 0; i < of->n; i++) {
		json_t *about = json_object_get(of->list[i]->cases, case_name);
		const char *name;
		json_t *variant;
		json_object_foreach(json_object_get(about, "variants"), name,
				    variant)
		{
			json_t *said = json_object_get(variant, "observations");
			if (said &&
			    json_object_update(lg_json_in(names, name), said))
				lg_there(NULL);
		}
	}
	return names;
}

static json_t *row_of(json_t *rows, const char *observation, json_t *values)
{
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
	{
		if (!strcmp(lg_json_text(row, "observation"), observation) &&
		    json_equal(json_object_get(row, "values"), values)) {
			json_decref(values);
			return row;
		}
	}
	row = json_pack("{s:s, s:o, s:[]}", "observation", observation,
			"values", values, "variants");
	lg_json_append(rows, row);
	return row;
}

static void observe_case(json_t *rows, const struct lg_baselines *of,
			 const char *case_name)
{
	json_t *names = gather_names(of, case_name);
	const char *variant, *observation;
	json_t *observations, *unused;

	json_object_foreach(names, variant, observations)
	{
		json_object_foreach(observations, observation, unused)
		{
			json_t *row = row_of(
				rows, observation,
				values_of(of, case_name, variant, observation));
			lg_json_append(json_object_get(row, "variants"),
				       json_string(variant));
		}
	}
	json_decref(names);
}

/* As a set. */
static json_t *cases_that_decided(const struct lg_claims *claims, long number)
{
	json_t *names = lg_there(json_object());
	for (size_t i = 0; i < claims->baselines.n; i++) {
		struct lg_ruling ruling =
			lg_claim_rule(claims->baselines.list[i], number);
		for (size_t j = 0; j < ruling.n; j++)
			lg_json_set(names, ruling.list[j].case_name,
				    json_true());
		lg_ruling_free(&ruling);
	}
	return names;
}

json_t *lg_claims_observed(const struct lg_claims *claims, long number)
{
	json_t *rows = lg_there(json_array());
	json_t *names = cases_that_decided(claims, number);
	const char *name;
	json_t *unused, *row;
	size_t i;

	json_object_foreach(names, name, unused)
		observe_case(rows, &claims->baselines, name);
	json_array_foreach(rows, i, row)
		lg_json_set(row, "variants",
			    lg_variant_names(json_object_get(row, "variants")));
	json_decref(names);
	return rows;
}
