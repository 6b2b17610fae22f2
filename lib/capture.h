/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames at one interface, as its packet tap sees them: outgoing ones after
 * the queueing discipline, arriving ones before any filter.  The kernel writes
 * them into a ring that we map, with its own timestamps; nothing is copied
 * through a socket buffer, and reading costs no system call.
 */
#ifndef LG_CAPTURE_H
#define LG_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lg_capture;

struct lg_captured {
	int64_t time_ns; /* CLOCK_REALTIME */
	bool outgoing;
	const uint8_t *bytes; /* valid until the next peek or take */
	size_t size;
};

/*
 * Captures at an interface of the namespace that the process is in; the
 * descriptor stays there.  0, or -errno with lg_error_text().
 */
int lg_capture_open(unsigned ifindex, struct lg_capture **capture);
void lg_capture_close(struct lg_capture *capture);

/* For poll(2): readable when there is a frame. */
int lg_capture_fd(const struct lg_capture *capture);

/* The frame that lg_capture_take() would give; false if there is none. */
bool lg_capture_peek(struct lg_capture *capture, struct lg_captured *frame);
bool lg_capture_take(struct lg_capture *capture, struct lg_captured *frame);

/* How many frames the ring had no room for, or cut short, since it was
 * opened. */
unsigned lg_capture_lost(struct lg_capture *capture);

#endif
