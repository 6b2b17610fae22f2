// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which programs may bind a port that is in TIME_WAIT.
 *
 * A server closes its connections first and ends; their TIME_WAITs remember the
 * options of the sockets that they were.  Another socket gets the port if it
 * and the TIME_WAIT both have SO_REUSEADDR, or both SO_REUSEPORT, and then can
 * listen on it and be connected to; else bind() gives EADDRINUSE.  So a server
 * that is started anew needs the option before it accepts as well as after.
 * The TIME_WAIT has one local address, and only who binds that or all addresses
 * is concerned: for IPv6, also who binds all addresses of both families, but
 * not who binds all of IPv4; of IPv4 behind a socket for both, the same address
 * in either spelling.  The TIME_WAIT of a server that was bound to a device
 * concerns nobody who is bound to another.
 *
 * inet_csk_get_port(), inet_bind_conflict(), inet_rcv_saddr_equal().
 *
 * Before 936a192f9740 (6.2, 6.1.5; broken by 28044fc1d495 in 6.1) bind() to
 * the specific address did not see a TIME_WAIT.
 *
 * Controls: all combinations of the options; other addresses and devices.
 *
 * Catches: a kernel whose TIME_WAITs do not keep a port, keep it from those who
 * may have it or for addresses that are not theirs, or forget their options,
 * their family or their device.
 */

#include "linger.h"

#include <string.h>

#define PORT 80
/* The server's addresses of IPv4, as IPv6 spells them. */
#define MAPPED "::ffff:10.0.1.2"
#define OTHER_MAPPED "::ffff:10.0.100.1"
#define ADDR 1u	 /* SO_REUSEADDR */
#define REUSE 2u /* SO_REUSEPORT */
#define OPTIONS 4u

#define LINK "client" /* the server's device, named for what it leads to */

struct situation {
	unsigned old;	    /* the options of the server that is gone */
	bool mapped;	    /* it has both families, its client came by IPv4 */
	const char *device; /* that it was bound to */
};

/* An address to bind, and whether it is the TIME_WAIT's, too. */
struct place {
	const char *name;
	const char *address; /* NULL: all */
	bool both_families;
	bool concerned;
	const char *device;
	bool ipv4;
};

static const char *const option_names[OPTIONS] = {
	"nothing",
	"SO_REUSEADDR",
	"SO_REUSEPORT",
	"both",
};

static void set(int sock, int level, int option, int value)
{
	ck_assert_int_eq(setsockopt(sock, level, option, &value, sizeof(value)),
			 0);
}

static void set_options(int sock, unsigned options, const char *device)
{
	if (options & ADDR)
		set(sock, SOL_SOCKET, SO_REUSEADDR, 1);
	if (options & REUSE)
		set(sock, SOL_SOCKET, SO_REUSEPORT, 1);
	if (device)
		ck_assert_int_eq(setsockopt(sock, SOL_SOCKET, SO_BINDTODEVICE,
					    device, (socklen_t)strlen(device)),
				 0);
}

