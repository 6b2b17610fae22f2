// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_hash.h"

#include "error.h"
#include "kernel_exec.h"
#include "path.h"
#include "text.h"

#include <errno.h>
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

static uint64_t add_file(uint64_t hash, const char *path,
			 const struct stat *status)
{
	int64_t facts[] = {status->st_size, status->st_mtim.tv_sec,
			   status->st_mtim.tv_nsec};
	hash = lg_hash(hash, path, strlen(path) + 1);
	return lg_hash(hash, facts, sizeof(facts));
}

static int hash_folder(const char *path, uint64_t *hash)
{
	FTS *tree = lg_path_walk(path);
	if (!tree)
		return lg_error(errno, "%s", path);
	errno = 0;
	for (FTSENT *entry; (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_F || entry->fts_info == FTS_SL)
			*hash = add_file(*hash, entry->fts_path + strlen(path),
					 entry->fts_statp);
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

struct others {
	const char *folder;
	uint64_t *hash;
};

/* Of what git does not know, it tells the names only. */
static void add_other(void *argument, const char *line)
{
	const struct others *others = argument;
	char *path = lg_text("%s/%s", others->folder, line);
	struct stat status = {0};
	lstat(path, &status);
	free(path);
	*others->hash = add_file(*others->hash, line, &status);
}

static int hash_others(const char *path, uint64_t *hash)
{
	struct others others = {.folder = path, .hash = hash};
	struct lg_exec exec = {.task = "see what is beside the git tree",
			       .folder = path,
			       .line = add_other,
			       .argument = &others};
	const char *argv[] = {"git",	  "-c",	      "core.quotePath=false",
			      "ls-files", "--others", "--exclude-standard",
			      NULL};
	return lg_exec(&exec, argv);
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
	int result = lg_exec(&exec, commit);
	if (!result)
		result = lg_exec(&exec, changes);
	return result ? result : hash_others(path, hash);
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
