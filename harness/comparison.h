/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed from one baseline to the next, over two or more of them. */
#ifndef LG_COMPARISON_H
#define LG_COMPARISON_H

#include "aspect.h"
#include "baselines.h"

/* The same change in variants of one case. */
struct lg_change {
	const char *case_name;
	const json_t *about;	   /* the case, as the last one describes it */
	json_t *variants;	   /* names */
	struct lg_aspects aspects; /* as the first of them has them */
	struct lg_aspects facts;   /* that changed with them */
	char *signature;	   /* equal: the same change */
};

/* A fact about the kernels, in which they differ. */
struct lg_fact_change {
	struct lg_aspect fact;
	const char *means; /* as the first case says that names it */
	size_t n_variants; /* that asked */
};

struct lg_comparison {
	const struct lg_baselines *of;
	const struct lg_compare_filter *filter;
	struct lg_change *changes; /* by case */
	size_t n;
	struct lg_fact_change *facts;
	size_t n_facts;
	size_t n_variants; /* that were compared */
	size_t n_changed;  /* of them, in more than facts */
};

struct lg_compare_filter {
	/* Whether an aspect that differs, other than a fact, is none of the
	 * result's; may be NULL. */
	bool (*drops)(void *argument, const char *case_name,
		      const char *variant, const struct lg_aspect *aspect);
	void *argument;
};

/*
 * Compares the baselines.  Where one of them is of real time, what depends on
 * it is compared in none.  The result refers to the baselines.
 */
void lg_compare(struct lg_comparison *comparison,
		struct lg_baselines *baselines,
		const struct lg_compare_filter *filter);

/* What the case says follows from a fact; "" if it says nothing. */
const char *lg_change_meaning(const struct lg_change *change,
			      const struct lg_aspect *fact);

void lg_comparison_free(struct lg_comparison *comparison);

#endif
