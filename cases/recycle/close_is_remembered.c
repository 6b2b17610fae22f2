// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recycling server remembers the peers of connections that it closed first.
 *
 * With tcp_tw_recycle a server keeps the last timestamp of a connection that
 * comes to TIME_WAIT at its end, by whatever way: from FIN_WAIT1, FIN_WAIT2 or
 * CLOSING; or to FIN_WAIT2 after close(), which is kept as a TIME_WAIT is,
 * until the FIN brings a newer one.  A SYN from that address which is older by
 * more than one is then dropped, whatever its ports.  A connection that leaves
 * no TIME_WAIT at the server leaves no memory either.
 *
 * tcp_time_wait(), tcp_remember_stamp(), tcp_timewait_state_process(),
 * tcp_tw_remember_stamp() before 4.12 (4396e46187ca).
 *
 * Controls: the same SYN before the connection ends, which is accepted; the
 * client that closes first, a RST, a connection that stays open; recycle or
 * timestamps off when it ends.  Of what is remembered, a SYN older by one is
 * accepted.
 *
 * Catches: a kernel or a model that remembers too little, too much, an older
 * timestamp instead of a newer one, or not the last.
 */

#include "linger.h"

#define BEGIN 1000000000u /* the client's timestamps */
#define OLDER (BEGIN - 1000)

struct connection {
	struct lg_net *net;
	struct lg_host *server;
	struct lg_raw *raw;
	int listener, sock; /* the server's */
};

#define ENDS 3

struct situation {
	/* Each ends a connection of its own, one after the other. */
	void (*ends[ENDS])(const struct connection *it);
	uint32_t remembered; /* 0: nothing */
};

static uint8_t knock(struct lg_net *net, uint32_t tsval)
{
	static uint16_t port = 20000;
	struct lg_raw *raw = lg_raw(lg_host(net, "client"), ++port,
				    lg_host(net, "server"), 80, 5000);

	lg_raw_timestamp(raw, tsval);
	return lg_raw_knock(raw);
}

static void assert_remembers_nothing(struct lg_net *net)
{
	ck_assert_uint_eq(knock(net, OLDER), LG_SYN | LG_ACK);
	lg_assert_recycle_drops(lg_host(net, "server"), 0);
}

static void assert_remembers(struct lg_net *net, uint32_t tsval)
{
	lg_count_anew(lg_host(net, "server"));
	ck_assert_uint_eq(knock(net, OLDER), 0);
	ck_assert_uint_eq(knock(net, tsval - 2), 0);
	ck_assert_uint_eq(knock(net, tsval - 1), LG_SYN | LG_ACK);
	lg_assert_recycle_drops(lg_host(net, "server"), 2);
}

/* Numbers are relative: after close() the server has sent up to 2. */
static void say(const struct connection *it, const char *segment, unsigned late)
{
	lg_inject(it->raw, "%s <TS val %u ecr 1>", segment, BEGIN + late);
}

static void from_fin_wait1(const struct connection *it)
{
	lg_close(it->sock);
	say(it, "F. 1:1(0) ack 2", 20);
	lg_await_state(it->sock, TCP_TIME_WAIT);
}

/* After close() what is kept in FIN_WAIT2 is a TIME_WAIT already. */
static void from_fin_wait2(const struct connection *it)
{
	lg_close(it->sock);
	say(it, ". 1:1(0) ack 2", 10);
	lg_await_state(it->sock, TCP_FIN_WAIT2);
	ck_assert(lg_status(it->sock).time_wait);
	assert_remembers(it->net, BEGIN + 10);
	say(it, "F. 1:1(0) ack 2", 20);
	lg_await_state(it->sock, TCP_TIME_WAIT);
}

static void half_closed(const struct connection *it)
{
	lg_send_fin(it->sock);
	say(it, ". 1:1(0) ack 2", 10);
	lg_await_state(it->sock, TCP_FIN_WAIT2);
	ck_assert(!lg_status(it->sock).time_wait);
	say(it, "F. 1:1(0) ack 2", 20);
	lg_await_state(it->sock, TCP_TIME_WAIT);
}

static void from_closing(const struct connection *it)
{
	lg_close(it->sock);
	lg_await_state(it->sock, TCP_FIN_WAIT1);
	say(it, "F. 1:1(0) ack 1", 10);
	lg_await_state(it->sock, TCP_CLOSING);
	assert_remembers_nothing(it->net);
	say(it, ". 2:2(0) ack 2", 20);
	lg_await_state(it->sock, TCP_TIME_WAIT);
}

/* Another connection, with older timestamps, ends after it. */
static void older_last(const struct connection *it)
{
	struct lg_raw *raw =
		lg_raw(lg_host(it->net, "client"), 5000, it->server, 80, 7000);

	lg_raw_timestamp(raw, OLDER - 1000);
	int sock = lg_raw_connect(raw, it->listener);
	from_fin_wait1(it);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);
}

static void client_first(const struct connection *it)
{
	say(it, "F. 1:1(0) ack 1", 10);
	lg_await_state(it->sock, TCP_CLOSE_WAIT);
	lg_close(it->sock);
	lg_assert_state(it->sock, TCP_LAST_ACK);
	say(it, ". 2:2(0) ack 2", 20);
	lg_await_state(it->sock, TCP_CLOSE);
}

static void server_resets(const struct connection *it)
{
	lg_abort(it->sock);
	lg_await_state(it->sock, TCP_CLOSE);
}

static void not_at_all(const struct connection *it)
{
	say(it, ". 1:1(0) ack 1", 20);
	lg_assert_state(it->sock, TCP_ESTABLISHED);
}

static void recycle_off(const struct connection *it)
{
	lg_recycle(it->server, false);
	from_fin_wait1(it);
	lg_recycle(it->server, true);
}

static void timestamps_off(const struct connection *it)
{
	lg_sysctl_set(it->server, "net.ipv4.tcp_timestamps", "0");
	from_fin_wait1(it);
	lg_sysctl_set(it->server, "net.ipv4.tcp_timestamps", "1");
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);
	struct lg_host *client = lg_host(net, "client");
	struct connection it = { net, .server = lg_host(net, "server") };

	lg_recycle(it.server, true);
	it.listener = lg_listen(it.server, 80);
	for (unsigned i = 0; i < ENDS && is->ends[i]; i++) {
		it.raw = lg_raw(client, (uint16_t)(4000 + i), it.server, 80,
				7000);
		lg_raw_timestamp(it.raw, BEGIN);
		it.sock = lg_raw_connect(it.raw, it.listener);
		assert_remembers_nothing(net);
		is->ends[i](&it);
	}
	if (is->remembered) {
		assert_remembers(net, is->remembered);
		lg_claim(net, 37, true);
	} else {
		assert_remembers_nothing(net);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "from_fin_wait1",
		  &(const struct situation){ { from_fin_wait1 }, BEGIN + 20 } },
		{ "from_fin_wait2",
		  &(const struct situation){ { from_fin_wait2 }, BEGIN + 20 } },
		{ "half_closed",
		  &(const struct situation){ { half_closed }, BEGIN + 20 } },
		{ "from_closing",
		  &(const struct situation){ { from_closing }, BEGIN + 20 } },
		{ "older_last",
		  &(const struct situation){ { older_last }, BEGIN + 20 } },
		{ "without_time_wait",
		  &(const struct situation){
			  { client_first, server_resets, not_at_all } } },
		{ "switched_off",
		  &(const struct situation){ { recycle_off, timestamps_off } } },
	},
	.needs = { "recycle" },
	.claims = "37",
	.run = run,
};
