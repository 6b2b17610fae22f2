// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rate of short connections is the number of ports by how long each is
 * taken.
 *
 * A client opens connections to one address and port of a server as fast as it
 * can, and is the first to close each.  Every connection takes one of N ports
 * for as long as its TIME_WAIT lasts; when none is left connect() gets
 * EADDRNOTAVAIL, and the client tries again until a port is free.  Over many
 * connections that makes N by 60 s, and by what the timer wheel adds to them.
 * With tcp_tw_reuse a port is taken for the reuse delay only, a second, so
 * that it makes N a second.
 *
 * Client: tcp_time_wait(), inet_twsk_schedule(), __inet_hash_connect(),
 * tcp_twsk_unique().
 *
 * Control: the same client with and without tcp_tw_reuse, and with five times
 * as many ports.
 *
 * Catches: a kernel that gives ports up too early or too late, or that makes
 * connections wait for each other's ports.
 */

#include "linger.h"

#include <stdio.h>
#include <unistd.h>

#define DELAY "net.ipv4.tcp_tw_reuse_delay"
#define FIRST 20000u
#define ROUNDS 3
/* Between two attempts, when a port may be free any moment. */
#define POLL_MS 20

struct situation {
	unsigned ports;
	unsigned taken_ms; /* for each connection, at least */
	unsigned late_ms;  /* and so much longer at most, if time is virtual */
	bool reuse;
};

/* An eighth is what the timer wheel may add. */
#define WAITED_OUT .taken_ms = 60000, .late_ms = 7500
#define REUSED .taken_ms = 1000, .late_ms = 2 * POLL_MS, .reuse = true

struct scene {
	struct lg_net *net;
	struct lg_host *client, *server;
	int listener;
	const struct situation *is;
};

/* One short connection; 0, or what connect() says.  close(2), since hundreds of
 * these would need as many descriptors. */
static int connect_and_close(const struct scene *scene)
{
	int sock = lg_connect_start(scene->client, 0, scene->server, 80);
	int error = lg_connect_result(sock);
	if (!error) {
		int peer = lg_accept(scene->listener);
		close(sock);
		ck_assert_int_eq(lg_await_receive(peer), 0);
		close(peer);
	} else {
		close(sock);
	}
	return error;
}

/* Tries until a port is free; returns when the attempt that succeeded began. */
static int64_t connect_when_free(const struct scene *scene)
{
	unsigned taken_ms = scene->is->taken_ms;
	int64_t first = lg_now_ms(), now = first;

	for (int error; (error = connect_and_close(scene)); now = lg_now_ms()) {
		ck_assert_int_eq(error, EADDRNOTAVAIL);
		ck_assert_msg(now - first < taken_ms + LG_DEADLINE_MS,
			      "no port is free after %u ms",
			      taken_ms + LG_DEADLINE_MS);
		/* None should be yet: that is looked at less often. */
		lg_pass(scene->net,
			now - first < taken_ms ? taken_ms / 50 : POLL_MS);
	}
	return now;
}

/*
 * From the first connection of one round to the first of another: at least one
 * port has then been taken as often as there are rounds.
 */
static int64_t time_rounds(const struct scene *scene)
{
	int64_t began = connect_when_free(scene);
	int64_t ended = began;
	for (unsigned i = 0; i < ROUNDS * scene->is->ports; i++)
		ended = connect_when_free(scene);
	return ended - began;
}

/* Where time is real, a machine that is slow makes all of it last longer. */
static void assert_took(const struct scene *scene, int64_t took_ms,
			bool virtual_time)
{
	const struct situation *is = scene->is;
	int64_t least_ms = ROUNDS * is->taken_ms;

	/* Kernels without the delay count whole seconds of their clock, of
	 * which the first may be nearly over.  And ours counts whole ms. */
	int64_t early_ms = is->reuse && !lg_has(scene->net, "sysctl " DELAY)
				   ? is->taken_ms
				   : 1;
	ck_assert_int_ge(took_ms, least_ms - early_ms);
	if (virtual_time)
		ck_assert_int_le(took_ms, least_ms + ROUNDS * is->late_ms);
}

static void observe_and_judge(const struct scene *scene, int64_t took_ms)
{
	const struct situation *is = scene->is;
	double taken_s = (double)((took_ms / ROUNDS + 50) / 100) / 10;
	double a_second = is->ports / taken_s;

	lg_observe(scene->net, "a port is taken for", "%.1f s", taken_s);
	lg_observe(scene->net, "connections a second", "%.3g", a_second);
	if (is->reuse) {
		lg_claim(scene->net, 67, true);
		return;
	}
	double of_30000 = a_second * 30000 / is->ports;
	lg_claim(scene->net, 41, true);
	lg_claim(scene->net, 94, true);
	lg_claim(scene->net, 125, of_30000 > 450 && of_30000 < 550);

	/* One for each port, as was just counted. */
	double in_a_minute = a_second * 60;
	lg_claim(scene->net, 128,
		 in_a_minute > 0.9 * is->ports &&
			 in_a_minute < 1.1 * is->ports);
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);
	struct scene scene = { .net = net,
			       .client = lg_host(net, "client"),
			       .server = lg_host(net, "server"),
			       .is = is };
	bool virtual_time = lg_has(net, "virtual-time");
	char range[32];

	if (!is->reuse)
		lg_need(net, "virtual-time");

	snprintf(range, sizeof(range), "%u %u", FIRST, FIRST + is->ports - 1);
	lg_sysctl_set(scene.client, "net.ipv4.ip_local_port_range", range);
	scene.listener = lg_listen(scene.server, 80);
	for (unsigned i = 0; i < is->ports; i++)
		ck_assert_int_eq(connect_and_close(&scene), 0);
	/* Those of the first may be free to be reused when all are taken. */
	if (!is->reuse)
		ck_assert_int_eq(connect_and_close(&scene), EADDRNOTAVAIL);

	int64_t took_ms = time_rounds(&scene);
	assert_took(&scene, took_ms, virtual_time);
	lg_assert_counted(scene.client, "TWRecycled",
			  is->reuse ? ROUNDS * is->ports + 1 : 0);
	if (!virtual_time)
		return;

	/* The round that has begun. */
	for (unsigned i = 1; i < is->ports; i++)
		connect_when_free(&scene);
	ck_assert_uint_eq(lg_count_state(scene.client, TCP_TIME_WAIT),
			  is->ports);
	observe_and_judge(&scene, took_ms);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "20_ports",
		  &(const struct situation){ 20, WAITED_OUT },
		  .sysctls = { { "client", "net.ipv4.tcp_tw_reuse", "0" } },
		  .lasts_ms = (ROUNDS + 2) * 61440 },
		{ "100_ports",
		  &(const struct situation){ 100, WAITED_OUT },
		  .sysctls = { { "client", "net.ipv4.tcp_tw_reuse", "0" } },
		  .lasts_ms = (ROUNDS + 2) * 61440 },
		{ "20_ports_reused",
		  &(const struct situation){ 20, REUSED },
		  .sysctls = { { "client", "net.ipv4.tcp_tw_reuse", "1" } },
		  .lasts_ms = (ROUNDS + 2) * 1000 },
		{ "100_ports_reused",
		  &(const struct situation){ 100, REUSED },
		  .sysctls = { { "client", "net.ipv4.tcp_tw_reuse", "1" } },
		  .lasts_ms = (ROUNDS + 2) * 1000 },
	},
	.claims = "41 67 94 125 128",
	.bulk = true,
	.run = run,
};
