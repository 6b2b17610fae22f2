/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Macros of libraries that stand for a statement, for cppcheck: it does not
 * read their headers, which would make it twenty times slower. */
#define json_array_foreach(array, index, value)                                \
	for (index = 0; (value = json_array_get(array, index)); index++)
#define json_object_foreach(object, key, value)                                \
	for (key = first_key(object); (value = json_object_get(object, key));  \
	     key = next_key(object, key))
#define LIBBPF_OPTS(type, name, ...) struct type name = {__VA_ARGS__}
#define DECLARE_LIBBPF_OPTS LIBBPF_OPTS
