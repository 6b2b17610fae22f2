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
 * Catches: a kernel whose default does not follow its memory or is not half its
 * table, or that starts a namespace with a limit of another's.
 */

#include "linger.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIMIT "net.ipv4.tcp_max_tw_buckets"
#define KB_A_TIME_WAIT 256
#define MOST 262144
#define TABLE "TCP established hash table entries: "

static unsigned long memory_kb(void)
{
	unsigned long kb = 0;
	FILE *in = fopen("/proc/meminfo", "re");

	ck_assert_ptr_nonnull(in);
	ck_assert_int_eq(fscanf(in, "MemTotal: %lu kB", &kb), 1);
	fclose(in);
	return kb;
}

/* What the kernel said of its table when it booted; 0 if nobody may read that,
 * or its log is past it. */
static unsigned long table_size(void)
{
	char record[8192];
	unsigned long size = 0;
	ssize_t got = 1;
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	/* Each read is a record; EPIPE: one was overwritten meanwhile. */
	while (log >= 0 && !size && (got > 0 || errno == EPIPE)) {
		got = read(log, record, sizeof(record) - 1);
		record[got > 0 ? got : 0] = '\0';
		const char *said = strstr(record, TABLE);
		if (said)
			sscanf(said, TABLE "%lu", &size);
	}
	if (log >= 0)
		close(log);
	return size;
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
	unsigned long size = table_size();
	if (size)
		ck_assert_uint_eq(limit, size / 2);
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
