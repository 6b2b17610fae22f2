// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare.h"
#include "json.h"
#include "text.h"
#include "trace_diff.h"

#include <stdlib.h>

static json_t *kernels(const struct lg_baselines *of)
{
	json_t *list = lg_there(json_array());
	for (size_t i = 0; i < of->n; i++) {
		json_t *kernel = lg_there(json_deep_copy(of->list[i]->kernel));
		lg_json_set(kernel, "path", json_string(of->list[i]->path));
		if (of->list[i]->repeat)
			lg_json_set(kernel, "repeat",
				    json_integer(of->list[i]->repeat));
		lg_json_append(list, kernel);
	}
	return list;
}

static json_t *fact_of(const struct lg_aspect *fact, const char *means)
{
	return lg_there(json_pack("{s:s, s:O, s:s}", "fact", fact->name,
				  "holds", fact->values, "means", means));
}

static json_t *facts_of(const struct lg_change *change)
{
	json_t *list = lg_there(json_array());
	for (size_t i = 0; i < change->facts.n; i++) {
		const struct lg_aspect *fact = &change->facts.list[i];
		lg_json_append(list,
			       fact_of(fact, lg_change_meaning(change, fact)));
	}
	return list;
}

/* Of two traces, that before the i-th and the i-th. */
static json_t *first_line(const struct lg_aspect *aspect, size_t i)
{
	const json_t *trace = json_array_get(aspect->values, i), *former;
	do
		former = json_array_get(aspect->values, --i);
	while (json_is_null(former));

	struct lg_trace_diff diff;
	lg_trace_diff(&diff, former, trace);
	json_t *line = json_integer((json_int_t)diff.first);
	lg_trace_diff_free(&diff);
	return line;
}

static json_t *what_of(const struct lg_aspect *aspect)
{
	json_t *changes_at = lg_there(json_array());
	json_t *first = lg_there(json_array());
	for (size_t i = 1; i < json_array_size(aspect->values); i++) {
		if (!lg_aspect_changes_at(aspect, i))
			continue;
		lg_json_append(changes_at, json_integer((json_int_t)i));
		if (aspect->kind == LG_ASPECT_TRACE)
			lg_json_append(first, first_line(aspect, i));
	}
	json_t *what = lg_there(json_pack(
		"{s:s, s:s, s:O, s:o}", "kind",
		lg_aspect_kind_name(aspect->kind), "name", aspect->name,
		"values", aspect->values, "changes_at", changes_at));
	if (aspect->kind == LG_ASPECT_TRACE)
		lg_json_set(what, "first", json_incref(first));
	json_decref(first);
	return what;
}

static json_t *change_of(const struct lg_change *change)
{
	json_t *what = lg_there(json_array());
	for (size_t i = 0; i < change->aspects.n; i++)
		lg_json_append(what, what_of(&change->aspects.list[i]));
	return lg_there(json_pack(
		"{s:s, s:s, s:O, s:o, s:o}", "case", change->case_name, "title",
		lg_json_text(change->about, "title"), "variants",
		change->variants, "because", facts_of(change), "what", what));
}

void lg_compare_json(const struct lg_comparison *comparison)
{
	json_t *facts = lg_there(json_array());
	json_t *changes = lg_there(json_array());

	for (size_t i = 0; i < comparison->n_facts; i++) {
		const struct lg_fact_change *change = &comparison->facts[i];
		json_t *fact = fact_of(&change->fact, change->means);
		lg_json_set(fact, "variants",
			    json_integer((json_int_t)change->n_variants));
		lg_json_append(facts, fact);
	}
	for (size_t i = 0; i < comparison->n; i++)
		lg_json_append(changes, change_of(&comparison->changes[i]));

	json_t *all = lg_there(json_pack(
		"{s:i, s:s, s:o, s:{s:i, s:i}, s:I, s:I, s:o, s:o}", "schema",
		1, "kind", "comparison", "kernels", kernels(comparison->of),
		"tolerance", "percent", LG_TOLERANCE_PERCENT, "ms",
		LG_TOLERANCE_MS, "variants", (json_int_t)comparison->n_variants,
		"changed", (json_int_t)comparison->n_changed, "facts", facts,
		"changes", changes));
	lg_json_print(stdout, all);
	json_decref(all);
}
