// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT signs its answers, if the connection was signed (TCP-MD5).
 *
 * The two ends share a key, and drop whatever is not signed with it (RFC 2385).
 * The client is in TIME_WAIT, and its last ACK has been lost.  The server's FIN
 * that comes again has to be answered with a signed ACK: one without would be
 * dropped, and the server left in LAST_ACK.
 *
 * Keys are a matter of single connections: a TIME_WAIT whose connection had
 * none must not sign, though others have one, not even if its memory was that
 * of a TIME_WAIT with a key.  But the kernel looks for keys only as long as it
 * counts some: if a TIME_WAIT that ends gave back what it never took, a
 * listener with a key would let in whoever has none.  And a TIME_WAIT has its
 * own copy of the key, which must be freed with it.
 *
 * Client: tcp_time_wait_init(), tcp_v4_timewait_ack(), tcp_v6_timewait_ack(),
 * tcp_twsk_destructor(); server: tcp_inbound_md5_hash().
 *
 * Control: the same without a key.
 *
 * Catches: a TIME_WAIT that forgets the key or signs wrongly, that signs
 * without a key, miscounts keys when it ends, or leaks its own.
 */

#include "linger.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#define KEY "a secret that both know"
#define SIGNED_PORT 80
#define UNSIGNED_PORT 81
#define TIME_WAIT_MS 68000
#define CONNECTIONS 1000u
#define ROUNDS 3u
#define LEAST_LOST 64 /* bytes: a key has more */

enum kind { NONE, SIGNED, UNSIGNED };

struct situation {
	bool key;	 /* the listener of signed connections has it */
	enum kind first; /* to be in TIME_WAIT */
	enum kind later; /* when the first one has ended */
	bool many;	 /* of the first, to see what is left of them */
};

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

static int make_connection(struct lg_net *net, enum kind kind)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const char *to = lg_address_towards(client, server);
	int sock = lg_socket(client);

	if (kind == SIGNED)
		set_key(net, sock, to);
	lg_connect_socket(sock, to,
			  kind == SIGNED ? SIGNED_PORT : UNSIGNED_PORT);
	ck_assert_int_eq(lg_connect_result(sock), 0);
	return sock;
}

/* Returns the one in TIME_WAIT. */
static int assert_answers(struct lg_net *net, int listener, enum kind kind)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	int sock = make_connection(net, kind);
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
	lg_close(peer);
	ck_assert(lg_status(sock).time_wait);
	lg_assert_counted(server, "TCPMD5NotFound", 0);
	lg_assert_counted(server, "TCPMD5Unexpected", 0);
	lg_assert_counted(server, "TCPMD5Failure", 0);
	return sock;
}

/* Who has no key is not let in. */
static void assert_key_needed(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	int sock = lg_connect_start(lg_host(net, "client"), 0, server,
				    SIGNED_PORT);

	lg_await_counted(server, "TCPMD5NotFound", 1);
	lg_assert_state(sock, TCP_SYN_SENT);
	lg_abort(sock);
	lg_count_anew(server);
}

/* Keys come from memory that much else comes from.  So all memory counts: that
 * after as many connections as there were before, once the caches keep as much
 * at hand as they ever will. */
static void assert_no_leak(struct lg_net *net, int listener, enum kind kind)
{
	struct lg_slab before, after = lg_time_wait_slab(net);

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CONNECTIONS; i++) {
			int sock = make_connection(net, kind);
			int peer = lg_accept(listener);
			close(sock);
			ck_assert_int_eq(lg_await_receive(peer), 0);
			close(peer);
		}
		ck_assert_uint_eq(
			lg_sockstat(lg_host(net, "client"), "TCP", "tw"),
			CONNECTIONS);
		lg_pass(net, TIME_WAIT_MS);
		before = after;
		after = lg_time_wait_slab(net);
	}
	ck_assert_int_lt(after.bytes_of_all - before.bytes_of_all,
			 CONNECTIONS * (int64_t)LEAST_LOST);
}

static void run(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	int listeners[] = {
		[SIGNED] = lg_listen(server, SIGNED_PORT),
		[UNSIGNED] = lg_listen(server, UNSIGNED_PORT),
	};

	if (is->key)
		set_key(net, listeners[SIGNED],
			lg_address_towards(server, lg_host(net, "client")));
	if (is->many) {
		/* The machine's memory has others' sockets, too. */
		lg_need(net, "virtual-time");
		assert_no_leak(net, listeners[is->first], is->first);
		return;
	}
	int sock = assert_answers(net, listeners[is->first], is->first);
	if (is->later) {
		lg_pass(net, TIME_WAIT_MS);
		lg_assert_state(sock, TCP_CLOSE);
		assert_key_needed(net);
		assert_answers(net, listeners[is->later], is->later);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "key", &(const struct situation){ true, SIGNED } },
		{ "no_key", &(const struct situation){ false, UNSIGNED } },
		{ "no_key_beside_key",
		  &(const struct situation){ true, UNSIGNED } },
		{ "key_then_no_key",
		  &(const struct situation){ true, SIGNED, UNSIGNED },
		  .lasts_ms = 80000 },
		{ "no_key_then_key",
		  &(const struct situation){ true, UNSIGNED, SIGNED },
		  .lasts_ms = 80000 },
		{ "a_thousand_keys",
		  &(const struct situation){ true, SIGNED, .many = true },
		  .lasts_ms = ROUNDS * 80000,
		  .bulk = true },
	},
	.run = run,
};
