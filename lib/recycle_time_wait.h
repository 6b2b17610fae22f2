/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long TIME_WAIT lasts at a host with the recycle model: 3.5 RTO, where
 * lg_recycle_shorten() was called.  It differs from the real thing:
 *
 *  - The RTO is that of the moment when the program closed or shut down.  The
 *    kernel took it when TIME_WAIT began, an ACK or two later: the same, as
 *    long as the round trips vary by less than 200 ms.
 *  - Only sockets that linger's own calls close are known.
 *  - A segment that started the TIME_WAIT anew gave it 60 s; here it ends all
 *    the same.
 *  - The end is neither the kernel's timer's nor counted as TWKilled.
 */
#ifndef LG_RECYCLE_TIME_WAIT_H
#define LG_RECYCLE_TIME_WAIT_H

#include <stdint.h>

/* The program is about to close or to shut down a connection of a host whose
 * TIME_WAITs are shortened.  0, or -errno. */
int lg_recycle_closing(int sock);

/* Ends those whose time has come.  Returns 1 if there were any, 0, or -errno.
 */
int lg_recycle_act(void);

/* When lg_recycle_act() has something to do next; INT64_MAX: no more. */
int64_t lg_recycle_due_ms(void);

#endif
