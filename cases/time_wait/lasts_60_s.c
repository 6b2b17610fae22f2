// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT lasts 60 seconds, from whatever state, and whatever the sysctls.
 *
 * A server closes first, and comes to TIME_WAIT by FIN_WAIT1, by CLOSING, or by
 * FIN_WAIT2, be that still a full socket or the small structure that a
 * TIME_WAIT is.  60 seconds later, and the slack of the kernel's timer wheel,
 * it is gone, and what still comes draws a RST.  tcp_fin_timeout has no part
 * in that.  A FIN that comes again starts the 60 seconds anew, each time; so
 * does every ACK, but no old SYN, and no RST that tcp_rfc1337 ignores.
 *
 * Server: tcp_time_wait(), tcp_timewait_state_process(),
 * inet_twsk_reschedule(), tw_timer_handler().
 *
 * Controls: the segments that start it anew and those that do not; the states
 * it comes from.
 *
 * Catches: a TIME_WAIT that is longer or shorter for one of the ways into it,
 * that tcp_fin_timeout shortens or lengthens, that a FIN does not start anew,
 * or an old SYN does.
 */

#include "linger.h"

#include <stdlib.h>

#define TIME_WAIT_MS 60000
/* The wheel's steps are 5.12 s with 100 ticks a second, less with more. */
#define SLACK_MS 5120
/* How late an end is seen. */
#define LOOKS_MS 100
#define LOOKS_LOADED_MS 5000
#define LONGEST_ON_HOST_MS 70000

struct situation {
	int from;	   /* the state before TIME_WAIT */
	bool held;	   /* FIN_WAIT2, by a program that has shut it down */
	const char *again; /* comes again, NULL: nothing */
	unsigned every_ms, times;
	bool starts_anew;
};

/* Numbers are relative: the server has sent up to 2, and expects 2. */
static void walk(struct lg_raw *raw, int sock, const struct situation *is)
{
	if (is->held) {
		lg_send_fin(sock);
		lg_inject(raw, ". 1:1(0) ack 2");
		lg_await_state(sock, TCP_FIN_WAIT2);
		ck_assert(!lg_status(sock).time_wait);
		lg_inject(raw, "F. 1:1(0) ack 2");
	} else if (is->from == TCP_FIN_WAIT2) {
		lg_raw_walk(raw, sock, TCP_FIN_WAIT2);
		ck_assert(lg_status(sock).time_wait);
		lg_inject(raw, "F. 1:1(0) ack 2");
	} else if (is->from == TCP_CLOSING) {
		lg_raw_walk(raw, sock, TCP_CLOSING);
		lg_inject(raw, ". 2:2(0) ack 2");
	} else {
		lg_raw_walk(raw, sock, TCP_TIME_WAIT);
	}
	lg_await_state(sock, TCP_TIME_WAIT);
	if (is->held)
		lg_close(sock);
}

/* It has 60 seconds from some moment since `since_ms` on. */
static void assert_started(struct lg_net *net, int sock, int64_t since_ms)
{
	struct lg_status status = lg_status(sock);
	int64_t passed_ms = lg_now_ms() - since_ms;
	int64_t tick_ms = lg_has(net, "virtual-time") ? 10 : LOOKS_LOADED_MS;

	ck_assert(status.time_wait);
	ck_assert_uint_le(status.left_ms, TIME_WAIT_MS);
	ck_assert_int_ge(status.left_ms, TIME_WAIT_MS - passed_ms - tick_ms);
}

static void await_end(struct lg_net *net, int sock, int64_t since_ms)
{
	bool virtual = lg_has(net, "virtual-time");
	int64_t latest_ms = TIME_WAIT_MS + SLACK_MS +
			    (virtual ? LOOKS_MS : LOOKS_LOADED_MS);

	lg_await_state_within(sock, TCP_CLOSE, TIME_WAIT_MS + LG_DEADLINE_MS);
	int64_t lasted_ms = lg_now_ms() - since_ms;
	/* Both are whole milliseconds: the difference may lack one. */
	ck_assert_int_ge(lasted_ms, TIME_WAIT_MS - 1);
	ck_assert_int_le(lasted_ms, latest_ms);
}

static void judge_claims(struct lg_net *net, const struct situation *is)
{
	lg_claim(net, 19, true);
	if (is->starts_anew && *is->again == 'F')
		lg_claim(net, 115, true);
	if (is->from == TCP_FIN_WAIT2)
		lg_claim(net, 58, true);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->starts_anew)
		lg_need(net, "virtual-time");

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	int sock = lg_raw_connect(raw, listener);
	int64_t since_ms = lg_now_ms();
	walk(raw, sock, is);
	assert_started(net, sock, since_ms);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 1);

	for (unsigned i = 0; i < is->times; i++) {
		lg_pass(net, is->every_ms);
		if (is->starts_anew)
			since_ms = lg_now_ms();
		lg_inject(raw, "%s", is->again);
		lg_pass(net, 1);
		assert_started(net, sock, since_ms);
	}
	await_end(net, sock, since_ms);

	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 0);
	lg_assert_counted(server, "OutRsts", 0);
	struct lg_wire *wire = lg_wire(client);
	lg_inject(raw, "F. 1:1(0) ack 2");
	lg_expect(wire, "< R 2:2(0)");
	judge_claims(net, is);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "from_fin_wait1",
		  &(const struct situation){ .from = TCP_FIN_WAIT1 },
		  { { "server", "net.ipv4.tcp_fin_timeout", "120" } } },
		{ "from_closing",
		  &(const struct situation){ .from = TCP_CLOSING },
		  { { "server", "net.ipv4.tcp_fin_timeout", "5" } } },
		{ "from_fin_wait2",
		  &(const struct situation){ .from = TCP_FIN_WAIT2 },
		  { { "server", "net.ipv4.tcp_fin_timeout", "5" } } },
		{ "from_fin_wait2_held",
		  &(const struct situation){ .from = TCP_FIN_WAIT2,
					     .held = true },
		  { { "server", "net.ipv4.tcp_fin_timeout", "5" } } },
		{ "fin_after_20_s",
		  &(const struct situation){ .from = TCP_FIN_WAIT1,
					     .again = "F. 1:1(0) ack 2",
					     .every_ms = 20000,
					     .times = 1,
					     .starts_anew = true },
		  .lasts_ms = 82000 },
		{ "fin_every_55_s",
		  &(const struct situation){ .from = TCP_FIN_WAIT2,
					     .again = "F. 1:1(0) ack 2",
					     .every_ms = 55000,
					     .times = 5,
					     .starts_anew = true },
		  .lasts_ms = 337000 },
		{ "ack_every_55_s",
		  &(const struct situation){ .from = TCP_FIN_WAIT1,
					     .again = ". 2:2(0) ack 2",
					     .every_ms = 55000,
					     .times = 2,
					     .starts_anew = true },
		  .lasts_ms = 172000 },
		{ "old_syn_every_20_s",
		  &(const struct situation){ .from = TCP_FIN_WAIT1,
					     .again = "S 0:0(0) <mss 1460>",
					     .every_ms = 20000,
					     .times = 2 } },
		{ "rst_every_20_s",
		  &(const struct situation){ .from = TCP_FIN_WAIT1,
					     .again = "R 2:2(0)",
					     .every_ms = 20000,
					     .times = 2 },
		  { { "server", "net.ipv4.tcp_rfc1337", "1" } } },
	},
	.claims = "19 58 115",
	.lasts_ms = 62000,
	.run = run,
};