static int make_socket(struct lg_host *host, bool both_families)
{
	int sock = lg_socket(host);

	if (both_families)
		set(sock, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	return sock;
}

static int listen_at_all(struct lg_host *host, const struct situation *is)
{
	int listener = make_socket(host, is->mapped);

	set_options(listener, is->old, is->device);
	ck_assert_int_eq(lg_bind(listener, NULL, PORT), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	return listener;
}

static int connect_to(struct lg_host *host, const struct situation *is,
		      const char *address)
{
	int sock = make_socket(host, is->mapped);

	lg_connect_socket(sock, address, PORT);
	ck_assert_int_eq(lg_connect_result(sock), 0);
	return sock;
}

static bool is_granted(unsigned old, unsigned new, const struct place *place)
{
	return !place->concerned || (old & new);
}

static void assert_bind(struct lg_host *server, unsigned old, unsigned new,
			const struct place *place)
{
	int sock = place->ipv4 ? lg_socket_of(server, AF_INET)
			       : make_socket(server, place->both_families);
	set_options(sock, new, place->device);
	int error = lg_bind(sock, place->address, PORT);

	ck_assert_msg(error == (is_granted(old, new, place) ? 0 : EADDRINUSE),
		      "bind(%s) with %s, after a server with %s: %d",
		      place->name, option_names[new], option_names[old], error);
	if (!error)
		ck_assert_int_eq(listen(sock, 1), 0);
	lg_close(sock);
}

/* The server ends, and leaves one TIME_WAIT. */
static void leave_time_wait(struct lg_net *net, const struct situation *is,
			    const char *address)
{
	int listener = listen_at_all(lg_host(net, "server"), is);
	int sock = connect_to(lg_host(net, "client"), is, address);
	int peer = lg_accept(listener);

	lg_close(peer);
	ck_assert_int_eq(lg_await_receive(sock), 0);
	lg_close(sock);
	lg_close(listener);
	lg_await_state(peer, TCP_TIME_WAIT);
}

/* A new server on the port of the old is as good as that was. */
static void serve_again(struct lg_net *net, const struct situation *is,
			const char *address)
{
	struct lg_host *server = lg_host(net, "server");
	int listener = listen_at_all(server, is);

	connect_to(lg_host(net, "client"), is, address);
	lg_accept(listener);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 1);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	const char *own = lg_address_towards(client, server);
	const char *other = lg_address(server, 1);
	bool ipv6 = lg_family(net) == AF_INET6;

	if (is->mapped && !ipv6)
		lg_skip(net, "IPv4 is not mapped to itself");

	const struct place plain[] = {
		{ "its address", own, false, true },
		{ "another address", other, false, false },
		{ "all addresses", NULL, false, true },
		{ "all of a device", NULL, false, true, LINK },
		{ "all of both families", NULL, true, true },
		{ "IPv4's address", MAPPED, true, false },
		{ "all of IPv4", NULL, .ipv4 = true },
	};
	const struct place of_both[] = {
		{ "its address", MAPPED, true, true },
		{ "another address of IPv4", OTHER_MAPPED, true, false },
		{ "all of both families", NULL, true, true },
		{ "all of IPv6", NULL, false, false },
		{ "an address of IPv6", own, false, false },
	};
	const struct place of_device[] = {
		{ "all addresses", NULL, false, true },
		{ "all of its device", NULL, false, true, LINK },
		{ "its address and device", own, false, true, LINK },
		{ "all of another device", NULL, .device = "lo" },
		{ "its address and another device", own, .device = "lo" },
	};
	const struct place *places = is->device	  ? of_device
				     : is->mapped ? of_both
						  : plain;
	unsigned n = is->device || is->mapped ? 5 : ipv6 ? 7 : 4;

	leave_time_wait(net, is, is->mapped ? MAPPED : own);
	for (unsigned i = 0; i < n; i++) {
		for (unsigned new = 0; new < OPTIONS; new ++)
			assert_bind(server, is->old, new, &places[i]);
	}
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 1);
	if (is->old)
		serve_again(net, is, is->mapped ? MAPPED : own);
	lg_claim(net, 60, true);
	if (is->old & REUSE)
		lg_claim(net, 62, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", "net.ipv4.tcp_tw_reuse", "1" },
	},
	.rows = {
		{ "nothing", &(const struct situation){ 0 } },
		{ "reuseaddr", &(const struct situation){ ADDR } },
		{ "reuseport", &(const struct situation){ REUSE } },
		{ "both", &(const struct situation){ ADDR | REUSE } },
		{ "nothing_of_both_families",
		  &(const struct situation){ 0, .mapped = true } },
		{ "reuseaddr_of_both_families",
		  &(const struct situation){ ADDR, .mapped = true } },
		{ "reuseport_of_both_families",
		  &(const struct situation){ REUSE, .mapped = true } },
		{ "nothing_of_a_device",
		  &(const struct situation){ 0, .device = LINK } },
		{ "reuseaddr_of_a_device",
		  &(const struct situation){ ADDR, .device = LINK } },
		{ "reuseport_of_a_device",
		  &(const struct situation){ REUSE, .device = LINK } },
	},
	.claims = "60 62",
	.run = run,
};
