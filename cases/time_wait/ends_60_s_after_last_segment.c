// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT ends 60 s after the last segment has come, over any link.
 *
 * Clients close first, over a link that delays, loses, duplicates and reorders.
 * Where the ACK of the server's FIN is lost the FIN comes again; what the link
 * duplicates or delays comes when the TIME_WAIT has begun.  Each of these
 * starts it anew.  In the end every connection is closed at the server and was
 * in TIME_WAIT at the client.  A last ACK that comes twice finds no connection
 * and draws a RST: that ends the TIME_WAIT at once (RFC 1337), unless
 * tcp_rfc1337 has it ignored.
 *
 * Client: tcp_timewait_state_process(), inet_twsk_reschedule(); server:
 * tcp_retransmit_timer(), tcp_v4_send_reset().
 *
 * Controls: on a link that only delays one FIN comes for each connection and no
 * RST; with tcp_rfc1337 and without.
 *
 * Catches: a TIME_WAIT that a segment does not start anew, that lasts longer
 * than it should, or that a RST ends in spite of tcp_rfc1337.
 */

#include "linger.h"

#include <stdlib.h>
#include <string.h>

#define CONNECTIONS 40
#define FIRST_PORT 4000
/* A SYN or a FIN may be lost many times, each wait being twice as long, up to
 * 120 s. */
#define LOSSES_MS 1800000
#define ARRIVES_MS 60000
#define TIME_WAIT_MS 60000
/* Its timer counts the ticks of the kernel's clock. */
#define TICK_MS 20

/* After that nothing is under way. */
#define CALM_MS 5000

struct connection {
	int sock, peer;
	unsigned fins; /* that have come to the client */
	uint32_t fin_end;
	int64_t last_ms; /* came what starts a TIME_WAIT anew */
	bool reset;	 /* by a RST with the number that it expects */
	bool over;	 /* when the last came: nothing had for 60 s */
};

static bool is_old(const struct connection *one, int64_t now_ms)
{
	return now_ms - one->last_ms >= TIME_WAIT_MS;
}

static bool note(const struct lg_segment *segment, void *argument)
{
	struct connection *connections = argument;
	struct connection *one = &connections[segment->dport - FIRST_PORT];
	int64_t now_ms = lg_now_ms();

	/* A FIN may wait for longer than that to come again. */
	one->over |= one->last_ms && is_old(one, now_ms);
	if (segment->flags & LG_FIN) {
		one->fins++;
		one->fin_end = segment->seq + segment->size + 1;
	}
	if (segment->flags & LG_RST)
		one->reset |= one->fins && segment->seq == one->fin_end;
	else
		one->last_ms = now_ms;
	return false;
}

static void open_all(struct lg_net *net, struct connection *connections)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	int listener = lg_listen(server, 80);

	for (unsigned i = 0; i < CONNECTIONS; i++)
		connections[i].sock = lg_connect_start(
			client, (uint16_t)(FIRST_PORT + i), server, 80);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		ck_assert_int_eq(lg_connect_result_within(connections[i].sock,
							  LOSSES_MS),
				 0);
		/* Sent again if it is lost, so that the server has it soon. */
		lg_send(connections[i].sock, "x", 1);
	}
	lg_pass(net, ARRIVES_MS);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		connections[i].peer = lg_accept(listener);
}

static void close_all(struct connection *connections)
{
	for (unsigned i = 0; i < CONNECTIONS; i++)
		lg_close(connections[i].sock);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		char byte;
		lg_await_state_within(connections[i].peer, TCP_CLOSE_WAIT,
				      LOSSES_MS);
		lg_receive(connections[i].peer, &byte, 1);
		lg_close(connections[i].peer);
	}
	for (unsigned i = 0; i < CONNECTIONS; i++)
		lg_await_state_within(connections[i].peer, TCP_CLOSE,
				      LOSSES_MS);
}

static int by_time(const void *a, const void *b)
{
	const struct connection *one = a, *other = b;

	return (one->last_ms > other->last_ms) -
	       (one->last_ms < other->last_ms);
}

/* It may have ended while others were still being closed. */
static bool has_ended(const struct connection *one, int64_t now_ms)
{
	return one->over || is_old(one, now_ms);
}

/* Nor does the slack of the timer wheel hide what has not been started anew. */
static void assert_left(const struct connection *one)
{
	struct lg_status is = lg_status(one->sock);
	int64_t lasts_ms = lg_now_ms() + is.left_ms - one->last_ms;

	ck_assert_int_ge(lasts_ms, TIME_WAIT_MS - TICK_MS);
	ck_assert_int_le(lasts_ms, TIME_WAIT_MS + TICK_MS);
}

/* Timers that begin later do not end sooner: each is seen to end when it does.
 */
static void assert_ends(struct connection *connections, bool ignores_rst)
{
	int64_t since_ms = lg_now_ms();

	qsort(connections, CONNECTIONS, sizeof(*connections), by_time);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		const struct connection *one = &connections[i];
		bool reset = one->reset && !ignores_rst;
		if (has_ended(one, since_ms))
			continue;
		lg_assert_state(one->sock, reset ? TCP_CLOSE : TCP_TIME_WAIT);
		if (!reset)
			assert_left(one);
	}
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		const struct connection *one = &connections[i];
		if (has_ended(one, since_ms) || (one->reset && !ignores_rst))
			continue;
		lg_await_state_within(one->sock, TCP_CLOSE, 2 * TIME_WAIT_MS);
		lg_assert_timer(lg_now_ms() - one->last_ms, TIME_WAIT_MS);
	}
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	bool ignores_rst = lg_sysctl_get(client, "net.ipv4.tcp_rfc1337");
	bool loses = strcmp(lg_param(net, "loss"), "0%");
	bool reorders = strcmp(lg_param(net, "jitter"), "0ms");
	bool duplicates = strcmp(lg_param(net, "duplicate"), "0%");
	static struct connection connections[CONNECTIONS];
	unsigned fins = 0, resets = 0;

	open_all(net, connections);
	lg_drop(client, (struct lg_match){ .predicate = note,
					   .argument = connections });
	close_all(connections);
	lg_pass(net, CALM_MS);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		fins += connections[i].fins;
		resets += connections[i].reset;
	}
	if (loses || duplicates)
		ck_assert_uint_gt(fins, CONNECTIONS);
	if (duplicates)
		ck_assert_uint_gt(resets, 0);
	if (!loses && !duplicates && !reorders) {
		ck_assert_uint_eq(fins, CONNECTIONS);
		ck_assert_uint_eq(resets, 0);
	}
	assert_ends(connections, ignores_rst);

	/* What the dice have brought about is none of the kernel's. */
	lg_count_anew(client);
	lg_count_anew(server);
}

const struct lg_case lg_case = {
	.topology = "unruly",
	.families = LG_IPV4,
	.params = {
		{ "jitter", "0ms 200ms" },
		{ "loss", "0% 15%" },
		{ "duplicate", "0% 30%" },
	},
	.sysctls = {
		{ "client", "net.ipv4.tcp_rfc1337", "0 1" },
		/* With 6, or for 102 s, one of 40 connections gives up now and
		 * then. */
		{ "client", "net.ipv4.tcp_syn_retries", "20" },
		{ "client", "net.ipv4.tcp_orphan_retries", "20" },
		{ "server", "net.ipv4.tcp_orphan_retries", "20" },
	},
	.needs = { "virtual-time" },
	.lasts_ms = 4 * LOSSES_MS,
	.bulk = true,
	.run = run,
};
