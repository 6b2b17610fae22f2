// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every address and every port on either side multiplies the connections.
 *
 * A client's range has N ports, and each connection that it makes and closes
 * leaves a TIME_WAIT.  It is the pair of addresses and ports that is taken, so
 * there are N connections to each port of each address of the server, from each
 * address of the client, and twice as many when the range is twice as wide.
 * Then connect() gives EADDRNOTAVAIL.
 *
 * That is lost to programs that bind() their address and let it choose the
 * port: bind() does not know where the connection will go, so each of N ports
 * serves one connection, wherever it goes, and the next bind() gives
 * EADDRINUSE; only another address of the client has its own N.
 * IP_BIND_ADDRESS_NO_PORT leaves the port to connect(), with all of the pairs.
 * With ip_autobind_reuse, bind() gives ports again to sockets with
 * SO_REUSEADDR, and where they connect is for their program to see to.
 *
 * SO_REUSEPORT is for servers that choose their port themselves: with it alone,
 * bind() never gives a port twice.  With both options it does under
 * ip_autobind_reuse, but not what has the same two and is of the same user, or
 * in TIME_WAIT; unless a program that chooses among the group's sockets is
 * there beforehand.
 *
 * __inet_hash_connect(), __inet_check_established(); inet_csk_find_open_port(),
 * inet_csk_bind_conflict().
 *
 * Controls: connect() alone and bind() are the opposites of each other; of two
 * sockets that have both options, one without SO_REUSEPORT, or of another user.
 *
 * Catches: a kernel that counts a port as taken for more than one pair, that
 * gives a pair to two, or whose bind() takes more, or less, than it says, or
 * puts a client among the servers of another.
 */

#include "linger.h"

#include <linux/filter.h>
#include <stdio.h>
#include <unistd.h>

#define RANGE "net.ipv4.ip_local_port_range"
#define REUSE "net.ipv4.ip_autobind_reuse"
#define FIRST 20000u
#define PORTS 6u
#define ADDRESSES 2u
#define FIRST_SERVICE 80u
#define SERVICES 2u
#define OTHER_USER 65534

struct scene {
	struct lg_net *net;
	struct lg_host *client, *server;
	int listeners[SERVICES];
};

/* Where a connection comes from and goes to; source NULL: connect() chooses. */
struct way {
	const char *source, *destination;
	unsigned service;
	bool bind_chooses; /* the port */
	bool reuse;	   /* SO_REUSEADDR */
};

/* Options. */
#define ADDR 1u
#define PORT 2u
#define BOTH (ADDR | PORT)

struct situation {
	void (*run)(const struct scene *scene);
	unsigned first, second; /* options of those that bind() the port */
	bool any;		/* the first has all addresses */
	bool time_wait;		/* the first is in, else it stays as it is */
	bool other_user;	/* has the second */
	bool chooser;		/* has the second */
	bool given;		/* to the second, too */
};

static void set(int sock, int level, int option)
{
	int on = 1;

	ck_assert_int_eq(setsockopt(sock, level, option, &on, sizeof(on)), 0);
}

static void set_range(const struct scene *scene, unsigned ports)
{
	char range[32];

	snprintf(range, sizeof(range), "%u %u", FIRST, FIRST + ports - 1);
	lg_sysctl_set(scene->client, RANGE, range);
}

/* Of which call the errno is. */
enum call { BIND, CONNECT };
struct result {
	enum call call;
	int error;
};

/* A short connection, if it comes about; the client closes first. */
static struct result go(const struct scene *scene, const struct way *way)
{
	int sock = lg_socket(scene->client);

	if (way->reuse)
		set(sock, SOL_SOCKET, SO_REUSEADDR);
	if (way->source) {
		if (!way->bind_chooses)
			set(sock, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
		int error = lg_bind(sock, way->source, 0);
		if (error)
			return (struct result){ BIND, error };
	}
	lg_connect_socket(sock, way->destination,
			  (uint16_t)(FIRST_SERVICE + way->service));
	int error = lg_connect_result(sock);
	if (!error) {
		int peer = lg_accept(scene->listeners[way->service]);
		lg_close_both(sock, peer);
	}
	return (struct result){ CONNECT, error };
}

static void assert_goes(const struct scene *scene, const struct way *way,
			unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		ck_assert_int_eq(go(scene, way).error, 0);
}

static void assert_refused(const struct scene *scene, const struct way *way,
			   enum call call, int error)
{
	struct result result = go(scene, way);

