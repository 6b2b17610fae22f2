// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a frame.  The first of them say how it is edited; what can be
 * taken apart has to obey the edit and come back from being put together.
 */
#define LG_IMPLEMENTATION
#include "sample.h"

#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                     \
	do {                                                                   \
		if (!(condition))                                              \
			abort();                                               \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void build_again(const struct lg_segment *segment)
{
	static uint8_t frame[LG_ETHERNET_HEADER + 40 + 65535];
	static const uint8_t mac[6];
	struct lg_segment back;

	ssize_t size =
		lg_segment_build(segment, mac, mac, frame, sizeof(frame));
	if (size < 0) {
		/* Packed without NOPs there can be more options than with. */
		REQUIRE(size == -EMSGSIZE);
		return;
	}
	REQUIRE(lg_segment_checksum_ok(frame, (size_t)size));
	REQUIRE(!lg_segment_parse(frame, (size_t)size, &back));
	REQUIRE(!lg_sample_difference(&back, segment));
}

static void edit(uint8_t *frame, size_t size, struct lg_seed *seed)
{
	struct lg_edit change = lg_sample_edit(seed);
	struct lg_segment before, after;

	int result = lg_segment_parse(frame, size, &before);
	REQUIRE(lg_segment_edit(frame, size, &change) == result);
	if (result) {
		REQUIRE(result == -EPROTO || result == -EBADMSG);
		REQUIRE(!lg_segment_checksum_ok(frame, size));
		return;
	}

	REQUIRE(before.payload + before.size <= frame + size);
	REQUIRE(lg_segment_checksum_ok(frame, size));
	REQUIRE(!lg_segment_parse(frame, size, &after));
	REQUIRE(after.seq == before.seq + change.add_seq);
	REQUIRE(after.payload == before.payload && after.size == before.size);
	REQUIRE(!(change.strip_ts && after.has_ts));
	REQUIRE(!(change.strip_sack && (after.sack_ok || after.sacks)));
	build_again(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lg_seed seed;

	if (size < sizeof(seed))
		return 0;
	memcpy(&seed, data, sizeof(seed));
	size -= sizeof(seed);

	/* A block of its own, for AddressSanitizer. */
	uint8_t *frame = malloc(size);
	REQUIRE(frame);
	memcpy(frame, data + sizeof(seed), size);
	edit(frame, size, &seed);
	free(frame);
	return 0;
}
