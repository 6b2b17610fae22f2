/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel was seen to do: of each variant the verdict and all there is
 * beside it, without what differs from run to run.  As a file:
 *
 * {
 *  "schema": 1, "kind": "baseline",
 *  "kernel": {"name": "uml-6.1", "release": "6.1.192",
 *             "guest": "host|uml|qemu", "time": "virtual|real"},
 *  "cases": {
 *   "last_ack/syn_is_challenged": {
 *    "title": "...", "story": "...", "topology": "pair", "claims": [2, 12],
 *    "facts": {"counter PAWSTimewait": "what follows from it"},
 *    "variants": {
 *     "ipv4,ack_lost,client.tcp_tw_reuse=0": {
 *      "verdict": "pass", "reason": "",     with "file" and "line", unless it
 *                                           passed
 *      "duration_ms": 30,
 *      "facts": {"counter PAWSTimewait": true}, "claims": {"2": false},
 *      "observations": {"connect": ["ECONNREFUSED"]},  each as often as it
 *                                                      was said
 *      "counters": {"client": {"OutRsts": 1}},
 *      "hosts": ["client", "server"], "trace": ["..."],
 *      "times_ms": [0, ...], "took_ms": [0, ...], "states": [[...], ...],
 *      "plots": {"TIME_WAITs by connections": [[100, 100], ...]},
 *      "notes": ["..."]
 *     }}}}}
 *
 * What there was none of is left out.  Where time is real, so is what depends
 * on how fast the machine is: see baseline_real.h.
 */
#ifndef LG_BASELINE_H
#define LG_BASELINE_H

#include <jansson.h>
#include <stdbool.h>

#define LG_BASELINE_SCHEMA 1
#define LG_BASELINE_FOLDER "results"

struct lg_baseline {
	char *path; /* that it was read from; NULL: none */
	json_t *root;
	json_t *kernel, *cases; /* in it */
	char *called;		/* in the events of its run; NULL: read */
	json_int_t repeat;	/* 0: not repeated */
	bool broken;		/* something of its run was, and is not in it */
};

/* Those that return an int return 0, or -errno with lg_error_text(). */

/* Of the kernel and the repeat that a start event names. */
struct lg_baseline *lg_baseline_new(const json_t *start);

/* Takes in what became of a variant: its events, from start to verdict.
 * `described` is what its case says of itself, or NULL. */
void lg_baseline_add(struct lg_baseline *baseline, const json_t *events,
		     const json_t *described);

/* Refuses what is no baseline, or one of another schema: the message names
 * file, place and reason. */
int lg_baseline_read(struct lg_baseline **baseline, const char *path);

/*
 * Puts the variants of `newer`, a part of a run, in the place of those in
 * `baseline`.  By `described` (case: what it says of itself; NULL: nothing)
 * those go that their case no longer has.  Refused if it is of another release:
 * one file would then speak of two kernels.
 */
int lg_baseline_merge(struct lg_baseline *baseline,
		      const struct lg_baseline *newer, const json_t *described);

/* Whether both are of the same release of a kernel, on the same kind of time.
 */
bool lg_baseline_is_alike(const struct lg_baseline *one,
			  const struct lg_baseline *other);

/* Forgets the variants that are broken. */
void lg_baseline_drop_broken(struct lg_baseline *baseline);

/* What was there stays whole until all of it is written. */
int lg_baseline_write(const struct lg_baseline *baseline, const char *path);

/* "uml-6.1": what the kernel is called, as is its file. */
const char *lg_baseline_name(const struct lg_baseline *baseline);

/* A variant; NULL if there is none. */
const json_t *lg_baseline_variant(const struct lg_baseline *baseline,
				  const char *case_name, const char *variant);

void lg_baseline_free(struct lg_baseline *baseline);

#endif
