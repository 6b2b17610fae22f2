// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparison.h"

#include "baseline_real.h"
#include "json.h"
#include "text.h"
#include "trace_diff.h"

#include <stdlib.h>
#include <string.h>

/* ---- what can be compared ---------------------------------------------- */

static bool is_of_real_time(const struct lg_baseline *baseline)
{
	return !strcmp(lg_json_text(baseline->kernel, "time"), "real");
}

static void settle(struct lg_baseline *baseline)
{
	const char *case_name, *name;
	json_t *about, *variant;

	json_object_foreach(baseline->cases, case_name, about)
	{
		json_object_foreach(json_object_get(about, "variants"), name,
				    variant) lg_baseline_settle(variant);
	}
}

static void settle_all(struct lg_baselines *baselines)
{
	size_t n_real = 0;
	for (size_t i = 0; i < baselines->n; i++)
		n_real += is_of_real_time(baselines->list[i]);
	for (size_t i = 0; n_real && i < baselines->n; i++) {
		if (!is_of_real_time(baselines->list[i]))
			settle(baselines->list[i]);
	}
}

/* ---- the same change --------------------------------------------------- */

/* The segments of IPv6 are as much shorter as its header is longer. */
#define IPV6_HEADER_MORE 20

static void sign_line(FILE *to, const char *line, bool ipv6)
{
	static const char mark[] = "<mss ";
	const char *mss = ipv6 && line ? strstr(line, mark) : NULL;
	if (!mss) {
		fprintf(to, "%s\n", line ? line : "");
		return;
	}
	char *end;
	mss += strlen(mark);
	long size = strtol(mss, &end, 10) + IPV6_HEADER_MORE;
	fprintf(to, "%.*s%ld%s\n", (int)(mss - line), line, size, end);
}

/* Only where they differ: what came before may be another story. */
static void sign_traces(FILE *to, const struct lg_aspect *aspect, bool ipv6)
{
	const json_t *former = NULL;
	size_t i;
	json_t *trace;

	json_array_foreach(aspect->values, i, trace)
	{
		struct lg_trace_diff diff;
		if (json_is_null(trace))
			continue;
		lg_trace_diff(&diff, former ? former : trace, trace);
		former = trace;
		fprintf(to, "%zu:\n", i);
		for (size_t row = diff.first; row < diff.n; row++) {
			if (diff.rows[row].same)
				continue;
			sign_line(to, diff.rows[row].left, ipv6);
			sign_line(to, diff.rows[row].right, ipv6);
		}
		lg_trace_diff_free(&diff);
	}
}

static void sign_aspect(FILE *to, const struct lg_aspect *aspect, bool ipv6)
{
	fprintf(to, "%s %s ", lg_aspect_kind_name(aspect->kind), aspect->name);
	if (aspect->kind == LG_ASPECT_TRACE) {
		sign_traces(to, aspect, ipv6);
		return;
	}
	char *values = lg_there(json_dumps(aspect->values, JSON_COMPACT));
	fprintf(to, "%s\n", values);
	free(values);
}

static char *sign(const struct lg_change *change, const char *variant)
{
	char *signature;
	size_t size;
	FILE *to = lg_there(open_memstream(&signature, &size));
	bool ipv6 = !strncmp(variant, "ipv6", 4);

	for (size_t i = 0; i < change->aspects.n; i++)
		sign_aspect(to, &change->aspects.list[i], ipv6);
	for (size_t i = 0; i < change->facts.n; i++)
		sign_aspect(to, &change->facts.list[i], ipv6);
	fclose(to);
	return lg_there(signature);
}

/* ---- gathering --------------------------------------------------------- */

const char *lg_change_meaning(const struct lg_change *change,
			      const struct lg_aspect *fact)
{
	return lg_json_text(json_object_get(change->about, "facts"),
			    fact->name);
}

static void free_change(struct lg_change *change)
{
	json_decref(change->variants);
	lg_aspects_free(&change->aspects);
	lg_aspects_free(&change->facts);
	free(change->signature);
}

static void note_fact(struct lg_comparison *comparison,
		      const struct lg_change *change,
		      const struct lg_aspect *fact)
{
	for (size_t i = 0; i < comparison->n_facts; i++) {
		struct lg_fact_change *known = &comparison->facts[i];
		if (strcmp(known->fact.name, fact->name) ||
		    !json_equal(known->fact.values, fact->values))
			continue;
		if (!*known->means)
			known->means = lg_change_meaning(change, fact);
		known->n_variants++;
		return;
	}
	comparison->facts = lg_there(reallocarray(comparison->facts,
						  comparison->n_facts + 1,
						  sizeof(*comparison->facts)));
	comparison->facts[comparison->n_facts++] = (struct lg_fact_change){
		.fact = {.kind = fact->kind,
			 .name = lg_text("%s", fact->name),
			 .values = json_incref(fact->values)},
		.means = lg_change_meaning(change, fact),
		.n_variants = 1};
}

