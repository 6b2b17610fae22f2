// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_file.h"

#include "base64.h"
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

void lg_guest_file(const char *folder, const char *name, const char *base64)
{
	/* It comes from the guest: it has no business outside the folder. */
	if (!*name || *name == '.' || strchr(name, '/'))
		return;
	size_t size;
	char *bytes = lg_base64_decode(base64, &size);
	lg_guest_file_bytes(folder, name, bytes, size);
	free(bytes);
}
