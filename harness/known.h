/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deviations from a baseline that are known, and excused for a time:
 *
 * [
 *  {"glob": "last_ack/syn_is_challenged:ipv6*", "kernel": "uml-6.*",
 *   "what": "counter server TCPSYNChallenge",
 *   "reason": "the backport of the fix counts it twice",
 *   "link": "https://...", "until": "2027-01-31"}
 * ]
 *
 * `glob` is one of `linger run', `kernel` and `what` are patterns; what there
 * is are the kinds of compare.h, with a blank and the name behind those that
 * have one.  All six are needed.
 */
#ifndef LG_KNOWN_H
#define LG_KNOWN_H

#include "aspect.h"

#define LG_KNOWN_FILE "known.json"

struct lg_deviation {
	const char *glob, *kernel, *what, *reason, *link, *until;
	bool expired;
	bool was_met;	  /* a variant and kernel that it is about */
	size_t n_excused; /* aspects of them */
};

struct lg_known {
	char *path;
	json_t *root;
	struct lg_deviation *list;
	size_t n;
};

/* A file that is not there has nothing.  Returns 0, or -errno with
 * lg_error_text(). */
int lg_known_read(struct lg_known *known, const char *path);

/* Notes that a variant has run. */
void lg_known_meet(struct lg_known *known, const char *case_name,
		   const char *variant, const char *kernel);

/* Whether one that has not expired covers this aspect. */
bool lg_known_excuses(struct lg_known *known, const char *case_name,
		      const char *variant, const char *kernel,
		      const struct lg_aspect *aspect);

void lg_known_free(struct lg_known *known);

#endif
