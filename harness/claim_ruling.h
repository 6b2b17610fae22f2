/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the variants of a baseline say of a claim. */
#ifndef LG_CLAIM_RULING_H
#define LG_CLAIM_RULING_H

#include "baselines.h"

enum lg_claim_verdict {
	LG_CLAIM_UNDECIDED,
	LG_CLAIM_TRUE,
	LG_CLAIM_FALSE,
	LG_CLAIM_IN_PART,
};
#define LG_CLAIM_VERDICTS (LG_CLAIM_IN_PART + 1)

/* Of one case; `case_name` is the baseline's. */
struct lg_decision {
	const char *case_name;
	json_t *holds, *fails; /* names of variants */
};

struct lg_ruling {
	enum lg_claim_verdict verdict;
	struct lg_decision *list;
	size_t n;
};

struct lg_ruling lg_claim_rule(const struct lg_baseline *baseline, long number);
void lg_ruling_free(struct lg_ruling *ruling);

const char *lg_claim_verdict_name(enum lg_claim_verdict verdict);

/*
 * Which variants say this and which that, by what they differ in: "true with
 * remote; false otherwise", or "true" if all agree.  Names of variants stand
 * between `quote`s.  To be freed.
 */
char *lg_decision_text(const struct lg_decision *decision, const char *quote);

/* A variant whose trace shows that the claim holds, or that it does not. */
struct lg_evidence {
	const struct lg_baseline *baseline;
	const char *case_name, *variant;
	const json_t *trace;
};

/* The shortest trace of the last baseline that has any; false: none has. */
bool lg_claim_evidence(const struct lg_baselines *baselines, long number,
		       bool holds, struct lg_evidence *evidence);

#endif
