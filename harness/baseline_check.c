// SPDX-License-Identifier: GPL-2.0-or-later
#include "baseline_check.h"

#include "baseline.h"
#include "error.h"
#include "json.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/*
 * A shape is read from the left: [ an array and { an object of what follows,
 * s a string, i an integer, b a boolean, * anything.
 */
struct member {
	const char *name, *shape;
	bool needed;
};

static const struct member root_members[] = {
	{"kernel", "{*", true}, {"cases", "{{*", true}, {NULL, NULL, false}};

static const struct member kernel_members[] = {{"name", "s", true},
					       {"release", "s", true},
					       {"guest", "s", true},
					       {"time", "s", true},
					       {NULL, NULL, false}};

static const struct member case_members[] = {
	{"title", "s", false},	  {"story", "s", false},
	{"topology", "s", false}, {"claims", "[i", false},
	{"facts", "{s", false},	  {"variants", "{{*", true},
	{NULL, NULL, false}};

static const struct member variant_members[] = {
	{"verdict", "s", true},	     {"reason", "s", true},
	{"file", "s", false},	     {"line", "i", false},
	{"duration_ms", "i", false}, {"facts", "{b", false},
	{"claims", "{b", false},     {"observations", "{[s", false},
	{"counters", "{{i", false},  {"hosts", "[s", false},
	{"trace", "[s", false},	     {"times_ms", "[i", false},
	{"took_ms", "[i", false},    {"states", "[[*", false},
	{"plots", "{[[i", false},    {"notes", "[s", false},
	{NULL, NULL, false}};

static bool has_shape(const json_t *value, const char *shape)
{
	size_t i;
	const char *name;
	json_t *element;

	switch (*shape) {
	case 's':
		return json_is_string(value);
	case 'i':
		return json_is_integer(value);
	case 'b':
		return json_is_boolean(value);
	case '[':
		json_array_foreach(value, i, element)
		{
			if (!has_shape(element, shape + 1))
				return false;
		}
		return json_is_array(value);
	case '{':
		json_object_foreach((json_t *)value, name, element)
		{
			if (!has_shape(element, shape + 1))
				return false;
		}
		return json_is_object(value);
	default:
		return true;
	}
}

static const char *name_of_shape(const char *shape)
{
	switch (*shape) {
	case 's':
		return "a string";
	case 'i':
		return "an integer";
	case 'b':
		return "true or false";
	case '[':
		return shape[1] == 's'	 ? "an array of strings"
		       : shape[1] == 'i' ? "an array of integers"
					 : "an array of arrays";
	default:
		return shape[1] == 's'	 ? "an object of strings"
		       : shape[1] == 'b' ? "an object of true and false"
		       : shape[1] == '[' ? "an object of arrays"
		       : shape[1] == '{' ? "an object of objects"
					 : "an object";
	}
}

static int refuse(const char *reason)
{
	lg_error(0, "%s", reason);
	return -EINVAL;
}

static int check_members(const json_t *object, const struct member *members)
{
	for (const struct member *m = members; m->name; m++) {
		const json_t *value = json_object_get(object, m->name);
		if ((!value && !m->needed) ||
		    (value && has_shape(value, m->shape)))
			continue;
		lg_error(0, value ? "\"%s\" is not %s" : "\"%s\" is missing",
			 m->name, name_of_shape(m->shape));
		return -EINVAL;
	}
	return 0;
}

static int check_variant(const json_t *variant)
{
	static const char *const verdicts[] = {"pass", "fail", "broken",
					       "skip"};
	int result = check_members(variant, variant_members);
	if (result)
		return result;

	const char *verdict = lg_json_text(variant, "verdict");
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		if (!strcmp(verdict, verdicts[i]))
			return 0;
	}
	lg_error(0, "there is no verdict '%s'", verdict);
	return -EINVAL;
}

static int check_case(const char *case_name, const json_t *about)
{
	const char *name;
	json_t *variant;
	int result = check_members(about, case_members);

	if (result)
		return lg_error_in(result, "in case %s", case_name);
	json_object_foreach(json_object_get(about, "variants"), name, variant)
	{
		result = check_variant(variant);
		if (result)
			return lg_error_in(result, "in %s:%s", case_name, name);
	}
	return 0;
}

static int check_header(const json_t *root)
{
	const json_t *schema = json_object_get(root, "schema");

	if (strcmp(lg_json_text(root, "kind"), "baseline"))
		return refuse("this is no baseline: \"kind\" is not "
			      "\"baseline\"");
	if (!json_is_integer(schema))
		return refuse("\"schema\" is not an integer");
	if (json_integer_value(schema) != LG_BASELINE_SCHEMA) {
		lg_error(0,
			 "this is of schema %lld, and linger reads schema %d: "
			 "have it written anew",
			 (long long)json_integer_value(schema),
			 LG_BASELINE_SCHEMA);
		return -EINVAL;
	}
	int result = check_members(root, root_members);
	if (result)
		return result;
	result = check_members(json_object_get(root, "kernel"), kernel_members);
	return result ? lg_error_in(result, "in \"kernel\"") : 0;
}

int lg_baseline_check(const json_t *root)
{
	const char *name;
	json_t *about;
	int result = check_header(root);

	if (result)
		return result;
	json_object_foreach(json_object_get(root, "cases"), name, about)
	{
		result = check_case(name, about);
		if (result)
			return result;
	}
	return 0;
}
