// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A socket keeps its port from those of the other family, too.
 *
 * Sockets are bound to one port: to an address or to all, of IPv4, of IPv6, of
 * IPv4 as IPv6 spells it, or of both families.  Two of them exclude each other
 * if there is an address at which both would get connections; all others live
 * side by side.  So it is for two, for a third beside two, and for one that
 * comes to two that share the port (SO_REUSEADDR).
 *
 * inet_csk_get_port(), inet_bhash2_addr_any_conflict(), inet_bhash2_conflict(),
 * inet_rcv_saddr_equal().
 *
 * Broken by 28044fc1d495 ("net: Add a bhash2 table hashed by port and
 * address", 6.1), which looks for others at the same address only, and by two
 * that mended it: since 5456262d2baa (6.1) a socket of both families was not in
 * the way of IPv4's addresses (d9ba99342855, 6.3), one of all IPv4 addresses
 * not of their IPv6 spelling (aa99e5f87bd5, 6.6); since 5e07e672412b (6.8) one
 * of all IPv6 addresses alone hid another that was in the way (d91ef1e1b55f,
 * 6.9), or was in the way itself (ea111449501e, 6.9).  Stable kernels of 6.1
 * have that one without what it builds on, and take an IPv4 address in IPv6's
 * spelling for free though all of them are bound in that spelling (seen in
 * 6.1.192).
 *
 * Controls: all that do not exclude each other.
 *
 * Catches: a kernel that gives two programs the same connections, or keeps a
 * port from one that would have others.
 */

#include "linger.h"

#include <unistd.h>

#define PORT 80
#define HERE "10.0.1.2"
#define LOOPBACK "127.0.0.1"
#define HERE6 "fd00:0:1::2"
#define HOLE "all mapped addresses do not keep one of them"

/* Addresses at which a socket gets connections. */
enum {
	AT_HERE = 1,
	AT_LOOPBACK = 2,
	AT_HERE6 = 4,
	ALL_IPV4 = AT_HERE | AT_LOOPBACK | 8,
	ALL_IPV6 = AT_HERE6 | 16,
};

/* What a socket is bound to. */
static const struct place {
	const char *address; /* NULL: all */
	int family;
	bool both_families;
	unsigned gets;
} places[] = {
	{ NULL, AF_INET, false, ALL_IPV4 },
	{ HERE, AF_INET, false, AT_HERE },
	{ LOOPBACK, AF_INET, false, AT_LOOPBACK },
#define ALL_MAPPED (&places[3])
	{ "::ffff:0.0.0.0", AF_INET6, true, ALL_IPV4 },
#define ONE_MAPPED (&places[4])
	{ "::ffff:" HERE, AF_INET6, true, AT_HERE },
	{ NULL, AF_INET6, false, ALL_IPV6 },
	{ NULL, AF_INET6, true, ALL_IPV4 | ALL_IPV6 },
	{ HERE6, AF_INET6, false, AT_HERE6 },
};

#define PLACES (sizeof(places) / sizeof(places[0]))

static const char *name_of(const struct place *place)
{
	if (place->address)
		return place->address;
	if (place->family == AF_INET)
		return "0.0.0.0";
	return place->both_families ? "::" : "::, IPv6 alone";
}

static int make_socket(struct lg_host *host, const struct place *place,
		       int shares)
{
	int sock = lg_socket_of(host, place->family);
	int off = 0;

	ck_assert_int_eq(setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &shares,
				    sizeof(shares)),
			 0);
	if (place->both_families)
		ck_assert_int_eq(setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY,
					    &off, sizeof(off)),
				 0);
	return sock;
}

static int bind_another(struct lg_host *host, const struct place *place)
{
	int sock = make_socket(host, place, false);
	int error = lg_bind(sock, place->address, PORT);

	close(sock);
	return error;
}

static bool has_hole(struct lg_net *net, struct lg_host *host)
{
	int sock = make_socket(host, ALL_MAPPED, false);

	ck_assert_int_eq(lg_bind(sock, ALL_MAPPED->address, PORT), 0);
	bool hole = lg_fact(net, HOLE, !bind_another(host, ONE_MAPPED));
	close(sock);
	return hole;
}

/* One more beside those that there are. */
static void assert_bind(struct lg_host *host, const struct place *place,
			const struct place *first, const struct place *second)
{
	bool excluded = place->gets & (first->gets | second->gets);
	int error = bind_another(host, place);

	ck_assert_msg(error == (excluded ? EADDRINUSE : 0),
		      "bind(%s) beside %s and %s: %d", name_of(place),
		      name_of(first), name_of(second), error);
}

static void try_all(struct lg_host *host, const struct place *first,
		    const struct place *second, bool share, bool hole)
{
	bool alone = first == second;
	int socks[] = {
		make_socket(host, first, share),
		make_socket(host, second, share),
	};

	ck_assert_int_eq(lg_bind(socks[0], first->address, PORT), 0);
	if (!alone)
		ck_assert_int_eq(lg_bind(socks[1], second->address, PORT), 0);
	/* Others that are bound to the same are lost in the hole, too. */
	hole = hole && (first == ALL_MAPPED || second == ALL_MAPPED);
	for (size_t i = 0; i < PLACES; i++) {
		if (!hole || &places[i] != ONE_MAPPED)
			assert_bind(host, &places[i], first, second);
	}
	close(socks[0]);
	close(socks[1]);
}

static void run(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	bool hole = has_hole(net, server);

	for (size_t i = 0; i < PLACES; i++) {
		for (size_t j = 0; j < PLACES; j++) {
			const struct place *first = &places[i];
			const struct place *second = &places[j];

			if (i == j || !(first->gets & second->gets))
				try_all(server, first, second, false, hole);
			try_all(server, first, second, true, hole);
		}
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV6,
	.facts = {
		{ HOLE,
		  "two programs can have the same connections if both spell "
		  "IPv4 addresses as IPv6 does" },
	},
	.run = run,
};
