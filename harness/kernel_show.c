// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_show.h"

#include "terminal.h"

#include <stdio.h>

/* A value of any type, as the record has it. */
static void print_field(const char *key, const json_t *value)
{
	if (json_is_array(value)) {
		size_t i;
		json_t *part;
		printf("%-9s", key);
		json_array_foreach(value, i, part)
			printf(" %s", json_string_value(part));
		printf("%s\n", json_array_size(value) ? "" : " nothing");
	} else if (json_is_integer(value)) {
		printf("%-9s %" JSON_INTEGER_FORMAT "\n", key,
		       json_integer_value(value));
	} else {
		const char *text = json_string_value(value);
		printf("%-9s %s\n", key, text ? text : "unknown");
	}
}

/* A reason stands for a need that is not met. */
static void print_needs(const json_t *needs)
{
	struct lg_terminal terminal = lg_terminal();
	struct libscols_table *table =
		lg_table(&terminal, "NEED", "MET", "~WHY NOT", NULL);
	const char *name;
	json_t *why;
	json_object_foreach((json_t *)needs, name, why)
	{
		struct libscols_line *line = lg_table_line(table);
		lg_table_cell(line, 0, "%s", name);
		lg_table_cell(line, 1, "%s", json_is_null(why) ? "yes" : "no");
		lg_table_cell(line, 2, "%s",
			      json_is_null(why) ? "" : json_string_value(why));
	}
	lg_table_print(table);
}

/* Texts, or whether they are there. */
static void print_values(const char *what, const char *how, const char *none,
			 const json_t *values)
{
	struct lg_terminal terminal = lg_terminal();
	struct libscols_table *table = lg_table(&terminal, what, how, NULL);
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)values, name, value)
	{
		struct libscols_line *line = lg_table_line(table);
		const char *text = json_string_value(value);
		lg_table_cell(line, 0, "%s", name);
		lg_table_cell(line, 1, "%s",
			      text		    ? text
			      : json_is_true(value) ? "yes"
						    : none);
	}
	lg_table_print(table);
}

void lg_kernel_show(const json_t *record, const json_t *found)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)record, key, value)
		print_field(key, value);
	if (!found)
		return;
	putchar('\n');
	print_needs(json_object_get(found, "needs"));
	putchar('\n');
	print_values("COUNTER", "THERE", "no",
		     json_object_get(found, "counters"));
	putchar('\n');
	print_values("SYSCTL", "DEFAULT", "none",
		     json_object_get(found, "sysctls"));
}
