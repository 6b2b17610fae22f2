// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A balancer that speaks for its clients has TIME_WAITs of its own.
 *
 * Every four seconds ten clients ask for something through a balancer, each on
 * a new connection.  A balancer that only changes addresses (NAT) is no end of
 * any connection: the client or the server has the TIME_WAITs, whoever closes
 * first, those of the last 60 seconds.  A proxy makes two connections of one,
 * each with a TIME_WAIT.  If the client closes first, the proxy is the first to
 * close towards the server.  If the server does, as it must when its answer
 * ends with the stream (HTTP/1.0, "Connection: close"), the proxy is the first
 * to close towards the client, which has none then.  A connection that the
 * proxy keeps to the server leaves none there.
 *
 * TIME_WAITs at the proxy's own port only take memory.  Those towards the
 * server each take one of the ports that it has for all its clients: with ten
 * it gets EADDRNOTAVAIL as a client would, and the clients, who are connected,
 * can only be told that it is sorry.
 *
 * tcp_time_wait(), __inet_hash_connect().
 *
 * Controls: the rows are each other's.
 *
 * Catches: a kernel in which forwarding leaves a TIME_WAIT, or that puts one at
 * the wrong end, or keeps more or fewer than those of a minute.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_PORT 20000u
#define FEW_PORTS 10u
#define PROXY_PORT 8080

/* So many requests, so often. */
#define BATCH 10u
#define TICK_MS 4000
#define TICKS 30
#define TICKS_OF_REAL_TIME 3
#define LASTS_MS (TICKS * TICK_MS)
/* Those of 60 s, and of an eighth more by the timer wheel. */
#define LEAST_TICKS 15u
#define MOST_TICKS 17u

#define REQUEST "PING\r\n"
#define REPLY "+PONG\r\n"
#define SORRY "-ERR\r\n"

enum { CLIENT = 1, BALANCER = 2, SERVER = 4 };

struct situation {
	unsigned holders; /* of TIME_WAITs */
	bool proxies;
	bool server_first;
	bool keeps;	/* the proxy its connection to the server */
	bool few_ports; /* at the proxy, towards the server */
};

/* A connection; `near` is the end that is nearer to the client. */
struct leg {
	int near, far;
};

struct load {
	struct lg_net *net;
	struct lg_host *client, *balancer, *server;
	const struct situation *is;
	int proxy, listener;
	struct leg kept;
	unsigned asked, refused;
	unsigned n_ticks;
};

/* ---- a request ---------------------------------------------------------- */

/* As many clients have one each. */
static uint16_t next_port(const struct load *load)
{
	return (uint16_t)(FIRST_PORT + load->asked);
}

/* False if the one nearer to the client has no port for it. */
static bool connects(struct leg *leg, int listener, int sock)
{
	int error = lg_connect_result(sock);

	if (error) {
		ck_assert_int_eq(error, EADDRNOTAVAIL);
		close(sock);
		return false;
	}
	*leg = (struct leg){ sock, lg_accept(listener) };
	return true;
}

static bool reach_server(struct load *load, struct leg *back)
{
	uint16_t port = load->is->few_ports ? 0 : next_port(load);

	if (load->is->keeps) {
		*back = load->kept;
		return true;
	}
	return connects(
		back, load->listener,
		lg_connect_start(load->balancer, port, load->server, 80));
}

static void send_text(int from, int to, const char *text)
{
	char got[16];
	size_t size = strlen(text);

	lg_send(from, text, size);
	lg_receive(to, got, size);
	ck_assert_mem_eq(got, text, size);
}

/* close(2), since thousands of these would need as many descriptors. */
static void hang_up(int first, int second)
{
	close(first);
	ck_assert_int_eq(lg_await_receive(second), 0);
	close(second);
}

static void ask_server(const struct load *load, const struct leg *legs,
		       unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		send_text(legs[i].near, legs[i].far, REQUEST);
	for (unsigned i = n; i-- > 0;)
		send_text(legs[i].far, legs[i].near, REPLY);

	/* What is kept is the last one. */
	if (load->is->keeps)
		n--;
	for (unsigned i = 0; i < n && !load->is->server_first; i++)
		hang_up(legs[i].near, legs[i].far);
	for (unsigned i = n; i-- > 0 && load->is->server_first;)
		hang_up(legs[i].far, legs[i].near);
}

static void ask_through_nat(struct load *load)
{
	int sock =
		lg_connect(load->client, next_port(load), load->balancer, 80);
	struct leg leg = { sock, lg_accept(load->listener) };

	ask_server(load, &leg, 1);
}

static void ask_proxy(struct load *load)
{
	struct leg legs[2];
	int sock = lg_connect(load->client, next_port(load), load->balancer,
			      PROXY_PORT);

	legs[0] = (struct leg){ sock, lg_accept(load->proxy) };
	if (reach_server(load, &legs[1])) {
		ask_server(load, legs, 2);
		return;
	}
	load->refused++;
	send_text(legs[0].near, legs[0].far, REQUEST);
	send_text(legs[0].far, legs[0].near, SORRY);
	hang_up(legs[0].near, legs[0].far);
}

