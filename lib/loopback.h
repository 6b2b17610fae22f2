/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest network: a namespace with nothing but its loopback.  It is where
 * a kernel is asked what it can do, without a trace on the machine.  Each of
 * these returns 0, or -errno with lg_error_text().
 */
#ifndef LG_LOOPBACK_H
#define LG_LOOPBACK_H

/*
 * Moves the process into a new network namespace, with a user namespace around
 * it where that is needed, and sets its loopback up.  There is no way back: it
 * is for a process that was forked for this.
 */
int lg_loopback_enter(void);

/* Sets it up in the namespace that the process is in. */
int lg_loopback_up(void);

/* Makes a connected pair there: pair[0] has connected, pair[1] was accepted. */
int lg_loopback_pair(int family, int pair[2]);

#endif
