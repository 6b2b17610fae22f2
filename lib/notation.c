// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "notation.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- the characters of a text ------------------------------------------ */

struct reader {
	const char *text, *at;
	char *error;
	size_t room;
};

static int wrong_at(struct reader *reader, const char *at, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

static int wrong_at(struct reader *reader, const char *at, const char *format,
		    ...)
{
	int length = snprintf(reader->error, reader->room,
			      "column %td: ", at - reader->text + 1);

	if (length >= 0 && (size_t)length < reader->room) {
		va_list arguments;
		va_start(arguments, format);
		vsnprintf(reader->error + length, reader->room - (size_t)length,
			  format, arguments);
		va_end(arguments);
	}
	return -EINVAL;
}

static void skip_blanks(struct reader *reader)
{
	reader->at += strspn(reader->at, " \t");
}

/* Takes the token if it is next; of a word, only all of it. */
static bool take(struct reader *reader, const char *token)
{
	size_t length = strlen(token);

	skip_blanks(reader);
	if (strncmp(reader->at, token, length) != 0)
		return false;
	if (isalnum((unsigned char)token[length - 1]) &&
	    isalnum((unsigned char)reader->at[length]))
		return false;
	reader->at += length;
	return true;
}

static int expect(struct reader *reader, const char *token)
{
	if (take(reader, token))
		return 0;
	return wrong_at(reader, reader->at, "expected '%s'", token);
}

/* What stands next, for messages: a word, or one character. */
static int next_length(const struct reader *reader)
{
	size_t length = 0;

	while (isalnum((unsigned char)reader->at[length]))
		length++;
	return length ? (int)length : 1;
}

static int read_number(struct reader *reader, uint32_t most, uint32_t *value)
{
	skip_blanks(reader);

	const char *start = reader->at;
	if (!isdigit((unsigned char)*start))
		return wrong_at(reader, start, "expected a number");

	uint64_t number = 0;
	for (; isdigit((unsigned char)*reader->at); reader->at++) {
		number = number * 10 + (uint64_t)(*reader->at - '0');
		if (number > most)
			return wrong_at(reader, start,
					"expected a number of at most %u",
					most);
	}
	*value = (uint32_t)number;
	return 0;
}

static int read_given(struct reader *reader, uint32_t most,
		      struct lg_given *given)
{
	given->any = take(reader, "*");
	given->given = !given->any;
	return given->any ? 0 : read_number(reader, most, &given->value);
}

/* ---- options ----------------------------------------------------------- */

static int read_mss(struct reader *reader, struct lg_pattern *pattern)
{
	return read_given(reader, UINT16_MAX, &pattern->mss_value);
}

static int read_wscale(struct reader *reader, struct lg_pattern *pattern)
{
	return read_given(reader, UINT8_MAX, &pattern->wscale_value);
}

static int read_timestamps(struct reader *reader, struct lg_pattern *pattern)
{
	int result = expect(reader, "val");

	if (!result)
		result = read_given(reader, UINT32_MAX, &pattern->tsval);
	if (!result)
		result = expect(reader, "ecr");
	if (!result)
		result = read_given(reader, UINT32_MAX, &pattern->tsecr);
	return result;
}

static int read_sack_block(struct reader *reader, struct lg_pattern *pattern)
{
	const size_t most =
		sizeof(pattern->sack_blocks) / sizeof(pattern->sack_blocks[0]);

	if (pattern->sacks == most)
		return wrong_at(reader, reader->at, "more than %zu SACK blocks",
				most);

	uint32_t *left = &pattern->sack_blocks[pattern->sacks].left;
	uint32_t *right = &pattern->sack_blocks[pattern->sacks].right;
	pattern->sacks++;

	int result = read_number(reader, UINT32_MAX, left);
	if (!result)
		result = expect(reader, ":");
	if (!result)
		result = read_number(reader, UINT32_MAX, right);
	return result;
}

static int read_sack(struct reader *reader, struct lg_pattern *pattern)
{
	if (take(reader, "*"))
		return 0;

	int result;
	do {
		result = read_sack_block(reader, pattern);
		skip_blanks(reader);
	} while (!result && isdigit((unsigned char)*reader->at));
	return result;
}

static int read_nothing(struct reader *reader, struct lg_pattern *pattern)
{
	(void)reader;
	(void)pattern;
	return 0;
}

static const struct {
	const char *name;
	size_t is_there; /* the bool of struct lg_pattern */
	int (*read)(struct reader *reader, struct lg_pattern *pattern);
} options[] = {
	{"mss", offsetof(struct lg_pattern, mss), read_mss},
	{"sackOK", offsetof(struct lg_pattern, sack_ok), read_nothing},
	{"TS", offsetof(struct lg_pattern, ts), read_timestamps},
	{"wscale", offsetof(struct lg_pattern, wscale), read_wscale},
	{"sack", offsetof(struct lg_pattern, sack), read_sack},
	{"...", offsetof(struct lg_pattern, more_options), read_nothing},
};

static int read_option(struct reader *reader, struct lg_pattern *pattern)
{
	if (take(reader, "nop") || take(reader, "eol"))
		return 0;

	const char *start = reader->at;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!take(reader, options[i].name))
			continue;

		bool *is_there =
			(bool *)((char *)pattern + options[i].is_there);
		if (*is_there)
			return wrong_at(reader, start, "a second '%s'",
					options[i].name);
		*is_there = true;
		return options[i].read(reader, pattern);
	}
	if (!isalnum((unsigned char)*start))
		return wrong_at(reader, start, "expected an option");
	return wrong_at(reader, start, "unknown option '%.*s'",
			next_length(reader), start);
}

