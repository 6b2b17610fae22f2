// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network namespace that ends takes its TIME_WAITs along.
 *
 * A TIME_WAIT does not keep its namespace alive.  When the last process and the
 * last socket of a namespace are gone, the kernel goes through the table that
 * all namespaces share, and ends those TIME_WAITs that belong to it, thousands
 * of them, long before their time.  Those of other namespaces stay, and no
 * timer goes off afterwards for one that is no more.  So it is with a namespace
 * that has a table of its own (tcp_child_ehash_entries of the one where it was
 * made), which ends with it.
 *
 * tcp_sk_exit_batch(), tcpv6_net_exit_batch(), inet_twsk_purge(),
 * tcp_twsk_purge().
 *
 * Controls: while the namespace is there, so are they; another's TIME_WAITs.
 *
 * Catches: a kernel that leaks them, or lets them hold the namespace for a
 * minute; one that takes another namespace's; a timer that is left behind
 * (e22e45fc9e41, 5.16), or a reference (tcp_sk_exit_batch() warns of it).
 */

#include "linger.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define THEIRS 3000u
#define OURS 20u
#define PURGED_MS 2000
#define TIME_WAIT_MS 68000
#define OWN_TABLE "net.ipv4.tcp_child_ehash_entries"

/* ---- the namespace that ends ------------------------------------------- */

struct loopback {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t size;
};

static struct loopback loopback_of(int family)
{
	struct loopback address = { .size = sizeof(address.v4) };

	memset(&address.v6, 0, sizeof(address.v6));
	address.any.sa_family = (sa_family_t)family;
	if (family == AF_INET) {
		address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	} else {
		address.v6.sin6_addr = in6addr_loopback;
		address.size = sizeof(address.v6);
	}
	return address;
}

static bool set(const char *path, const char *value)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	size_t size = strlen(value);
	bool done = write(file, value, size) == (ssize_t)size;

	close(file);
	return done;
}

/* `parent`: the namespace whose child it is.  No connection may take another
 * one's TIME_WAIT, as over loopback it may by default after a second. */
static bool enter_empty_namespace(int parent)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	if (setns(parent, CLONE_NEWNET) || unshare(CLONE_NEWNET))
		return false;
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool done = !ioctl(sock, SIOCSIFFLAGS, &lo);
	close(sock);
	return done && set("/proc/sys/net/ipv4/tcp_max_tw_buckets", "100000") &&
	       set("/proc/sys/net/ipv4/tcp_tw_reuse", "0");
}

static bool make_time_wait(int listener, const struct loopback *address)
{
	int sock =
		socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool done = !connect(sock, &address->any, address->size);
	int peer = accept(listener, NULL, NULL);
	char byte;

	done = done && peer >= 0 && !shutdown(sock, SHUT_WR) &&
	       recv(peer, &byte, 1, 0) == 0;
	close(peer);
	close(sock);
	return done;
}

static bool make_time_waits(int family)
{
	struct loopback address = loopback_of(family);
	int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool done = !bind(listener, &address.any, address.size) &&
		    !listen(listener, 1) &&
		    !getsockname(listener, &address.any, &address.size);

	for (unsigned i = 0; i < THEIRS && done; i++)
		done = make_time_wait(listener, &address);
	close(listener);
	return done;
}

struct dweller {
	pid_t pid;
	int alive; /* closed to let it end */
};

/* A process with a namespace of its own, which is full of TIME_WAITs. */
static struct dweller start_dweller(struct lg_host *parent, int family)
{
	int inside = ioctl(lg_socket(parent), SIOCGSKNS);
	int ready[2], alive[2];
	char byte;

	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(alive, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(alive[1]);
		if (enter_empty_namespace(inside) && make_time_waits(family) &&
		    write(ready[1], "", 1) == 1)
			_exit(read(alive[0], &byte, 1) != 0);
		_exit(EXIT_FAILURE);
	}
	close(ready[1]);
	close(alive[0]);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return (struct dweller){ pid, alive[1] };
}

static void end(struct dweller dweller)
{
	int status;

	close(dweller.alive);
	ck_assert_int_eq(waitpid(dweller.pid, &status, 0), dweller.pid);
	ck_assert_int_eq(status, 0);
}

/* ---- the machine -------------------------------------------------------- */

/* The kernel's log from now on. */
static int open_log(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	ck_assert_int_ge(log, 0);
	ck_assert_int_ge(lseek(log, 0, SEEK_END), 0);
	return log;
}

/* Alarms come from a level of 4 on (KERN_WARNING), "4,1234,..." */
static void assert_no_alarm(int log)
{
	char record[8192];
	ssize_t size;

	while ((size = read(log, record, sizeof(record) - 1)) > 0) {
		record[size] = '\0';
		unsigned level = 0;
		sscanf(record, "%u", &level);
		ck_assert_msg(level % 8 > 4, "%s", record);
	}
}

static void make_ours(struct lg_net *net)
{
	int listener = lg_listen(lg_host(net, "server"), 80);

	for (unsigned i = 0; i < OURS; i++) {
		int sock = lg_connect(lg_host(net, "client"), 0,
				      lg_host(net, "server"), 80);
		int peer = lg_accept(listener);
		lg_close_both(sock, peer);
	}
}

/* A child of the client's namespace. */
static void come_and_go(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct dweller dweller = start_dweller(client, lg_family(net));

	lg_pass(net, PURGED_MS);
	ck_assert_uint_ge(lg_time_wait_slab(net).used, OURS + THEIRS);

	end(dweller);
	lg_pass(net, PURGED_MS);
	/* Some are kept at hand for the next ones. */
	ck_assert_uint_lt(lg_time_wait_slab(net).used, OURS + THEIRS / 3);
	ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), OURS);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");

	make_ours(net);
	int log = open_log();
	come_and_go(net);
	lg_claim(net, 142, true);
	if (lg_has(net, "sysctl " OWN_TABLE)) {
		lg_sysctl_set(client, OWN_TABLE, "4096");
		come_and_go(net);
	}

	lg_pass(net, TIME_WAIT_MS);
	ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), 0);
	assert_no_alarm(log);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	/* The machine's table has others' TIME_WAITs, too. */
	.needs = { "virtual-time" },
	.claims = "142",
	.facts = {
		{ "sysctl " OWN_TABLE,
		  "a namespace may have a table of its own (6.1)" },
	},
	.lasts_ms = 4 * PURGED_MS + TIME_WAIT_MS,
	.bulk = true,
	.run = run,
};
