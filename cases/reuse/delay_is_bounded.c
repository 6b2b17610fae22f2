// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a TIME_WAIT must be left alone is 1 ms to a minute.
 *
 * tcp_tw_reuse_delay takes no other values: neither 0, with which a new
 * connection could begin in the millisecond in which the old one ended, nor
 * more than TIME_WAIT lasts.  tcp_tw_reuse takes 0, 1 and 2.  A value that is
 * refused changes nothing, and each host has its own.
 *
 * ipv4_net_table[]; 19ce8cd30465 (6.14).
 *
 * Controls: the least and the greatest value, and the default.
 *
 * Catches: a kernel that takes values without a meaning, takes them for others,
 * or has one host change another's.
 */

#include "linger.h"

#define DELAY "net.ipv4.tcp_tw_reuse_delay"
#define REUSE "net.ipv4.tcp_tw_reuse"

static const struct attempt {
	const char *name, *value;
	int error;
} attempts[] = {
	{ DELAY, "1", 0 },	   { DELAY, "0", EINVAL },
	{ DELAY, "60000", 0 },	   { DELAY, "60001", EINVAL },
	{ DELAY, "-1", EINVAL },   { DELAY, "4294967297", EINVAL },
	{ DELAY, "word", EINVAL }, { REUSE, "0", 0 },
	{ REUSE, "-1", EINVAL },   { REUSE, "2", 0 },
	{ REUSE, "3", EINVAL },	   { REUSE, "1", 0 },
	{ REUSE, "word", EINVAL },
};

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	ck_assert_int_eq(lg_sysctl_get(client, DELAY), 1000);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		const struct attempt *attempt = &attempts[i];
		long before = lg_sysctl_get(client, attempt->name);
		int error =
			lg_sysctl_try(client, attempt->name, attempt->value);

		ck_assert_msg(error == attempt->error, "%s=%s: %d",
			      attempt->name, attempt->value, error);
		if (error)
			ck_assert_int_eq(lg_sysctl_get(client, attempt->name),
					 before);
	}
	ck_assert_int_eq(lg_sysctl_get(server, DELAY), 1000);
	ck_assert_int_eq(lg_sysctl_get(server, REUSE), 2);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.needs = { "sysctl " DELAY },
	.run = run,
};
