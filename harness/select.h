/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which variants are meant: globs and shards. */
#ifndef LG_SELECT_H
#define LG_SELECT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A glob is "CASE" or "CASE:VARIANT", each part a pattern in which `*` stands
 * for `/` too.  A name that is spelt out is always meant, whatever is in it.
 */
bool lg_glob_has_case(const char *glob, const char *case_name);
bool lg_glob_has(const char *glob, const char *case_name, const char *variant);

/* Whether any of the globs does, or there are none.  `globs` ends with NULL. */
bool lg_globs_have_case(char *const *globs, const char *case_name);
bool lg_globs_have(char *const *globs, const char *case_name,
		   const char *variant);

/* The index-th of so many parts, from 1. */
struct lg_shard {
	unsigned long index, of;
};

/* Reads "I/N"; false if it isn't that, or I is not in 1..N. */
bool lg_shard_read(const char *text, struct lg_shard *shard);

/* Whether it has what stands at `position`, from 0.  Each position is in
 * exactly one shard, and neighbours are spread over them. */
bool lg_shard_has(struct lg_shard shard, size_t position);

#endif
