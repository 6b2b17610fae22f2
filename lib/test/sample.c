// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "sample.h"

#include <stdlib.h>
#include <string.h>

uint32_t lg_sample_number(struct lg_seed *seed)
{
	return (uint32_t)jrand48(seed->state);
}

uint32_t lg_sample_below(struct lg_seed *seed, uint32_t limit)
{
	return (uint32_t)nrand48(seed->state) % limit;
}

static bool flip(struct lg_seed *seed)
{
	return lg_sample_below(seed, 2);
}

static void sample_address(struct lg_seed *seed, int family,
			   uint8_t address[16])
{
	for (int i = 0; i < (family == AF_INET ? 4 : 16); i++)
		address[i] = (uint8_t)lg_sample_below(seed, 256);
}

static void sample_options(struct lg_seed *seed, struct lg_segment *segment)
{
	segment->has_mss = flip(seed);
	segment->has_ts = flip(seed);
	segment->has_wscale = flip(seed);
	segment->sack_ok = flip(seed);
	if (segment->has_mss)
		segment->mss = (uint16_t)lg_sample_number(seed);
	if (segment->has_ts) {
		segment->tsval = lg_sample_number(seed);
		segment->tsecr = lg_sample_number(seed);
	}
	if (segment->has_wscale)
		segment->wscale = (uint8_t)lg_sample_number(seed);

	/* With all others there are 20 bytes, of which blocks take 4 + 8 n. */
	segment->sacks = (uint8_t)lg_sample_below(seed, 3);
	if (!segment->has_mss && !segment->has_wscale && flip(seed))
		segment->sacks = segment->has_ts ? 3 : 4 - segment->sack_ok;
	for (unsigned i = 0; i < segment->sacks; i++) {
		segment->sack[i].left = lg_sample_number(seed);
		segment->sack[i].right = lg_sample_number(seed);
	}
}

static const uint8_t *letters(void)
{
	static uint8_t text[LG_SAMPLE_PAYLOAD];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)('a' + i % 26);
	return text;
}

struct lg_segment lg_sample_segment(struct lg_seed *seed)
{
	struct lg_segment segment = {
		.family = flip(seed) ? AF_INET : AF_INET6,
		.sport = (uint16_t)lg_sample_number(seed),
		.dport = (uint16_t)lg_sample_number(seed),
		.ttl = (uint8_t)lg_sample_number(seed),
		.seq = lg_sample_number(seed),
		.ack = lg_sample_number(seed),
		.flags = (uint8_t)lg_sample_number(seed),
		.window = (uint16_t)lg_sample_number(seed),
		.size = flip(seed)
				? 0
				: lg_sample_below(seed, LG_SAMPLE_PAYLOAD + 1),
		.payload = letters(),
	};

	segment.tos = (uint8_t)lg_sample_number(seed);
	if (segment.family == AF_INET6)
		segment.flow_label = lg_sample_number(seed) & 0xfffff;
	sample_address(seed, segment.family, segment.saddr);
	sample_address(seed, segment.family, segment.daddr);
	sample_options(seed, &segment);
	return segment;
}

struct lg_edit lg_sample_edit(struct lg_seed *seed)
{
	return (struct lg_edit){
		.add_tsval = flip(seed) ? lg_sample_number(seed) : 0,
		.add_tsecr = flip(seed) ? lg_sample_number(seed) : 0,
		.add_seq = flip(seed) ? lg_sample_number(seed) : 0,
		.add_ack = flip(seed) ? lg_sample_number(seed) : 0,
		.set_flags = (uint8_t)lg_sample_number(seed),
		.clear_flags = (uint8_t)lg_sample_number(seed),
		.strip_ts = flip(seed),
		.strip_sack = flip(seed),
		.strip_wscale = flip(seed),
		.strip_mss = flip(seed),
		.sport = (uint16_t)(flip(seed) ? lg_sample_number(seed) : 0),
		.dport = (uint16_t)(flip(seed) ? lg_sample_number(seed) : 0),
		.ttl = (uint8_t)(flip(seed) ? lg_sample_number(seed) : 0),
	};
}

size_t lg_sample_frame(const struct lg_segment *segment, uint8_t *frame,
		       size_t room)
{
	static const uint8_t from[6] = {2, 0, 0, 0, 0, 1};
	static const uint8_t to[6] = {2, 0, 0, 0, 0, 2};

	ssize_t size = lg_segment_build(segment, from, to, frame, room);
	if (size < 0)
		abort();
	return (size_t)size;
}

const char *lg_sample_difference(const struct lg_segment *one,
				 const struct lg_segment *other)
{
#define DIFFERENT(field)                                                       \
	if (memcmp(&one->field, &other->field, sizeof(one->field)) != 0)       \
	return #field

	DIFFERENT(family);
	DIFFERENT(saddr);
	DIFFERENT(daddr);
	DIFFERENT(sport);
	DIFFERENT(dport);
	DIFFERENT(ttl);
	DIFFERENT(tos);
	DIFFERENT(flow_label);
	DIFFERENT(seq);
	DIFFERENT(ack);
	DIFFERENT(flags);
	DIFFERENT(window);
	DIFFERENT(size);
	DIFFERENT(has_ts);
	DIFFERENT(tsval);
	DIFFERENT(tsecr);
	DIFFERENT(has_mss);
	DIFFERENT(mss);
	DIFFERENT(has_wscale);
	DIFFERENT(wscale);
	DIFFERENT(sack_ok);
	DIFFERENT(sacks);
	DIFFERENT(sack);
#undef DIFFERENT
	if (one->size && memcmp(one->payload, other->payload, one->size) != 0)
		return "payload";
	return NULL;
}
