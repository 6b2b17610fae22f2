/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An errand: a command of the user's in a guest, with its files. */
#ifndef LG_ERRAND_H
#define LG_ERRAND_H

#include "payload.h"

/* Files and folders that go along. */
struct lg_errand_files {
	struct lg_baggage_file *list;
	size_t n;
};

/* Takes in "PATH", which is to stand where it stands here, or "PATH=DEST".
 * Returns 0, or -errno with a message in *error, to be freed. */
int lg_errand_files_add(struct lg_errand_files *files, const char *text,
			char **error);

/* Whether any of them is to stand elsewhere. */
bool lg_errand_files_move(const struct lg_errand_files *files);

void lg_errand_files_free(struct lg_errand_files *files);

struct lg_errand {
	const struct lg_kernel *kernel;
	const struct lg_errand_files *files;
	char **through;	     /* the words that start what starts the command;
			      * NULL: none, init does */
	char **words;	     /* of the command */
	const char *results; /* folder for captures; NULL: none */
	bool real_time;
	unsigned deadline_s; /* of real time; 0: the kernel's */
};

/* Returns the exit status for the runner, after a message if it isn't the
 * command's. */
int lg_errand_run(const struct lg_errand *errand);

#endif