static int read_options(struct reader *reader, struct lg_pattern *pattern)
{
	int result;

	pattern->has_options = true;
	if (take(reader, ">"))
		return 0;
	do {
		result = read_option(reader, pattern);
	} while (!result && take(reader, ","));
	return result ? result : expect(reader, ">");
}

/* ---- the rest ---------------------------------------------------------- */

/* In the order in which they are written. */
static const struct {
	char name;
	uint8_t flag;
} flags[] = {
	{'F', LG_FIN}, {'S', LG_SYN}, {'R', LG_RST}, {'P', LG_PSH},
	{'.', LG_ACK}, {'U', LG_URG}, {'E', LG_ECE}, {'W', LG_CWR},
};

#define N_FLAGS (sizeof(flags) / sizeof(flags[0]))

static uint8_t flag_of(char name)
{
	for (size_t i = 0; i < N_FLAGS; i++)
		if (flags[i].name == name)
			return flags[i].flag;
	return 0;
}

static int read_flags(struct reader *reader, struct lg_pattern *pattern)
{
	skip_blanks(reader);

	const char *start = reader->at;
	if (take(reader, "-"))
		return 0;

	uint8_t flag;
	for (; (flag = flag_of(*reader->at)); reader->at++) {
		if (pattern->flags & flag)
			return wrong_at(reader, reader->at,
					"a second flag '%c'", *reader->at);
		pattern->flags |= flag;
	}
	if (reader->at == start || isalnum((unsigned char)*reader->at))
		return wrong_at(reader, reader->at,
				"expected flags out of SFRP.UEW");
	return 0;
}

static int read_range(struct reader *reader, struct lg_pattern *pattern)
{
	const char *start = reader->at;
	int result = read_given(reader, UINT32_MAX, &pattern->seq);

	if (!result)
		result = expect(reader, ":");
	if (!result)
		result = read_given(reader, UINT32_MAX, &pattern->end_seq);
	if (!result)
		result = expect(reader, "(");
	if (!result)
		result = read_given(reader, UINT16_MAX, &pattern->size);
	if (!result)
		result = expect(reader, ")");
	if (result)
		return result;

	if (lg_pattern_contradicts(pattern))
		return wrong_at(reader, start, "%u to %u is not a size of %u",
				pattern->seq.value, pattern->end_seq.value,
				pattern->size.value);
	return 0;
}

