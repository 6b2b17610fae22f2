/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the page of `linger report` is about.  Kernels do mostly the same, so
 * everything in it is stored once:
 *
 * {
 *  "kernels": [{"name": "uml-6.1", "release": "6.1.192", "guest": "uml",
 *               "time": "virtual"}, ...],
 *  "cases": [{"name": "...", "title": "...", "story": "...",
 *             "topology": "pair", "claims": [2, 12], "facts": {...},
 *             "variants": ["ipv4", ...],
 *             "runs": [[0, 0, 1, -1], ...]}, ...],
 *  "runs": [[4, -1, 17, ...], ...],
 *  "parts": ["verdict", "reason", ...],
 *  "pool": ["pass", {"connect": ["0"]}, [3, 4, 5], ...],
 *  "lines": ["client:4000 > server:80 S 0:0(0)", ...],
 *  "topologies": {"pair": "<svg ..."},
 *  "claims": [{"number": 2, ...}, ...]      as in the file; left out if none
 * }
 *
 * The `runs` of a case are by variant and kernel, and index `runs`, in which
 * each number is the place of that part in the pool; -1 means that there is
 * none.  A trace in the pool is made of places in `lines`.  Where some kernels
 * ran in real time and others did not, "settled_trace" and "settled_counters"
 * are what of a trace and of counters can be compared between them.
 */
#ifndef LG_REPORT_DATA_H
#define LG_REPORT_DATA_H

#include "baselines.h"

/* All but topologies and claims; a new reference. */
json_t *lg_report_data(const struct lg_baselines *baselines);

#endif
