// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behind NAT with a busy range of ports, every ninth connect() takes a second.
 *
 * A client opens 200 connections to a server, one after the other, through a
 * router that has 16 ports for them and uses them at random.  The server closes
 * first and keeps a TIME_WAIT for each of those ports.  Where the offset of
 * timestamps depends on the ports, a SYN looks older than such a TIME_WAIT as
 * often as not, and is challenged; the client's RST ends that TIME_WAIT, and
 * its SYN follows at once, perhaps by another of the router's ports, to be
 * challenged by another TIME_WAIT.  From then on it comes back by its timer
 * only, after a second or more.  So one connect() in three is challenged, and
 * one in nine takes a second.
 *
 * 165573e41f2f (7.0, and in stable kernels: 6.19, 6.18, 6.12.94, 6.1.192); it
 * is what tcp_tw_recycle did to clients behind NAT, come back in another place.
 * secure_tcp_seq_and_ts_off(); tcp_timewait_state_process();
 * tcp_rcv_synsent_state_process().
 *
 * Controls: tcp_timestamps=2, without offsets: none is challenged;
 * tcp_timestamps=0, where sequence numbers decide, whose offsets have depended
 * on the ports all along: as many are, on every kernel.
 *
 * Catches: a TIME_WAIT that challenges what is newer or outlives the RST, or a
 * client that waits for its timer at once.  A kernel whose clock behind NAT is
 * no longer one shows as a changed fact.
 */

#include "linger.h"

#define CONNECTS 200u
/* Longer than all of them take together. */
#define LASTS_MS 600000u
#define PER_PORTS "timestamps have an offset for each pair of ports"

struct tally {
	unsigned challenged, waited;
};

static void open_one(struct lg_net *net, int listener, struct tally *tally)
{
	struct lg_host *client = lg_host(net, "client1");
	uint64_t resets = lg_counted(client, "OutRsts");
	int64_t start_ms = lg_now_ms();
	int sock = lg_connect_start(client, 0, lg_host(net, "server"), 80);

	ck_assert_int_eq(lg_connect_result_within(sock, 130000), 0);
	int64_t took_ms = lg_now_ms() - start_ms;
	uint64_t challenges = lg_counted(client, "OutRsts") - resets;
	tally->challenged += challenges > 0;
	tally->waited += took_ms >= 1000;
	ck_assert_int_eq(took_ms >= 1000, challenges > 1);
	if (challenges < 2)
		ck_assert_int_lt(took_ms, 500);

	int peer = lg_accept(listener);
	lg_close_both(peer, sock);
	lg_await_state(sock, TCP_CLOSE);
	/* So that the next has another timestamp. */
	lg_pass(net, 10);
}

/* One in three of them, and one in nine; at random. */
static void assert_some(struct tally tally)
{
	ck_assert_uint_ge(tally.challenged, CONNECTS / 6);
	ck_assert_uint_le(tally.challenged, CONNECTS / 2);
	ck_assert_uint_ge(tally.waited, CONNECTS / 40);
	ck_assert_uint_le(tally.waited, CONNECTS / 4);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");
	long timestamps = lg_sysctl_get(client, "net.ipv4.tcp_timestamps");
	struct tally tally = { 0 };
	int64_t end_ms = lg_now_ms() + LASTS_MS;

	int listener = lg_listen(server, 80);
	for (unsigned i = 0; i < CONNECTS; i++)
		open_one(net, listener, &tally);

	bool some =
		timestamps == 0 ||
		(timestamps == 1 && lg_fact(net, PER_PORTS, tally.challenged));
	if (some)
		assert_some(tally);
	else
		ck_assert_uint_eq(tally.challenged + tally.waited, 0);
	lg_assert_counted(server, "PassiveOpens", CONNECTS);
	lg_observe(net, "challenged", some ? "one in three" : "none");
	lg_observe(net, "waits a second or more",
		   some ? "one in nine" : "none");
	/* How many exactly, and how long it took, is no baseline. */
	if (lg_now_ms() < end_ms)
		lg_pass(net, (unsigned)(end_ms - lg_now_ms()));
	lg_count_anew(client);
	lg_count_anew(server);
}

const struct lg_case lg_case = {
	.topology = "snat",
	.families = LG_IPV4,
	.params = { { "ports", "30000-30015" } },
	.sysctls = {
		{ "*", "net.ipv4.tcp_timestamps", "0 1 2" },
		/* TCP's memory is what this is about, not conntrack's. */
		{ "router", "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
		  "0" },
		{ "router", "net.netfilter.nf_conntrack_tcp_timeout_close",
		  "0" },
	},
	.needs = { "virtual-time" },
	.facts = {
		{ PER_PORTS,
		  "behind NAT that changes ports, a later connection may look "
		  "older than the one before it on the same outer ports" },
	},
	.lasts_ms = LASTS_MS,
	.bulk = true,
	.run = run,
};
