/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that come to stand here: those of a guest's bundle. */
#ifndef LG_GUEST_FILE_H
#define LG_GUEST_FILE_H

#include <jansson.h>

/*
 * Each writes a file `name` in a folder, which it makes if need be: with the
 * bytes that `base64` stands for, or with these.  Where that fails, a message
 * on standard error says so.
 */
void lg_guest_file(const char *folder, const char *name, const char *base64);
void lg_guest_file_bytes(const char *folder, const char *name,
			 const char *bytes, size_t size);

#endif
