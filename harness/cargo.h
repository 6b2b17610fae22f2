/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes along to where there is nothing yet: programs with the shared
 * libraries that they load and the interpreters of scripts, files, folders.
 * Links on the way to them are links there, too, so that all that is found here
 * by some path is found there by it.
 */
#ifndef LG_CARGO_H
#define LG_CARGO_H

#include "cpio.h"

/* Each of these returns 0, or -errno with a message in *error, to be freed. */

/* A program, by its absolute path, with all that it needs to start. */
int lg_cargo_program(struct lg_cpio *cpio, const char *path, char **error);

/*
 * A file, or a folder with all that is in it, comes to stand at `to`: both are
 * absolute.  Programs among them get what they need as far as that is here.
 */
int lg_cargo_file(struct lg_cpio *cpio, const char *from, const char *to,
		  char **error);

#endif
