// SPDX-License-Identifier: GPL-2.0-or-later
#include "path.h"

#include "error.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
