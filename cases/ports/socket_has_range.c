// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A socket may narrow the range of local ports for itself.
 *
 * With IP_LOCAL_PORT_RANGE connect() and bind() choose from the socket's part
 * of ip_local_port_range, and when that is used up they fail as ever, though
 * the range has ports for other sockets.  Each of its bounds counts for itself:
 * one that is outside of the host's range, or 0, is as if it was not set.  So
 * the option never gives a port that the host would not give.  Bounds that are
 * upside down are refused, and with 0 for both the socket is like any other.
 *
 * inet_sk_get_local_port_range() (91d0b78c5177, 6.3); __inet_hash_connect(),
 * which takes every port of such a range in one pass since 207184853dbd (6.8):
 * before that the last of an odd number of ports was never chosen.
 *
 * Control: the socket without the option.
 *
 * Catches: a socket that gets ports out of its bounds or out of the host's,
 * that loses some, or takes them from sockets without bounds.
 */

#include "linger.h"

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

#define HAS_RANGE "a socket may have a range of its own"
#define ONE_PASS "a socket's range is searched in one pass"

struct range {
	uint16_t first, last;
};

static uint32_t option_of(struct range range)
{
	return (uint32_t)range.last << 16 | range.first;
}

static int set_range(int sock, struct range range)
{
	uint32_t option = option_of(range);

	return setsockopt(sock, IPPROTO_IP, IP_LOCAL_PORT_RANGE, &option,
			  sizeof(option))
		       ? errno
		       : 0;
}

static int socket_with(struct lg_host *host, struct range range)
{
	int sock = lg_socket(host);

	ck_assert_int_eq(set_range(sock, range), 0);
	return sock;
}

/* Which ports the kernel gives to such sockets until there are no more: from
 * where to where, and how many. */
struct given {
	struct range range;
	unsigned n;
};

static void add(struct given *given, uint16_t port)
{
	if (!given->n || port < given->range.first)
		given->range.first = port;
	if (port > given->range.last)
		given->range.last = port;
	/* There are no more than ten. */
	ck_assert_uint_le(++given->n, 10);
}

static struct given connect_all(struct lg_net *net, struct range range,
				uint16_t to_port)
{
	struct lg_host *server = lg_host(net, "server");
	struct given given = { .n = 0 };
	int sock, error;

	lg_listen(server, to_port);
	for (;;) {
		sock = socket_with(lg_host(net, "client"), range);
		lg_connect_socket(sock, lg_address(server, 0), to_port);
		error = lg_connect_result(sock);
		if (error)
			break;
		add(&given, lg_port(sock));
	}
	ck_assert_int_eq(error, EADDRNOTAVAIL);
	return given;
}

static struct given bind_all(struct lg_host *host, struct range range)
{
	struct given given = { .n = 0 };
	int sock, error;

	for (;;) {
		sock = socket_with(host, range);
		error = lg_bind(sock, NULL, 0);
		if (error)
			break;
		add(&given, lg_port(sock));
	}
	ck_assert_int_eq(error, EADDRINUSE);
	return given;
}

static void assert_given(struct given given, struct range range)
{
	ck_assert_uint_eq(given.range.first, range.first);
	ck_assert_uint_eq(given.range.last, range.last);
	ck_assert_uint_eq(given.n, range.last - range.first + 1u);
}

static void connects_within(struct lg_net *net)
{
	/* The host's range is 20000 to 20009. */
	static const struct {
		struct range asked, given;
	} rows[] = {
		{ { 20002, 20005 }, { 20002, 20005 } },
		{ { 20003, 20003 }, { 20003, 20003 } },
		{ { 20009, 20009 }, { 20009, 20009 } },
		{ { 19990, 20001 }, { 20000, 20001 } },
		{ { 20008, 30000 }, { 20008, 20009 } },
		{ { 30000, 30009 }, { 20000, 20009 } },
		{ { 10000, 60000 }, { 20000, 20009 } },
		{ { 20006, 0 }, { 20006, 20009 } },
		{ { 0, 20003 }, { 20000, 20003 } },
		{ { 0, 0 }, { 20000, 20009 } },
	};

	for (uint16_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_given(connect_all(net, rows[i].asked, 80 + i),
			     rows[i].given);
}

static void leaves_the_others(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct range narrow = { 20002, 20005 };

	connect_all(net, narrow, 70);
	for (unsigned i = 0; i < 6; i++) {
		uint16_t port = lg_port(lg_connect(client, 0, server, 70));
		ck_assert(port < narrow.first || port > narrow.last);
	}
	int last = lg_connect_start(client, 0, server, 70);
	ck_assert_int_eq(lg_connect_result(last), EADDRNOTAVAIL);
}

static void refuses(struct lg_host *host)
{
	int sock = socket_with(host, (struct range){ 20002, 20005 });
	uint32_t option = 0;
	socklen_t size = sizeof(option);

	ck_assert_int_eq(set_range(sock, (struct range){ 20005, 20004 }),
			 EINVAL);
	ck_assert_int_eq(setsockopt(sock, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
				    &option, sizeof(uint16_t)),
			 -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(getsockopt(sock, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
				    &option, &size),
			 0);
	ck_assert_uint_eq(option, option_of((struct range){ 20002, 20005 }));
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	int error = set_range(lg_socket(client), (struct range){ 0, 0 });
	if (!lg_fact(net, HAS_RANGE, !error)) {
		ck_assert_int_eq(error, ENOPROTOOPT);
		return;
	}
	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", "20000 20009");
	lg_sysctl_set(server, "net.ipv4.ip_local_port_range", "20000 20009");
	connects_within(net);
	leaves_the_others(net);
	refuses(client);
	assert_given(bind_all(server, (struct range){ 20002, 20005 }),
		     (struct range){ 20002, 20005 });

	unsigned of_three =
		connect_all(net, (struct range){ 20004, 20006 }, 100).n;
	if (!lg_fact(net, ONE_PASS, of_three == 3))
		ck_assert_uint_eq(of_three, 2);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.facts = {
		{ HAS_RANGE, "IP_LOCAL_PORT_RANGE (6.3)" },
		{ ONE_PASS,
		  "connect() uses the last of an odd number of ports (6.8)" },
	},
	.bulk = true,
	.run = run,
};
