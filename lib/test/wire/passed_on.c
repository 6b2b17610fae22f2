// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a router passes on has the same numbers before and behind it.
 *
 * The second of two clients that share a port of the router's is given the
 * answer of the first one's TIME_WAIT, whose numbers have nothing to do with
 * those of any connection that it has had itself: in the trace they are the
 * first client's, on both links.  What a router passes on stands behind what
 * came to it, where time stands still as well.
 */

#include "linger.h"

static uint32_t leave_time_wait(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");
	struct lg_wire *wire = lg_wire(client);

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	lg_close(peer);
	ck_assert_int_eq(lg_await_receive(sock), 0);
	lg_close(sock);
	lg_await_state(peer, TCP_TIME_WAIT);
	return lg_await_segment(wire, "> F.").seq + 1;
}

static void run(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	const uint32_t behind = 1000;
	uint32_t next = leave_time_wait(net);

	struct lg_raw *raw = lg_raw(lg_host(net, "client2"), 5000, server, 80,
				    next - behind);
	struct lg_wire *wire = lg_wire(lg_host(net, "client2"));
	struct lg_wire *servers = lg_wire(server);
	lg_inject(raw, "S 0:0(0) <mss 1460>");
	ck_assert_uint_eq(lg_expect(wire, "< . 2:2(0) ack 2").ack, next);
	lg_inject(raw, "R %u:%u(0)", behind, behind);
	lg_expect(servers, "< S");
	lg_expect(servers, "> .");
	ck_assert_uint_eq(lg_expect(servers, "< R 2:2(0)").seq, next);
	lg_inject(raw, "S 0:0(0) <mss 1460>");
	lg_expect(wire, "< S. 0:0(0) ack 1 <...>");
}

const struct lg_case lg_case = {
	.topology = "snat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "ports", "30000-30000" } },
	.sysctls = {
		{ "*", "net.ipv4.tcp_timestamps", "0" },
		{ "*", "net.ipv4.tcp_window_scaling", "0" },
		{ "router", "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
		  "0" },
		{ "router", "net.netfilter.nf_conntrack_tcp_timeout_close",
		  "0" },
	},
	.run = run,
};
