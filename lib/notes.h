/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands in the margins of a ladder: states of sockets as they were seen
 * to change. */
#ifndef LG_NOTES_H
#define LG_NOTES_H

#include "ladder.h"
#include "net.h"

/* The state of one of linger's sockets, as it was just now; noted if it is not
 * the one that was noted last. */
void lg_note_state(int sock, int state);

/* All notes so far, by time; they stay valid until the next note. */
const struct lg_ladder_note *lg_notes(size_t *n);

#endif
