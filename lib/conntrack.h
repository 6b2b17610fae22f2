/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host's conntrack table. */
#ifndef LG_CONNTRACK_H
#define LG_CONNTRACK_H

#include <stdio.h>

struct lg_host;

/* Prints the table, an entry a line, as conntrack(8) does.  0, or -errno with
 * lg_error_text(). */
int lg_conntrack_print(struct lg_host *host, FILE *out);

#endif