/* Takes over the change: a new one, or one variant more of one that is known.
 */
static void note_change(struct lg_comparison *comparison, size_t first,
			struct lg_change *change, const char *variant)
{
	change->signature = sign(change, variant);
	comparison->n_changed++;
	for (size_t i = first; i < comparison->n; i++) {
		struct lg_change *known = &comparison->changes[i];
		if (strcmp(known->signature, change->signature))
			continue;
		lg_json_append(known->variants, json_string(variant));
		free_change(change);
		return;
	}
	change->variants = lg_there(json_pack("[s]", variant));
	comparison->changes =
		lg_there(reallocarray(comparison->changes, comparison->n + 1,
				      sizeof(*comparison->changes)));
	comparison->changes[comparison->n++] = *change;
}

/* The last baseline's: what is newest is told best. */
static const json_t *describe(const struct lg_baselines *baselines,
			      const char *case_name)
{
	for (size_t i = baselines->n; i-- > 0;) {
		const json_t *about =
			json_object_get(baselines->list[i]->cases, case_name);
		if (about)
			return about;
	}
	return NULL;
}

static void drop_some(const struct lg_compare_filter *filter,
		      struct lg_change *change, const char *variant)
{
	struct lg_aspects *aspects = &change->aspects;
	size_t kept = 0;

	if (!filter->drops)
		return;
	for (size_t i = 0; i < aspects->n; i++) {
		struct lg_aspect *aspect = &aspects->list[i];
		if (filter->drops(filter->argument, change->case_name, variant,
				  aspect))
			lg_aspect_free(aspect);
		else
			aspects->list[kept++] = *aspect;
	}
	aspects->n = kept;
}

/* `first`: of the changes of this case. */
static void compare_variant(struct lg_comparison *comparison, size_t first,
			    const char *case_name, const char *variant)
{
	const struct lg_baselines *of = comparison->of;
	const json_t **variants = lg_room(of->n, sizeof(*variants));
	struct lg_change change = {.case_name = case_name,
				   .about = describe(of, case_name)};

	for (size_t i = 0; i < of->n; i++)
		variants[i] =
			lg_baseline_variant(of->list[i], case_name, variant);
	comparison->n_variants++;
	lg_aspects_find(&change.aspects, variants, of->n);
	lg_aspects_take_facts(&change.aspects, &change.facts);
	drop_some(comparison->filter, &change, variant);
	for (size_t i = 0; i < change.facts.n; i++)
		note_fact(comparison, &change, &change.facts.list[i]);
	if (change.aspects.n)
		note_change(comparison, first, &change, variant);
	else
		free_change(&change);
	free(variants);
}

/* ---- all of it --------------------------------------------------------- */

static void add_names(json_t *set, const json_t *object)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)object, name, value)
		lg_json_set(set, name, json_true());
}

static void compare_case(struct lg_comparison *comparison,
			 const char *case_name)
{
	const struct lg_baselines *of = comparison->of;
	size_t first = comparison->n;
	json_t *set = lg_there(json_object());

	for (size_t i = 0; i < of->n; i++)
		add_names(set,
			  json_object_get(json_object_get(of->list[i]->cases,
							  case_name),
					  "variants"));
	const char **names = lg_json_names(set);
	for (const char **name = names; *name; name++)
		compare_variant(comparison, first, case_name, *name);
	free(names);
	json_decref(set);
}

/* The name of a case as one of the baselines has it, which lasts. */
static const char *lasting_name(const struct lg_baselines *of,
				const char *case_name)
{
	for (size_t i = 0;; i++) {
		void *at = json_object_iter_at(of->list[i]->cases, case_name);
		if (at)
			return json_object_iter_key(at);
	}
}

void lg_compare(struct lg_comparison *comparison,
		struct lg_baselines *baselines,
		const struct lg_compare_filter *filter)
{
	json_t *set = lg_there(json_object());

	*comparison = (struct lg_comparison){.of = baselines, .filter = filter};
	settle_all(baselines);
	for (size_t i = 0; i < baselines->n; i++)
		add_names(set, baselines->list[i]->cases);
	const char **names = lg_json_names(set);
	for (const char **name = names; *name; name++)
		compare_case(comparison, lasting_name(baselines, *name));
	free(names);
	json_decref(set);
}

void lg_comparison_free(struct lg_comparison *comparison)
{
	for (size_t i = 0; i < comparison->n; i++)
		free_change(&comparison->changes[i]);
	for (size_t i = 0; i < comparison->n_facts; i++)
		lg_aspect_free(&comparison->facts[i].fact);

	free(comparison->changes);
	free(comparison->facts);
	*comparison = (struct lg_comparison){0};
}
