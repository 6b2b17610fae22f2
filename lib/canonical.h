/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace without what differs from run to run: a line for each segment and
 * link, with relative sequence numbers, ports that the case did not name by the
 * order in which they come (p0, p1...), no values of timestamps or windows, no
 * times but gaps of a second and more.
 */
#ifndef LG_CANONICAL_H
#define LG_CANONICAL_H

#include "net.h"

#include <jansson.h>

/*
 * A new object, NULL if memory has run out:
 *
 *  "hosts"     names, in the order of the topology
 *  "lines"     the canonical trace
 *  "times_ms"  when each of them left, after the first
 *  "took_ms"   how long each was on its way
 *  "states"    what sockets were seen in: [n, "server", 0, "TIME-WAIT", ms] is
 *              the first connection of the server after the first n lines, at
 *              that time
 *
 * The last three are for a drawing; they say the same in each run only where
 * time is virtual.
 */
json_t *lg_trace_canonical(const struct lg_net *net);

#endif
