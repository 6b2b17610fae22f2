/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said about the ends of connections, as a file:
 *
 * [
 *  {"number": 2, "claim": "...", "said_by": ["..."], "true_if": "..."},
 *  {"number": 41, ..., "question": "How many ...?", "answer": ["...", ...]}
 * ]
 *
 * `true_if` is what a case has to see.  A claim that answers a question may
 * have both, the answer as lines of Markdown.
 */
#ifndef LG_CLAIM_LIST_H
#define LG_CLAIM_LIST_H

#include <jansson.h>
#include <stddef.h>

/* Texts live in the list. */
struct lg_claim {
	long number;
	const char *text, *true_if;
	json_t *said_by;
	const char *question; /* NULL: none */
	json_t *answer;
};

struct lg_claim_list {
	char *path;
	json_t *root;
	struct lg_claim *list; /* as in the file */
	size_t n;
};

/* Where the claims are: `given` if it is, else where $LINGER_CLAIMS says, or
 * where the cases are; NULL if there are none.  To be freed. */
char *lg_claim_list_path(const char *given);

/* Refuses what is no such list: the message names file, place and reason.
 * Returns 0, or -errno with lg_error_text(). */
int lg_claim_list_read(struct lg_claim_list *claims, const char *path);

/* NULL if there is none of that number. */
const struct lg_claim *lg_claim_list_find(const struct lg_claim_list *claims,
					  long number);

void lg_claim_list_free(struct lg_claim_list *claims);

#endif
