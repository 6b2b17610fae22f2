// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NAT passes the RST that answers a challenge, whatever its number.
 *
 * A client's last ACK has been seen by the router that masquerades, but not by
 * the server, which is in LAST_ACK.  A new connection of the client's, from the
 * same port, begins at a number behind the old one's, as half of all do if the
 * client has kept no TIME_WAIT.  The server challenges the SYN with the old
 * number, and the client resets that.  To conntrack, which has begun anew with
 * the SYN, the RST's number is beyond all that it knows of; still the RST has
 * to come to the server in the router's name, or the server challenges each SYN
 * until it gives up, and the client with it.
 *
 * nf_conntrack_tcp_packet(); server: tcp_validate_incoming().
 *
 * From c7aab4f17021 ("netfilter: nf_conntrack_tcp: re-init for syn packets
 * only", 5.18, and in stable kernels) to c410cb974f2b ("netfilter: conntrack:
 * handle tcp challenge acks during connection reuse", 6.2, 6.1.11) such a RST
 * was invalid: dropped where such segments are, else sent on as it came.
 *
 * Control: a number ahead of the old one's.
 *
 * Catches: a conntrack that does not know the RST for what it is.
 */

#include "linger.h"

#define ISN 2000000000u
#define APART 1000000u

static void reach_last_ack(struct lg_host *server, struct lg_raw *raw, int sock)
{
	lg_raw_walk(raw, sock, TCP_LAST_ACK);
	struct lg_rule *loss = lg_drop(server, LG_PURE_ACK);
	lg_inject(raw, ". 2:2(0) ack 2");
	lg_await_hits(loss, 1);
	lg_undo(loss);
	lg_assert_state(sock, TCP_LAST_ACK);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");
	const bool *behind = lg_row_data(net);
	unsigned number = *behind ? -APART : APART;

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_raw_connect(raw, listener);
	reach_last_ack(server, raw, sock);
	/* Sent again, it might have the router answer for the client. */
	lg_drop(lg_host(net, "router"), LG_ANY_FIN);

	lg_inject(raw, "S %u:%u(0) <mss 1460>", number, number);
	ck_assert_uint_eq(lg_await_segment(wire, "< .").ack, ISN + 2);
	lg_inject(raw, "R 2:2(0)");
	lg_await_state(sock, TCP_CLOSE);
	lg_assert_counted(server, "TCPSYNChallenge", 1);

	lg_inject(raw, "S %u:%u(0) <mss 1460>", number, number);
	ck_assert_uint_eq(lg_await_segment(wire, "< S.").ack, ISN + number + 1);
	lg_assert_counted(server, "OutRsts", 0);
}

const struct lg_case lg_case = {
	.topology = "nat",
	.families = LG_IPV4,
	.rows = {
		{ "behind", &(const bool){ true } },
		{ "ahead", &(const bool){ false } },
	},
	.run = run,
};
