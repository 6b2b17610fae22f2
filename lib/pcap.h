/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files as Wireshark opens them, with nanoseconds.  Written by our own
 * few lines: Debian's libpcap loads libdbus, libsystemd and libgcrypt, which
 * every guest would have to carry.
 */
#ifndef LG_PCAP_H
#define LG_PCAP_H

#include "net.h"

#include <stdio.h>

/* The frames that were seen at a link end.  0, or -errno. */
int lg_pcap_write(FILE *out, const struct lg_net *net,
		  const struct lg_link_end *end);

#endif
