/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An initramfs: a cpio archive in the "newc" form, as the kernel unpacks it
 * (Documentation/driver-api/early-userspace/buffer-format.rst). */
#ifndef LG_CPIO_H
#define LG_CPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct lg_cpio {
	FILE *out;
	unsigned inode;
	char **paths; /* that it has so far */
	size_t n_paths;
};

/* Writes to `out`, which stays the caller's; its errors show in ferror(). */
void lg_cpio_begin(struct lg_cpio *cpio, FILE *out);
void lg_cpio_end(struct lg_cpio *cpio);

/*
 * A file with these bytes, or a copy of `from`; folders above it are made.
 * `path` has no slash at its beginning; of what it has already, nothing is
 * written again.  0, or -errno of reading `from`.
 */
void lg_cpio_bytes(struct lg_cpio *cpio, const char *path, mode_t mode,
		   const void *bytes, size_t size);
int lg_cpio_file(struct lg_cpio *cpio, const char *path, const char *from);

bool lg_cpio_has(const struct lg_cpio *cpio, const char *path);

void lg_cpio_folder(struct lg_cpio *cpio, const char *path);
void lg_cpio_link(struct lg_cpio *cpio, const char *path, const char *target);
void lg_cpio_device(struct lg_cpio *cpio, const char *path, mode_t mode,
		    unsigned major, unsigned minor);

#endif