static void read_direction(struct reader *reader, struct lg_pattern *pattern)
{
	if (take(reader, ">"))
		pattern->direction = LG_LEAVES;
	else if (take(reader, "<"))
		pattern->direction = LG_ARRIVES;
	else
		pattern->direction = LG_NO_ARROW;
}

static bool range_is_next(struct reader *reader)
{
	skip_blanks(reader);
	return isdigit((unsigned char)*reader->at) || *reader->at == '*';
}

int lg_notation_parse(const char *text, struct lg_pattern *pattern, char *error,
		      size_t room)
{
	struct reader reader = {text, text, error, room};

	*pattern = (struct lg_pattern){.flags = 0};
	read_direction(&reader, pattern);

	int result = read_flags(&reader, pattern);
	if (!result && range_is_next(&reader))
		result = read_range(&reader, pattern);
	if (!result && take(&reader, "ack"))
		result = read_given(&reader, UINT32_MAX, &pattern->ack);
	if (!result && take(&reader, "win"))
		result = read_given(&reader, UINT16_MAX, &pattern->window);
	if (!result && take(&reader, "<"))
		result = read_options(&reader, pattern);
	if (result)
		return result;

	skip_blanks(&reader);
	if (*reader.at)
		return wrong_at(&reader, reader.at, "'%.*s' is not expected",
				next_length(&reader), reader.at);
	return 0;
}

/* ---- writing ----------------------------------------------------------- */

struct writer {
	char *text;
	size_t room;
	size_t length; /* of all of it, even if it is more than the room */
};

static void put(struct writer *writer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct writer *writer, const char *format, ...)
{
	bool fits = writer->length < writer->room;

	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(fits ? writer->text + writer->length : NULL,
			       fits ? writer->room - writer->length : 0, format,
			       arguments);
	va_end(arguments);
	writer->length += (size_t)length;
}

static void put_options(struct writer *writer, const struct lg_segment *segment,
			struct lg_bases bases)
{
	const char *separator = " <";

	if (segment->has_mss) {
		put(writer, "%smss %u", separator, segment->mss);
		separator = ",";
	}
	if (segment->sack_ok) {
		put(writer, "%ssackOK", separator);
		separator = ",";
	}
	if (segment->has_ts) {
		put(writer, "%sTS val %u ecr %u", separator, segment->tsval,
		    segment->tsecr);
		separator = ",";
	}
	if (segment->has_wscale) {
		put(writer, "%swscale %u", separator, segment->wscale);
		separator = ",";
	}
	if (segment->sacks) {
		put(writer, "%ssack", separator);
		separator = ",";
	}
	for (unsigned i = 0; i < segment->sacks; i++)
		put(writer, " %u:%u", segment->sack[i].left - bases.ack,
		    segment->sack[i].right - bases.ack);
	if (*separator == ',')
		put(writer, ">");
}

void lg_flags_print(uint8_t set, char text[LG_FLAGS_ROOM])
{
	static_assert(LG_FLAGS_ROOM == N_FLAGS + 1, "room for all of them");

	char *to = text;
	for (size_t i = 0; i < N_FLAGS; i++)
		if (set & flags[i].flag)
			*to++ = flags[i].name;
	if (to == text)
		*to++ = '-';
	*to = '\0';
}

int lg_notation_print(char *text, size_t room, enum lg_direction direction,
		      const struct lg_segment *segment, struct lg_bases bases)
{
	static const char *const arrows[] = {
		[LG_NO_ARROW] = "", [LG_LEAVES] = "> ", [LG_ARRIVES] = "< "};

	struct writer writer = {text, room, 0};
	uint32_t seq = segment->seq - bases.seq;
	char set[LG_FLAGS_ROOM];

	lg_flags_print(segment->flags, set);
	put(&writer, "%s%s %u:%u(%u)", arrows[direction], set, seq,
	    seq + segment->size, segment->size);
	if (segment->flags & LG_ACK)
		put(&writer, " ack %u", segment->ack - bases.ack);
	put(&writer, " win %u", segment->window);
	put_options(&writer, segment, bases);
	return (int)writer.length;
}
