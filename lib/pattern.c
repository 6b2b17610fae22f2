// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "notation.h"

#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool lg_pattern_contradicts(const struct lg_pattern *pattern)
{
	return pattern->seq.given && pattern->size.given &&
	       pattern->end_seq.given &&
	       pattern->seq.value + pattern->size.value !=
		       pattern->end_seq.value;
}

/* ---- matching ---------------------------------------------------------- */

struct why {
	char *text; /* may be NULL */
	size_t room;
};

static bool differs(struct why why, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Says why.  Returns false, for what does not match. */
static bool differs(struct why why, const char *format, ...)
{
	if (why.text) {
		va_list arguments;
		va_start(arguments, format);
		vsnprintf(why.text, why.room, format, arguments);
		va_end(arguments);
	}
	return false;
}

static bool number_matches(const struct lg_given *expected, uint32_t value,
			   const char *name, struct why why)
{
	if (!expected->given || expected->value == value)
		return true;
	return differs(why, "%s %u, expected %u", name, value, expected->value);
}

static bool flags_match(const struct lg_pattern *pattern, uint8_t flags,
			struct why why)
{
	/* A stack sets PSH as it likes: it counts only if it is asked for. */
	uint8_t compared = pattern->flags & LG_PSH ? 0xff : 0xff & ~LG_PSH;
	if ((flags & compared) == pattern->flags)
		return true;

	char came[LG_FLAGS_ROOM], expected[LG_FLAGS_ROOM];
	lg_flags_print(flags, came);
	lg_flags_print(pattern->flags, expected);
	return differs(why, "flags %s, expected %s", came, expected);
}

static bool payload_matches(const struct lg_pattern *pattern, uint32_t size,
			    struct why why)
{
	if (pattern->size.given || pattern->size.any)
		return number_matches(&pattern->size, size, "size", why);

	if (pattern->flags & LG_PSH)
		return size || differs(why, "no payload, expected some");
	return !size || differs(why, "size %u, expected no payload", size);
}

static bool numbers_match(const struct lg_pattern *pattern,
			  const struct lg_segment *segment,
			  struct lg_bases bases, struct why why)
{
	uint32_t seq = segment->seq - bases.seq;

	return number_matches(&pattern->seq, seq, "seq", why) &&
	       number_matches(&pattern->end_seq, seq + segment->size, "end",
			      why) &&
	       number_matches(&pattern->ack, segment->ack - bases.ack, "ack",
			      why) &&
	       number_matches(&pattern->window, segment->window, "win", why);
}

static bool sack_matches(const struct lg_pattern *pattern,
			 const struct lg_segment *segment,
			 struct lg_bases bases, struct why why)
{
	if (!pattern->sacks)
		return true;
	if (pattern->sacks != segment->sacks)
		return differs(why, "%u SACK blocks, expected %u",
			       segment->sacks, pattern->sacks);

	for (unsigned i = 0; i < pattern->sacks; i++) {
		uint32_t left = segment->sack[i].left - bases.ack;
		uint32_t right = segment->sack[i].right - bases.ack;
		if (left != pattern->sack_blocks[i].left ||
		    right != pattern->sack_blocks[i].right)
			return differs(why, "sack %u:%u, expected %u:%u", left,
				       right, pattern->sack_blocks[i].left,
				       pattern->sack_blocks[i].right);
	}
	return true;
}

/* Whether an option may be there (or not). */
static bool presence_matches(const struct lg_pattern *pattern, bool expected,
			     bool is_there, const char *name, struct why why)
{
	if (expected && !is_there)
		return differs(why, "no %s, expected one", name);
	if (!expected && is_there && !pattern->more_options)
		return differs(why, "%s, expected none", name);
	return true;
}

static bool options_match(const struct lg_pattern *pattern,
			  const struct lg_segment *segment,
			  struct lg_bases bases, struct why why)
{
	const struct {
		const char *name;
		bool expected, is_there;
	} options[] = {
		{"mss", pattern->mss, segment->has_mss},
		{"sackOK", pattern->sack_ok, segment->sack_ok},
		{"TS", pattern->ts, segment->has_ts},
		{"wscale", pattern->wscale, segment->has_wscale},
		{"sack", pattern->sack, segment->sacks > 0},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!presence_matches(pattern, options[i].expected,
				      options[i].is_there, options[i].name,
				      why))
			return false;

	return number_matches(&pattern->mss_value, segment->mss, "mss", why) &&
	       number_matches(&pattern->tsval, segment->tsval, "TS val", why) &&
	       number_matches(&pattern->tsecr, segment->tsecr, "TS ecr", why) &&
	       number_matches(&pattern->wscale_value, segment->wscale, "wscale",
			      why) &&
	       sack_matches(pattern, segment, bases, why);
}

bool lg_pattern_matches(const struct lg_pattern *pattern,
			const struct lg_segment *segment, struct lg_bases bases,
			char *text, size_t room)
{
	struct why why = {text, room};

	return flags_match(pattern, segment->flags, why) &&
	       payload_matches(pattern, segment->size, why) &&
	       numbers_match(pattern, segment, bases, why) &&
	       (!pattern->has_options ||
		options_match(pattern, segment, bases, why));
}

/* ---- a segment of it --------------------------------------------------- */

/* So many are there as were asked for. */
static const uint8_t *letters(size_t size)
{
	static uint8_t text[UINT16_MAX];
	static size_t written;

	for (; written < size; written++)
		text[written] = (uint8_t)('a' + written % 26);
	return text;
}

/* The first that is open of all that a segment has to have, or NULL. */
static const char *what_is_open(const struct lg_pattern *pattern)
{
	const struct {
		const char *name;
		bool is_open;
	} fields[] = {
		{"seq", pattern->seq.any || pattern->end_seq.any},
		{"size", pattern->size.any || (pattern->flags & LG_PSH &&
					       !pattern->size.given)},
		{"ack", pattern->ack.any},
		{"win", pattern->window.any},
		{"...", pattern->more_options},
		{"mss", pattern->mss && !pattern->mss_value.given},
		{"TS val", pattern->ts && !pattern->tsval.given},
		{"TS ecr", pattern->ts && !pattern->tsecr.given},
		{"wscale", pattern->wscale && !pattern->wscale_value.given},
		{"sack", pattern->sack && !pattern->sacks},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].is_open)
			return fields[i].name;
	return NULL;
}

