/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bundle: one folder with all that is known about one variant's run. */
#ifndef LG_BUNDLE_H
#define LG_BUNDLE_H

#include "error.h"
#include "ladder.h"
#include "net.h"

#include <jansson.h>

/* The variant begins: what the kernel logs from now on belongs to it.  Only
 * root may read that log; without it there is none in the bundle. */
void lg_bundle_begin(void);

/*
 * Writes report.txt, ladder.txt, ladder.svg, HOST-LINK.pcap for every captured
 * link end, and for each host HOST.sockets, .counters, .sysctls (those right
 * below net.ipv4 that differ from a new namespace's), .nft, .conntrack, and
 * kernel.log.  The folder is made with its parents.  0, or -errno with
 * lg_error_text(); what cannot be asked for says so in its file.
 */
int lg_bundle_write(const char *folder, struct lg_net *net,
		    const json_t *report, const struct lg_ladder *ladder);

#endif
