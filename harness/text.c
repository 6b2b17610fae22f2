// SPDX-License-Identifier: GPL-2.0-or-later
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *lg_there(void *allocated)
{
	if (!allocated) {
		fputs("linger: out of memory\n", stderr);
		_Exit(3);
	}
	return allocated;
}

void *lg_room(size_t n, size_t size)
{
	/* calloc(0) may return NULL. */
	return lg_there(calloc(n ? n : 1, size));
}

char *lg_text_of(const char *format, va_list arguments)
{
	char *text;
	return lg_there(vasprintf(&text, format, arguments) < 0 ? NULL : text);
}

char *lg_text(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = lg_text_of(format, arguments);
	va_end(arguments);
	return text;
}

void lg_text_append(char **text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *more = lg_text_of(format, arguments);
	va_end(arguments);
	char *whole = lg_text("%s%s", *text, more);
	free(more);
	free(*text);
	*text = whole;
}

/* The length of the UTF-8 sequence at `bytes`, 0 if there is none. */
static size_t utf8_length(const unsigned char *bytes, size_t size)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = {{0x80, 0x00, 0},
		     {0xe0, 0xc0, 0x80},
		     {0xf0, 0xe0, 0x800},
		     {0xf8, 0xf0, 0x10000}};

	for (size_t extra = 0; extra < 4; extra++) {
		if ((bytes[0] & forms[extra].mask) != forms[extra].lead)
			continue;
		if (extra >= size)
			return 0;
		uint32_t value = bytes[0] & (unsigned char)~forms[extra].mask;
		for (size_t i = 1; i <= extra; i++) {
			if ((bytes[i] & 0xc0) != 0x80)
				return 0;
			value = value << 6 | (bytes[i] & 0x3f);
		}
		bool surrogate = value >= 0xd800 && value <= 0xdfff;
		bool fits = value >= forms[extra].least && value <= 0x10ffff;
		return fits && !surrogate ? extra + 1 : 0;
	}
	return 0;
}

/* C0, DEL and C1: a terminal may act on them. */
static bool is_control(const unsigned char *bytes, size_t length)
{
	if (length == 1)
		return (bytes[0] < 0x20 && bytes[0] != '\n' &&
			bytes[0] != '\t') ||
		       bytes[0] == 0x7f;
	return length == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0;
}

char *lg_text_clean(const char *bytes, size_t size)
{
	char *text = lg_room(size * 4 + 1, 1);
	char *end = text;

	while (size) {
		const unsigned char *at = (const unsigned char *)bytes;
		size_t length = utf8_length(at, size);
		if (length && !is_control(at, length)) {
			end = mempcpy(end, bytes, length);
		} else {
			end += sprintf(end, "\\x%02x", at[0]);
			length = 1;
		}
		bytes += length;
		size -= length;
	}
	return text;
}

char *lg_text_quote(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-./:,=+@%";
	if (*word && !word[strspn(word, plain)])
		return lg_text("%s", word);

	char *quoted = lg_room(strlen(word) * 4 + 3, 1);
	char *end = quoted;
	*end++ = '\'';
	for (; *word; word++) {
		if (*word == '\'')
			end = stpcpy(end, "'\\''");
		else
			*end++ = *word;
	}
	*end = '\'';
	return quoted;
}

char *lg_text_replace(const char *text, const char *from, const char *to)
{
	char *result;
	size_t size;
	FILE *stream = lg_there(open_memstream(&result, &size));

	for (const char *found; (found = strstr(text, from));
	     text = found + strlen(from))
		fprintf(stream, "%.*s%s", (int)(found - text), text, to);
	fputs(text, stream);
	fclose(stream);
	return lg_there(result);
}

const char *lg_text_duration(char text[LG_DURATION_ROOM], int64_t ms)
{
	if (ms < 1000)
		snprintf(text, LG_DURATION_ROOM, "%d ms", (int)ms);
	else if (ms < 60000)
		snprintf(text, LG_DURATION_ROOM, "%.1f s", (double)ms / 1000);
	else if (ms < 3600000)
		snprintf(text, LG_DURATION_ROOM, "%d:%02d", (int)(ms / 60000),
			 (int)(ms / 1000 % 60));
	else
		snprintf(text, LG_DURATION_ROOM, "%lld:%02d:%02d",
			 (long long)(ms / 3600000), (int)(ms / 60000 % 60),
			 (int)(ms / 1000 % 60));
	return text;
}

bool lg_text_number(const char *text, unsigned long most, unsigned long *number)
{
	/* strtoul() would take blanks and signs too. */
	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	*number = strtoul(text, NULL, 10);
	return !errno && *number >= 1 && *number <= most;
}

int64_t lg_clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