	ck_assert_int_eq(result.call, call);
	ck_assert_int_eq(result.error, error);
}

/* Connections to all of the destinations, each until there is no port. */
static unsigned use_up_from(const struct scene *scene, const char *source)
{
	unsigned connected = 0;

	for (unsigned i = 0; i < ADDRESSES * SERVICES; i++) {
		struct way way = {
			.source = source,
			.destination = lg_address(scene->server, i / SERVICES),
			.service = i % SERVICES,
		};
		assert_goes(scene, &way, PORTS);
		assert_refused(scene, &way, CONNECT, EADDRNOTAVAIL);
		connected += PORTS;
	}
	return connected;
}

static void assert_time_waits(const struct scene *scene, unsigned n)
{
	ck_assert_uint_eq(lg_count_state(scene->client, TCP_TIME_WAIT), n);
	lg_assert_counted(scene->server, "PassiveOpens", n);
	lg_assert_counted(scene->client, "TWRecycled", 0);
	lg_observe(scene->net, "connections with 6 ports", "%u", n);
}

static void by_connect(const struct scene *scene)
{
	unsigned connected = use_up_from(scene, NULL);
	struct way way = { .destination = lg_address(scene->server, 0) };

	assert_time_waits(scene, connected);
	set_range(scene, 2 * PORTS);
	assert_goes(scene, &way, PORTS);
	assert_refused(scene, &way, CONNECT, EADDRNOTAVAIL);
	lg_claim(scene->net, 7, true);
	lg_claim(scene->net, 87, true);
	lg_claim(scene->net, 126, true);
}

static void by_connect_from_address(const struct scene *scene)
{
	unsigned connected = 0;

	for (unsigned i = 0; i < ADDRESSES; i++)
		connected += use_up_from(scene, lg_address(scene->client, i));
	assert_time_waits(scene, connected);
	lg_claim(scene->net, 87, true);
	lg_claim(scene->net, 126, true);
}

static struct way nth_way(const struct scene *scene, const char *source,
			  unsigned n)
{
	return (struct way){
		.source = source,
		.destination =
			lg_address(scene->server, n / SERVICES % ADDRESSES),
		.service = n % SERVICES,
		.bind_chooses = true,
	};
}

/* What is bound has no port for those that leave it to connect(), either. */
static void assert_all_refused(const struct scene *scene, const char *source)
{
	for (unsigned i = 0; i < ADDRESSES * SERVICES; i++) {
		struct way way = nth_way(scene, source, i);
		assert_refused(scene, &way, BIND, EADDRINUSE);
		way.bind_chooses = false;
		assert_refused(scene, &way, CONNECT, EADDRNOTAVAIL);
		way.source = NULL;
		assert_refused(scene, &way, CONNECT, EADDRNOTAVAIL);
	}
}

static void by_bind(const struct scene *scene)
{
	for (unsigned i = 0; i < ADDRESSES; i++) {
		const char *source = lg_address(scene->client, i);
		for (unsigned j = 0; j < PORTS; j++) {
			struct way way = nth_way(scene, source, j);
			assert_goes(scene, &way, 1);
		}
		assert_all_refused(scene, source);
	}
	assert_time_waits(scene, ADDRESSES * PORTS);
	lg_claim(scene->net, 126, false);
}

/* The address that bind() is left without is every address until connect()
 * chooses one; then the other is free. */
static void by_bind_to_any(const struct scene *scene)
{
	const char *any = lg_family(scene->net) == AF_INET ? "0.0.0.0" : "::";

	for (unsigned i = 0; i < PORTS; i++) {
		struct way way = nth_way(scene, any, i);
		assert_goes(scene, &way, 1);
	}
	assert_all_refused(scene, any);
	struct way other = nth_way(scene, lg_address(scene->client, 1), 0);
	assert_goes(scene, &other, PORTS);
	assert_time_waits(scene, 2 * PORTS);
	lg_claim(scene->net, 126, false);
}

static void by_bind_that_reuses(const struct scene *scene)
{
	bool reuses = lg_sysctl_get(scene->client, REUSE);
	struct way way = nth_way(scene, lg_address(scene->client, 0), 0);

	set_range(scene, 1);
	way.reuse = true;
	assert_goes(scene, &way, 1);
	way.service = 1;
	if (reuses)
		assert_goes(scene, &way, 1);
	else
		assert_refused(scene, &way, BIND, EADDRINUSE);
	way.reuse = false;
	assert_refused(scene, &way, BIND, EADDRINUSE);
	assert_time_waits(scene, 1 + reuses);
}

static int make_socket(const struct scene *scene, unsigned options)
{
	int sock = lg_socket(scene->client);

	if (options & ADDR)
		set(sock, SOL_SOCKET, SO_REUSEADDR);
	if (options & PORT)
		set(sock, SOL_SOCKET, SO_REUSEPORT);
	return sock;
}

/* Alone it makes a group, before the socket is bound. */
static void add_chooser(int sock)
{
	struct sock_filter first = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { .len = 1, .filter = &first };

	ck_assert_int_eq(setsockopt(sock, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF,
				    &program, sizeof(program)),
			 0);
}

static void by_two_binds(const struct scene *scene)
{
	const struct situation *is = lg_row_data(scene->net);
	const char *address = lg_address(scene->client, 0);

	set_range(scene, 1);
	int first = make_socket(scene, is->first);
	ck_assert_int_eq(lg_bind(first, is->any ? NULL : address, 0), 0);
	if (is->time_wait) {
		lg_connect_socket(first, lg_address(scene->server, 0),
				  FIRST_SERVICE);
		ck_assert_int_eq(lg_connect_result(first), 0);
		lg_close_both(first, lg_accept(scene->listeners[0]));
	}

	int second = make_socket(scene, is->second);
	if (is->other_user && fchown(second, OTHER_USER, (gid_t)-1))
		lg_skip(scene->net, "no user but one is mapped here");
	if (is->chooser)
		add_chooser(second);
	ck_assert_int_eq(lg_bind(second, address, 0),
			 is->given ? 0 : EADDRINUSE);
	if (is->given)
		ck_assert_uint_eq(lg_port(second), FIRST);
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);
	struct scene scene = { .net = net,
			       .client = lg_host(net, "client"),
			       .server = lg_host(net, "server") };

