/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a case may need of the kernel it runs on.  Each need is met or not by
 * trying it, in a process and a network namespace of its own that are gone
 * afterwards, and never by the kernel's version.
 *
 *  netem                     delay, loss... of what a device sends
 *  nat                       masquerade, for IPv4 and IPv6
 *  strip                     nft takes an option out of TCP's headers (since
 *                            5.18: 7890cbea66e7, which stable kernels have)
 *  bpf                       a program at a device's ingress (clsact)
 *  recycle                   tcp_tw_recycle, the kernel's or the model
 *  socket-destroy            SOCK_DESTROY of a connection
 *  socket-destroy-time-wait  the same of a TIME_WAIT
 *  virtual-time              a guest whose clock jumps while all sleep
 *  user-namespaces           CAP_NET_ADMIN in a new one
 *  netdev                    nft fwd and numgen at a device's ingress
 *  conntrack                 ct state in rules, and its table to be read
 *  microsecond-timestamps    TCP's clock ticks in them where a route asks for
 *                            it (since 6.7: 614e8316aa4c)
 *  sysctl NAME               in a network namespace other than the first
 *  counter NAME              see lib/counter.h
 */
#ifndef LG_NEED_H
#define LG_NEED_H

#include <stddef.h>

/*
 * 1 if the need is met here, 0 if not; `why` (of `room` bytes) then has the
 * reason, else nothing; -EINVAL if there is no such need, or another -errno if
 * it could not be tried, with lg_error_text().
 */
int lg_need_probe(const char *need, char *why, size_t room);

/*
 * From now on each need is tried once, by this process or by one that it forks,
 * and the answer kept for all of them: for those who run many variants on one
 * kernel.  They are to have the same rights.
 */
void lg_need_keep_answers(void);

/* The needs that have no NAME, for those who list them all; NULL past the
 * last. */
const char *lg_need_name(size_t n);

#endif
