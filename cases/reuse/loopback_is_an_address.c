// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What tcp_tw_reuse=2 takes for loopback.
 *
 * With 2, the default, connect() takes over only TIME_WAITs of loopback.  That
 * is what has a loopback address at either end, of IPv4 also behind a socket
 * for both families, and what belongs to sockets that are bound to the device
 * lo.  Else a connection from one of the host's own addresses to itself is
 * none, though it never leaves the host.
 *
 * tcp_twsk_unique(); 79e9fed46038 (4.19).
 *
 * Controls: another host; tcp_tw_reuse=1 takes all of them, 0 none.
 *
 * Catches: a kernel that goes by what the packets do, by one of the addresses
 * only, or forgets IPv4 in IPv6's clothes, or the device; one in which 2 is 1
 * or 0.
 */

#include "linger.h"

#define PORT "20000"
#define FIRST_SERVICE 80
#define MAPPED_LOOPBACK "::ffff:127.0.0.1"
#define MAPPED_OWN "::ffff:10.0.1.1"
/* Longer than any kernel's delay with its default. */
#define PATIENCE_MS 2100

/* Where a connection goes, and from where. */
struct place {
	const char *name;
	struct lg_host *server;
	const char *to, *from; /* NULL: what the route says */
	bool loopback;
	bool on_lo; /* both ends are bound to the device */
};

static void set(int sock, int level, int option, const void *value,
		socklen_t size)
{
	ck_assert_int_eq(setsockopt(sock, level, option, value, size), 0);
}

static int make_socket(struct lg_net *net, const struct place *place,
		       struct lg_host *host)
{
	int off = 0, sock = lg_socket(host);

	if (lg_family(net) == AF_INET6)
		set(sock, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (place->on_lo)
		set(sock, SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof("lo"));
	return sock;
}

static int connect_to(struct lg_net *net, const struct place *place,
		      uint16_t port)
{
	int on = 1, sock = make_socket(net, place, lg_host(net, "client"));

	if (place->from) {
		set(sock, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
		ck_assert_int_eq(lg_bind(sock, place->from, 0), 0);
	}
	lg_connect_socket(sock, place->to, port);
	return sock;
}

static void leave_time_wait(struct lg_net *net, const struct place *place,
			    uint16_t port)
{
	int listener = make_socket(net, place, place->server);

	ck_assert_int_eq(lg_bind(listener, NULL, port), 0);
	ck_assert_int_eq(listen(listener, 2), 0);
	int sock = connect_to(net, place, port);
	ck_assert_msg(!lg_connect_result(sock), "no way to %s", place->name);
	int peer = lg_accept(listener);
	lg_close_both(sock, peer);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	long reuse = lg_sysctl_get(client, "net.ipv4.tcp_tw_reuse");
	bool ipv6 = lg_family(net) == AF_INET6;
	const char *loopback = ipv6 ? "::1" : "127.0.0.1";
	const char *own = lg_address(client, 0);
	const char *second = lg_address(client, 1);
	const struct place places[] = {
		{ "another host", server, lg_address_towards(client, server) },
		{ "its own address", client, own },
		{ "loopback", client, loopback, .loopback = true },
		{ "its own address from loopback", client, own, loopback,
		  .loopback = true },
		{ "127.0.0.2 of IPv4", client,
		  ipv6 ? "::ffff:127.0.0.2" : "127.0.0.2", .loopback = true },
		{ "loopback from its own address", client, loopback, own,
		  .loopback = true },
		{ "lo's second address", client, second, second },
		{ "lo's second address on lo", client, second, second,
		  .loopback = true, .on_lo = true },
		/* IPv6 alone */
		{ "loopback of IPv4 from its own address", client,
		  MAPPED_LOOPBACK, MAPPED_OWN, .loopback = true },
		{ "its own address of IPv4 from loopback", client, MAPPED_OWN,
		  MAPPED_LOOPBACK, .loopback = true },
		{ "its own address of IPv4", client, MAPPED_OWN, MAPPED_OWN },
	};
	const uint16_t n = sizeof(places) / sizeof(places[0]) - (ipv6 ? 0 : 3);
	unsigned taken = 0;

	/* The kernels that do not know the loopback mode do not refuse it. */
	if (reuse == 2 && lg_sysctl_get(server, "net.ipv4.tcp_tw_reuse") != 2)
		lg_skip(net, "needs tcp_tw_reuse=2 as the default (4.19)");

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", PORT " " PORT);
	for (uint16_t i = 0; i < n; i++)
		leave_time_wait(net, &places[i], FIRST_SERVICE + i);
	lg_pass(net, PATIENCE_MS);
	ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), n);

	for (uint16_t i = 0; i < n; i++) {
		bool is_taken =
			reuse == 1 || (reuse == 2 && places[i].loopback);
		int error = lg_connect_result(
			connect_to(net, &places[i], FIRST_SERVICE + i));
		ck_assert_msg(error == (is_taken ? 0 : EADDRNOTAVAIL),
			      "connect() to %s: %d", places[i].name, error);
		taken += is_taken;
		lg_assert_counted(client, "TWRecycled", taken);
	}
}

const struct lg_case lg_case = {
	.topology = "twofold",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0 1 2" },
	},
	.lasts_ms = PATIENCE_MS,
	.run = run,
};