	for (unsigned i = 0; i < SERVICES; i++)
		scene.listeners[i] =
			lg_listen(scene.server, (uint16_t)(FIRST_SERVICE + i));
	set_range(&scene, PORTS);
	is->run(&scene);
}

const struct lg_case lg_case = {
	.topology = "twofold",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0" },
	},
	.rows = {
		{ "connect", &(const struct situation){ by_connect } },
		{ "bind_no_port",
		  &(const struct situation){ by_connect_from_address } },
		{ "bind", &(const struct situation){ by_bind } },
		{ "bind_any", &(const struct situation){ by_bind_to_any } },
		{ "bind_reuseaddr",
		  &(const struct situation){ by_bind_that_reuses },
		  .sysctls = { { "client", REUSE, "0" } } },
		{ "bind_reuseaddr_and_autobind_reuse",
		  &(const struct situation){ by_bind_that_reuses },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_any_and_then_one",
		  &(const struct situation){ by_two_binds, .any = true } },
		{ "bind_reuseport",
		  &(const struct situation){ by_two_binds, PORT, PORT },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_reuseport_in_time_wait",
		  &(const struct situation){ by_two_binds, PORT, PORT,
					     .time_wait = true },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_both_options",
		  &(const struct situation){ by_two_binds, BOTH, BOTH },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_both_options_in_time_wait",
		  &(const struct situation){ by_two_binds, BOTH, BOTH,
					     .time_wait = true },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_both_options_of_two_users",
		  &(const struct situation){ by_two_binds, BOTH, BOTH,
					     .other_user = true,
					     .given = true },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_both_options_in_time_wait_of_two_users",
		  &(const struct situation){ by_two_binds, BOTH, BOTH,
					     .time_wait = true,
					     .other_user = true },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_both_options_and_choose",
		  &(const struct situation){ by_two_binds, BOTH, BOTH,
					     .chooser = true, .given = true },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_both_options_and_reuseaddr",
		  &(const struct situation){ by_two_binds, BOTH, ADDR,
					     .given = true },
		  .sysctls = { { "client", REUSE, "1" } } },
		{ "bind_reuseaddr_and_both_options",
		  &(const struct situation){ by_two_binds, ADDR, BOTH,
					     .given = true },
		  .sysctls = { { "client", REUSE, "1" } } },
	},
	.claims = "7 87 126",
	.run = run,
};
