/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP segments as bytes: taken apart, changed, put together. */
#ifndef LG_SEGMENT_H
#define LG_SEGMENT_H

#include "linger.h"

#include <sys/types.h>

#define LG_ETHERNET_HEADER 14
#define LG_FRAME_MAX 1600
#define LG_OPTIONS_MAX 40 /* of TCP */
#define LG_SACK_BLOCK 8

/*
 * Takes an Ethernet frame apart.  Returns 0; -EPROTO if it is no IPv4 or IPv6
 * TCP segment, -EBADMSG if its lengths contradict each other or an option is
 * cut short.  segment->payload points into the frame.  time_ns is left alone,
 * and all of it on an error.  Extension headers and fragments are no TCP
 * segments here.  As in Linux, an option whose length is not its kind's is
 * passed over, and of two of a kind the last one counts.
 */
int lg_segment_parse(const uint8_t *frame, size_t size,
		     struct lg_segment *segment);

/*
 * Applies an edit to a frame in place and makes its checksums right.  The
 * frame's size does not change.  What is stripped is not added to; strip_sack
 * is both SACK-permitted and SACK blocks.  Errors as lg_segment_parse(), and
 * then the frame is as it was.
 */
int lg_segment_edit(uint8_t *frame, size_t size, const struct lg_edit *edit);

/* Makes IP and TCP checksums right; errors as lg_segment_parse(). */
int lg_segment_checksum(uint8_t *frame, size_t size);

/* Whether both checksums are right; not if lg_segment_parse() would fail. */
bool lg_segment_checksum_ok(const uint8_t *frame, size_t size);

/*
 * Writes the frame of a segment: every field of it but time_ns; options in the
 * order MSS, SACK-permitted, timestamps, window scale, SACK, padded with NOPs
 * as Linux does.  Returns its size; -EMSGSIZE if it has more than 40 bytes of
 * options, or exceeds `room` or what the IP header can say; -EAFNOSUPPORT.
 */
ssize_t lg_segment_build(const struct lg_segment *segment,
			 const uint8_t source_mac[6],
			 const uint8_t destination_mac[6], uint8_t *frame,
			 size_t room);

#endif
