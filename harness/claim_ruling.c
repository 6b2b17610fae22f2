// SPDX-License-Identifier: GPL-2.0-or-later
#include "claim_ruling.h"

#include "json.h"
#include "text.h"
#include "variant_split.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The longer side is "otherwise" if it takes more than this to name. */
#define LENGTH_MOST 80

/* What a variant says of it; NULL: nothing. */
static const json_t *said_by(const json_t *variant, long number)
{
	char *name = lg_text("%ld", number);
	const json_t *holds =
		json_object_get(json_object_get(variant, "claims"), name);
	free(name);
	return holds;
}

static struct lg_decision decide(const char *case_name, const json_t *about,
				 long number)
{
	struct lg_decision decision = {.case_name = case_name,
				       .holds = lg_there(json_array()),
				       .fails = lg_there(json_array())};
	const char *name;
	json_t *variant;

	json_object_foreach(json_object_get(about, "variants"), name, variant)
	{
		const json_t *holds = said_by(variant, number);
		if (holds)
			lg_json_append(json_is_true(holds) ? decision.holds
							   : decision.fails,
				       json_string(name));
	}
	return decision;
}

static void forget(struct lg_decision *decision)
{
	json_decref(decision->holds);
	json_decref(decision->fails);
}

struct lg_ruling lg_claim_rule(const struct lg_baseline *baseline, long number)
{
	struct lg_ruling ruling = {
		.list = lg_room(json_object_size(baseline->cases),
				sizeof(*ruling.list))};
	bool holds = false, fails = false;
	const char *name;
	json_t *about;

	json_object_foreach(baseline->cases, name, about)
	{
		struct lg_decision decision = decide(name, about, number);
		bool for_it = json_array_size(decision.holds);
		bool against_it = json_array_size(decision.fails);
		if (for_it || against_it)
			ruling.list[ruling.n++] = decision;
		else
			forget(&decision);
		holds |= for_it;
		fails |= against_it;
	}
	ruling.verdict = holds && fails ? LG_CLAIM_IN_PART
			 : holds	? LG_CLAIM_TRUE
			 : fails	? LG_CLAIM_FALSE
					: LG_CLAIM_UNDECIDED;
	return ruling;
}

void lg_ruling_free(struct lg_ruling *ruling)
{
	for (size_t i = 0; i < ruling->n; i++)
		forget(&ruling->list[i]);
	free(ruling->list);
	*ruling = (struct lg_ruling){0};
}

const char *lg_claim_verdict_name(enum lg_claim_verdict verdict)
{
	static const char *const names[] = {
		[LG_CLAIM_UNDECIDED] = "undecided",
		[LG_CLAIM_TRUE] = "true",
		[LG_CLAIM_FALSE] = "false",
		[LG_CLAIM_IN_PART] = "in part",
	};
	static_assert(sizeof(names) / sizeof(*names) == LG_CLAIM_VERDICTS,
		      "a name for each verdict");
	return names[verdict];
}

/* ---- in words ---------------------------------------------------------- */

static void append_side(char **text, const char *verdict, const json_t *names,
			bool otherwise, const char *quote)
{
	size_t i;
	json_t *name;

	lg_text_append(text, "%s%s %s", **text ? "; " : "", verdict,
		       otherwise ? "otherwise" : "with ");
	if (otherwise)
		return;
	json_array_foreach(names, i, name)
		lg_text_append(text, "%s%s%s%s", i ? " or " : "", quote,
			       json_string_value(name), quote);
}

static size_t length_of(const json_t *names)
{
	size_t i, length = 0;
	json_t *name;
	json_array_foreach(names, i, name) length += json_string_length(name);
	return length;
}

char *lg_decision_text(const struct lg_decision *decision, const char *quote)
{
	char *text = lg_text("%s", "");
	json_t *holds, *fails;

	if (!json_array_size(decision->fails) ||
	    !json_array_size(decision->holds)) {
		lg_text_append(&text, "%s",
			       json_array_size(decision->holds) ? "true"
								: "false");
		return text;
	}
	lg_variant_split(decision->holds, decision->fails, &holds, &fails);
	size_t for_it = length_of(holds), against_it = length_of(fails);
	bool holds_otherwise = for_it > LENGTH_MOST && for_it > against_it;
	bool fails_otherwise = against_it > LENGTH_MOST && !holds_otherwise;
	if (holds_otherwise) {
		append_side(&text, "false", fails, false, quote);
		append_side(&text, "true", holds, true, quote);
	} else {
		append_side(&text, "true", holds, false, quote);
		append_side(&text, "false", fails, fails_otherwise, quote);
	}
	json_decref(holds);
	json_decref(fails);
	return text;
}

/* ---- evidence ---------------------------------------------------------- */

static bool is_better(const struct lg_evidence *evidence, const json_t *trace)
{
	return json_array_size(trace) &&
	       (!evidence->trace ||
		json_array_size(trace) < json_array_size(evidence->trace));
}

static void look_at(const struct lg_baseline *baseline, const char *case_name,
		    long number, bool holds, struct lg_evidence *evidence)
{
	const json_t *about = json_object_get(baseline->cases, case_name);
	const char *name;
	json_t *variant;

	json_object_foreach(json_object_get(about, "variants"), name, variant)
	{
		const json_t *said = said_by(variant, number);
		const json_t *trace = json_object_get(variant, "trace");
		if (said && json_is_true(said) == holds &&
		    is_better(evidence, trace))
			*evidence = (struct lg_evidence){.baseline = baseline,
							 .case_name = case_name,
							 .variant = name,
							 .trace = trace};
	}
}

bool lg_claim_evidence(const struct lg_baselines *baselines, long number,
		       bool holds, struct lg_evidence *evidence)
{
	*evidence = (struct lg_evidence){0};
	for (size_t i = baselines->n; i-- > 0 && !evidence->trace;) {
		const struct lg_baseline *baseline = baselines->list[i];
		const char *name;
		json_t *about;
		json_object_foreach(baseline->cases, name, about)
			look_at(baseline, name, number, holds, evidence);
	}
	return evidence->trace;
}
