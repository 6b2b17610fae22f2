// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What remedies make of more short connections than there are ports.
 *
 * Every four seconds a client asks a server 20 things at once, each on a new
 * connection ("connect, ping, close"), and has 20 ports.  It knows the end of
 * the answer by itself, so it closes first and keeps a TIME_WAIT for each
 * connection of the last 60 seconds.  After 20 connections connect() gets
 * EADDRNOTAVAIL, and a minute later 20 more go through: that is all.
 *
 * Five times the ports of the client, its addresses, or those of the server
 * make five times as many, whichever it is: they only move the limit.  To
 * take TIME_WAITs over after a second (tcp_tw_reuse), to have none (SO_LINGER
 * with 0, or tcp_max_tw_buckets of 0), to let the server close first
 * (which is what HTTP/1.0 does, since its answers end with the stream), and to
 * ask more often on one connection carry all of it.  They differ in who holds
 * how many TIME_WAITs.
 *
 * All of it is in proportion: 28,232 ports, the default, make 1,412 times as
 * much.
 *
 * __inet_hash_connect(), tcp_twsk_unique(), tcp_time_wait(), tcp_close().
 *
 * Controls: nothing at all, and tcp_fin_timeout, which is often recommended.
 *
 * Catches: a kernel in which a remedy no longer is one or something has become
 * one, that puts the TIME_WAIT at the other end, or that keeps more or fewer
 * of them than those of a minute.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REUSE "net.ipv4.tcp_tw_reuse"
#define BUCKETS "net.ipv4.tcp_max_tw_buckets"
#define FIRST_PORT 20000u
#define PORTS 20u
#define MOST 5 /* addresses or ports of the server */

/* So many requests at once, so often. */
#define AT_ONCE PORTS
#define TICK_MS 4000
#define TICKS 30
#define TICKS_OF_REAL_TIME 6
#define LASTS_MS (TICKS * TICK_MS)

/* How long there is a TIME_WAIT, and what the timer wheel may add. */
#define TIME_WAIT_MS 60000
#define LATE_MS (TIME_WAIT_MS / 8 + 100)

struct protocol {
	const char *request, *reply;
	/* The reply ends with the stream, so the server closes first.  Else
	 * the client does, when it has asked so often. */
	bool until_end;
	unsigned requests;
};

static const struct protocol ping = {
	.request = "PING\r\n",
	.reply = "+PONG\r\n",
	.requests = 1,
};
static const struct protocol http_1_0 = {
	.request = "GET / HTTP/1.0\r\n\r\n",
	.reply = "HTTP/1.0 200 OK\r\n\r\npong",
	.until_end = true,
	.requests = 1,
};
static const struct protocol http_1_1 = {
	.request = "GET / HTTP/1.1\r\nHost: server\r\n\r\n",
	.reply = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong",
	.requests = 100,
};

struct situation {
	const struct protocol *speaks;
	/* Times as many as the client or the server has in "nothing". */
	unsigned ports, clients, servers, server_ports;
	bool aborts;
	/* A connection takes a port for as long as there is a TIME_WAIT, and
	 * there are too few. */
	bool exhausts;
	bool none;     /* There are no TIME_WAITs. */
	unsigned most; /* of them; 0: no limit */
};

struct connection {
	bool is_open;
	int sock, peer;
	unsigned left; /* requests on it */
};

struct load {
	struct lg_net *net;
	struct lg_host *client, *server;
	const struct situation *is;
	int listeners[MOST];
	struct connection connections[AT_ONCE];
	unsigned offered, served, closed;
	/* After each tick. */
	unsigned n_ticks;
	int64_t ticked_ms[TICKS];
	unsigned closed_by[TICKS];
};

static unsigned times(unsigned n)
{
	return n ? n : 1;
}

static unsigned pairs_of(const struct situation *is)
{
	return PORTS * times(is->ports) * times(is->clients) *
	       times(is->servers) * times(is->server_ports);
}

/* ---- a request ---------------------------------------------------------- */

/* The n-th connection in turn to or from the n-th address or port. */
static int start(const struct load *load, unsigned n)
{
	const struct situation *is = load->is;
	int sock = lg_socket(load->client);
	int on = 1;

	/* Else bind() would choose a port, and none that is in use. */
	if (is->clients) {
		ck_assert_int_eq(setsockopt(sock, IPPROTO_IP,
					    IP_BIND_ADDRESS_NO_PORT, &on,
					    sizeof(on)),
				 0);
		ck_assert_int_eq(
			lg_bind(sock, lg_address(load->client, n % is->clients),
				0),
			0);
	}
	lg_connect_socket(
		sock, lg_address(load->server, n % times(is->servers)),
		lg_port(load->listeners[n % times(is->server_ports)]));
	return sock;
}

