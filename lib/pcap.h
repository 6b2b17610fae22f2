/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files as Wireshark opens them, with nanoseconds.  Written by our own
 * few lines: Debian's libpcap loads libdbus, libsystemd and libgcrypt, which
 * every guest would have to carry.
 */
#ifndef LG_PCAP_H
#define LG_PCAP_H

#include "net.h"

/* Writes HOST-INTERFACE.pcap to a folder (its descriptor) for each link end
 * that is captured.  0, or -errno with lg_error_text(). */
int lg_pcap_write(int folder, const struct lg_net *net);

#endif
