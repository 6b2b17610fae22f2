/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON as the runner makes it.  What allocates never fails, as in text.h. */
#ifndef LG_JSON_H
#define LG_JSON_H

#include <jansson.h>
#include <stdio.h>

/* Both take over `value`. */
void lg_json_set(json_t *object, const char *name, json_t *value);
void lg_json_append(json_t *array, json_t *value);

/* The object of that name in another one, made if it isn't there. */
json_t *lg_json_in(json_t *object, const char *name);

/* The array of that name, likewise. */
json_t *lg_json_array_in(json_t *object, const char *name);

/* The strings of an array with something between them; to be freed. */
char *lg_json_joined(const json_t *strings, const char *separator);

/* The names of an object's members, sorted, ended by NULL.  The list is to be
 * freed; the names are the object's. */
const char **lg_json_names(const json_t *object);

/* A text of an object; "" if there is none. */
const char *lg_json_text(const json_t *object, const char *name);

/*
 * Writes it so that a line of a diff is one thing that changed: the members of
 * an object in order of their names, but those of `value` itself as they were
 * set; each string of an array on a line of its own, and all of its numbers
 * together on one.
 */
void lg_json_print(FILE *to, const json_t *value);

#endif
