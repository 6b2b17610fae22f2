/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * packetdrill's notation for segments: read as a pattern, matched, written.
 * The grammar is in linger.h ("the wire").
 */
#ifndef LG_NOTATION_H
#define LG_NOTATION_H

#include "linger.h"

enum lg_direction { LG_NO_ARROW, LG_LEAVES /* > */, LG_ARRIVES /* < */ };

/* A value that a pattern gives or leaves open. */
struct lg_given {
	bool given;
	uint32_t value;
	bool any; /* left open by a "*", not by its absence */
};

struct lg_pattern {
	enum lg_direction direction;
	uint8_t flags;
	struct lg_given seq, size, ack, window; /* seq, ack relative */
	struct lg_given end_seq;
	bool has_options;  /* "<...>" is there */
	bool more_options; /* "..." among them: others are allowed */
	bool mss, wscale, sack_ok, ts, sack;
	struct lg_given mss_value, wscale_value, tsval, tsecr;
	uint8_t sacks; /* 0: "sack *", any blocks */
	struct {
		uint32_t left, right; /* relative to what the acks are */
	} sack_blocks[4];
};

/* The numbers that the relative ones of a direction start at. */
struct lg_bases {
	uint32_t seq; /* of the segment's sender */
	uint32_t ack; /* of its receiver */
};

/*
 * Reads a notation.  Returns 0, or -EINVAL with in `error` (of `room` bytes)
 * what is wrong and at which column: "column 7: expected ')'".  A segment
 * without any flag is spelt "-".  A size that contradicts its sequence numbers
 * is an error: no segment could match.
 */
int lg_notation_parse(const char *text, struct lg_pattern *pattern, char *error,
		      size_t room);

/* Whether its size, seq and end_seq are such that no segment can match. */
bool lg_pattern_contradicts(const struct lg_pattern *pattern);

/*
 * Whether a segment is what a pattern says, direction aside.  If not, `why`
 * (may be NULL) gets the first field that differs: "ack 1, expected 2".
 */
bool lg_pattern_matches(const struct lg_pattern *pattern,
			const struct lg_segment *segment, struct lg_bases bases,
			char *why, size_t room);

/*
 * The segment that a pattern describes, for the raw peer: time, addresses, TTL
 * and ports are left alone; what is not given is (relative) 0, the window
 * 65535; no more options than are given.  The payload is letters, in static
 * memory.  -EINVAL if it leaves something open that a segment has to have (a
 * `*`, `...`, P without a size), if the size contradicts seq and end_seq, or
 * if it is more than 65535.  The segment matches the pattern.
 */
int lg_pattern_segment(const struct lg_pattern *pattern, struct lg_bases bases,
		       struct lg_segment *segment);

#define LG_FLAGS_ROOM 9

/* Writes flags as a notation spells them: "S.", "-" for none. */
void lg_flags_print(uint8_t flags, char text[LG_FLAGS_ROOM]);

/*
 * Writes a segment: "> S. 0:0(0) ack 1 win 65160 <mss 1460,sackOK,...>".
 * Truncates like snprintf() and returns what it does.
 */
int lg_notation_print(char *text, size_t room, enum lg_direction direction,
		      const struct lg_segment *segment, struct lg_bases bases);

#endif
