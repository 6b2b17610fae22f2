/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a program in a guest leaves for the runner, in lines of JSON; for the
 * guest's init, which is linked with nothing else of ours.
 */
#ifndef LG_GUEST_OUTPUT_H
#define LG_GUEST_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/* Between a program and the runner: its standard output and error. */
struct lg_relay {
	int from[2]; /* descriptors; -1: there is none, or it is at the end */
	FILE *out;
};

/* Makes pipes, of which `to` are the ends for the program to write to, to be
 * closed.  0 or -errno. */
int lg_relay_open(struct lg_relay *relay, int to[2]);

/*
 * Hands on what comes until a signal does, or `other` (a descriptor; -1: none)
 * can be read from, or the time is over (NULL: it never is), or something has
 * been handed on.  Returns whether `other` can be.
 */
bool lg_relay_some(struct lg_relay *relay, int other,
		   const struct timespec *wait);

/* Hands on all that is still to come. */
void lg_relay_rest(struct lg_relay *relay);

/* Hands out the files of the folder, if it is there, and removes it. */
void lg_hand_out(FILE *out, const char *folder);

#endif
