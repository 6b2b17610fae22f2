// SPDX-License-Identifier: GPL-2.0-or-later
#include "aspect.h"

#include "json.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* While they are looked for. */
struct search {
	struct lg_aspects *found;
	const json_t *const *variants;
	size_t n;
};

const char *lg_aspect_kind_name(enum lg_aspect_kind kind)
{
	static const char *const names[] = {
		"presence", "verdict", "observation", "claim",
		"trace",    "states",  "gap",	      "counter",
		"duration", "plot",    "notes",	      "fact"};
	static_assert(sizeof(names) / sizeof(*names) == LG_ASPECTS,
		      "a name for each kind");
	return names[kind];
}

/* ---- what is a difference ---------------------------------------------- */

static bool is_time(enum lg_aspect_kind kind)
{
	return kind == LG_ASPECT_DURATION || kind == LG_ASPECT_GAP;
}

static bool times_differ(json_int_t a, json_int_t b)
{
	json_int_t longer = a > b ? a : b;
	json_int_t apart = a > b ? a - b : b - a;
	return apart > LG_TOLERANCE_MS &&
	       apart * 100 > longer * LG_TOLERANCE_PERCENT;
}

static bool values_differ(enum lg_aspect_kind kind, const json_t *a,
			  const json_t *b)
{
	if (is_time(kind) && json_is_integer(a) && json_is_integer(b))
		return times_differ(json_integer_value(a),
				    json_integer_value(b));
	return !json_equal(a, b);
}

bool lg_aspect_changes_at(const struct lg_aspect *aspect, size_t i)
{
	const json_t *value = json_array_get(aspect->values, i);
	if (json_is_null(value))
		return false;
	while (i-- > 0) {
		const json_t *former = json_array_get(aspect->values, i);
		if (!json_is_null(former))
			return values_differ(aspect->kind, former, value);
	}
	return false;
}

/* Keeps it if it has changed anywhere; takes over the values. */
static void add(struct search *search, enum lg_aspect_kind kind,
		const char *name, json_t *values)
{
	struct lg_aspects *found = search->found;
	struct lg_aspect aspect = {.kind = kind, .values = values};
	bool changes = false;

	for (size_t i = 1; i < search->n && !changes; i++)
		changes = lg_aspect_changes_at(&aspect, i);
	if (!changes) {
		json_decref(values);
		return;
	}
	aspect.name = lg_text("%s", name);
	found->list = lg_there(
		reallocarray(found->list, found->n + 1, sizeof(*found->list)));
	found->list[found->n++] = aspect;
}

/* ---- values ------------------------------------------------------------ */

/* One that was skipped, or is broken, has shown nothing else. */
static bool has_run(const json_t *variant)
{
	const char *verdict = lg_json_text(variant, "verdict");
	return !strcmp(verdict, "pass") || !strcmp(verdict, "fail");
}

static void append_value(json_t *values, const json_t *value)
{
	lg_json_append(values,
		       value ? json_incref((json_t *)value) : json_null());
}

/* What each variant that ran has at `path` ("counters", host, name); `none`
 * where there is nothing.  Takes over `none`; NULL: nothing to compare. */
static json_t *values_at(const struct search *search, const char *const path[],
			 json_t *none)
{
	json_t *values = lg_there(json_array());
	for (size_t i = 0; i < search->n; i++) {
		const json_t *value = has_run(search->variants[i])
					      ? search->variants[i]
					      : NULL;
		if (value) {
			for (const char *const *p = path; *p; p++)
				value = json_object_get(value, *p);
			value = value ? value : none;
		}
		append_value(values, value);
	}
	json_decref(none);
	return values;
}

