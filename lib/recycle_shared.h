/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the recycle model's two halves share: the program in the kernel and
 * lib/recycle.c. */
#ifndef LG_RECYCLE_SHARED_H
#define LG_RECYCLE_SHARED_H

#include <linux/types.h>

/* The kernel's TCP_PAWS_MSL and TCP_PAWS_WINDOW. */
#define LG_RECYCLE_MSL_S 60
#define LG_RECYCLE_WINDOW 1

/* Both addresses of a connection, no ports; IPv4 as ::ffff:a.b.c.d. */
struct lg_recycle_pair {
	__u8 local[16];
	__u8 peer[16];
};

/* What tcp_metrics kept of a pair: tcpm_ts and tcpm_ts_stamp. */
struct lg_recycle_stamp {
	__u32 tsval;
	__u32 time_s; /* of the segment that carried it */
};

#endif
