// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT takes a small part of the memory of a connection.
 *
 * When a connection enters TIME_WAIT the kernel puts a struct
 * tcp_timewait_sock in the place of its struct tcp_sock, some 256 bytes instead
 * of more than 2,000, and gives back all else: the file, the inode, buffers and
 * timers.  At the end that connected its port stays taken, which needs a bind
 * bucket, or two since 6.1.  So 262,144 TIME_WAITs of a server take about
 * 67 MB, and 40,000 of a client more than 10 MB.
 *
 * inet_twsk_alloc(), inet_bind_bucket_create(), inet_bind_bucket_destroy(),
 * inet_bind2_bucket_destroy(); /proc/slabinfo.
 *
 * Control: as many connections, before they are closed.
 *
 * Catches: a TIME_WAIT that has grown, that keeps what it does not need, or
 * whose memory, or that of its bind buckets, does not come back.
 */

#include "linger.h"

#include <unistd.h>

#define CONNECTIONS 1000u
#define GIVEN_BACK_MS 1000 /* what is freed after RCU, too */
#define TIME_WAIT_MS 68000
#define COLLECTED_MS 10000 /* what kfree_rcu() frees, up to 5 s later */
#define ROUNDS 2u
#define LEAST_LOST 64 /* bytes: a bind bucket has more */

/* What is said of Linux 3.x: bytes of a TIME_WAIT, and of a connection. */
#define SAID_TIME_WAIT 168
#define SAID_CONNECTION 1776

static void judge_sizes(struct lg_net *net, unsigned time_wait,
			unsigned connection)
{
	lg_observe(net, "bytes of a TIME_WAIT", "%u", time_wait);
	lg_observe(net, "bytes of a connection", "%u", connection);
	ck_assert_uint_ge(time_wait, 192);
	ck_assert_uint_le(time_wait, 320);
	ck_assert_uint_ge(connection, 6 * time_wait);

	double mb = 262144.0 * time_wait / 1e6;
	lg_claim(net, 6, true);
	lg_claim(net, 72, mb > 63 && mb < 77);
	lg_claim(net, 129,
		 time_wait == SAID_TIME_WAIT && connection == SAID_CONNECTION);
	lg_claim(net, 130, 40000.0 * time_wait / 1e6 <= 2.5);
}

static void open_all(struct lg_net *net, int listener, int *socks, int *peers)
{
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		socks[i] = lg_connect(lg_host(net, "client"), 0,
				      lg_host(net, "server"), 80);
		peers[i] = lg_accept(listener);
	}
}

/* close(2), since the names of the closed ones would cost time. */
static void close_all(const int *socks, const int *peers)
{
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		close(socks[i]);
		ck_assert_int_eq(lg_await_receive(peers[i]), 0);
		close(peers[i]);
	}
}

/* A cache keeps some objects at hand when they are given back: there may be
 * some from the beginning. */
static void weigh(struct lg_net *net, int listener, struct lg_slab none)
{
	struct lg_host *client = lg_host(net, "client");
	int socks[CONNECTIONS], peers[CONNECTIONS];

	open_all(net, listener, socks, peers);
	struct lg_slab open = lg_time_wait_slab(net);
	ck_assert_uint_le(open.objects, none.objects);

	close_all(socks, peers);
	lg_pass(net, GIVEN_BACK_MS);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), CONNECTIONS);
	struct lg_slab waiting = lg_time_wait_slab(net);
	ck_assert_uint_ge(waiting.objects, CONNECTIONS);
	ck_assert_uint_le(waiting.objects,
			  none.objects + CONNECTIONS + CONNECTIONS / 10);
	ck_assert_int_lt(waiting.bytes_of_all - none.bytes_of_all,
			 (open.bytes_of_all - none.bytes_of_all) / 4);

	lg_pass(net, TIME_WAIT_MS);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), 0);
	ck_assert_uint_lt(lg_time_wait_slab(net).objects,
			  none.objects + CONNECTIONS / 2);
}

/*
 * Nothing at all is lost with a TIME_WAIT, its bind buckets for instance.  They
 * cannot be looked for by name, since kinds of one size may share a cache.  So
 * all memory counts: that after as many connections as there were before, once
 * the caches keep as much at hand as they ever will.
 */
static void assert_no_leak(struct lg_net *net, int listener)
{
	int socks[CONNECTIONS], peers[CONNECTIONS];
	struct lg_slab before, after = lg_time_wait_slab(net);

	for (unsigned i = 0; i < ROUNDS; i++) {
		open_all(net, listener, socks, peers);
		close_all(socks, peers);
		lg_pass(net, TIME_WAIT_MS + COLLECTED_MS);
		before = after;
		after = lg_time_wait_slab(net);
	}
	ck_assert_int_lt(after.bytes_of_all - before.bytes_of_all,
			 CONNECTIONS * (int64_t)LEAST_LOST);
}

static void run(struct lg_net *net)
{
	const char *name = lg_family(net) == AF_INET ? "TCP" : "TCPv6";
	struct lg_slab none = lg_time_wait_slab(net);

	judge_sizes(net, none.size, lg_slab(net, name).size);
	/* The machine's memory has others' sockets, too. */
	if (lg_has(net, "virtual-time")) {
		int listener = lg_listen(lg_host(net, "server"), 80);

		weigh(net, listener, none);
		assert_no_leak(net, listener);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.claims = "6 72 129 130",
	.lasts_ms = 240000,
	.bulk = true,
	.run = run,
};