static void set_options(const struct lg_pattern *pattern, struct lg_bases bases,
			struct lg_segment *segment)
{
	segment->has_mss = pattern->mss;
	segment->mss = (uint16_t)pattern->mss_value.value;
	segment->sack_ok = pattern->sack_ok;
	segment->has_ts = pattern->ts;
	segment->tsval = pattern->tsval.value;
	segment->tsecr = pattern->tsecr.value;
	segment->has_wscale = pattern->wscale;
	segment->wscale = (uint8_t)pattern->wscale_value.value;

	memset(segment->sack, 0, sizeof(segment->sack));
	segment->sacks = pattern->sacks;
	for (unsigned i = 0; i < pattern->sacks; i++) {
		segment->sack[i].left =
			pattern->sack_blocks[i].left + bases.ack;
		segment->sack[i].right =
			pattern->sack_blocks[i].right + bases.ack;
	}
}

int lg_pattern_segment(const struct lg_pattern *pattern, struct lg_bases bases,
		       struct lg_segment *segment)
{
	const char *open = what_is_open(pattern);
	if (open)
		return lg_error(EINVAL, "a segment can't leave '%s' open",
				open);
	if (lg_pattern_contradicts(pattern))
		return lg_error(EINVAL, "seq %u to %u is not a size of %u",
				pattern->seq.value, pattern->end_seq.value,
				pattern->size.value);
	if (pattern->size.value > UINT16_MAX)
		return lg_error(EINVAL, "a payload of %u bytes",
				pattern->size.value);

	/* Without its flag the field means nothing: stacks leave it 0. */
	bool acks = pattern->flags & LG_ACK || pattern->ack.given;

	segment->seq = bases.seq + pattern->seq.value;
	segment->ack = acks ? bases.ack + pattern->ack.value : 0;
	segment->flags = pattern->flags;
	segment->window = pattern->window.given
				  ? (uint16_t)pattern->window.value
				  : UINT16_MAX;
	segment->size = pattern->size.value;
	segment->payload = letters(segment->size);
	set_options(pattern, bases, segment);
	return 0;
}
