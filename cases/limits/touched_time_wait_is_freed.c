// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT that segments have come for is freed like any other.
 *
 * Whoever looks a TIME_WAIT up to hand it a segment takes a reference to it,
 * and has to give that back, each way that the segment can go: it is answered,
 * answered no more because that was done just now, ignored, not believed for
 * its checksum, or the end of it.  The same goes for an ICMP error about a
 * segment that it has sent.  If one of these ways forgets to, the TIME_WAIT
 * leaves all tables and counters in time, and its memory is lost for good:
 * nobody sees it but the memory.
 *
 * tcp_timewait_state_process(), tcp_v4_timewait_ack(), tcp_v6_timewait_ack(),
 * tcp_v4_err(), tcp_v6_err(); /proc/slabinfo.
 *
 * Controls: what each segment must draw, so that it went the way that is meant;
 * the memory that the kernel has for as many that came before.
 *
 * Catches: a kernel that leaks a TIME_WAIT by a FIN or ACK that comes again, a
 * RST, a SYN or a segment of a wrong checksum, or by an ICMP error.
 */

#include "linger.h"

#define CONNECTIONS 100u
#define ROUNDS 2u
#define FIRST_PORT 4000
#define SEGMENTS 2
#define SEEN_MS 100
#define TIME_WAIT_MS 68000

struct situation {
	int state; /* that of a TIME_WAIT: FIN_WAIT2 if no FIN came */
	const char *segments[SEGMENTS];
	unsigned answers;
	unsigned skipped; /* answers that are one too many */
	bool wrong_checksum;
	bool expire; /* the answers, at the router, which says so in ICMP */
	bool ends;   /* it at once */
};

/* As many ICMP errors as it has cause for: by itself it limits them. */
static void limit_no_errors(struct lg_net *net)
{
	lg_sysctl_set(lg_host(net, "router1"),
		      lg_family(net) == AF_INET ? "net.ipv4.icmp_ratemask"
						: "net.ipv6.icmp.ratemask",
		      "0");
}

/* Each finds the TIME_WAIT that it is about, or it would be an error, too. */
static void assert_errors(struct lg_net *net, unsigned n)
{
	struct lg_host *server = lg_host(net, "server");
	bool v4 = lg_family(net) == AF_INET;

	lg_assert_counted(server, v4 ? "Icmp.InTimeExcds" : "Icmp6InTimeExcds",
			  n);
	lg_assert_counted(server, v4 ? "Icmp.InErrors" : "Icmp6InErrors", 0);
}

/* Makes as many, hands each its segments, and lets their time pass. */
static void touch(struct lg_net *net, int listener, unsigned round)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct lg_raw *raws[CONNECTIONS];

	for (unsigned i = 0; i < CONNECTIONS; i++) {
		unsigned port = FIRST_PORT + round * CONNECTIONS + i;
		raws[i] = lg_raw(client, (uint16_t)port, server, 80, 7000);
		int sock = lg_raw_connect(raws[i], listener);
		lg_raw_walk(raws[i], sock, is->state);
	}
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), CONNECTIONS);
	lg_count_anew(server);
	if (is->expire)
		lg_hop_limit(server, "router1", 1);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		lg_raw_spoil_checksum(raws[i], is->wrong_checksum);
		for (unsigned n = 0; n < SEGMENTS && is->segments[n]; n++)
			lg_inject(raws[i], "%s", is->segments[n]);
	}
	lg_pass(net, SEEN_MS);
	lg_assert_counted(server, "OutSegs", is->answers * CONNECTIONS);
	lg_assert_counted(server, "TCPACKSkippedTimeWait",
			  is->skipped * CONNECTIONS);
	lg_assert_counted(server, "Tcp.InCsumErrors",
			  is->wrong_checksum ? CONNECTIONS : 0);
	assert_errors(net, is->expire ? CONNECTIONS : 0);
	lg_hop_limit(server, "router1", 64);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"),
			  is->ends ? 0 : CONNECTIONS);
	lg_pass(net, TIME_WAIT_MS);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 0);
}

static void run(struct lg_net *net)
{
	int listener = lg_listen(lg_host(net, "server"), 80);

	limit_no_errors(net);
	touch(net, listener, 0);
	/* The kernel has memory for so many. */
	unsigned objects = lg_time_wait_slab(net).objects;
	ck_assert_uint_gt(objects, 0);
	touch(net, listener, 1);
	/* The kernel keeps what was freed at hand, or gives it back. */
	ck_assert_uint_lt(lg_time_wait_slab(net).objects,
			  objects + CONNECTIONS / 2);
}

#define FIN "F. 1:1(0) ack 2"
#define OLD_ACK ". 1:1(0) ack 2"
#define NEXT_ACK ". 2:2(0) ack 2"
#define SYN "S 100:100(0) <mss 1460>"

const struct lg_case lg_case = {
	.topology = "chain",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "k", "1" } },
	.rows = {
		{ "fin", &(const struct situation){ TCP_TIME_WAIT, { FIN }, 1 } },
		{ "old_ack_twice",
		  &(const struct situation){ TCP_TIME_WAIT,
					     { OLD_ACK, OLD_ACK }, 1, 1 } },
		{ "next_ack",
		  &(const struct situation){ TCP_TIME_WAIT, { NEXT_ACK } } },
		{ "old_rst",
		  &(const struct situation){ TCP_TIME_WAIT,
					     { "R 1:1(0)" } } },
		{ "rst",
		  &(const struct situation){ TCP_TIME_WAIT, { "R 2:2(0)" },
					     .ends = true },
		  { { "server", "net.ipv4.tcp_rfc1337", "0" } } },
		{ "rst_and_rfc1337",
		  &(const struct situation){ TCP_TIME_WAIT, { "R 2:2(0)" } },
		  { { "server", "net.ipv4.tcp_rfc1337", "1" } } },
		{ "syn",
		  &(const struct situation){ TCP_TIME_WAIT,
					     { SYN, "R 101:101(0)" }, 1,
					     .ends = true } },
		{ "data_of_wrong_checksum",
		  &(const struct situation){ TCP_TIME_WAIT,
					     { "P. 2:102(100) ack 2" },
					     .wrong_checksum = true } },
		{ "icmp_error",
		  &(const struct situation){
			  TCP_TIME_WAIT, { FIN }, 1, .expire = true } },
		{ "ack_in_fin_wait2",
		  &(const struct situation){ TCP_FIN_WAIT2, { OLD_ACK } } },
		{ "fin_in_fin_wait2",
		  &(const struct situation){ TCP_FIN_WAIT2, { FIN }, 1 } },
		{ "data_in_fin_wait2",
		  &(const struct situation){ TCP_FIN_WAIT2,
					     { "P. 1:6(5) ack 2" }, 1,
					     .ends = true } },
	},
	/* The machine's memory has others' sockets, too. */
	.needs = { "virtual-time" },
	.lasts_ms = ROUNDS * (SEEN_MS + TIME_WAIT_MS),
	.bulk = true,
	.run = run,
};
