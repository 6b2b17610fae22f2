/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The middle of links with netem: such a link is two veth pairs, whose inner
 * ends are in a namespace that hands frames on.  There netem stands behind the
 * packet taps of the host that sends and before those of the host that
 * receives; so captures show when a frame left, when it arrived, and one that
 * was lost on the way.
 */
#ifndef LG_MIDDLE_H
#define LG_MIDDLE_H

#include "link.h"

/* Whether netem is given for either direction; a limit alone counts, though
 * nothing then ever waits in the queue. */
bool lg_middle_has(const struct lg_topology_link *link);

/* The inner device that is paired with an end; writes its name. */
struct lg_device lg_middle_device(const struct lg_build *build, size_t link,
				  int end, char name[LG_NAME_MAX + 1]);

/* Adds netem and brings the inner devices up; then hands frames on.  0, or
 * -errno with lg_error_text(). */
int lg_middle_configure(const struct lg_build *build);

#endif
