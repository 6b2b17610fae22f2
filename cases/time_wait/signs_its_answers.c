// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT signs its answers, if the connection was signed (TCP-MD5).
 *
 * The two ends share a key, and drop whatever is not signed with it (RFC 2385).
 * The client is in TIME_WAIT, and its last ACK has been lost.  The server's FIN
 * that comes again has to be answered with a signed ACK: one without would be
 * dropped, and the server left in LAST_ACK.
 *
 * Client: tcp_time_wait_init(), tcp_v4_timewait_ack(), tcp_v6_timewait_ack();
 * server: tcp_inbound_md5_hash().
 *
 * Control: the same without a key.
 *
 * Catches: a TIME_WAIT that forgets the key or signs wrongly.
 */

#include "linger.h"

#include <arpa/inet.h>
#include <string.h>

#define KEY "a secret that both know"

/* The key for segments to and from `peer`. */
static void set_key(struct lg_net *net, int sock, const char *peer)
{
	struct tcp_md5sig is = { .tcpm_keylen = strlen(KEY) };
	struct sockaddr_in *in = (struct sockaddr_in *)&is.tcpm_addr;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&is.tcpm_addr;
	bool ipv4 = lg_family(net) == AF_INET;

	is.tcpm_addr.ss_family = ipv4 ? AF_INET : AF_INET6;
	ck_assert_int_eq(inet_pton(lg_family(net), peer,
				   ipv4 ? (void *)&in->sin_addr
					: (void *)&in6->sin6_addr),
			 1);
	memcpy(is.tcpm_key, KEY, strlen(KEY));
	if (!setsockopt(sock, IPPROTO_TCP, TCP_MD5SIG, &is, sizeof(is)))
		return;
	if (errno == ENOPROTOOPT || errno == ENOENT)
		lg_skip(net, "needs TCP-MD5");
	ck_abort_msg("TCP_MD5SIG: %s", strerror(errno));
}

static int make_connection(struct lg_net *net, int listener, bool signs)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const char *to = lg_address_towards(client, server);
	int sock = lg_socket(client);

	if (signs) {
		set_key(net, listener, lg_address_towards(server, client));
		set_key(net, sock, to);
	}
	lg_connect_socket(sock, to, 80);
	ck_assert_int_eq(lg_connect_result(sock), 0);
	return sock;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const bool *signs = lg_row_data(net);

	int listener = lg_listen(server, 80);
	int sock = make_connection(net, listener, *signs);
	int peer = lg_accept(listener);
	lg_send_fin(sock);
	lg_await_state(peer, TCP_CLOSE_WAIT);

	struct lg_match last_ack = LG_PURE_ACK;
	last_ack.times = 1;
	struct lg_rule *loss = lg_drop(server, last_ack);
	struct lg_wire *wire = lg_wire(client);
	lg_send_fin(peer);
	lg_await_hits(loss, 1);
	lg_close(sock);

	lg_expect(wire, "< F. 1:1(0) ack 2");
	lg_expect(wire, "> . 2:2(0) ack 2");
	lg_expect(wire, "< F. 1:1(0) ack 2");
	lg_expect(wire, "> . 2:2(0) ack 2");
	lg_await_state(peer, TCP_CLOSE);
	ck_assert_int_eq(lg_take_error(peer), 0);
	ck_assert(lg_status(sock).time_wait);
	lg_assert_counted(server, "TCPMD5NotFound", 0);
	lg_assert_counted(server, "TCPMD5Failure", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "key", &(const bool){ true } },
		{ "no_key", &(const bool){ false } },
	},
	.run = run,
};
