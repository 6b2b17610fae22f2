// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_data.h"

#include "baseline_real.h"
#include "json.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* The members of a variant that the page shows. */
static const char *const parts[] = {
	"verdict",	 "reason",	    "file",	"line",
	"duration_ms",	 "facts",	    "claims",	"hosts",
	"trace",	 "observations",    "counters", "times_ms",
	"took_ms",	 "states",	    "plots",	"notes",
	"settled_trace", "settled_counters"};
#define N_PARTS (sizeof(parts) / sizeof(*parts))

/* Values by number, each of them once. */
struct pool {
	json_t *values;
	json_t *numbers; /* by the value as text */
};

struct data {
	size_t n_kernels;
	bool mixed; /* real and virtual time */
	struct pool lines, parts, runs;
	json_t *cases; /* as the page has them */
	json_t *cases_by_name;
};

/* ---- pools ------------------------------------------------------------- */

static void pool_open(struct pool *pool)
{
	pool->values = lg_there(json_array());
	pool->numbers = lg_there(json_object());
}

/* Hands over the values. */
static json_t *pool_close(struct pool *pool)
{
	json_decref(pool->numbers);
	return pool->values;
}

/* `text` is what tells the value from others. */
static json_int_t pool_number(struct pool *pool, json_t *value,
			      const char *text)
{
	const json_t *number = json_object_get(pool->numbers, text);
	if (number)
		return json_integer_value(number);

	json_int_t next = (json_int_t)json_array_size(pool->values);
	lg_json_append(pool->values, json_incref(value));
	lg_json_set(pool->numbers, text, json_integer(next));
	return next;
}

/* The number of a value, which is put in if it is new. */
static json_int_t pool_put(struct pool *pool, json_t *value)
{
	char *text = lg_there(json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY |
							JSON_SORT_KEYS));
	json_int_t number = pool_number(pool, value, text);
	free(text);
	return number;
}

/* ---- a variant on a kernel --------------------------------------------- */

static json_t *numbers_of_lines(struct data *data, const json_t *trace)
{
	json_t *numbers = lg_there(json_array());
	size_t i;
	json_t *line;
	json_array_foreach(trace, i, line) lg_json_append(
		numbers, json_integer(pool_number(&data->lines, line,
						  json_string_value(line))));
	return numbers;
}

static json_int_t part_number(struct data *data, const json_t *variant,
			      const char *name)
{
	json_t *value = json_object_get(variant, name);
	if (!value)
		return -1;
	if (strcmp(name, "trace") && strcmp(name, "settled_trace"))
		return pool_put(&data->parts, value);
	json_t *numbers = numbers_of_lines(data, value);
	json_int_t number = pool_put(&data->parts, numbers);
	json_decref(numbers);
	return number;
}

/* With what can be held against a kernel in real time. */
static json_t *with_settled(const json_t *variant)
{
	json_t *all = lg_there(json_copy((json_t *)variant));
	json_t *settled = lg_there(json_deep_copy(variant));

	lg_baseline_settle(settled);
	json_object_set(all, "settled_trace",
			json_object_get(settled, "trace"));
	json_object_set(all, "settled_counters",
			json_object_get(settled, "counters"));
	json_decref(settled);
	return all;
}

static json_int_t run_of_parts(struct data *data, const json_t *variant)
{
	json_t *run = lg_there(json_array());
	for (size_t i = 0; i < N_PARTS; i++)
		lg_json_append(run, json_integer(part_number(data, variant,
							     parts[i])));
	json_int_t number = pool_put(&data->runs, run);
	json_decref(run);
	return number;
}

static json_int_t run_number(struct data *data, const json_t *variant)
{
	if (!data->mixed)
		return run_of_parts(data, variant);
	json_t *all = with_settled(variant);
	json_int_t number = run_of_parts(data, all);
	json_decref(all);
	return number;
}

/* ---- cases ------------------------------------------------------------- */

