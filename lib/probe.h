/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attempts behind lg_need_probe(): each changes the namespaces of the
 * process that calls it, so it is for one that was forked for this.  0, or
 * -errno with lg_error_text().
 */
#ifndef LG_PROBE_H
#define LG_PROBE_H

int lg_probe_netem(const char *name);
int lg_probe_nat(const char *name);
int lg_probe_strip(const char *name);
int lg_probe_bpf(const char *name);
int lg_probe_recycle(const char *name);
int lg_probe_socket_destroy(const char *name);
int lg_probe_socket_destroy_time_wait(const char *name);
int lg_probe_virtual_time(const char *name);
int lg_probe_user_namespaces(const char *name);
int lg_probe_netdev(const char *name);
int lg_probe_conntrack(const char *name);
int lg_probe_microsecond_timestamps(const char *name);
int lg_probe_sysctl(const char *name);
int lg_probe_counter(const char *name);

#endif
