// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A host that has run out of ports says so to the program, and to nobody else.
 *
 * A client's range is used up by TIME_WAITs to a server, and connect() gives
 * EADDRNOTAVAIL, again and again.  No counter of IP's or TCP's moves, be it on
 * the client or on the server, no segment leaves, and the kernel logs nothing:
 * who does not look at what connect() says will not find out.
 *
 * A router whose SNAT has run out of ports drops the SYN, and logs nothing
 * either.  Its IP and TCP do not notice; but conntrack counts what it drops.
 *
 * __inet_hash_connect(); nf_nat_l4proto_unique_tuple(),
 * __nf_conntrack_confirm(), whose NF_CT_STAT_INC() is in
 * /proc/net/stat/nf_conntrack.
 *
 * Controls: the connections before that, which are counted everywhere.
 *
 * Catches: a kernel that begins to count or to log that ports have run out,
 * which would be news for those who watch it; a router that stops counting.
 */

#include "linger.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLIENT_PORTS 2u
#define ROUTER_PORTS 4u
#define ATTEMPTS 10u
#define CONNTRACK "stat/nf_conntrack"

static void connect_and_close(struct lg_host *client, struct lg_host *server,
			      int listener)
{
	int sock = lg_connect(client, 0, server, lg_port(listener));
	int peer = lg_accept(listener);

	lg_close_both(sock, peer);
	lg_await_state(peer, TCP_CLOSE);
}

/* The kernel's log from now on; -1 if that is not this network's alone. */
static int open_log(struct lg_net *net)
{
	if (!lg_has(net, "virtual-time"))
		return -1;
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(log, 0);
	ck_assert_int_ge(lseek(log, 0, SEEK_END), 0);
	return log;
}

static void assert_nothing_logged(int log)
{
	char record[8192];

	if (log < 0)
		return;
	ssize_t size = read(log, record, sizeof(record) - 1);
	record[size > 0 ? size : 0] = '\0';
	ck_assert_msg(size < 0 && errno == EAGAIN, "%s", record);
}

/* All that a host's IP and TCP count, as the kernel prints it. */
static char *read_counters(struct lg_host *host)
{
	static const char *const names[] = { "snmp", "netstat" };
	char *text[2] = { NULL, NULL }, *both;
	size_t room[2] = { 0, 0 };

	for (size_t i = 0; i < 2; i++) {
		FILE *in = lg_proc_net(host, names[i]);
		ck_assert_int_gt(getdelim(&text[i], &room[i], '\0', in), 0);
		fclose(in);
	}
	ck_assert_int_gt(asprintf(&both, "%s%s", text[0], text[1]), 0);
	free(text[0]);
	free(text[1]);
	return both;
}

static void of_client(struct lg_net *net, int listener)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", "20000 20001");
	for (unsigned i = 0; i < CLIENT_PORTS; i++)
		connect_and_close(client, server, listener);
	lg_assert_counted(client, "ActiveOpens", CLIENT_PORTS);

	int log = open_log(net);
	struct lg_wire *wire = lg_wire(client);
	char *before[] = { read_counters(client), read_counters(server) };
	lg_count_anew(client);
	lg_count_anew(server);
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		int sock = lg_connect_start(client, 0, server, 80);
		ck_assert_int_eq(lg_connect_result(sock), EADDRNOTAVAIL);
	}
	/* The report says what. */
	ck_assert_msg(!strcmp(read_counters(client), before[0]),
		      "the client has counted something");
	ck_assert_msg(!strcmp(read_counters(server), before[1]),
		      "the server has counted something");
	assert_nothing_logged(log);
	lg_expect_none(wire, NULL, 10);
	lg_claim(net, 135, true);
}

/* One of conntrack's own counters, over all CPUs. */
static unsigned conntrack_counted(struct lg_host *host, const char *name)
{
	FILE *in = lg_proc_net(host, CONNTRACK);
	char line[1024], *more;
	unsigned count = 0, column = 0;

	ck_assert_ptr_nonnull(fgets(line, sizeof(line), in));
	for (char *is = strtok_r(line, " \n", &more); strcmp(is, name);
	     is = strtok_r(NULL, " \n", &more)) {
		ck_assert_ptr_nonnull(is);
		column++;
	}
	while (fgets(line, sizeof(line), in)) {
		char *value = strtok_r(line, " \n", &more);
		for (unsigned i = 0; i < column; i++)
			value = strtok_r(NULL, " \n", &more);
		count += (unsigned)strtoul(value, NULL, 16);
	}
	fclose(in);
	return count;
}

static void of_router(struct lg_net *net, int listener)
{
	struct lg_host *router = lg_host(net, "router");
	struct lg_host *server = lg_host(net, "server");

	if (access("/proc/self/net/" CONNTRACK, F_OK))
		lg_skip(net, "the kernel does not show what conntrack counts");
	for (unsigned i = 0; i < ROUTER_PORTS; i++) {
		lg_connect(lg_host(net, "client1"), 0, server, 80);
		lg_accept(listener);
	}
	ck_assert_uint_eq(conntrack_counted(router, "drop"), 0);

	int log = open_log(net);
	struct lg_wire *wire = lg_wire(router);
	lg_connect_start(lg_host(net, "client2"), 0, server, 80);
	lg_expect(wire, "< S");
	lg_expect_none(wire, "> S", 100);

	bool v4 = lg_family(net) == AF_INET;
	lg_assert_counted(router, v4 ? "OutDiscards" : "Ip6OutDiscards", 0);
	lg_assert_counted(router, v4 ? "InDiscards" : "Ip6InDiscards", 0);
	assert_nothing_logged(log);
	ck_assert_uint_eq(conntrack_counted(router, "drop"), 1);
	ck_assert_uint_eq(conntrack_counted(router, "insert_failed"), 1);
	lg_claim(net, 135, false);
}

static void run(struct lg_net *net)
{
	int listener = lg_listen(lg_host(net, "server"), 80);

	if (!strcmp(lg_row_name(net), "client"))
		of_client(net, listener);
	else
		of_router(net, listener);
}

const struct lg_case lg_case = {
	.topology = "snat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "ports", "30000-30003" } },
	.sysctls = {
		{ "*", "net.ipv4.tcp_tw_reuse", "0" },
	},
	.rows = {
		{ "client" },
		{ "router" },
	},
	.claims = "135",
	.run = run,
};
