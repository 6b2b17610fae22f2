// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How soon connect() takes over a TIME_WAIT.
 *
 * With tcp_tw_reuse a port in TIME_WAIT is left alone for tcp_tw_reuse_delay
 * milliseconds from its beginning, a second by default, and not a moment
 * longer.  The SYN that then takes its place begins beyond the old numbers, and
 * echoes the last timestamp that came.
 *
 * Before ca6a6f93867a (6.14) it was left alone until the clock's seconds were
 * others than when the last timestamp came: for 900 ms if that was early in a
 * second, for 100 ms if it was late.
 *
 * tcp_twsk_unique().
 *
 * Controls: the moment before the delay is over, and that after it; early and
 * late in a second; other delays.
 *
 * Catches: a kernel that waits for longer or not as long, counts from another
 * moment, or begins among the old numbers.
 */

#include "linger.h"

#define BEYOND (65535 + 2)
#define PORT "20000"
#define DELAY "net.ipv4.tcp_tw_reuse_delay"
/* Some ticks: clocks of seconds and milliseconds are no finer. */
#define MARGIN_MS 30

struct situation {
	unsigned at_ms;	 /* of a second, the connection ends */
	bool is_default; /* the delay */
};

/* The ends' last segments. */
struct end {
	struct lg_segment ack, fin;
	int64_t at_ms;
};

static struct end leave_time_wait(struct lg_net *net, int listener)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_connect(client, 0, lg_host(net, "server"), 80);
	int peer = lg_accept(listener);
	struct end end;

	lg_close(sock);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	lg_close(peer);
	end.fin = lg_await_segment(wire, "< F.");
	end.ack = lg_expect(wire, "> .");
	end.at_ms = lg_now_ms();
	lg_await_state(sock, TCP_TIME_WAIT);
	return end;
}

static void pass_until(struct lg_net *net, int64_t ms)
{
	if (ms > lg_now_ms())
		lg_pass(net, (unsigned)(ms - lg_now_ms()));
}

static int try_to_connect(struct lg_net *net)
{
	return lg_connect_result(lg_connect_start(lg_host(net, "client"), 0,
						  lg_host(net, "server"), 80));
}

static int64_t when_free(struct lg_net *net, int64_t ended_ms)
{
	if (lg_has(net, "sysctl " DELAY))
		return ended_ms + lg_sysctl_get(lg_host(net, "client"), DELAY);
	return (ended_ms / 1000 + 1) * 1000;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	const struct situation *is = lg_row_data(net);

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", PORT " " PORT);
	int listener = lg_listen(lg_host(net, "server"), 80);
	pass_until(net, (lg_now_ms() / 1000 + 1) * 1000 + is->at_ms);
	struct end end = leave_time_wait(net, listener);
	int64_t free_ms = when_free(net, end.at_ms);

	struct lg_wire *wire = lg_wire(client);
	ck_assert_int_eq(try_to_connect(net), EADDRNOTAVAIL);
	pass_until(net, free_ms - MARGIN_MS);
	if (lg_now_ms() < free_ms)
		ck_assert_int_eq(try_to_connect(net), EADDRNOTAVAIL);
	lg_assert_counted(client, "TWRecycled", 0);
	lg_assert_counted(client, "ActiveOpens", 1);

	pass_until(net, free_ms + MARGIN_MS);
	ck_assert_int_eq(try_to_connect(net), 0);
	lg_assert_counted(client, "TWRecycled", 1);
	struct lg_segment syn = lg_expect(wire, "> S");
	ck_assert_uint_eq(syn.seq, end.ack.seq + BEYOND);
	ck_assert_uint_eq(syn.tsecr, end.fin.tsval);

	lg_claim(net, 133, true);
	if (is->is_default) {
		bool a_second = free_ms - end.at_ms == 1000;
		lg_claim(net, 9, a_second);
		lg_claim(net, 89, a_second);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "1" },
	},
	.rows = {
		{ "early_in_a_second", &(const struct situation){ 100, true } },
		{ "late_in_a_second", &(const struct situation){ 900, true } },
		{ "delay_of_1_ms",
		  &(const struct situation){ 100 },
		  { { "client", DELAY, "1" } } },
		{ "delay_of_200_ms",
		  &(const struct situation){ 900 },
		  { { "client", DELAY, "200" } } },
		{ "delay_of_59_s",
		  &(const struct situation){ 500 },
		  { { "client", DELAY, "59000" } },
		  .lasts_ms = 61000 },
	},
	.needs = { "virtual-time" },
	.claims = "9 89 133",
	.facts = {
		{ "sysctl " DELAY,
		  "the delay is a sysctl's, else until the clock's next "
		  "second" },
	},
	.lasts_ms = 3000,
	.run = run,
};
