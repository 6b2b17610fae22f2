// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TIME_WAITs use up the client's ports.
 *
 * A client opens connections to one address and port of a server, and is the
 * first to close each, so that each leaves a TIME_WAIT behind.  With N ports in
 * ip_local_port_range the first N connect, and the next connect() gets
 * EADDRNOTAVAIL: no segment is sent for it.  The ports are taken for that
 * destination only: another port of the server, or another of its addresses,
 * can be reached from the same ports.
 *
 * Client: __inet_hash_connect(), __inet_check_established().
 *
 * Control: with the server closing first, the same client does not run out.
 *
 * Catches: a kernel that leaves ports of the range unused, that counts a port
 * as taken for every destination, or that takes TIME_WAITs over when it must
 * not.
 */

#include "linger.h"

#include <stdio.h>
#include <unistd.h>

struct situation {
	unsigned first, last;
	unsigned slice; /* ports that are open at once; 0: all */
	bool server_first;
};

static unsigned ports_of(const struct situation *is)
{
	return is->last - is->first + 1;
}

static void set_range(struct lg_host *client, unsigned first, unsigned last)
{
	char range[32];
	snprintf(range, sizeof(range), "%u %u", first, last);
	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", range);
}

/* One short connection; 0, or what connect() says.  close(2), since thousands
 * of these would need as many descriptors. */
static int connect_and_close(struct lg_host *client, struct lg_host *server,
			     int listener, bool server_first)
{
	int sock = lg_connect_start(client, 0, server, lg_port(listener));
	int error = lg_connect_result(sock);
	if (!error) {
		int peer = lg_accept(listener);
		int first = server_first ? peer : sock;
		int second = server_first ? sock : peer;

		close(first);
		ck_assert_int_eq(lg_await_receive(second), 0);
		close(second);
	} else {
		close(sock);
	}
	return error;
}

/* Some points tell as much as all would. */
static void plot(struct lg_net *net, struct lg_host *client,
		 const struct situation *is, unsigned connected)
{
	if (connected % (ports_of(is) / 100 + 1) == 0)
		lg_plot_point(net, "TIME_WAITs by connections", connected,
			      (int64_t)lg_sockstat(client, "TCP", "tw"));
}

/*
 * Connects until it fails, at most once more than there are ports.  A wide
 * range is opened a slice at a time: when it is nearly full, the kernel looks
 * at thousands of ports for each connect(), and the first TIME_WAITs would end
 * before the last ports are used.
 */
static unsigned use_up(struct lg_net *net, int listener, int *error)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	unsigned slice = is->slice ? is->slice : ports_of(is);
	unsigned connected = 0;

	for (unsigned first = is->first; first <= is->last; first += slice) {
		unsigned last = first + slice - 1;
		if (last > is->last)
			last = is->last;
		set_range(client, first, last);
		for (unsigned port = first; port <= last; port++) {
			*error = connect_and_close(client, server, listener,
						   is->server_first);
			if (*error)
				return connected;
			plot(net, client, is, ++connected);
		}
	}
	set_range(client, is->first, is->last);
	*error = connect_and_close(client, server, listener, is->server_first);
	return connected + !*error;
}

static void connect_elsewhere(struct lg_net *net, struct lg_host *client,
			      struct lg_host *server)
{
	int listener = lg_listen(server, 81);
	lg_connect(client, 0, server, 81);
	lg_accept(listener);

	int other = lg_socket(client);
	lg_connect_socket(other, lg_address(server, 1), 80);
	ck_assert_int_eq(lg_connect_result(other), 0);
	lg_observe(net, "elsewhere", "another port, another address");
	lg_claim(net, 7, true);
	lg_claim(net, 120, false);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	/* Small machines would allow fewer TIME_WAITs than there are ports. */
	lg_sysctl_set(client, "net.ipv4.tcp_max_tw_buckets", "100000");
	int listener = lg_listen(server, 80);
	int error;
	unsigned connected = use_up(net, listener, &error);

	lg_observe(net, "connected", "%u", connected);
	if (is->server_first) {
		ck_assert_uint_eq(connected, ports_of(is) + 1);
		ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), 0);
		return;
	}
	ck_assert_int_eq(error, EADDRNOTAVAIL);
	ck_assert_uint_eq(connected, ports_of(is));
	ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), ports_of(is));
	lg_assert_counted(client, "TWRecycled", 0);

	/* The connect() that failed left no trace on the wire. */
	lg_assert_counted(server, "PassiveOpens", ports_of(is));
	lg_claim(net, 5, true);
	lg_claim(net, 28, true);
	lg_claim(net, 94, true);
	if (is->slice)
		lg_claim(net, 29, connected == UINT16_MAX);
	connect_elsewhere(net, client, server);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "0" },
	},
	.rows = {
		{ "1_port",
		  &(const struct situation){ .first = 20000, .last = 20000 } },
		{ "10_ports",
		  &(const struct situation){ .first = 20000, .last = 20009 } },
		{ "1000_ports",
		  &(const struct situation){ .first = 20000, .last = 20999 },
		  .bulk = true },
		{ "all_28232_ports",
		  &(const struct situation){ 32768, 60999, .slice = 64 },
		  .bulk = true,
		  .families = LG_IPV4 },
		{ "server_closes_first",
		  &(const struct situation){ 20000, 20009, .server_first = true } },
	},
	.claims = "5 7 28 29 94 120",
	.run = run,
};
