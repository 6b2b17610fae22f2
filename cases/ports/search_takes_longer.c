// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding a port takes the longer the more are taken, and takes a leap at half.
 *
 * connect() looks at one port after the other, and remembers about where it
 * found the last, so that in a range with room it finds the next at once.  But
 * it tries every second port first.  When half of the range is taken by
 * connections, or TIME_WAITs, to one destination, each further connect() looks
 * in vain at all of that half before it comes to the other; and when the range
 * is full, it looks at all of it only to fail, again and again for a program
 * that tries again.
 *
 * __inet_hash_connect(), __inet_check_established().
 *
 * Controls: the first half of the same range, where CPU time can be told; a
 * range of one port that is full.
 *
 * Catches: a kernel that has found another way to look for ports.
 *
 * What is compared is the least that a call took of many: whatever else runs on
 * the machine can only add to that.  Calls into a guest's kernel are slow, and
 * for seconds on end slower than at other times; there only calls that were
 * made in turn are compared.
 */

#include "linger.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST 20000u
#define PORTS 2048u
#define ATTEMPTS 100u

struct scene {
	struct lg_net *net;
	struct lg_host *host;
	const char *address;
	int listener;
	bool virtual_time;
};

/* CPU time does not pass where time is virtual, and the processor's own clock
 * does. */
static uint64_t read_clock(const struct scene *scene)
{
	struct timespec time;

	if (scene->virtual_time) {
#ifdef __x86_64__
		return __builtin_ia32_rdtsc();
#else
		lg_skip(scene->net, "this processor has no clock to be read");
#endif
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void set_range(const struct scene *scene, unsigned ports)
{
	char range[32];

	snprintf(range, sizeof(range), "%u %u", FIRST, FIRST + ports - 1);
	lg_sysctl_set(scene->host, "net.ipv4.ip_local_port_range", range);
}

/* How long connect() takes until it has its port. */
static uint64_t time_connect(const struct scene *scene, int sock)
{
	uint64_t began = read_clock(scene);

	lg_connect_socket(sock, scene->address, 80);
	return read_clock(scene) - began;
}

static void close_both(const struct scene *scene, int sock)
{
	/* On loopback it has come before connect() returned. */
	int peer = accept(scene->listener, NULL, NULL);

	ck_assert_int_ge(peer, 0);
	close(sock);
	close(peer);
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Takes half of the ports, leaving TIME_WAITs; returns the least time. */
static uint64_t take_half(const struct scene *scene, unsigned taken)
{
	const unsigned points = PORTS / 64;
	uint64_t least = UINT64_MAX, sum = 0;

	for (unsigned i = 1; i <= PORTS / 2; i++) {
		int sock = lg_socket(scene->host);
		uint64_t took = time_connect(scene, sock);
		close_both(scene, sock);
		least = lesser(least, took);
		sum += took;
		if (i % points == 0) {
			if (!scene->virtual_time)
				lg_plot_point(scene->net, "ns by ports taken",
					      taken + i,
					      (int64_t)(sum / points));
			sum = 0;
		}
	}
	return least;
}

static uint64_t time_failure(const struct scene *scene, unsigned ports)
{
	set_range(scene, ports);
	int sock = lg_socket(scene->host);
	uint64_t took = time_connect(scene, sock);
	ck_assert_int_eq(lg_connect_result(sock), EADDRNOTAVAIL);
	close(sock);
	return took;
}

static void run(struct lg_net *net)
{
	struct lg_host *host = lg_host(net, "client");
	struct scene scene = {
		.net = net,
		.host = host,
		.address = lg_address_towards(host, host),
		.listener = lg_listen(host, 80),
		.virtual_time = lg_has(net, "virtual-time"),
	};

	lg_sysctl_set(host, "net.ipv4.tcp_max_tw_buckets", "100000");
	set_range(&scene, PORTS);
	uint64_t first = take_half(&scene, 0);
	uint64_t second = take_half(&scene, PORTS / 2);
	ck_assert_uint_eq(lg_count_state(host, TCP_TIME_WAIT), PORTS);
	if (!scene.virtual_time)
		ck_assert_uint_gt(second, 2 * first);

	uint64_t of_one = UINT64_MAX, of_all = UINT64_MAX;
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		of_one = lesser(of_one, time_failure(&scene, 1));
		of_all = lesser(of_all, time_failure(&scene, PORTS));
	}
	ck_assert_uint_gt(4 * of_all, 5 * of_one);
	lg_claim(net, 131, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0" },
	},
	.claims = "131",
	.bulk = true,
	.run = run,
};
