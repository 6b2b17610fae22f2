// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many TIME_WAITs there may be by default depends on the memory.
 *
 * tcp_max_tw_buckets is half the size of the table of connections, which has
 * one place for 128 KB of memory, rounded up to a power of two, and 524,288 at
 * most.  So it is a power of two, never the 180,000 or 18,000 that texts still
 * have from Linux 2.6, and on no machine more than 262,144.
 *
 * tcp_init(), tcp_sk_init(), alloc_large_system_hash().
 *
 * Control: every host of a machine has the same.
 *
 * Catches: a kernel whose default does not follow its memory, or that starts a
 * namespace with a limit of another's.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>

#define LIMIT "net.ipv4.tcp_max_tw_buckets"
#define KB_A_TIME_WAIT 256
#define MOST 262144

static unsigned long memory_kb(void)
{
	unsigned long kb = 0;
	FILE *in = fopen("/proc/meminfo", "re");

	ck_assert_ptr_nonnull(in);
	ck_assert_int_eq(fscanf(in, "MemTotal: %lu kB", &kb), 1);
	fclose(in);
	return kb;
}

static bool is_set_by_boot(void)
{
	char line[4096] = "";
	FILE *in = fopen("/proc/cmdline", "re");

	ck_assert_ptr_nonnull(in);
	bool read = fgets(line, sizeof(line), in);
	fclose(in);
	return read && strstr(line, "thash_entries=");
}

static void run(struct lg_net *net)
{
	if (is_set_by_boot())
		lg_skip(net, "the kernel was started with thash_entries=");

	unsigned long limit =
		(unsigned long)lg_sysctl_get(lg_host(net, "client"), LIMIT);
	unsigned long fitting = memory_kb() / KB_A_TIME_WAIT;

	ck_assert_uint_eq(limit & (limit - 1), 0);
	ck_assert_uint_le(limit, MOST);
	/* Not all of the memory is in MemTotal, and old UML kernels take the
	 * addresses below theirs for memory. */
	if (fitting < MOST) {
		ck_assert_uint_ge(limit, fitting);
		ck_assert_uint_le(limit, 8 * fitting);
	} else {
		ck_assert_uint_eq(limit, MOST);
	}
	ck_assert_uint_eq(
		(unsigned long)lg_sysctl_get(lg_host(net, "server"), LIMIT),
		limit);
	if (lg_has(net, "virtual-time"))
		lg_observe(net, "tcp_max_tw_buckets", "%lu", limit);
	lg_claim(net, 49, false);
	lg_claim(net, 85, false);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.claims = "49 85",
	.run = run,
};
