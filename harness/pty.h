/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal that a guest has: a pseudoterminal, whose other end is the
 * user's own terminal, on standard input and output.
 */
#ifndef LG_PTY_H
#define LG_PTY_H

#include <poll.h>
#include <stdbool.h>
#include <sys/ioctl.h>

struct lg_pty {
	int guests; /* descriptor: the guest's end */
	int ours;
	struct winsize size;
	bool passes; /* lg_pty_begin() */
	bool at_end; /* nothing more is typed */
};

/* Whether somebody can type, and see what comes of it. */
bool lg_pty_wanted(void);

/* One of the size of the user's terminal.  Returns 0, or -errno with a message
 * in *error, to be freed. */
int lg_pty_open(struct lg_pty *pty, char **error);

/* From now on each key goes to the guest, also those that would send a signal:
 * until lg_pty_close(). */
void lg_pty_begin(struct lg_pty *pty);

/* What to wait for, and, once that is over, what to do then.  A new size of the
 * user's terminal interrupts poll(2) and is passed on, too. */
void lg_pty_polls(const struct lg_pty *pty, struct pollfd polls[2]);
void lg_pty_pass(struct lg_pty *pty, const struct pollfd polls[2]);

/* Passes on what has come last, and gives the terminal back. */
void lg_pty_close(struct lg_pty *pty);

#endif
