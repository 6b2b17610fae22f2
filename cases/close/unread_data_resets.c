// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that closes with data unread sends a RST.
 *
 * The client has sent data that the server's program has not read when it
 * closes.  To say FIN would be to say that all was well, so the server sends a
 * RST instead, at once and without a TIME_WAIT, though it acknowledges the
 * data (RFC 2525, 2.17; RFC 9293, 3.6.1).  One byte is enough, and it does not
 * matter whether the client has closed already.  The client's program gets
 * ECONNRESET.
 *
 * Server: tcp_close(); client: tcp_reset().
 *
 * Controls: with everything read, and with nothing but a FIN in the queue,
 * close() is a FIN.
 *
 * Catches: a kernel that loses data silently, that takes a FIN or what was read
 * for unread data, or that counts it as another kind of abort.
 */

#include "linger.h"

#include <stdio.h>

struct situation {
	unsigned sent, read;
	bool fin; /* the client has closed its direction, too */
};

/* Acknowledgements may come before it, but nothing after. */
static void expect_last(struct lg_wire *wire, const char *flags,
			const struct situation *is)
{
	char notation[64];

	snprintf(notation, sizeof(notation), "< %s 1:1(0) ack %u", flags,
		 1 + is->sent + is->fin);
	lg_await_segment(wire, notation);
	lg_expect_none(wire, "< R.", 10);
}

static void expect_reset(struct lg_host *client, struct lg_host *server,
			 int sock, int peer, bool fin)
{
	lg_assert_state(peer, TCP_CLOSE);
	lg_await_state(sock, TCP_CLOSE);
	ck_assert_int_eq(lg_await_receive(sock), -ECONNRESET);
	lg_assert_counted(server, "OutRsts", 1);
	lg_assert_counted(server, "TCPAbortOnClose", 1);
	lg_assert_counted(server, "TCPAbortOnData", 0);
	/* It counts in ESTABLISHED and CLOSE_WAIT only. */
	lg_assert_counted(client, "EstabResets", !fin);
}

static void expect_no_reset(struct lg_host *server, int sock, int peer,
			    bool fin)
{
	lg_await_state(peer, fin ? TCP_CLOSE : TCP_FIN_WAIT2);
	ck_assert_int_eq(lg_await_receive(sock), 0);
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_counted(server, "TCPAbortOnClose", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	char data[8] = "abcdefg";
	uint64_t orphans = lg_sockstat(server, "TCP", "orphan");

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	struct lg_wire *wire = lg_wire(client);

	if (is->sent) {
		lg_send(sock, data, is->sent);
		ck_assert_int_eq(lg_await_receive(peer), 1);
	}
	if (is->fin) {
		lg_send_fin(sock);
		lg_await_state(peer, TCP_CLOSE_WAIT);
	}
	lg_receive(peer, data, is->read);
	lg_close(peer);

	if (is->read < is->sent) {
		expect_last(wire, "R.", is);
		expect_reset(client, server, sock, peer, is->fin);
		lg_claim(net, 138, true);
		lg_close(sock);
		/* One figure for all namespaces: others may be busy, too. */
		if (lg_has(net, "virtual-time"))
			ck_assert_uint_le(lg_sockstat(server, "TCP", "orphan"),
					  orphans);
	} else {
		expect_last(wire, "F.", is);
		expect_no_reset(server, sock, peer, is->fin);
	}
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"),
			  is->read == is->sent && !is->fin);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"),
			  is->read == is->sent && is->fin);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "unread",
		  &(const struct situation){ .sent = 5 } },
		{ "one_byte_unread",
		  &(const struct situation){ .sent = 5, .read = 4 } },
		{ "unread_and_fin",
		  &(const struct situation){ .sent = 5, .fin = true } },
		{ "one_byte_unread_and_fin",
		  &(const struct situation){ .sent = 5, .read = 4, .fin = true } },
		{ "read",
		  &(const struct situation){ .sent = 5, .read = 5 } },
		{ "read_and_fin",
		  &(const struct situation){ .sent = 5, .read = 5, .fin = true } },
		{ "fin_alone",
		  &(const struct situation){ .fin = true } },
	},
	.claims = "138",
	.run = run,
};
