/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel does some time after it was asked to.
 *
 * A device that comes up before its peer has no carrier yet; it drops what it
 * is given until a worker has noticed that the carrier came,
 * linkwatch_do_dev(). An IPv6 address takes nothing in until a worker has found
 * that it needs no duplicate address detection, addrconf_dad_work().
 */
#ifndef LG_SETTLE_H
#define LG_SETTLE_H

#include "link.h"

/* Waits until all links carry frames and all addresses are taken in.  0, or
 * -errno with lg_error_text(). */
int lg_links_settle(const struct lg_build *build);

#endif
