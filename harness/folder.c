// SPDX-License-Identifier: GPL-2.0-or-later
#include "folder.h"

#include "error.h"
#include "path.h"
#include "result.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRESH ".new-"

/* The run that writes there; 0 if it is no such folder. */
static pid_t maker_of(const char *entry)
{
	unsigned long pid;
	if (strncmp(entry, FRESH, strlen(FRESH)) ||
	    !lg_text_number(entry + strlen(FRESH), 1 << 30, &pid))
		return 0;
	return (pid_t)pid;
}

/* What the next run takes the place of. */
static bool is_ours(const char *last)
{
	char *events = lg_text("%s/" LG_FOLDER_EVENTS, last);
	bool ours = access(last, F_OK) || !access(events, F_OK);
	free(events);
	return ours;
}

static int create(struct lg_folder *folder, const char *path)
{
	if (!mkdir(path, 0777))
		folder->made = true;
	else if (errno != EEXIST)
		return lg_error(errno, "cannot make the results folder %s",
				path);

	/* Cases are given the path, and may work from another folder. */
	folder->path = realpath(path, NULL);
	if (!folder->path)
		return lg_error(errno, "results folder %s", path);
	folder->last = lg_text("%s/last", folder->path);
	if (!is_ours(folder->last))
		return lg_error(0,
				"%s is in the way: it has no " LG_FOLDER_EVENTS
				", so it is of no run of linger",
				folder->last);
	folder->fresh = lg_text("%s/" FRESH "%d", folder->path, (int)getpid());
	lg_path_remove_stale(folder->path, maker_of);
	lg_path_remove(folder->fresh);
	if (mkdir(folder->fresh, 0777))
		return lg_error(errno, "cannot write to the results folder %s",
				path);

	char *events = lg_text("%s/" LG_FOLDER_EVENTS, folder->fresh);
	folder->events = fopen(events, "we");
	int result = folder->events ? 0 : lg_error(errno, "%s", events);
	free(events);
	return result;
}

int lg_folder_open(struct lg_folder *folder, const char *path)
{
	*folder = (struct lg_folder){0};
	int result = create(folder, path);
	if (result)
		lg_folder_drop(folder);
	return result;
}

static int write_failed(const struct lg_folder *folder, int error)
{
	return lg_error(error, "cannot write results to %s", folder->path);
}

int lg_folder_describe(const struct lg_folder *folder, const json_t *described)
{
	char *path = lg_text("%s/" LG_FOLDER_CASES, folder->fresh);
	int result =
		json_dump_file(described, path, JSON_COMPACT | JSON_SORT_KEYS)
			? write_failed(folder, errno)
			: 0;
	free(path);
	return result;
}

int lg_folder_add(struct lg_folder *folder, const json_t *events)
{
	size_t i;
	json_t *event;
	json_array_foreach(events, i, event)
	{
		char *line = lg_event_line(event);
		fprintf(folder->events, "%s\n", line);
		free(line);
	}
	/* A disk that is full is better known now than after an hour. */
	if (fflush(folder->events) || ferror(folder->events))
		return write_failed(folder, errno);
	return 0;
}

int lg_folder_keep(struct lg_folder *folder)
{
	int result = 0;
	if (fclose(folder->events))
		result = write_failed(folder, errno);
	folder->events = NULL;
	int replaced =
		result ? 0 : lg_path_replace(folder->fresh, folder->last);
	if (replaced)
		result = write_failed(folder, -replaced);
	folder->made &= result != 0;
	lg_folder_drop(folder);
	return result;
}

void lg_folder_drop(struct lg_folder *folder)
{
	if (folder->events)
		fclose(folder->events);
	if (folder->fresh)
		lg_path_remove(folder->fresh);
	if (folder->made && folder->path)
		rmdir(folder->path);
	free(folder->path);
	free(folder->fresh);
	free(folder->last);
	*folder = (struct lg_folder){0};
}

char *lg_folder_bundle(const struct lg_folder *folder, const char *kernel,
		       const char *case_name, const char *variant,
		       unsigned long repeat)
{
	/* The names of a kernel and of a variant are one part of a path each.
	 */
	char *above = lg_text_replace(kernel ? kernel : "", "/", "%2F");
	char *part = lg_text_replace(variant, "/", "%2F");
	char *path = lg_text("%s/bundles/%s%s%s/%s", folder->fresh, above,
			     *above ? "/" : "", case_name, part);
	free(above);
	free(part);
	if (repeat < 2)
		return path;
	char *repeated = lg_text("%s.%lu", path, repeat);
	free(path);
	return repeated;
}
