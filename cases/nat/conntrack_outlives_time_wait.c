// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behind NAT a port is kept for 120 seconds, not for 60.
 *
 * Both ends have closed.  TCP's TIME_WAIT is over after a minute, but the
 * router remembers the connection for two, in a TIME_WAIT that is conntrack's
 * and has nothing to do with TCP's: nf_conntrack_tcp_timeout_time_wait changes
 * it and not the other.  As long as it lasts, a router with one port has none
 * for another client's SYN to that server, and drops it without a word.  Newer
 * routers evict the old entry if the SYN's sequence number is beyond the old
 * connection's; a SYN with another has to wait there, too.
 *
 * tcp_timeouts[], nf_nat_l4proto_unique_tuple(), nf_nat_used_tuple_harder()
 * since 458972550287 (6.5).
 *
 * Controls: a SYN of the last number that was used, and of the one after it;
 * another timeout.
 *
 * Catches: a router that gives a port away too early or too late, or evicts
 * what may still have segments on their way.
 */

#include "linger.h"

#define TIMEOUT "net.netfilter.nf_conntrack_tcp_timeout_time_wait"
#define EVICTS "NAT evicts a TIME_WAIT for a SYN with later numbers"
#define TIME_WAIT_MS 60000
/* How much later than that the kernel's timers may be, and some more. */
#define SLACK_MS 8000
#define BEFORE_MS 3000
#define WAIT_MS 500

struct situation {
	bool ahead; /* the SYN's sequence number */
	unsigned kept_ms;
};

/* Closed by the client first; its FIN. */
static struct lg_segment leave_time_wait(struct lg_net *net, int *sock)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");
	struct lg_wire *wire = lg_wire(client);

	int listener = lg_listen(server, 80);
	*sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	lg_close(*sock);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	lg_close(peer);
	lg_await_state(*sock, TCP_TIME_WAIT);
	lg_await_state(peer, TCP_CLOSE);
	return lg_await_segment(wire, "> F.");
}

/* Another client's SYN, which the server is not shown, so that one that comes
 * through has no consequences. */
static void send_syn(struct lg_raw *raw)
{
	lg_inject(raw, "S 0:0(0) <mss 1460>");
}

static void run(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	bool longer = is->kept_ms > TIME_WAIT_MS;
	int sock;

	if (longer)
		lg_need(net, "virtual-time");

	int64_t earliest_ms = lg_now_ms() + is->kept_ms;
	struct lg_segment fin = leave_time_wait(net, &sock);
	int64_t latest_ms = lg_now_ms() + is->kept_ms;
	struct lg_rule *arrived = lg_drop(server, LG_PURE_SYN);
	struct lg_raw *raw = lg_raw(lg_host(net, "client2"), 5000, server, 80,
				    fin.seq + is->ahead);

	if (longer) {
		lg_pass(net, TIME_WAIT_MS + SLACK_MS);
		lg_assert_state(sock, TCP_CLOSE);
	}
	send_syn(raw);
	lg_pass(net, WAIT_MS);
	bool evicted = lg_hits(arrived);
	if (!is->ahead)
		ck_assert(!evicted);
	else if (lg_fact(net, EVICTS, evicted))
		return;

	lg_pass(net, (unsigned)(earliest_ms - lg_now_ms() - BEFORE_MS));
	send_syn(raw);
	lg_pass(net, WAIT_MS);
	ck_assert_uint_eq(lg_hits(arrived), 0);

	lg_pass(net, (unsigned)(latest_ms - lg_now_ms() + WAIT_MS));
	send_syn(raw);
	lg_await_hits(arrived, 1);
	lg_assert_state(sock, longer ? TCP_CLOSE : TCP_TIME_WAIT);
	lg_assert_counted(lg_host(net, "router"), "OutRsts", 0);
	lg_claim(net, 134, true);
}

const struct lg_case lg_case = {
	.topology = "snat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "ports", "30000-30000" } },
	.rows = {
		{ "ahead",
		  &(const struct situation){ true, 120000 },
		  .lasts_ms = 123000 },
		{ "behind",
		  &(const struct situation){ false, 120000 },
		  .lasts_ms = 123000 },
		{ "ahead_and_30_s",
		  &(const struct situation){ true, 30000 },
		  { { "router", TIMEOUT, "30" } },
		  .lasts_ms = 33000 },
		{ "behind_and_30_s",
		  &(const struct situation){ false, 30000 },
		  { { "router", TIMEOUT, "30" } },
		  .lasts_ms = 33000 },
	},
	.claims = "134",
	.facts = {
		{ EVICTS,
		  "a client that comes after another need not wait until "
		  "conntrack forgets (6.5)" },
	},
	.run = run,
};
