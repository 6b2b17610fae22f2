/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LG_REPORT_TOPOLOGY_H
#define LG_REPORT_TOPOLOGY_H

#include <jansson.h>

/*
 * The topologies of the page's cases as Graphviz draws them, by name; a new
 * reference.  One that cannot be drawn is null, and standard error says why.
 * -EINTR if a signal has ended it, then NULL is in *drawings.
 */
int lg_report_topologies(const json_t *cases, json_t **drawings);

#endif
