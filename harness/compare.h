/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison, as it is printed. */
#ifndef LG_COMPARE_H
#define LG_COMPARE_H

#include "comparison.h"

void lg_compare_text(const struct lg_comparison *comparison);

/* Baselines as a page in Markdown: which variants pass where, what is skipped,
 * and where observations, claims and segments differ. */
void lg_compare_matrix(struct lg_baselines *baselines);

/*
 * One object:
 *
 *  {"schema":1,"kind":"comparison",
 *   "kernels":[{"name":"uml-6.1","release":"6.1.192","guest":"uml",
 *               "time":"virtual","path":"results/uml-6.1.json"},...],
 *   "tolerance":{"percent":10,"ms":50},    of durations
 *   "variants":134,"changed":6,            compared; changed in more than facts
 *   "facts":[{"fact":"counter PAWSTimewait","holds":[false,true],
 *             "means":"...","variants":6}],
 *   "changes":[
 *    {"case":"time_wait/answers_segment","title":"...",
 *     "variants":["ipv4,...","ipv6,..."],  that changed in the same way
 *     "because":[{"fact":"...","holds":[false,true],"means":"..."}],
 *     "what":[
 *      {"kind":"observation","name":"ISN",
 *       "values":[["the clock's"],["beyond the old"]],"changes_at":[1]},
 *      {"kind":"trace","name":"","values":[[...],[...]],"changes_at":[1],
 *       "first":[3]}]}]}
 *
 * `holds`, `values` and `kernels` are in one order; null: nothing to compare.
 * `values` are those of the first variant.  `changes_at` are the kernels in
 * which something is not as in the one before, and of a trace `first` is the
 * line, from 0, that then differs first.  The kinds are presence, verdict,
 * observation, claim, trace, states, gap, counter, duration, plot and notes.
 */
void lg_compare_json(const struct lg_comparison *comparison);

/* An aspect and its value in a baseline, for people; to be freed.  What is too
 * long for a line is called a, b...; the same, the same. */
char *lg_compare_title(const struct lg_aspect *aspect);
char *lg_compare_value(const struct lg_aspect *aspect, size_t i);

#endif
