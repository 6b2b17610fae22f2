// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two clients behind NAT get the same outer port, one after the other.
 *
 * The server closes the first client's connection and keeps the TIME_WAIT; a
 * second client is then given the same port.  If its clock is ahead of the
 * first's, its SYN is newer and opens a connection.  If it is behind, the
 * server answers with the last ACK of a connection that the second client has
 * never had.  The client's RST ends that TIME_WAIT, and its next SYN, which
 * follows at once, is let in: the second client waits for a moment, and is not
 * shut out.  Only a server that ignores the RST (tcp_rfc1337) does that.
 *
 * Server: tcp_timewait_state_process(); client:
 * tcp_rcv_synsent_state_process().
 *
 * Control: the clock that is ahead.
 *
 * Catches: a TIME_WAIT that is silent about what it refuses, refuses what is
 * newer, or outlives a RST; a client that gives up, or waits for its timer.
 */

#include "linger.h"

#define APART_MS 1000000
#define AGE_MS 1000

struct situation {
	int32_t ahead_ms; /* of the first client's clock */
	bool ignores;	  /* tcp_rfc1337 */
};

static struct lg_segment first_client(struct lg_net *net, int listener)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_wire *wire = lg_wire(lg_host(net, "server"));
	int sock = lg_connect(client, 4000, lg_host(net, "server"), 80);
	int peer = lg_accept(listener);

	lg_close_both(peer, sock);
	return lg_await_segment(wire, "< F.");
}

static void expect_opening(struct lg_wire *wire, int sock, int listener)
{
	char data[5];

	lg_expect(wire, "< S.");
	lg_expect(wire, "> .");
	ck_assert_int_eq(lg_connect_result(sock), 0);
	lg_send(sock, "hello", sizeof(data));
	lg_receive(lg_accept(listener), data, sizeof(data));
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client2");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	lg_skew_timestamps(client, is->ahead_ms);
	int listener = lg_listen(server, 80);
	struct lg_segment fin = first_client(net, listener);
	lg_pass(net, AGE_MS);

	struct lg_wire *wire = lg_wire(client);
	struct lg_wire *servers = lg_wire(server);
	int sock = lg_connect_start(client, 5000, server, 80);
	struct lg_segment syn = lg_expect(wire, "> S");
	bool behind = is->ahead_ms < 0;
	struct lg_segment arrived = lg_expect(servers, "< S");
	ck_assert_uint_eq(arrived.sport, fin.sport);
	ck_assert_int_eq((int32_t)(arrived.tsval - fin.tsval) < 0, behind);
	if (behind) {
		struct lg_segment ack = lg_expect(wire, "< .");
		ck_assert_uint_eq(ack.ack, fin.seq + 1);
		ck_assert_uint_eq(ack.seq, fin.ack);
		ck_assert_uint_eq(lg_expect(wire, "> R").seq, ack.ack);
		lg_claim(net, 97, false);
	}
	if (is->ignores) {
		ck_assert_int_eq(lg_connect_result_within(sock, 60000),
				 ETIMEDOUT);
		lg_assert_counted(server, "PassiveOpens", 1);
		ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 1);
		return;
	}
	if (behind) {
		struct lg_segment again = lg_expect(wire, "> S");
		ck_assert_uint_eq(again.seq, syn.seq);
		/* Not its timer, which would be a second. */
		if (lg_has(net, "virtual-time"))
			ck_assert_int_lt(again.time_ns - syn.time_ns,
					 500000000);
	}
	expect_opening(wire, sock, listener);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 0);
	lg_assert_counted(client, "OutRsts", behind);
	lg_assert_counted(server, "PassiveOpens", 2);
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_counted(server, lg_paws_counter(net), behind);
}

const struct lg_case lg_case = {
	.topology = "snat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "ports", "30000-30000" } },
	.sysctls = {
		/* TCP's memory is what this is about, not conntrack's. */
		{ "router", "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
		  "0" },
		{ "client2", "net.ipv4.tcp_syn_retries", "2" },
	},
	.rows = {
		{ "ahead",
		  &(const struct situation){ APART_MS },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
		{ "behind",
		  &(const struct situation){ -APART_MS },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
		{ "behind_and_rfc1337",
		  &(const struct situation){ -APART_MS, .ignores = true },
		  { { "*", "net.ipv4.tcp_timestamps", "2" },
		    { "server", "net.ipv4.tcp_rfc1337", "1" } },
		  .lasts_ms = 10000 },
	},
	.claims = "97",
	.facts = {
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
	},
	.lasts_ms = AGE_MS,
	.run = run,
};
