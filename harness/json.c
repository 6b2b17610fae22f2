// SPDX-License-Identifier: GPL-2.0-or-later
#include "json.h"

#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void lg_json_set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, lg_there(value)))
		lg_there(NULL);
}

void lg_json_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, lg_there(value)))
		lg_there(NULL);
}

json_t *lg_json_in(json_t *object, const char *name)
{
	json_t *member = json_object_get(object, name);
	if (!member) {
		member = json_object();
		lg_json_set(object, name, member);
	}
	return member;
}

json_t *lg_json_array_in(json_t *object, const char *name)
{
	json_t *array = json_object_get(object, name);
	if (!array) {
		array = json_array();
		lg_json_set(object, name, array);
	}
	return array;
}

char *lg_json_joined(const json_t *strings, const char *separator)
{
	char *text = lg_text("%s", "");
	size_t i;
	json_t *string;
	json_array_foreach(strings, i, string) lg_text_append(
		&text, "%s%s", i ? separator : "", json_string_value(string));
	return text;
}

const char *lg_json_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

/* ---- printing ---------------------------------------------------------- */

static void print(FILE *to, const json_t *value, size_t depth);

static void new_line(FILE *to, size_t depth)
{
	fprintf(to, "\n%*s", (int)depth, "");
}

static void print_flat(FILE *to, const json_t *value)
{
	char *text =
		lg_there(json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT));
	fputs(text, to);
	free(text);
}

static void print_member(FILE *to, const char *name, const json_t *value,
			 size_t depth)
{
	json_t *key = lg_there(json_string(name));
	print_flat(to, key);
	json_decref(key);
	fputs(": ", to);
	print(to, value, depth);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the order in which they were set. */
static const char **names_of(const json_t *object)
{
	size_t n = 0;
	const char **names =
		lg_room(json_object_size(object) + 1, sizeof(*names));
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value) names[n++] = name;
	return names;
}

const char **lg_json_names(const json_t *object)
{
	const char **names = names_of(object);
	qsort(names, json_object_size(object), sizeof(*names), compare_names);
	return names;
}

static void print_object(FILE *to, const json_t *object, size_t depth)
{
	size_t n = json_object_size(object);
	const char **names = depth ? lg_json_names(object) : names_of(object);

	fputc('{', to);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? "," : "", to);
		new_line(to, depth + 1);
		print_member(to, names[i], json_object_get(object, names[i]),
			     depth + 1);
	}
	if (n)
		new_line(to, depth);
	fputc('}', to);
	free(names);
}

/* Whether its elements are told apart by their lines. */
static bool has_lines(const json_t *array)
{
	const json_t *first = json_array_get(array, 0);
	return json_is_string(first) || json_is_array(first) ||
	       json_is_object(first);
}

static void print_array(FILE *to, const json_t *array, size_t depth)
{
	size_t i;
	json_t *element;

	if (!has_lines(array)) {
		print_flat(to, array);
		return;
	}
	fputc('[', to);
	json_array_foreach(array, i, element)
	{
		fputs(i ? "," : "", to);
		new_line(to, depth + 1);
		if (json_is_array(element))
			print_flat(to, element);
		else
			print(to, element, depth + 1);
	}
	new_line(to, depth);
	fputc(']', to);
}

static void print(FILE *to, const json_t *value, size_t depth)
{
	if (json_is_object(value))
		print_object(to, value, depth);
	else if (json_is_array(value))
		print_array(to, value, depth);
	else
		print_flat(to, value);
}

void lg_json_print(FILE *to, const json_t *value)
{
	print(to, value, 0);
	fputc('\n', to);
}