/* close(2), since thousands of these would need as many descriptors. */
static void open_connection(struct load *load, struct connection *it)
{
	unsigned n = load->offered;
	int error;

	it->sock = start(load, n);
	error = lg_connect_result(it->sock);
	if (error) {
		ck_assert_int_eq(error, EADDRNOTAVAIL);
		close(it->sock);
		return;
	}
	it->peer =
		lg_accept(load->listeners[n % times(load->is->server_ports)]);
	it->left = load->is->speaks->requests;
	it->is_open = true;
}

static void send_text(int from, int to, const char *text)
{
	char got[64];
	size_t size = strlen(text);

	lg_send(from, text, size);
	lg_receive(to, got, size);
	ck_assert_mem_eq(got, text, size);
}

static void ask(struct load *load, struct connection *it)
{
	const struct protocol *speaks = load->is->speaks;

	if (!it->is_open)
		open_connection(load, it);
	load->offered++;
	if (!it->is_open)
		return;
	send_text(it->sock, it->peer, speaks->request);
	send_text(it->peer, it->sock, speaks->reply);
	it->left--;
	load->served++;
}

static void hang_up(struct load *load, struct connection *it)
{
	struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	bool aborts = load->is->aborts;
	int first = load->is->speaks->until_end ? it->peer : it->sock;
	int second = load->is->speaks->until_end ? it->sock : it->peer;

	if (aborts)
		ck_assert_int_eq(setsockopt(first, SOL_SOCKET, SO_LINGER,
					    &at_once, sizeof(at_once)),
				 0);
	close(first);
	ck_assert_int_eq(lg_await_receive(second), aborts ? -ECONNRESET : 0);
	close(second);
	it->is_open = false;
	load->closed++;
}

/* ---- TIME_WAITs --------------------------------------------------------- */

static struct lg_host *holder(const struct load *load)
{
	return load->is->speaks->until_end ? load->server : load->client;
}

static struct lg_host *other(const struct load *load)
{
	return load->is->speaks->until_end ? load->client : load->server;
}

static unsigned time_waits(struct lg_host *host)
{
	return (unsigned)lg_sockstat(host, "TCP", "tw");
}

static unsigned closed_within(const struct load *load, int64_t ms)
{
	unsigned before = 0;

	for (unsigned i = 0; i < load->n_ticks; i++) {
		if (lg_now_ms() - load->ticked_ms[i] >= ms)
			before = load->closed_by[i];
	}
	return load->closed - before;
}

static unsigned at_most(unsigned n, unsigned most)
{
	return most && n > most ? most : n;
}

/* As many as connections have ended in that time. */
static void assert_time_waits(const struct load *load)
{
	unsigned there_are = time_waits(holder(load));

	ck_assert_uint_eq(time_waits(other(load)), 0);
	if (load->is->none) {
		ck_assert_uint_eq(there_are, 0);
		return;
	}
	unsigned least =
		at_most(closed_within(load, TIME_WAIT_MS), load->is->most);
	unsigned most = at_most(closed_within(load, TIME_WAIT_MS + LATE_MS),
				load->is->most);
	ck_assert_msg(there_are >= least && there_are <= most,
		      "%u TIME_WAITs, not %u to %u, after %u connections",
		      there_are, least, most, load->closed);
}

/* When it should have been: each tick is some ms late. */
static void plot(const struct load *load, int64_t now_ms)
{
	lg_plot_point(load->net, "TIME_WAITs at client by ms", now_ms,
		      time_waits(load->client));
	lg_plot_point(load->net, "TIME_WAITs at server by ms", now_ms,
		      time_waits(load->server));
	lg_plot_point(load->net, "requests served by ms", now_ms, load->served);
}

static void tick(struct load *load)
{
	/* Who asks often on a connection asks one after another. */
	unsigned n = load->is->speaks->requests > 1 ? 1 : AT_ONCE;

	for (unsigned i = 0; i < AT_ONCE; i++)
		ask(load, &load->connections[i % n]);
	for (unsigned i = 0; i < n; i++) {
		struct connection *it = &load->connections[i];
		if (it->is_open && !it->left)
			hang_up(load, it);
	}
	load->ticked_ms[load->n_ticks] = lg_now_ms();
	load->closed_by[load->n_ticks++] = load->closed;
	assert_time_waits(load);
}

/* ---- the case ----------------------------------------------------------- */

