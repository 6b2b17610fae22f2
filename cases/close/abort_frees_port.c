// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An abort frees the port at once, at a price.
 *
 * A client with one port to connect from closes, and until its TIME_WAIT is
 * over it cannot connect to that server again.  If it aborts instead (SO_LINGER
 * with a time of 0), it can at once, since neither end has anything left of the
 * connection.  But what it had sent and the server had not yet got is lost.  A
 * protocol in which the client says that it is done, and aborts when the server
 * has answered "goodbye", has neither the TIME_WAIT nor the loss.
 *
 * tcp_disconnect(), tcp_reset(), __inet_hash_connect().
 *
 * Controls: the same with close(), which keeps the port and loses nothing.
 *
 * Catches: a kernel that keeps something after an abort, or that delivers after
 * a close() less than was sent.
 */

#include "linger.h"

struct situation {
	bool abort;	/* else close() */
	bool data_lost; /* on their way */
	bool goodbye;	/* is said before */
};

/* The server's program reads what it can get. */
static size_t read_all(int peer, char *data, size_t room)
{
	size_t size = 0;

	while (lg_await_receive(peer) > 0) {
		ssize_t part = recv(peer, data + size, room - size, 0);
		ck_assert_int_gt(part, 0);
		size += (size_t)part;
	}
	return size;
}

static void say_goodbye(int sock, int peer)
{
	char data[8];

	lg_send(sock, "done", 4);
	lg_receive(peer, data, 4);
	lg_send(peer, "goodbye", 7);
	lg_receive(sock, data, 7);
}

static void end(int sock, bool abort)
{
	if (abort)
		lg_abort(sock);
	else
		lg_close(sock);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	char data[16];

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", "20000 20000");
	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);

	struct lg_match first_data = LG_DATA;
	first_data.times = 1;
	if (is->data_lost)
		lg_drop(server, first_data);
	if (is->goodbye)
		say_goodbye(sock, peer);
	else
		lg_send(sock, "hello", 5);
	end(sock, is->abort);

	size_t got = read_all(peer, data, sizeof(data));
	ck_assert_uint_eq(got,
			  is->goodbye || (is->abort && is->data_lost) ? 0 : 5);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	lg_close(peer);
	if (!is->abort)
		lg_await_state(sock, TCP_TIME_WAIT);
	lg_await_state(peer, TCP_CLOSE);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), !is->abort);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 0);
	/* A RST that follows what is lost is a guess to the server: it asks. */
	bool asked = is->abort && is->data_lost;
	lg_assert_counted(server, "TCPChallengeACK", asked);
	lg_assert_counted(client, "OutRsts", (unsigned)is->abort + asked);

	int again = lg_connect_start(client, 0, server, 80);
	ck_assert_int_eq(lg_connect_result(again),
			 is->abort ? 0 : EADDRNOTAVAIL);
	lg_assert_counted(client, "TWRecycled", 0);
	if (is->abort) {
		lg_claim(net, 8, true);
		lg_claim(net, 100, true);
	}
	if (is->abort && is->data_lost)
		lg_claim(net, 123, true);
	if (is->abort && is->goodbye)
		lg_claim(net, 124, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0" },
	},
	.rows = {
		{ "closed", &(const struct situation){ .abort = false } },
		{ "closed_and_data_lost",
		  &(const struct situation){ .data_lost = true } },
		{ "closed_after_goodbye",
		  &(const struct situation){ .goodbye = true } },
		{ "aborted", &(const struct situation){ .abort = true } },
		{ "aborted_and_data_lost",
		  &(const struct situation){ .abort = true,
					     .data_lost = true } },
		{ "aborted_after_goodbye",
		  &(const struct situation){ .abort = true, .goodbye = true } },
	},
	.claims = "8 100 123 124",
	.run = run,
};
