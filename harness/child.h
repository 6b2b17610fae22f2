/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that the runner has started: in a process group of its own, bound
 * to the runner's life, with what it writes collected here.
 */
#ifndef LG_CHILD_H
#define LG_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/* More than this on standard output is no stream of events any more. */
#define LG_CHILD_OUT_MOST ((size_t)16 << 20)
/* Of standard error at least this much of the end is kept. */
#define LG_CHILD_ERR_KEPT ((size_t)64 << 10)

/* `data` is always terminated, once there is any. */
struct lg_bytes {
	char *data;
	size_t size, room;
};

struct lg_child {
	pid_t pid;
	int out, err; /* -1: at the end */
	struct lg_bytes out_text, err_text;
};

/* On this core only; -1: on any.  Returns 0 or -errno.  A program that cannot
 * be executed says so on its standard error and ends with status 127. */
int lg_child_start(struct lg_child *child, char *const argv[], int core);

/*
 * Instead of a program this work, in a copy of this process: what it returns is
 * the status.  Of descriptors it has all of ours, of signals none is blocked.
 */
int lg_child_fork(struct lg_child *child, int (*work)(void *of), void *of,
		  int core);

/* Takes in what it has written so far; -EFBIG if that is too much. */
int lg_child_read(struct lg_child *child);

/* Kills its process group.  It must not have been waited for yet: until then
 * its number is nobody else's. */
void lg_child_kill(const struct lg_child *child);

/* Closes and frees; the process is left alone. */
void lg_child_close(struct lg_child *child);
void lg_child_free(struct lg_child *child);

/* From now on processes that outlive their parents become ours... */
void lg_child_adopt(void);
/* ...and here they end; not those that were ours before: the shell that became
 * us may have made some. */
void lg_child_kill_adopted(void);

#endif
