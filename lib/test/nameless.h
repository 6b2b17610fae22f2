/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file with given content and without a name to clean up. */
#ifndef LG_NAMELESS_H
#define LG_NAMELESS_H

#include <stdio.h>

#define NAMELESS_ROOM 64

/* `path` leads to it until it is closed.  Fails the test if it can't. */
FILE *nameless(const char *text, size_t size, char path[NAMELESS_ROOM]);

#endif
