/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes that tell one state of a source from another (64-bit FNV-1a): against
 * accidents, not against people. */
#ifndef LG_KERNEL_HASH_H
#define LG_KERNEL_HASH_H

#include <stddef.h>
#include <stdint.h>

#define LG_HASH_SEED UINT64_C(0xcbf29ce484222325)

uint64_t lg_hash(uint64_t hash, const void *bytes, size_t size);

/*
 * Of a folder's files: their names, sizes and times of last change; of a git
 * work tree: the commit, how it differs from that, and of untracked files what
 * counts in a folder.  Returns 0, or -errno with lg_error_text().
 */
int lg_hash_tree(const char *path, uint64_t *hash);

#endif
