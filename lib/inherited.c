// SPDX-License-Identifier: GPL-2.0-or-later
#include "inherited.h"

#include "sysctl.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/*
 * IPv4's conf/all and conf/default are copies of the first namespace's, and so
 * are IPv6's with net.core.devconf_inherit_init_net=1: addrconf_init_net(),
 * devinet_init_net().  The TCP ones are copied by tcp_sk_init().
 */
static const struct {
	const char *name, *value;
} table[] = {
	/* A container host forwards: then every host would. */
	{"net.ipv4.ip_forward", "0"},
	{"net.ipv6.conf.all.forwarding", "0"},
	/* systemd's default is 2; 1 drops what comes by another way than the
	 * answer would go. */
	{"net.ipv4.conf.all.rp_filter", "0"},
	{"net.ipv4.conf.default.rp_filter", "0"},
	{"net.ipv6.conf.all.disable_ipv6", "0"},
	/* Some negotiate ECN in the SYN, some pace what they send.  Reno is the
	 * one that every kernel has and lets every namespace use. */
	{"net.ipv4.tcp_congestion_control", "reno"},
	/* They decide the window and its scale in every SYN.  Also where
	 * nothing is tuned the third figure depends on how much memory there
	 * is. */
	{"net.ipv4.tcp_rmem", "4096 131072 6291456"},
	{"net.ipv4.tcp_wmem", "4096 16384 4194304"},
};

#define N_SETTINGS (sizeof(table) / sizeof(table[0]))
_Static_assert(N_SETTINGS <= 8 * sizeof(unsigned), "a bit for each");

int lg_inherited_find(unsigned *settings)
{
	*settings = 0;
	for (size_t i = 0; i < N_SETTINGS; i++) {
		char value[128];
		int result = lg_sysctl_read(NULL, table[i].name, value,
					    sizeof(value));
		/* Kernels have it for all namespaces together before they
		 * have it for each; then it isn't ours to change. */
		if (result == -ENOENT)
			continue;
		if (result)
			return result;
		if (strcmp(value, table[i].value))
			*settings |= 1u << i;
	}
	return 0;
}

int lg_inherited_undo(unsigned settings)
{
	for (size_t i = 0; i < N_SETTINGS; i++) {
		if (!(settings & 1u << i))
			continue;
		int result =
			lg_sysctl_write(NULL, table[i].name, table[i].value);
		if (result)
			return result;
	}
	return 0;
}