static void set_up(struct load *load)
{
	char range[32];

	snprintf(range, sizeof(range), "%u %u", FIRST_PORT,
		 FIRST_PORT + PORTS * times(load->is->ports) - 1);
	lg_sysctl_set(load->client, "net.ipv4.ip_local_port_range", range);
	for (unsigned i = 0; i < times(load->is->server_ports); i++)
		load->listeners[i] =
			lg_listen(load->server, (uint16_t)(80 + i));
}

static void observe(const struct load *load)
{
	lg_observe(load->net, "served", "%u of %u requests in %d s",
		   load->served, load->offered, LASTS_MS / 1000);
	lg_observe(load->net, "connections", "%u", load->closed);
	lg_observe(load->net, "TIME_WAITs in the end", "client %u, server %u",
		   time_waits(load->client), time_waits(load->server));
}

/* `base` is what is served without any remedy. */
static void judge(const struct load *load, unsigned base)
{
	const struct situation *is = load->is;
	bool more_pairs = pairs_of(is) > PORTS;
	bool long_ones = is->speaks->requests > 1;

	if (more_pairs)
		lg_claim(load->net, 126,
			 load->served == pairs_of(is) / PORTS * base);
	if ((more_pairs && !is->ports) || long_ones)
		lg_claim(load->net, 87, load->served > base);
	if (is->speaks->until_end) {
		lg_claim(load->net, 68, time_waits(load->client) == 0);
		lg_claim(load->net, 136, time_waits(load->client) == 0);
	}
	if (!is->none)
		lg_claim(load->net, 4,
			 time_waits(load->server) > time_waits(load->client));
}

static void run(struct lg_net *net)
{
	struct load load = { .net = net,
			     .client = lg_host(net, "client"),
			     .server = lg_host(net, "server"),
			     .is = lg_row_data(net) };
	const struct situation *is = load.is;
	bool virtual_time = lg_has(net, "virtual-time");
	bool reuses = lg_sysctl_get(load.client, REUSE) == 1;
	bool remembers = lg_sysctl_get(load.client, BUCKETS);
	unsigned ticks = virtual_time ? TICKS : TICKS_OF_REAL_TIME;

	set_up(&load);
	for (unsigned i = 0; i < ticks; i++) {
		tick(&load);
		if (virtual_time)
			plot(&load, (int64_t)i * TICK_MS);
		/* What takes a minute is not waited for where time is real. */
		if (virtual_time || reuses)
			lg_pass(net, TICK_MS);
	}

	unsigned rounds = virtual_time ? LASTS_MS / TIME_WAIT_MS : 1;
	ck_assert_uint_eq(load.served, is->exhausts ? rounds * pairs_of(is)
						    : ticks * AT_ONCE);
	/* Without TIME_WAIT what comes late is reset, as it may where time is
	 * real. */
	if (virtual_time || remembers)
		lg_assert_counted(load.client, "OutRsts",
				  is->aborts ? load.closed : 0);
	lg_assert_counted(load.client, "TCPTimeWaitOverflow",
			  remembers ? 0 : load.closed);
	lg_assert_counted(load.client, "TWRecycled",
			  reuses ? load.served - PORTS : 0);
	if (virtual_time)
		observe(&load);
	judge(&load, rounds * PORTS);
}

const struct lg_case lg_case = {
	.topology = "addresses",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", REUSE, "0" },
	},
	.rows = {
		{ "nothing",
		  &(const struct situation){ &ping, .exhausts = true } },
		{ "tcp_fin_timeout",
		  &(const struct situation){ &ping, .exhausts = true },
		  { { "*", "net.ipv4.tcp_fin_timeout", "5" } } },
		{ "5_times_the_ports",
		  &(const struct situation){ &ping, .ports = 5,
					     .exhausts = true } },
		{ "5_client_addresses",
		  &(const struct situation){ &ping, .clients = 5,
					     .exhausts = true } },
		{ "5_server_addresses",
		  &(const struct situation){ &ping, .servers = 5,
					     .exhausts = true } },
		{ "5_server_ports",
		  &(const struct situation){ &ping, .server_ports = 5,
					     .exhausts = true } },
		{ "tcp_tw_reuse",
		  &(const struct situation){ &ping, .most = PORTS },
		  { { "client", REUSE, "1" } } },
		{ "no_tw_buckets",
		  &(const struct situation){ &ping, .none = true },
		  { { "client", BUCKETS, "0" } } },
		{ "linger_0",
		  &(const struct situation){ &ping, .aborts = true, .none = true } },
		{ "server_closes_first",
		  &(const struct situation){ &http_1_0, .most = PORTS } },
		{ "keep_alive",
		  &(const struct situation){ &http_1_1 } },
	},
	.claims = "4 68 87 126 136",
	.lasts_ms = LASTS_MS,
	.bulk = true,
	.run = run,
};
