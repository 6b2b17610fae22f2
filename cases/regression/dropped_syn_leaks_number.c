// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A SYN that ends a TIME_WAIT and is dropped then leaves nothing to the next.
 *
 * A server in TIME_WAIT gets a SYN with a newer timestamp.  The TIME_WAIT ends,
 * and has chosen the number with which the new connection would begin: one that
 * whoever saw the old connection can tell.  But the listener gets to see the
 * SYN no more: it wants a higher TTL (IP_MINTTL, IPV6_MINHOPCOUNT), its filter
 * drops it (SO_ATTACH_FILTER), or it has a FIN as well.  The next SYN, from
 * another port, has nothing to do with all that.  Its connection begins at a
 * number of its own; where all are to begin with cookies (tcp_syncookies=2), so
 * does it.  Only the SYN that ended the TIME_WAIT gets no cookie even then,
 * since a cookie may be one of the old connection's numbers.
 *
 * tcp_v4_rcv(), tcp_v6_rcv(), tcp_conn_request().
 *
 * Broken by 41eecbd712b7 ("tcp: replace TCP_SKB_CB(skb)->tcp_tw_isn with a
 * per-cpu field", 6.10), which left the number to the next SYN on that CPU;
 * mended by 1bbf0ced1d9d ("tcp: fix stale per-CPU tcp_tw_isn leak enabling ISN
 * prediction", 7.1, and in stable kernels).
 *
 * Control: nothing is in the way of the first SYN.
 *
 * Catches: a kernel that gives the number away, sends no cookie, or one where
 * the number is chosen, or does not count a TTL that is too low.
 */

#include "linger.h"

#include <linux/filter.h>

#define ISN 7000u
#define BEYOND (65535 + 2)
#define KNOWS "a SYN that ends a TIME_WAIT gets the number that it chose"

#define SYN "S 1:1(0) <mss 1460,sackOK,TS val 2000 ecr 0>"
#define SYN_AND_FIN "SF 1:1(0) <mss 1460,sackOK,TS val 2000 ecr 0>"

enum obstacle { NOTHING, TTL, FILTER, FIN, COOKIES };

static void want_ttl(int listener, int family, int ttl)
{
	ck_assert_int_eq(family == AF_INET
				 ? setsockopt(listener, IPPROTO_IP, IP_MINTTL,
					      &ttl, sizeof(ttl))
				 : setsockopt(listener, IPPROTO_IPV6,
					      IPV6_MINHOPCOUNT, &ttl,
					      sizeof(ttl)),
			 0);
}

static void drop_all(int listener)
{
	struct sock_filter none = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &none };

	ck_assert_int_eq(setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER,
				    &program, sizeof(program)),
			 0);
}

static void put_up(int listener, int family, enum obstacle obstacle)
{
	if (obstacle == TTL)
		want_ttl(listener, family, 255);
	else if (obstacle == FILTER)
		drop_all(listener);
}

static void take_down(int listener, int family, enum obstacle obstacle)
{
	int ignored = 0;

	if (obstacle == TTL)
		want_ttl(listener, family, 0);
	else if (obstacle == FILTER)
		ck_assert_int_eq(setsockopt(listener, SOL_SOCKET,
					    SO_DETACH_FILTER, &ignored,
					    sizeof(ignored)),
				 0);
}

/* Whether a connection that nothing hinders begins at the number. */
static bool takes_number(struct lg_net *net, int listener, uint16_t port,
			 const char *cookies)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct lg_raw *raw = lg_raw(client, port, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);

	lg_raw_timestamp(raw, 1000);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);
	struct lg_segment last = lg_await_segment(wire, "< . 2:2(0) ack 2");

	lg_sysctl_set(server, "net.ipv4.tcp_syncookies", cookies);
	lg_count_anew(server);
	lg_inject(raw, SYN);
	struct lg_segment reply = lg_expect(wire, "< S.");
	lg_inject(raw, "R 2:2(0)");
	return reply.seq == last.seq + BEYOND;
}

/* Kernels that do not know the number send a cookie to this SYN, too. */
static void get_no_cookie(struct lg_net *net, int listener)
{
	bool knows =
		lg_fact(net, KNOWS, takes_number(net, listener, 4000, "1"));

	ck_assert_int_eq(takes_number(net, listener, 4001, "2"), knows);
	lg_assert_counted(lg_host(net, "server"), "SyncookiesSent", !knows);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	enum obstacle obstacle = *(const enum obstacle *)lg_row_data(net);
	bool cookies = lg_sysctl_get(server, "net.ipv4.tcp_syncookies") == 2;
	int family = lg_family(net);

	int listener = lg_listen(server, 80);
	if (obstacle == COOKIES) {
		get_no_cookie(net, listener);
		return;
	}
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	lg_raw_timestamp(raw, 1000);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);
	struct lg_segment last = lg_await_segment(wire, "< . 2:2(0) ack 2");

	put_up(listener, family, obstacle);
	lg_count_anew(server);
	lg_inject(raw, obstacle == FIN ? SYN_AND_FIN : SYN);
	lg_await_state(sock, TCP_CLOSE);
	if (obstacle == NOTHING)
		lg_fact(net, KNOWS,
			lg_expect(wire, "< S.").seq == last.seq + BEYOND);
	lg_expect_none(wire, NULL, 50);
	lg_assert_counted(server, "TCPMinTTLDrop", obstacle == TTL);
	take_down(listener, family, obstacle);

	struct lg_raw *other = lg_raw(client, 4001, server, 80, ISN);
	lg_inject(other, "S 0:0(0) <mss 1460>");
	struct lg_segment reply = lg_expect(wire, "< S. 0:0(0) ack 1");
	ck_assert_uint_eq(reply.dport, 4001);
	ck_assert_uint_ne(reply.seq, last.seq + BEYOND);
	lg_assert_counted(server, "SyncookiesSent", cookies);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "nothing", &(const enum obstacle){ NOTHING } },
		{ "ttl", &(const enum obstacle){ TTL } },
		{ "filter", &(const enum obstacle){ FILTER } },
		{ "fin", &(const enum obstacle){ FIN } },
		{ "nothing_but_cookies", &(const enum obstacle){ COOKIES } },
		{ "filter_and_cookies",
		  &(const enum obstacle){ FILTER },
		  { { "server", "net.ipv4.tcp_syncookies", "2" } } },
	},
	.facts = {
		{ KNOWS, "else the clock chooses it" },
	},
	.run = run,
};
