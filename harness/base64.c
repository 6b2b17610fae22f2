// SPDX-License-Identifier: GPL-2.0-or-later
#include "base64.h"

#include "text.h"

#include <string.h>

static int digit(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

char *lg_base64_decode(const char *base64, size_t *size)
{
	char *bytes = lg_room(strlen(base64) + 1, 1);
	unsigned group = 0, bits = 0;
	*size = 0;
	for (; *base64 && digit(*base64) >= 0; base64++) {
		group = group << 6 | (unsigned)digit(*base64);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[(*size)++] = (char)(group >> bits & 255);
		}
	}
	return bytes;
}
