/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of claims, between the parts of `linger claims`. */
#ifndef LG_CLAIMS_H
#define LG_CLAIMS_H

#include "claim_list.h"
#include "claim_ruling.h"

struct lg_claims {
	struct lg_claim_list of;
	struct lg_baselines baselines; /* in the order of their columns */
	json_t *deciders; /* "41": names of cases that say they decide it */
	bool *chosen;	  /* by place in the list */
	bool in_full;	  /* with all that is known of each */
};

/* NULL if no case says that it decides it. */
const json_t *lg_claims_deciders(const struct lg_claims *claims, long number);

/* Of each kernel; to be freed. */
enum lg_claim_verdict *lg_claims_verdicts(const struct lg_claims *claims,
					  long number);

/* On any of the kernels. */
bool lg_claims_is_undecided(const struct lg_claims *claims, long number);

/*
 * What each kernel says and which cases show it, with the kernels of which that
 * is so: {"true: last_ack/...": ["uml-6.1", "uml-6.12"], ...}.  A new
 * reference.
 */
json_t *lg_claims_accounts(const struct lg_claims *claims, long number,
			   bool markdown);

/*
 * What was observed in the cases that decided a claim: [{"observation": "...",
 * "variants": ["..."], "values": ["...", ...]}, ...], the values by kernel, and
 * the variants (as lg_variant_names() names them) all that have the same.  A
 * new reference.
 */
json_t *lg_claims_observed(const struct lg_claims *claims, long number);

void lg_claims_table(const struct lg_claims *claims);
void lg_claims_markdown(const struct lg_claims *claims);

#endif