static const char *next_name(json_t *object, void **at)
{
	*at = *at ? json_object_iter_next(object, *at)
		  : json_object_iter(object);
	return *at ? json_object_iter_key(*at) : NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All names that any variant has in the object `member` (and in `inner` of it,
 * unless that is NULL), sorted, ended by NULL; they are the variants'. */
static const char **all_names(const struct search *search, const char *member,
			      const char *inner)
{
	json_t *seen = lg_there(json_object());
	for (size_t i = 0; i < search->n; i++) {
		json_t *object = json_object_get(search->variants[i], member);
		if (inner)
			object = json_object_get(object, inner);
		if (object && json_object_update_missing(seen, object))
			lg_there(NULL);
	}

	size_t n = 0;
	const char **names =
		lg_room(json_object_size(seen) + 1, sizeof(*names));
	for (size_t i = 0; i < search->n; i++) {
		json_t *object = json_object_get(search->variants[i], member);
		if (inner)
			object = json_object_get(object, inner);
		const char *name;
		for (void *at = NULL; (name = next_name(object, &at));) {
			if (!json_object_get(seen, name))
				continue;
			names[n++] = name;
			json_object_del(seen, name);
		}
	}
	json_decref(seen);
	qsort(names, n, sizeof(*names), compare_names);
	return names;
}

/* ---- aspect by aspect -------------------------------------------------- */

static void find_presence(struct search *search)
{
	json_t *values = lg_there(json_array());
	for (size_t i = 0; i < search->n; i++)
		lg_json_append(values, json_boolean(search->variants[i]));
	add(search, LG_ASPECT_PRESENCE, "", values);
}

static json_t *verdict_value(const json_t *variant)
{
	const char *verdict = lg_json_text(variant, "verdict");
	const char *reason = lg_json_text(variant, "reason");
	if (!variant)
		return json_null();
	if (!*reason)
		return json_string(verdict);
	char *text = lg_text("%s: %s", verdict, reason);
	json_t *value = json_string(text);
	free(text);
	return value;
}

static void find_verdict(struct search *search)
{
	json_t *values = lg_there(json_array());
	for (size_t i = 0; i < search->n; i++)
		lg_json_append(values, verdict_value(search->variants[i]));
	add(search, LG_ASPECT_VERDICT, "", values);
}

/* Of a member that is there once. */
static void find_member(struct search *search, enum lg_aspect_kind kind,
			const char *member, json_t *none)
{
	const char *path[] = {member, NULL};
	add(search, kind, "", values_at(search, path, none));
}

/* Of a member that has several, by name. */
static void find_named(struct search *search, enum lg_aspect_kind kind,
		       const char *member, json_t *none)
{
	const char **names = all_names(search, member, NULL);
	for (const char **name = names; *name; name++) {
		const char *path[] = {member, *name, NULL};
		add(search, kind, *name,
		    values_at(search, path, json_incref(none)));
	}
	json_decref(none);
	free(names);
}

static void find_counters_of(struct search *search, const char *host)
{
	const char **names = all_names(search, "counters", host);
	for (const char **name = names; *name; name++) {
		const char *path[] = {"counters", host, *name, NULL};
		char *full = lg_text("%s %s", host, *name);
		add(search, LG_ASPECT_COUNTER, full,
		    values_at(search, path, json_integer(0)));
		free(full);
	}
	free(names);
}

static void find_counters(struct search *search)
{
	const char **hosts = all_names(search, "counters", NULL);
	for (const char **host = hosts; *host; host++)
		find_counters_of(search, *host);
	free(hosts);
}

/* [segments, host, connection, state] without the time, which is a gap's. */
static json_t *timeless_states(const json_t *states)
{
	size_t i;
	json_t *state, *timeless = lg_there(json_array());
	json_array_foreach(states, i, state)
	{
		json_t *part = lg_there(json_array());
		for (size_t j = 0; j < 4; j++)
			append_value(part, json_array_get(state, j));
		lg_json_append(timeless, part);
	}
	return timeless;
}

static void find_states(struct search *search)
{
	json_t *values = lg_there(json_array());
	for (size_t i = 0; i < search->n; i++) {
		const json_t *states =
			json_object_get(search->variants[i], "states");
		lg_json_append(values, states && has_run(search->variants[i])
					       ? timeless_states(states)
					       : json_null());
	}
	add(search, LG_ASPECT_STATES, "", values);
}

/* How long nothing was sent before a segment. */
static json_t *gap_before(const json_t *variant, size_t segment)
{
	const json_t *times = json_object_get(variant, "times_ms");
	if (!has_run(variant) || segment >= json_array_size(times))
		return json_null();
	return json_integer(
		json_integer_value(json_array_get(times, segment)) -
		json_integer_value(json_array_get(times, segment - 1)));
}

static void find_gap(struct search *search)
{
	size_t longest = 0, n_before = search->found->n;
	for (size_t i = 0; i < search->n; i++) {
		size_t size = json_array_size(
			json_object_get(search->variants[i], "times_ms"));
		longest = size > longest ? size : longest;
	}
	for (size_t segment = 1;
	     segment < longest && search->found->n == n_before; segment++) {
		json_t *values = lg_there(json_array());
		for (size_t i = 0; i < search->n; i++)
			lg_json_append(values, gap_before(search->variants[i],
							  segment));
		char *name = lg_text("before segment %zu", segment + 1);
		add(search, LG_ASPECT_GAP, name, values);
		free(name);
	}
}

static void find_traces(struct search *search)
{
	size_t n_before = search->found->n;
	find_member(search, LG_ASPECT_TRACE, "trace", json_array());
	if (search->found->n > n_before)
		return;
	find_states(search);
	find_gap(search);
}

/* What a variant that was skipped asked for is why it was. */
static void find_facts(struct search *search)
{
	const char **names = all_names(search, "facts", NULL);
	for (const char **name = names; *name; name++) {
		json_t *values = lg_there(json_array());
		for (size_t i = 0; i < search->n; i++)
			append_value(
				values,
				json_object_get(
					json_object_get(search->variants[i],
							"facts"),
					*name));
		add(search, LG_ASPECT_FACT, *name, values);
	}
	free(names);
}

static bool are_equal(const json_t *const variants[], size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (!variants[i] != !variants[0] ||
		    (variants[i] && !json_equal(variants[i], variants[0])))
			return false;
	}
	return true;
}

