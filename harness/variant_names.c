// SPDX-License-Identifier: GPL-2.0-or-later
#include "variant_names.h"

#include "json.h"
#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct part {
	const char *at; /* NULL: there is none */
	size_t length;
};

/* The n-th of those that commas separate. */
static struct part find_part(const char *name, size_t n)
{
	for (; name && n; n--) {
		name = strchr(name, ',');
		name += name != NULL;
	}
	return (struct part){name, name ? strcspn(name, ",") : 0};
}

static bool differ_there_only(const char *a, const char *b, size_t n)
{
	struct part in_a = find_part(a, n), in_b = find_part(b, n);
	return in_a.at && in_b.at && in_a.at - a == in_b.at - b &&
	       !strncmp(a, b, (size_t)(in_a.at - a)) &&
	       !strcmp(in_a.at + in_a.length, in_b.at + in_b.length);
}

/* What the parts have in common up to their "=" is said once. */
static char *join(const char *a, const char *b, size_t n)
{
	struct part in_a = find_part(a, n), in_b = find_part(b, n);
	const char *value = memchr(in_b.at, '=', in_b.length);
	size_t setting = value ? (size_t)(value + 1 - in_b.at) : 0;

	if (strncmp(in_a.at, in_b.at, setting) != 0)
		setting = 0;
	return lg_text("%.*s|%.*s%s", (int)(in_a.at + in_a.length - a), a,
		       (int)(in_b.length - setting), in_b.at + setting,
		       in_a.at + in_a.length);
}

/* Joins those that differ in their n-th part only; returns a new array. */
static json_t *join_all(json_t *names, size_t n)
{
	json_t *joined = lg_there(json_array());
	size_t i, j;
	json_t *name, *known;

	/* What each was, before others were put to it, stands in `heads`. */
	json_t *heads = lg_there(json_array());
	json_array_foreach(names, i, name)
	{
		const char *text = json_string_value(name);
		json_array_foreach(heads, j, known)
		{
			if (differ_there_only(json_string_value(known), text,
					      n))
				break;
		}
		if (j == json_array_size(heads)) {
			lg_json_append(heads, json_incref(name));
			lg_json_append(joined, json_incref(name));
			continue;
		}
		char *both = join(json_string_value(json_array_get(joined, j)),
				  text, n);
		json_array_set_new(joined, j, lg_there(json_string(both)));
		free(both);
	}
	json_decref(heads);
	json_decref(names);
	return joined;
}

static size_t most_parts(const json_t *names)
{
	size_t i, most = 0;
	json_t *name;
	json_array_foreach(names, i, name)
	{
		while (find_part(json_string_value(name), most).at)
			most++;
	}
	return most;
}

json_t *lg_variant_names(const json_t *names)
{
	json_t *joined = lg_there(json_copy((json_t *)names));
	for (size_t n = most_parts(names); n-- > 0;)
		joined = join_all(joined, n);
	return joined;
}
