// SPDX-License-Identifier: GPL-2.0-or-later
#include "variant_split.h"

#include "json.h"
#include "text.h"
#include "variant_names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of names with more, the last are always looked at together. */
#define PARTS_MOST 12

/* The parts of a name by what they are about: {"0": "ipv4",
 * "client.tcp_tw_reuse": "client.tcp_tw_reuse=1"}.  Those without a value are
 * told apart by their place. */
static json_t *parts_of(const char *name)
{
	json_t *parts = lg_there(json_object());
	for (unsigned place = 0; *name; place++) {
		size_t length = strcspn(name, ",");
		size_t about = strcspn(name, "=");
		char *key = about < length ? lg_text("%.*s", (int)about, name)
					   : lg_text("%u", place);
		lg_json_set(parts, key, json_stringn(name, length));
		free(key);
		name += length + (name[length] == ',');
	}
	return parts;
}

static json_t *parts_of_all(const json_t *names)
{
	json_t *all = lg_there(json_array());
	size_t i;
	json_t *name;
	json_array_foreach(names, i, name)
		lg_json_append(all, parts_of(json_string_value(name)));
	return all;
}

static void add_keys(json_t *keys, const json_t *all)
{
	size_t i;
	json_t *parts, *part;
	const char *key;
	json_array_foreach(all, i, parts)
	{
		json_object_foreach(parts, key, part)
			lg_json_set(keys, key, json_true());
	}
}

/* What a variant has at the keys that the mask chooses. */
static char *project(const json_t *parts, const json_t *keys, unsigned mask)
{
	char *text = lg_text("%s", "");
	unsigned bit = 0;
	const char *key;
	json_t *unused;

	json_object_foreach((json_t *)keys, key, unused)
	{
		bool chosen = mask & 1u << bit;
		bit += bit + 1 < PARTS_MOST;
		if (!chosen)
			continue;
		const char *part = lg_json_text(parts, key);
		const char *comma = *text ? "," : "";
		if (*part)
			lg_text_append(&text, "%s%s", comma, part);
		else
			lg_text_append(&text, "%sno %s", comma, key);
	}
	return text;
}

/* Each once. */
static json_t *project_all(const json_t *all, const json_t *keys, unsigned mask)
{
	json_t *set = lg_there(json_object());
	json_t *texts = lg_there(json_array());
	size_t i;
	json_t *parts;

	json_array_foreach(all, i, parts)
	{
		char *text = project(parts, keys, mask);
		if (!json_object_get(set, text)) {
			lg_json_set(set, text, json_true());
			lg_json_append(texts, json_string(text));
		}
		free(text);
	}
	json_decref(set);
	return texts;
}

static bool are_apart(const json_t *a, const json_t *b)
{
	json_t *set = lg_there(json_object());
	bool apart = true;
	size_t i;
	json_t *text;

	json_array_foreach(a, i, text)
		lg_json_set(set, json_string_value(text), json_true());
	json_array_foreach(b, i, text) apart &=
		!json_object_get(set, json_string_value(text));
	json_decref(set);
	return apart;
}

static bool split_by(const json_t *all_a, const json_t *all_b,
		     const json_t *keys, unsigned mask, json_t *split[2])
{
	split[0] = project_all(all_a, keys, mask);
	split[1] = project_all(all_b, keys, mask);
	if (are_apart(split[0], split[1]))
		return true;
	json_decref(split[0]);
	json_decref(split[1]);
	return false;
}

static json_t *shorten(json_t *names)
{
	json_t *shorter = lg_variant_names(names);
	json_decref(names);
	return shorter;
}

void lg_variant_split(const json_t *a, const json_t *b, json_t **of_a,
		      json_t **of_b)
{
	json_t *all_a = parts_of_all(a), *all_b = parts_of_all(b);
	json_t *keys = lg_there(json_object());
	json_t *split[2];
	bool done = false;

	add_keys(keys, all_a);
	add_keys(keys, all_b);
	size_t n = json_object_size(keys);
	unsigned bits = n < PARTS_MOST ? (unsigned)n : PARTS_MOST;
	for (unsigned size = 1; size <= bits && !done; size++) {
		for (unsigned mask = 0; mask < 1u << bits && !done; mask++) {
			if ((unsigned)__builtin_popcount(mask) == size)
				done = split_by(all_a, all_b, keys, mask,
						split);
		}
	}
	/* Names are told apart by all of their parts. */
	*of_a = done ? shorten(split[0]) : lg_variant_names(a);
	*of_b = done ? shorten(split[1]) : lg_variant_names(b);
	json_decref(keys);
	json_decref(all_a);
	json_decref(all_b);
}
