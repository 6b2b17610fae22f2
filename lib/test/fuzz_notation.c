// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any text as a notation.  What reads as a segment has to match it, and read
 * the same again when it was written.
 */
#define LG_IMPLEMENTATION
#include "notation.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                     \
	do {                                                                   \
		if (!(condition))                                              \
			abort();                                               \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct lg_bases bases = {.seq = 0xfffffff0, .ack = 1000};

static void check_error(const char *text, const char *error)
{
	size_t column;

	REQUIRE(sscanf(error, "column %zu: ", &column) == 1);
	REQUIRE(column >= 1 && column <= strlen(text) + 1);
}

static void write_again(const struct lg_segment *segment,
			enum lg_direction direction)
{
	char text[512], error[128];
	struct lg_pattern pattern;
	struct lg_segment back = *segment, expected = *segment;

	int length = lg_notation_print(text, sizeof(text), direction, segment,
				       bases);
	REQUIRE(length > 0 && (size_t)length < sizeof(text));
	REQUIRE(!lg_notation_parse(text, &pattern, error, sizeof(error)));
	REQUIRE(pattern.direction == direction);
	REQUIRE(lg_pattern_matches(&pattern, segment, bases, NULL, 0));
	REQUIRE(!lg_pattern_segment(&pattern, bases, &back));

	/* A number that means nothing is not written. */
	if (!(segment->flags & LG_ACK))
		expected.ack = 0;
	REQUIRE(!lg_sample_difference(&back, &expected));
}

static void check(const char *text)
{
	char error[128];
	struct lg_pattern pattern;
	struct lg_segment segment = {.family = AF_INET};

	if (lg_notation_parse(text, &pattern, error, sizeof(error))) {
		check_error(text, error);
		return;
	}
	if (lg_pattern_segment(&pattern, bases, &segment))
		return;
	REQUIRE(lg_pattern_matches(&pattern, &segment, bases, error,
				   sizeof(error)));
	write_again(&segment, pattern.direction);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A block of its own, for AddressSanitizer. */
	char *text = malloc(size + 1);

	REQUIRE(text);
	memcpy(text, data, size);
	text[size] = '\0';
	check(text);
	free(text);
	return 0;
}
