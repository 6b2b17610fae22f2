// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_file.h"

#include "error.h"
#include "path.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lg_guest_file_bytes(const char *folder, const char *name,
			 const char *bytes, size_t size)
{
	if (lg_path_make_folder(folder)) {
		fprintf(stderr, "linger: %s\n", lg_error_text());
		return;
	}
	char *path = lg_text("%s/%s", folder, name);
	FILE *out = fopen(path, "we");
	if (out)
		fwrite(bytes, 1, size, out);
	if (!out || ferror(out) | fclose(out))
		fprintf(stderr, "linger: %s: %s\n", path, strerror(errno));
	free(path);
}

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

/* Returns how many bytes there are: fewer than digits. */
static size_t decode(char *bytes, const char *base64)
{
	unsigned group = 0, bits = 0;
	size_t n = 0;
	for (; *base64 && digit(*base64) >= 0; base64++) {
		group = group << 6 | (unsigned)digit(*base64);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[n++] = (char)(group >> bits & 255);
		}
	}
	return n;
}

void lg_guest_file(const char *folder, const char *name, const char *base64)
{
	/* It comes from the guest: it has no business outside the folder. */
	if (!*name || *name == '.' || strchr(name, '/'))
		return;
	char *bytes = lg_room(strlen(base64) + 1, 1);
	lg_guest_file_bytes(folder, name, bytes, decode(bytes, base64));
	free(bytes);
}
