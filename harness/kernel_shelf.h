/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of kernels as folders.  NAME/kernel.json says what NAME/linux is.
 * A kernel is made in NAME.building-PID, which takes its place at once when it
 * is whole; what makers that were killed have left goes when the next one
 * begins.
 */
#ifndef LG_KERNEL_SHELF_H
#define LG_KERNEL_SHELF_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each of these that returns an int returns 0, or -errno with
 * lg_error_text(). */

/* The store's own path, and one in a kernel's folder: absolute, to be
 * freed. */
char *lg_shelf_root(void);
char *lg_shelf_path(const char *name, const char *file);

/* -EINVAL if it can't be the name of a kernel. */
int lg_shelf_check_name(const char *name);

/* -ENOENT, without a message, if there is no such kernel. */
int lg_shelf_read(const char *name, json_t **record);

int lg_shelf_names(char ***names, size_t *n);
void lg_shelf_free_names(char **names, size_t n);

/* -ENOENT, without a message, if there is no such kernel. */
int lg_shelf_remove(const char *name);

/* One that is being made. */
struct lg_shelf_place {
	char *name;
	char *folder; /* where it is made; absolute */
	char *aside;  /* for what is needed on the way only; absolute */
	int lock;
};

/*
 * Makes room for a kernel.  While another process makes the one of this name,
 * it calls waits() with that one's number, once, and waits.
 */
int lg_shelf_open(struct lg_shelf_place *place, const char *name,
		  void (*waits)(const char *name, int pid));

/* Writes the record, and makes it the kernel of this name. */
int lg_shelf_keep(struct lg_shelf_place *place, json_t *record);

/* Forgets what has been made, unless it was kept. */
void lg_shelf_drop(struct lg_shelf_place *place);

/* Whether there are so many bytes left where a place is. */
int lg_shelf_need_room(const struct lg_shelf_place *place, uint64_t bytes);

/* A folder for what has to be there before a kernel's name is known; removed
 * and freed by the other one. */
int lg_shelf_scratch(char **folder);
void lg_shelf_drop_scratch(char *folder);

#endif
