// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reserved port is given to nobody who does not name it.
 *
 * ip_local_reserved_ports takes ports out of the range that connect() and
 * bind() choose from: those that are left are used up, one by one, and then
 * connect() gives EADDRNOTAVAIL, and bind() EADDRINUSE, while the reserved ones
 * are free.  A program that names one gets it.  What the kernel cannot read it
 * refuses, and then it reserves what it did before.
 *
 * inet_is_local_reserved_port() in __inet_hash_connect() and
 * inet_csk_find_open_port(); proc_do_large_bitmap().
 *
 * Control: when they are not reserved any more, the same ports are chosen.
 *
 * Catches: a kernel that chooses reserved ports, keeps them from those who name
 * them, loses others with them, or forgets the list over a bad one.
 */

#include "linger.h"

#define RANGE "net.ipv4.ip_local_port_range"
#define RESERVED "net.ipv4.ip_local_reserved_ports"
#define FIRST 20000u
#define PORTS 10u
#define ALL ((1u << PORTS) - 1)

/* Of the range, with others beside it; and as bits, the first port's lowest. */
#define SOME "19990-20000,20003-20005,20009,30000"
#define SOME_BITS (1u << 0 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 9)

#define NAMED 20003
#define NAMED_BIT (1u << 3)

/* Adds the socket's port to those that were chosen before. */
static void add(unsigned *chosen, int sock)
{
	unsigned port = lg_port(sock);

	ck_assert_uint_ge(port, FIRST);
	ck_assert_uint_lt(port, FIRST + PORTS);
	unsigned bit = 1u << (port - FIRST);
	ck_assert_uint_eq(*chosen & bit, 0);
	*chosen |= bit;
}

/* The ports that connect() chooses until there are no more. */
static unsigned chosen_by_connect(struct lg_net *net, uint16_t to_port)
{
	unsigned chosen = 0;
	int sock, error;

	for (;;) {
		sock = lg_connect_start(lg_host(net, "client"), 0,
					lg_host(net, "server"), to_port);
		error = lg_connect_result(sock);
		if (error)
			break;
		add(&chosen, sock);
	}
	ck_assert_int_eq(error, EADDRNOTAVAIL);
	return chosen;
}

static unsigned chosen_by_bind(struct lg_host *host)
{
	unsigned chosen = 0;
	int sock, error;

	for (;;) {
		sock = lg_socket(host);
		error = lg_bind(sock, NULL, 0);
		if (error)
			break;
		add(&chosen, sock);
	}
	ck_assert_int_eq(error, EADDRINUSE);
	return chosen;
}

static void reserve(struct lg_host *host)
{
	static const char *const refused[] = {
		"20005-20003", "65536", "20000-65536", "-20000", "twenty",
	};

	lg_sysctl_set(host, RANGE, "20000 20009");
	lg_sysctl_set(host, RESERVED, SOME);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		ck_assert_int_eq(lg_sysctl_try(host, RESERVED, refused[i]),
				 EINVAL);
		ck_assert_str_eq(lg_sysctl_text(host, RESERVED), SOME);
	}
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_listen(server, 80);
	lg_listen(server, 81);
	reserve(client);
	ck_assert_uint_eq(chosen_by_connect(net, 80), ALL & ~SOME_BITS);
	lg_connect(client, NAMED, server, 80);

	lg_sysctl_set(client, RESERVED, "20000-20009");
	ck_assert_uint_eq(chosen_by_connect(net, 81), 0);

	lg_sysctl_set(client, RESERVED, "30000");
	ck_assert_uint_eq(chosen_by_connect(net, 80), SOME_BITS & ~NAMED_BIT);

	reserve(server);
	ck_assert_uint_eq(chosen_by_bind(server), ALL & ~SOME_BITS);
	ck_assert_int_eq(lg_bind(lg_socket(server), NULL, NAMED), 0);
	lg_sysctl_set(server, RESERVED, "30000");
	ck_assert_uint_eq(chosen_by_bind(server), SOME_BITS & ~NAMED_BIT);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.run = run,
};