/* Those of one case, by variant and kernel: none has run yet. */
static json_t *runs_of(struct data *data, json_t *about, const char *variant)
{
	json_t *places = lg_json_in(about, "places");
	json_t *runs = json_object_get(places, variant);
	if (runs)
		return runs;

	runs = lg_there(json_array());
	for (size_t i = 0; i < data->n_kernels; i++)
		lg_json_append(runs, json_integer(-1));
	lg_json_set(places, variant, runs);
	lg_json_append(json_object_get(about, "variants"),
		       json_string(variant));
	lg_json_append(json_object_get(about, "runs"), json_incref(runs));
	return runs;
}

static json_t *case_named(struct data *data, const char *name)
{
	json_t *about = json_object_get(data->cases_by_name, name);
	if (about)
		return about;
	about = lg_there(json_pack("{s:s, s:[], s:[]}", "name", name,
				   "variants", "runs"));
	lg_json_append(data->cases, about);
	lg_json_set(data->cases_by_name, name, json_incref(about));
	return about;
}

/* The last baseline that says something of a case is believed. */
static void describe(json_t *about, const json_t *said)
{
	static const char *const members[] = {"title", "story", "topology",
					      "claims", "facts"};
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		json_t *value = json_object_get(said, members[i]);
		if (value)
			lg_json_set(about, members[i], json_incref(value));
	}
}

static void add_kernel(struct data *data, const struct lg_baseline *baseline,
		       size_t kernel)
{
	const char *name, *variant;
	json_t *said, *run;

	json_object_foreach(baseline->cases, name, said)
	{
		json_t *about = case_named(data, name);
		describe(about, said);
		json_object_foreach(json_object_get(said, "variants"), variant,
				    run)
			json_array_set_new(
				runs_of(data, about, variant), kernel,
				lg_there(json_integer(run_number(data, run))));
	}
}

/* ---- kernels ----------------------------------------------------------- */

static bool is_named(const json_t *kernels, const char *name)
{
	size_t i;
	json_t *kernel;
	json_array_foreach(kernels, i, kernel)
	{
		if (!strcmp(lg_json_text(kernel, "name"), name))
			return true;
	}
	return false;
}

/* Two runs on one kernel are told apart: "uml-6.1", "uml-6.1#2". */
static json_t *kernels_of(const struct lg_baselines *baselines)
{
	json_t *kernels = lg_there(json_array());
	for (size_t i = 0; i < baselines->n; i++) {
		json_t *kernel =
			lg_there(json_copy(baselines->list[i]->kernel));
		const char *name = lg_baseline_name(baselines->list[i]);
		char *unlike = lg_text("%s", name);
		for (unsigned n = 2; is_named(kernels, unlike); n++) {
			free(unlike);
			unlike = lg_text("%s#%u", name, n);
		}
		lg_json_set(kernel, "name", json_string(unlike));
		lg_json_append(kernels, kernel);
		free(unlike);
	}
	return kernels;
}

static bool are_mixed(const struct lg_baselines *baselines)
{
	bool real = false, is_virtual = false;
	for (size_t i = 0; i < baselines->n; i++) {
		const char *time =
			lg_json_text(baselines->list[i]->kernel, "time");
		if (!strcmp(time, "real"))
			real = true;
		else
			is_virtual = true;
	}
	return real && is_virtual;
}

/* ---- the whole --------------------------------------------------------- */

static json_t *names_of_parts(void)
{
	json_t *names = lg_there(json_array());
	for (size_t i = 0; i < N_PARTS; i++)
		lg_json_append(names, json_string(parts[i]));
	return names;
}

json_t *lg_report_data(const struct lg_baselines *baselines)
{
	struct data data = {.n_kernels = baselines->n,
			    .mixed = are_mixed(baselines),
			    .cases = lg_there(json_array()),
			    .cases_by_name = lg_there(json_object())};
	size_t i;
	json_t *about;

	pool_open(&data.lines);
	pool_open(&data.parts);
	pool_open(&data.runs);
	for (size_t kernel = 0; kernel < baselines->n; kernel++)
		add_kernel(&data, baselines->list[kernel], kernel);
	json_decref(data.cases_by_name);
	json_array_foreach(data.cases, i, about)
		json_object_del(about, "places");
	return lg_there(json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o}", "kernels",
		kernels_of(baselines), "cases", data.cases, "runs",
		pool_close(&data.runs), "parts", names_of_parts(), "pool",
		pool_close(&data.parts), "lines", pool_close(&data.lines)));
}
