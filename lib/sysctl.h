/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sysctls of a host: those below "net.".  Dots stand between the parts of a
 * name; a dot within one, as interfaces may have, is written as a slash, and
 * with slashes between the parts it is the other way round, as sysctl(8) has
 * it: "net.ipv4.conf.eth0/7.rp_filter", "net/ipv4/conf/eth0.7/rp_filter".
 *
 * `host` may be NULL: the namespace that the process is in.
 */
#ifndef LG_SYSCTL_H
#define LG_SYSCTL_H

#include <stddef.h>

struct lg_host;

/*
 * Writes a sysctl and reads it back.  -ENOENT if this kernel has none of that
 * name, -EPERM for one that is not a host's own, -EROFS for one that can't be
 * written there, -ERANGE if the kernel took the value for another, else what
 * the kernel says of the value.
 */
int lg_sysctl_write(struct lg_host *host, const char *name, const char *value);

/* Reads a sysctl: one line, its fields with one blank between. */
int lg_sysctl_read(struct lg_host *host, const char *name, char *value,
		   size_t room);

#endif