void lg_aspects_find(struct lg_aspects *aspects, const json_t *const variants[],
		     size_t n)
{
	struct search search = {.found = aspects, .variants = variants, .n = n};

	*aspects = (struct lg_aspects){0};
	if (are_equal(variants, n))
		return;
	find_presence(&search);
	find_verdict(&search);
	find_named(&search, LG_ASPECT_OBSERVATION, "observations",
		   json_array());
	find_named(&search, LG_ASPECT_CLAIM, "claims",
		   json_string("undecided"));
	find_traces(&search);
	find_counters(&search);
	find_member(&search, LG_ASPECT_DURATION, "duration_ms", NULL);
	find_named(&search, LG_ASPECT_PLOT, "plots", json_array());
	find_member(&search, LG_ASPECT_NOTES, "notes", json_array());
	find_facts(&search);
}

void lg_aspects_take_facts(struct lg_aspects *aspects, struct lg_aspects *facts)
{
	size_t n = aspects->n;
	while (n && aspects->list[n - 1].kind == LG_ASPECT_FACT)
		n--;
	size_t n_facts = aspects->n - n;
	if (!n_facts)
		return;
	facts->list = lg_there(reallocarray(facts->list, facts->n + n_facts,
					    sizeof(*facts->list)));
	memcpy(&facts->list[facts->n], &aspects->list[n],
	       n_facts * sizeof(*facts->list));
	facts->n += n_facts;
	aspects->n = n;
}

void lg_aspect_free(struct lg_aspect *aspect)
{
	free(aspect->name);
	json_decref(aspect->values);
}

void lg_aspects_free(struct lg_aspects *aspects)
{
	for (size_t i = 0; i < aspects->n; i++)
		lg_aspect_free(&aspects->list[i]);
	free(aspects->list);
	*aspects = (struct lg_aspects){0};
}
