// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT survives what ICMP says of its answers.
 *
 * A server is in TIME_WAIT, or in a FIN_WAIT2 that no program holds.  A late
 * segment comes; the answer does not get far: it starts with a TTL (or hop
 * limit) of 1, so the router drops it and says so in ICMP, with the segment's
 * head.  The kernel finds the TIME_WAIT by that, and nothing follows from it:
 * no program waits for an error, and anybody on the way could send such a
 * message.  So the next late segment is answered as the first one was.
 *
 * Server: tcp_v4_err(), tcp_v6_err().
 *
 * Controls: the same answer gets through before and after; what such a message
 * does to a connect() is in routing/hop_limit_runs_out.
 *
 * Catches: a kernel that ends a TIME_WAIT for an ICMP message, or does not know
 * whose segment that is about.
 */

#include "linger.h"

struct situation {
	int state;
	const char *late; /* drew the answer, and draws it again */
	const char *answer;
};

/* Always answered: it has data, from before what is expected. */
static const struct situation time_wait = { TCP_TIME_WAIT,
					    "P. 1:2(1) ack 2 win 65535",
					    "< . 2:2(0) ack 2" };
static const struct situation fin_wait2 = { TCP_FIN_WAIT2,
					    "P. 0:1(1) ack 2 win 65535",
					    "< . 2:2(0) ack 1" };

/* The last answer is dropped by the router, which says so. */
static void assert_told(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	bool v4 = lg_family(net) == AF_INET;

	lg_await_counted(lg_host(net, "router1"),
			 v4 ? "Icmp.OutTimeExcds" : "Icmp6OutTimeExcds", 1);
	lg_await_counted(server, v4 ? "Icmp.InTimeExcds" : "Icmp6InTimeExcds",
			 1);
	lg_pass(net, 1);
	/* It is about a socket that there is. */
	lg_assert_counted(server, v4 ? "Icmp.InErrors" : "Icmp6InErrors", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, is->state);
	ck_assert(lg_status(sock).time_wait);

	struct lg_wire *wire = lg_wire(client);
	lg_inject(raw, "%s", is->late);
	lg_expect(wire, is->answer);

	lg_hop_limit(server, "router1", 1);
	lg_inject(raw, "%s", is->late);
	assert_told(net);
	lg_expect_none(wire, NULL, 1);
	lg_assert_state(sock, is->state);

	lg_hop_limit(server, "router1", 64);
	lg_inject(raw, "%s", is->late);
	lg_expect(wire, is->answer);
	lg_assert_state(sock, is->state);
	lg_assert_counted(server, "OutRsts", 0);
}

const struct lg_case lg_case = {
	.topology = "chain",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "k", "1" } },
	.rows = {
		{ "time_wait", &time_wait },
		{ "fin_wait2", &fin_wait2 },
	},
	.run = run,
};
