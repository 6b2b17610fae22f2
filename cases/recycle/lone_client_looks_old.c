// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client alone, without NAT, may look old to a recycling server.
 *
 * Where a host's timestamps have a secret offset for each pair of ports, its
 * connections to one server are as many clocks.  A server that remembers the
 * last timestamp of the client's address takes about every other SYN for an old
 * one and drops it, though there is one client only, with one clock: what the
 * offsets break for NAT in front of a TIME_WAIT, they break here without NAT.
 * With tcp_timestamps=2 there are no offsets, and every SYN is let in; so it is
 * where the offset depends on the addresses only.
 *
 * secure_tcp_seq_and_ts_off(): 95a22caee396 (4.10) put the ports into the
 * offset, 28ee1b746f49 took them out, and 165573e41f2f (7.0, and in stable
 * kernels) put them back, since tcp_tw_recycle had gone; but a server may be
 * older than its clients.
 *
 * Control: tcp_timestamps=2.
 *
 * Catches: a kernel whose timestamps, one connection after the other, are no
 * longer one clock's; that shows as a changed fact.
 */

#include "linger.h"

/* That all of them, or none, look old by chance is a matter of 2^-40. */
#define CONNECTS 40
#define PER_PORTS "timestamps have an offset for each pair of ports"

static uint32_t leave_memory(struct lg_host *client, struct lg_host *server,
			     int listener)
{
	struct lg_wire *wire = lg_wire(server);
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);

	lg_close_both(peer, sock);
	return lg_await_segment(wire, "< F.").tsval;
}

static bool looks_old(struct lg_segment syn, uint32_t remembered)
{
	return (int32_t)(remembered - syn.tsval) > 1;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	bool offsets = lg_sysctl_get(client, "net.ipv4.tcp_timestamps") == 1;
	unsigned old = 0;

	lg_recycle(server, true);
	int listener = lg_listen(server, 80);
	uint32_t remembered = leave_memory(client, server, listener);

	struct lg_wire *wire = lg_wire(server);
	for (unsigned i = 0; i < CONNECTS; i++) {
		int sock = lg_connect_start(client, 0, server, 80);
		if (looks_old(lg_await_segment(wire, "< S"), remembered)) {
			lg_assert_recycle_drops(server, ++old);
		} else {
			ck_assert_int_eq(lg_connect_result(sock), 0);
			lg_accept(listener);
		}
		lg_abort(sock);
	}
	lg_assert_recycle_drops(server, old);
	lg_assert_counted(server, "OutRsts", 0);
	if (offsets && lg_fact(net, PER_PORTS, old))
		ck_assert_uint_lt(old, CONNECTS);
	else
		ck_assert_uint_eq(old, 0);
	lg_observe(net, "lost", "%s", old ? "some" : "none");
	lg_claim(net, 38, !old);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.sysctls = { { "*", "net.ipv4.tcp_timestamps", "1 2" } },
	.needs = { "recycle" },
	.claims = "38",
	.facts = {
		{ PER_PORTS,
		  "a lone client loses SYNs to a server with tcp_tw_recycle" },
	},
	/* Which SYNs are lost differs from run to run. */
	.bulk = true,
	.run = run,
};
