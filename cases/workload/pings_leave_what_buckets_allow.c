// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 10,000 pings leave 8,192 TIME_WAITs where tcp_max_tw_buckets is 8,192.
 *
 * A program connects to one on the same host, says ping, reads pong and closes,
 * 10,000 times: `for i in {1..10000}; do echo ping | nc localhost 6379; done`
 * is how a text shows that TIME_WAITs add up, and counts 8,192 of them.
 * That is no property of the loop.  Each connection leaves one, at the end that
 * closes first, until there are as many as tcp_max_tw_buckets allows; the
 * others end without, and TCPTimeWaitOverflow counts them.  With a higher limit
 * it goes on.
 *
 * All of them together take less memory than as many connections would: a
 * TIME_WAIT is a fraction of a socket, and there is one for both ends.
 *
 * inet_twsk_alloc(), tcp_time_wait().
 *
 * Control: many pings on one connection leave one TIME_WAIT.
 *
 * Catches: a kernel that leaves fewer or more, or in which a TIME_WAIT takes as
 * much memory as a socket.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS "net.ipv4.tcp_max_tw_buckets"
#define PINGS 10000u
#define LIMIT 8192u
#define LIMIT_TEXT "8192"
#define MORE 100u
#define PINGS_AT_ONE 1000u
#define OPEN 256u
#define TIME_WAITS "TIME_WAITs by pings"

struct scene {
	struct lg_net *net;
	struct lg_host *host;
	int listener;
};

struct connection {
	int sock, peer;
};

static unsigned time_waits(const struct scene *scene)
{
	return (unsigned)lg_sockstat(scene->host, "TCP", "tw");
}

static struct connection open_one(const struct scene *scene)
{
	struct connection one;

	one.sock = lg_connect(scene->host, 0, scene->host, 6379);
	one.peer = lg_accept(scene->listener);
	return one;
}

static void ping(struct connection one)
{
	char got[8];

	lg_send(one.sock, "PING\r\n", 6);
	lg_receive(one.peer, got, 6);
	lg_send(one.peer, "+PONG\r\n", 7);
	lg_receive(one.sock, got, 7);
	ck_assert_mem_eq(got, "+PONG\r\n", 7);
}

/* close(2), since thousands of these would need as many descriptors. */
static void hang_up(struct connection one)
{
	close(one.sock);
	ck_assert_int_eq(lg_await_receive(one.peer), 0);
	close(one.peer);
}

/* Some points tell as much as all would. */
static void plot(const struct scene *scene, unsigned pings)
{
	if (pings % (PINGS / 50) == 0)
		lg_plot_point(scene->net, TIME_WAITS, pings, time_waits(scene));
}

static void ping_anew(const struct scene *scene, unsigned pings)
{
	struct connection one = open_one(scene);
	ping(one);
	hang_up(one);
	plot(scene, pings);
}

/* What the kernel has allocated for objects of its own. */
static long slab_kb(void)
{
	FILE *meminfo = fopen("/proc/meminfo", "re");
	char line[128];
	long kb = 0;

	ck_assert_ptr_nonnull(meminfo);
	while (fgets(line, sizeof(line), meminfo)) {
		if (sscanf(line, "Slab: %ld kB", &kb) == 1)
			break;
	}
	fclose(meminfo);
	ck_assert_int_gt(kb, 0);
	return kb;
}

/* `taken_kb` is what the TIME_WAITs take. */
static void compare_memory(const struct scene *scene, long taken_kb)
{
	struct connection open[OPEN];
	long before_kb = slab_kb();

	for (unsigned i = 0; i < OPEN; i++)
		open[i] = open_one(scene);
	double connection_kb = (double)(slab_kb() - before_kb) / OPEN;
	double time_wait_kb = (double)taken_kb / LIMIT;

	ck_assert_double_gt(time_wait_kb, 0);
	ck_assert_double_lt(time_wait_kb, connection_kb / 4);
	lg_claim(scene->net, 44, time_wait_kb > connection_kb / 2);
	for (unsigned i = 0; i < OPEN; i++)
		hang_up(open[i]);
}

static void connect_each_time(const struct scene *scene)
{
	long before_kb = slab_kb();

	for (unsigned i = 0; i < PINGS; i++)
		ping_anew(scene, i + 1);
	ck_assert_uint_eq(time_waits(scene), LIMIT);
	lg_assert_counted(scene->host, "TCPTimeWaitOverflow", PINGS - LIMIT);
	lg_assert_counted(scene->host, "TWRecycled", 0);

	/* Others use memory, too, on a machine that is not only ours. */
	if (lg_has(scene->net, "virtual-time"))
		compare_memory(scene, slab_kb() - before_kb);

	unsigned there_are = time_waits(scene);
	lg_sysctl_set(scene->host, BUCKETS, "100000");
	for (unsigned i = 0; i < MORE; i++)
		ping_anew(scene, PINGS + i + 1);
	ck_assert_uint_eq(time_waits(scene), there_are + MORE);
	lg_claim(scene->net, 30, false);
}

static void connect_once(const struct scene *scene)
{
	struct connection one = open_one(scene);

	for (unsigned i = 0; i < PINGS_AT_ONE; i++) {
		ping(one);
		plot(scene, i + 1);
	}
	hang_up(one);
	ck_assert_uint_eq(time_waits(scene), 1);
	lg_assert_counted(scene->host, "TCPTimeWaitOverflow", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *host = lg_host(net, "server");
	struct scene scene = { net, host, lg_listen(host, 6379) };

	if (!strcmp(lg_row_name(net), "one_connection"))
		connect_once(&scene);
	else
		connect_each_time(&scene);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.sysctls = {
		{ "server", BUCKETS, LIMIT_TEXT },
		/* Else, on the same host, ports are taken over. */
		{ "server", "net.ipv4.tcp_tw_reuse", "0" },
	},
	.rows = {
		{ "10000_connections" },
		{ "one_connection" },
	},
	.claims = "30 44",
	.bulk = true,
	.run = run,
};
