// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A RST that ends no connection does not end its NAT either.
 *
 * A client is connected to a server through a router that masquerades.  Then
 * come a SYN and a RST from the client's address and port.  The RST's number is
 * far outside of the window, but it acknowledges the SYN, as the answer to one
 * would, though it goes the same way.  (Neither gets as far as the server: as
 * if their TTL were used up on the way.)  Conntrack must not believe it: the
 * connection lives on, and what the server sends later comes through.
 *
 * nf_conntrack_tcp_packet().
 *
 * Until bed6e04be8e6 ("netfilter: conntrack: tcp: do not force CLOSE on
 * invalid-seq RST without direction check", 7.1, and in stable kernels) it
 * believed it, and forgot the connection after nf_conntrack_tcp_timeout_close:
 * the router, which knows of no such connection of its own, then answered the
 * server with a RST.
 *
 * Controls: the RST without the SYN; a RST with the right number.
 *
 * Catches: a router that forgets a connection for a segment that does not end
 * it, or remembers it in spite of one that does.
 */

#include "linger.h"

#define ISN 7000u
#define FAR 1000000000u
#define TIMEOUT "net.netfilter.nf_conntrack_tcp_timeout_close"
#define FORGOTTEN_MS 2500

struct situation {
	bool syn;   /* comes before the RST */
	bool exact; /* the RST's number */
};

/* The SYN has such a number that it is acknowledged by what acknowledges the
 * server's own, too. */
static void inject(struct lg_raw *raw, const struct situation *is,
		   uint32_t its_isn)
{
	uint32_t syn = its_isn - ISN, reset = is->exact ? 1 : FAR;

	if (is->syn)
		lg_inject(raw, "S %u:%u(0) <mss 1460>", syn, syn);
	lg_inject(raw, "R. %u:%u(0) ack 1", reset, reset);
}

/* The server is not shown it. */
static void send_reset(struct lg_host *server, struct lg_raw *raw,
		       const struct situation *is, uint32_t its_isn)
{
	struct lg_rule *syns = lg_drop(server, LG_PURE_SYN);
	struct lg_rule *resets = lg_drop(server, LG_ANY_RST);

	inject(raw, is, its_isn);
	lg_await_hits(syns, is->syn);
	lg_await_hits(resets, 1);
	lg_undo(syns);
	lg_undo(resets);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_raw_connect(raw, listener);
	uint32_t its_isn = lg_await_segment(wire, "< S.").seq;
	send_reset(server, raw, is, its_isn);

	lg_pass(net, FORGOTTEN_MS);
	lg_assert_state(sock, TCP_ESTABLISHED);
	lg_send(sock, "hello", 5);
	if (is->exact) {
		lg_await_state(sock, TCP_CLOSE);
		ck_assert_int_eq(lg_take_error(sock), ECONNRESET);
		lg_expect_none(wire, "< P.", 50);
	} else {
		lg_await_segment(wire, "< P. 1:6(5) ack 1");
		lg_assert_counted(lg_host(net, "router"), "OutRsts", 0);
	}
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4,
	.sysctls = {
		{ "router", TIMEOUT, "1" },
	},
	.rows = {
		{ "after_syn", &(const struct situation){ .syn = true } },
		{ "alone", &(const struct situation){ .syn = false } },
		{ "exact", &(const struct situation){ .exact = true } },
	},
	.lasts_ms = FORGOTTEN_MS,
	.run = run,
};
