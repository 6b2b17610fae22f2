/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is at the end of a path.  What returns a path hands over a text of its
 * own, to be freed. */
#ifndef LG_PATH_H
#define LG_PATH_H

#include <fts.h>
#include <stdint.h>
#include <sys/types.h>

/* From the current folder, if it is no absolute path; NULL with errno if that
 * folder is gone. */
char *lg_path_absolute(const char *path);

/* Beside our own executable; whether or not there is anything. */
char *lg_path_beside(const char *name);

/* Of a program of ours that is no command: beside linger in the build tree,
 * else where it was installed. */
char *lg_path_own(const char *name);

/* Of the topologies: $LINGER_TOPOLOGIES, else beside linger in the build tree,
 * else where they were installed. */
char *lg_path_topologies(void);

/* Of a program in PATH; NULL if there is none. */
char *lg_path_program(const char *name);

/* Makes a folder, with those above it, unless it is there.  Returns 0, or
 * -errno with lg_error_text(). */
int lg_path_make_folder(const char *path);

/* Whether there are so many bytes left where a folder is; if not, the message
 * ends with the remedy.  Returns 0, or -errno with lg_error_text(). */
int lg_path_need_room(const char *folder, uint64_t bytes, const char *remedy);

/* All that is there, in the order of their names; NULL with errno. */
FTS *lg_path_walk(const char *path);

/*
 * Puts the folder `fresh` where `path` is, at once if the file system can: what
 * was there is at `fresh` then, or gone.  Returns 0, or -errno: both are as
 * they were.
 */
int lg_path_replace(const char *fresh, const char *path);

/* With all that is in it.  What can't be removed stays. */
void lg_path_remove(const char *path);

/*
 * Removes what processes that are no more have left in a folder.  `maker_of`
 * returns the process that an entry belongs to; 0: it is not of that kind.
 */
void lg_path_remove_stale(const char *folder,
			  pid_t (*maker_of)(const char *entry));

#endif
