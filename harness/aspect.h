/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can differ in a variant from one baseline to the next. */
#ifndef LG_ASPECT_H
#define LG_ASPECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum lg_aspect_kind {
	LG_ASPECT_PRESENCE, /* whether it is there */
	LG_ASPECT_VERDICT,
	LG_ASPECT_OBSERVATION,
	LG_ASPECT_CLAIM,
	LG_ASPECT_TRACE,
	LG_ASPECT_STATES, /* where the trace is the same */
	LG_ASPECT_GAP,	  /* the first one, where the trace is the same */
	LG_ASPECT_COUNTER,
	LG_ASPECT_DURATION,
	LG_ASPECT_PLOT,
	LG_ASPECT_NOTES,
	LG_ASPECT_FACT,
	LG_ASPECTS
};

struct lg_aspect {
	enum lg_aspect_kind kind;
	char *name;	/* "ISN", "server TCPTimeouts"; "": there is one only */
	json_t *values; /* of each baseline; null: nothing to compare */
};

struct lg_aspects {
	struct lg_aspect *list; /* in the order of their kinds */
	size_t n;
};

/* Times that differ by no more than the larger of the two are the same: a
 * kernel's timers are as coarse as that. */
#define LG_TOLERANCE_PERCENT 10
#define LG_TOLERANCE_MS 50

/* "verdict", "observation"... */
const char *lg_aspect_kind_name(enum lg_aspect_kind kind);

/* Whether its value in one baseline is another than in the one before that had
 * any: there a behaviour changed. */
bool lg_aspect_changes_at(const struct lg_aspect *aspect, size_t i);

/* Finds the aspects in which the variants differ from one to the next; those
 * that are NULL are not there. */
void lg_aspects_find(struct lg_aspects *aspects, const json_t *const variants[],
		     size_t n);

/* Moves the facts among them to the end of another list. */
void lg_aspects_take_facts(struct lg_aspects *aspects,
			   struct lg_aspects *facts);

void lg_aspect_free(struct lg_aspect *aspect);
void lg_aspects_free(struct lg_aspects *aspects);

#endif
