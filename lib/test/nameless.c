// SPDX-License-Identifier: GPL-2.0-or-later
#include "nameless.h"

#include <check.h>
#include <stdio.h>

FILE *nameless(const char *text, size_t size, char path[NAMELESS_ROOM])
{
	FILE *file = tmpfile();

	ck_assert(file && fwrite(text, 1, size, file) == size);
	ck_assert_int_eq(fflush(file), 0);
	snprintf(path, NAMELESS_ROOM, "/proc/self/fd/%d", fileno(file));
	return file;
}
