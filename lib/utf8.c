// SPDX-License-Identifier: GPL-2.0-or-later
#include "utf8.h"

#include <stdbool.h>

/* The least character that needs so many bytes beyond the first. */
static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

static bool is_harmless(uint32_t character, unsigned more)
{
	if (more == 0 && character >= 0x80)
		return false;
	if (character < 0x20 || (character >= 0x7f && character < 0xa0))
		return false;
	if (character >= 0xd800 && character < 0xe000)
		return false;
	return character >= least[more] && character < 0x110000 &&
	       (character & 0xfffe) != 0xfffe;
}

uint32_t lg_utf8_next(const char **string)
{
	uint8_t first = (uint8_t) * (*string)++;
	unsigned more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0;
	uint32_t character = more ? first & (0x3fu >> more) : first;

	for (unsigned i = 0; i < more; i++, (*string)++) {
		uint8_t byte = (uint8_t) * *string;

		if ((byte & 0xc0) != 0x80)
			return '?';
		character = character << 6 | (byte & 0x3f);
	}
	return is_harmless(character, more) ? character : '?';
}

void lg_utf8_clean(char *string)
{
	while (*string) {
		const char *next = string;
		bool is_ascii = (uint8_t)*string < 0x80;

		if (lg_utf8_next(&next) != '?' || is_ascii)
			string += next - string;
		while (string < next)
			*string++ = '?';
	}
}

void lg_utf8_write(uint32_t character, FILE *out)
{
	static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
	unsigned more = 0;

	while (more < 3 && character >= least[more + 1])
		more++;
	fputc((int)(lead[more] | character >> 6 * more), out);
	while (more--)
		fputc((int)(0x80 | (character >> 6 * more & 0x3f)), out);
}
