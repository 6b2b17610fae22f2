// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_hash.h"

#include "error.h"
#include "kernel_exec.h"
#include "text.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PRIME UINT64_C(0x100000001b3)

uint64_t lg_hash(uint64_t hash, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * PRIME;
	return hash;
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static uint64_t add_file(uint64_t hash, const FTSENT *entry, size_t root)
{
	const struct stat *status = entry->fts_statp;
	int64_t facts[] = {status->st_size, status->st_mtim.tv_sec,
			   status->st_mtim.tv_nsec};
	const char *path = entry->fts_path + root;
	hash = lg_hash(hash, path, strlen(path) + 1);
	return lg_hash(hash, facts, sizeof(facts));
}

static int hash_folder(const char *path, uint64_t *hash)
{
	char *paths[] = {(char *)path, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, compare_names);
	if (!tree)
		return lg_error(errno, "%s", path);
	errno = 0;
	for (FTSENT *entry; (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_F || entry->fts_info == FTS_SL)
			*hash = add_file(*hash, entry, strlen(path));
		errno = 0;
	}
	int result = errno ? lg_error(errno, "%s", path) : 0;
	fts_close(tree);
	return result;
}

static void add_line(void *argument, const char *line)
{
	uint64_t *hash = argument;
	*hash = lg_hash(*hash, line, strlen(line) + 1);
}

static int hash_work_tree(const char *path, uint64_t *hash)
{
	struct lg_exec exec = {.task = "see what is in the git tree",
			       .folder = path,
			       .line = add_line,
			       .argument = hash};
	const char *commit[] = {"git", "rev-parse", "HEAD", NULL};
	const char *changes[] = {"git",	     "diff",	      "HEAD",
				 "--binary", "--no-ext-diff", NULL};
	const char *others[] = {"git", "ls-files", "--others",
				"--exclude-standard", NULL};
	int result = lg_exec(&exec, commit);
	if (!result)
		result = lg_exec(&exec, changes);
	return result ? result : lg_exec(&exec, others);
}

int lg_hash_tree(const char *path, uint64_t *hash)
{
	*hash = LG_HASH_SEED;
	char *git = lg_text("%s/.git", path);
	int result = access(git, F_OK) ? hash_folder(path, hash)
				       : hash_work_tree(path, hash);
	free(git);
	return result;
}
