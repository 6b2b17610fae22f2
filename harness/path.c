// SPDX-License-Identifier: GPL-2.0-or-later
#include "path.h"

#include "error.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

char *lg_path_absolute(const char *path)
{
	if (*path == '/')
		return lg_text("%s", path);
	char *here = getcwd(NULL, 0);
	char *whole = here ? lg_text("%s/%s", here, path) : NULL;
	free(here);
	return whole;
}

char *lg_path_beside(const char *name)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[length > 0 ? length : 0] = '\0';
	return lg_text("%s/%s", dirname(self), name);
}

char *lg_path_own(const char *name)
{
	char *beside = lg_path_beside(name);
	if (!access(beside, R_OK))
		return beside;
	free(beside);
	return lg_text(LG_LIBEXECDIR "/%s", name);
}

char *lg_path_topologies(void)
{
	const char *given = getenv("LINGER_TOPOLOGIES");
	if (given)
		return lg_text("%s", given);
	char *beside = lg_path_beside("topologies");
	if (!access(beside, R_OK))
		return beside;
	free(beside);
	return lg_text(LG_DATADIR "/topologies");
}

char *lg_path_program(const char *name)
{
	const char *path = getenv("PATH");
	while (path && *path) {
		size_t length = strcspn(path, ":");
		char *program = lg_text("%.*s/%s", (int)length, path, name);
		if (!access(program, X_OK))
			return program;
		free(program);
		path += length + (path[length] == ':');
	}
	return NULL;
}

int lg_path_make_folder(const char *path)
{
	char *part = lg_text("%s", path);
	int result = 0;
	for (char *end = part; end && !result;) {
		end = strchr(end + 1, '/');
		if (end)
			*end = '\0';
		if (mkdir(part, 0777) && errno != EEXIST)
			result = lg_error(errno, "cannot make %s", part);
		if (end)
			*end = '/';
	}
	free(part);
	return result;
}

int lg_path_need_room(const char *folder, uint64_t bytes, const char *remedy)
{
	struct statvfs system;
	if (statvfs(folder, &system))
		return lg_error(errno, "%s", folder);
	uint64_t left = (uint64_t)system.f_bavail * system.f_frsize;
	if (left >= bytes)
		return 0;
	return lg_error(0,
			"no space: about %u MB are needed for a while, and "
			"%u MB are left for %s (%s)",
			(unsigned)(bytes >> 20), (unsigned)(left >> 20), folder,
			remedy);
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

FTS *lg_path_walk(const char *path)
{
	char *paths[] = {(char *)path, NULL};
	return fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, compare_names);
}

/* For a moment there is none. */
static int replace_in_steps(const char *fresh, const char *path)
{
	char *former = lg_text("%s.old", fresh);
	int result = 0;
	if (rename(path, former) && errno != ENOENT) {
		result = -errno;
	} else if (rename(fresh, path)) {
		result = -errno;
		rename(former, path);
	} else if (rename(former, fresh)) {
		lg_path_remove(former);
	}
	free(former);
	return result;
}

int lg_path_replace(const char *fresh, const char *path)
{
	if (!renameat2(AT_FDCWD, fresh, AT_FDCWD, path, RENAME_EXCHANGE))
		return 0;
	switch (errno) {
	case ENOENT:
		return rename(fresh, path) ? -errno : 0;
	/* Not every file system can exchange, nor every kernel. */
	case EINVAL:
	case ENOSYS:
	case EXDEV:
		return replace_in_steps(fresh, path);
	default:
		return -errno;
	}
}

static int remove_one(const char *path, const struct stat *stat_buffer,
		      int type, struct FTW *at)
{
	(void)stat_buffer;
	(void)type;
	(void)at;
	remove(path);
	return 0;
}

void lg_path_remove(const char *path)
{
	nftw(path, remove_one, 64, FTW_DEPTH | FTW_PHYS);
}

void lg_path_remove_stale(const char *folder,
			  pid_t (*maker_of)(const char *entry))
{
	DIR *entries = opendir(folder);
	if (!entries)
		return;
	for (struct dirent *entry; (entry = readdir(entries));) {
		pid_t maker = maker_of(entry->d_name);
		if (!maker || !kill(maker, 0) || errno != ESRCH)
			continue;
		char *stale = lg_text("%s/%s", folder, entry->d_name);
		lg_path_remove(stale);
		free(stale);
	}
	closedir(entries);
}
