/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for what the kernel does not announce: it is looked at again after
 * each captured frame, and by a timer that grows from 1 ms to 100 ms.
 */
#ifndef LG_PATIENCE_H
#define LG_PATIENCE_H

#include "net.h"

struct lg_patience {
	struct lg_net *net;
	int64_t deadline_ms; /* of lg_now_ms() */
	unsigned pause_ms;   /* the next */
};

struct lg_patience lg_patience(struct lg_net *net, unsigned deadline_ms);

/* Waits until it is worth looking again, and at least `known_ms` if no frame
 * comes.  False, at once, when the deadline has passed: the caller has looked
 * in vain for the last time. */
bool lg_patience_wait(struct lg_patience *patience, unsigned known_ms);

/* Writes "10 s" or "1500 ms"; returns `text`. */
const char *lg_patience_print(char *text, size_t room, unsigned ms);

#endif
