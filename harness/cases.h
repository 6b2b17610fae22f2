/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The case programs that there are, and what they say of themselves. */
#ifndef LG_CASES_H
#define LG_CASES_H

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct lg_program_variant {
	const char *name;
	unsigned lasts_ms;
	bool bulk;
};

/* Texts without an owner of their own live in `described`. */
struct lg_program {
	char *name; /* MECHANISM/NAME */
	char *path;
	char *broken; /* why it could not be described; NULL: it could */
	json_t *described;
	const char *title, *topology, *claims;
	bool virtual_time; /* it needs that: elsewhere it is skipped */
	struct lg_program_variant *variants;
	size_t n_variants;
};

struct lg_cases {
	char *folder;		 /* as it was given */
	char *path;		 /* absolute: guests know no others */
	struct lg_program *list; /* by name */
	size_t n;
	int signal; /* that interrupted; 0: none */
};

/*
 * What finds cases and changes their variants, as the user gave it.  `options`
 * are passed on to every case program; ends with NULL.
 */
struct lg_case_options {
	char *folder; /* NULL: the usual place */
	char **options;
	size_t n_options;
	bool undescribed; /* their names are enough: nothing is started */
};

/* For a parser that hands them over as its first child's input. */
extern const struct argp_child lg_case_children[];

void lg_case_options_free(struct lg_case_options *options);

/*
 * Finds the cases that any of the globs (ended by NULL; none: all) means, and
 * describes them.  Returns 0, or -1 after a message on standard error: there is
 * no such folder, or a glob means nothing.  Cases that cannot be described are
 * in the list all the same.
 */
int lg_cases_find(struct lg_cases *cases, const struct lg_case_options *options,
		  char *const *globs);

void lg_cases_free(struct lg_cases *cases);

#endif