/* ---- TIME_WAITs --------------------------------------------------------- */

static unsigned time_waits(struct lg_host *host)
{
	return (unsigned)lg_sockstat(host, "TCP", "tw");
}

static unsigned at_most(unsigned n, unsigned most)
{
	return n < most ? n : most;
}

/* Those of the last minute, at hosts that have any. */
static void assert_time_waits(const struct load *load, struct lg_host *host,
			      unsigned holder)
{
	bool has_few_ports = holder == BALANCER && load->is->few_ports;
	unsigned limit = has_few_ports ? FEW_PORTS : UINT16_MAX;
	unsigned least = BATCH * at_most(load->n_ticks, LEAST_TICKS);
	unsigned most = BATCH * at_most(load->n_ticks, MOST_TICKS);
	unsigned there_are = time_waits(host);

	if (!(load->is->holders & holder)) {
		ck_assert_uint_eq(there_are, 0);
		return;
	}
	ck_assert_msg(there_are >= at_most(least, limit) &&
			      there_are <= at_most(most, limit),
		      "%u TIME_WAITs, not %u to %u, after %u connections",
		      there_are, at_most(least, limit), at_most(most, limit),
		      BATCH * load->n_ticks);
}

/* When it should have been: each tick is some ms late. */
static void plot(const struct load *load, int64_t now_ms)
{
	lg_plot_point(load->net, "TIME_WAITs at client by ms", now_ms,
		      time_waits(load->client));
	lg_plot_point(load->net, "TIME_WAITs at balancer by ms", now_ms,
		      time_waits(load->balancer));
	lg_plot_point(load->net, "TIME_WAITs at server by ms", now_ms,
		      time_waits(load->server));
}

static void tick(struct load *load)
{
	for (unsigned i = 0; i < BATCH; i++, load->asked++) {
		if (load->is->proxies)
			ask_proxy(load);
		else
			ask_through_nat(load);
	}
	load->n_ticks++;
	assert_time_waits(load, load->client, CLIENT);
	assert_time_waits(load, load->balancer, BALANCER);
	assert_time_waits(load, load->server, SERVER);
}

/* ---- the case ----------------------------------------------------------- */

static void set_up(struct load *load)
{
	const struct situation *is = load->is;
	char range[32];

	snprintf(range, sizeof(range), "%u %u", FIRST_PORT,
		 FIRST_PORT + FEW_PORTS - 1);
	if (is->few_ports)
		lg_sysctl_set(load->balancer, "net.ipv4.ip_local_port_range",
			      range);
	load->listener = lg_listen(load->server, 80);
	load->proxy = lg_listen(load->balancer, PROXY_PORT);
	if (is->keeps)
		connects(&load->kept, load->listener,
			 lg_connect_start(load->balancer, 0, load->server, 80));
}

static void judge(const struct load *load)
{
	bool has_none = time_waits(load->client) == 0;

	if (!load->is->server_first)
		return;
	lg_claim(load->net, 68, has_none);
	lg_claim(load->net, 136, has_none);
	if (load->is->proxies)
		lg_claim(load->net, 99, has_none);
}

static void run(struct lg_net *net)
{
	struct load load = { .net = net,
			     .client = lg_host(net, "client"),
			     .balancer = lg_host(net, "balancer"),
			     .server = lg_host(net, "server"),
			     .is = lg_row_data(net) };
	bool virtual_time = lg_has(net, "virtual-time");
	unsigned ticks = virtual_time ? TICKS : TICKS_OF_REAL_TIME;

	set_up(&load);
	for (unsigned i = 0; i < ticks; i++) {
		tick(&load);
		/* What takes a minute is not waited for where time is real. */
		if (virtual_time) {
			plot(&load, (int64_t)i * TICK_MS);
			lg_pass(net, TICK_MS);
		}
	}

	unsigned rounds = virtual_time ? 2 : 1;
	ck_assert_uint_eq(load.refused,
			  load.is->few_ports ? load.asked - rounds * FEW_PORTS
					     : 0);
	if (virtual_time)
		lg_observe(net, "refused", "%u of %u", load.refused,
			   load.asked);
	judge(&load);
}

const struct lg_case lg_case = {
	.topology = "balancer",
	.families = LG_IPV4,
	.rows = {
		{ "nat_client_closes_first",
		  &(const struct situation){ CLIENT } },
		{ "nat_server_closes_first",
		  &(const struct situation){ SERVER, .server_first = true } },
		{ "proxy_client_closes_first",
		  &(const struct situation){ CLIENT | BALANCER,
					     .proxies = true } },
		{ "proxy_server_closes_first",
		  &(const struct situation){ BALANCER | SERVER,
					     .proxies = true,
					     .server_first = true } },
		{ "proxy_keeps_connection",
		  &(const struct situation){ BALANCER,
					     .proxies = true,
					     .server_first = true,
					     .keeps = true } },
		{ "proxy_has_10_ports",
		  &(const struct situation){ CLIENT | BALANCER,
					     .proxies = true,
					     .few_ports = true } },
	},
	.claims = "68 99 136",
	.lasts_ms = LASTS_MS,
	.bulk = true,
	.run = run,
};
