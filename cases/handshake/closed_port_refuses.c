// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What nobody listens for is answered with a RST.
 *
 * A segment to a port without a socket gets a RST: if it acknowledges
 * something, the RST has that as its number and acknowledges nothing; if not,
 * the RST has the number 0 and acknowledges all that the segment used up (RFC
 * 9293, 3.10.7.1).  It has the segment's type of service, but not its ECN bits:
 * it is of no connection that has agreed on ECN.  The RST itself is not
 * answered, nor is any other.  A program that connects there gets ECONNREFUSED.
 * A port that is listened on does the same with whatever acknowledges
 * something, and drops what is no SYN, or one with a FIN (RFC 9293, 3.10.7.2).
 *
 * Server: tcp_v4_rcv(), tcp_v4_send_reset(), tcp_rcv_state_process(); client:
 * tcp_reset().
 *
 * Controls: each kind of segment to a port that nobody listens on, and to one
 * that somebody does; among them the SYN that is accepted.
 *
 * Catches: a kernel that is silent where it must refuse, refuses where it must
 * be silent, with the wrong numbers or type of service, or makes the program
 * wait.
 */

#include "linger.h"

/* DSCP AF41, and ECT(0). */
#define SERVICE 0x88
#define ECN 0x02

struct situation {
	const char *segment;
	const char *closed; /* the reply if nobody listens; NULL: none */
	const char *open;   /* the reply if somebody does */
};

static void connect_program(struct lg_net *net, struct lg_host *client,
			    struct lg_host *server)
{
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_connect_start(client, 4000, server, 80);

	ck_assert_int_eq(lg_connect_result(sock), ECONNREFUSED);
	struct lg_segment syn = lg_expect(wire, "> S");
	struct lg_segment reset = lg_expect(wire, "< R.");
	ck_assert_uint_eq(reset.seq, 0);
	ck_assert_uint_eq(reset.ack, syn.seq + 1);
	ck_assert_uint_eq(reset.window, 0);
	lg_expect_none(wire, NULL, 10);
	lg_assert_state(sock, TCP_CLOSE);
	lg_assert_counted(client, "AttemptFails", 1);
	lg_assert_counted(server, "OutRsts", 1);
	lg_claim(net, 56, true);
}

static void assert_reply(struct lg_segment reply, struct lg_segment sent)
{
	uint32_t used = !!(sent.flags & LG_SYN) + !!(sent.flags & LG_FIN);

	ck_assert_uint_eq(reply.tos, reply.flags & LG_SYN ? 0 : SERVICE);
	/* A listener takes no data before the handshake is done. */
	if (reply.flags & LG_SYN) {
		ck_assert_uint_eq(reply.ack, sent.seq + used);
		return;
	}
	ck_assert_uint_eq(reply.window, 0);
	if (sent.flags & LG_ACK) {
		ck_assert_uint_eq(reply.seq, sent.ack);
	} else {
		ck_assert_uint_eq(reply.seq, 0);
		ck_assert_uint_eq(reply.ack, sent.seq + used + sent.size);
	}
}

static void inject(struct lg_host *client, struct lg_host *server,
		   uint16_t port, const struct situation *is,
		   const char *expected)
{
	struct lg_raw *raw = lg_raw(client, 4000, server, port, 7000);
	struct lg_wire *wire = lg_wire(client);

	lg_raw_tos(raw, SERVICE | ECN);
	lg_count_anew(server);
	struct lg_segment sent = lg_inject(raw, "%s", is->segment);
	if (expected)
		assert_reply(lg_expect(wire, expected), sent);
	lg_expect_none(wire, NULL, 50);
	lg_assert_counted(server, "OutRsts", expected && expected[2] == 'R');
	lg_assert_counted(server, "PassiveOpens", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (!is) {
		connect_program(net, client, server);
		return;
	}
	inject(client, server, 81, is, is->closed);
	lg_listen(server, 80);
	inject(client, server, 80, is, is->open);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "connect" },
		{ "syn",
		  &(const struct situation){ "S 5:5(0) <mss 1460>", "< R.",
					     "< S." } },
		{ "syn_with_data",
		  &(const struct situation){ "SP 5:9(4) <mss 1460>", "< R.",
					     "< S." } },
		{ "syn_and_fin",
		  &(const struct situation){ "SF 5:5(0) <mss 1460>", "< R.",
					     NULL } },
		{ "syn_ack",
		  &(const struct situation){ "S. 5:5(0) ack 9 <mss 1460>",
					     "< R", "< R" } },
		{ "ack",
		  &(const struct situation){ ". 5:5(0) ack 9", "< R", "< R" } },
		{ "data",
		  &(const struct situation){ "P. 5:9(4) ack 9", "< R",
					     "< R" } },
		{ "data_without_ack",
		  &(const struct situation){ "P 5:9(4)", "< R.", NULL } },
		{ "fin",
		  &(const struct situation){ "F. 5:5(0) ack 9", "< R",
					     "< R" } },
		{ "fin_without_ack",
		  &(const struct situation){ "F 5:5(0)", "< R.", NULL } },
		{ "nothing",
		  &(const struct situation){ "- 5:5(0)", "< R.", NULL } },
		{ "rst",
		  &(const struct situation){ "R 5:5(0)", NULL, NULL } },
		{ "rst_ack",
		  &(const struct situation){ "R. 5:5(0) ack 9", NULL, NULL } },
	},
	.claims = "56",
	.run = run,
};
