// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A SYN that nobody answers is sent again, and then connect() times out.
 *
 * It is sent again after a second.  From 6.5 on (ccce324dabfe) as many times
 * as tcp_syn_linear_timeouts says after another second each; then, and in older
 * kernels from the first time on, each time after twice as long.  connect()
 * gets ETIMEDOUT when tcp_syn_retries retransmissions, besides the linear ones,
 * have not been answered either, or when the time that those alone would take
 * has passed: after 127 seconds by default, or 131.  Each is the same SYN, with
 * the timestamp of its own time.
 *
 * tcp_retransmit_timer(), tcp_write_timeout(), tcp_model_timeout().
 *
 * Controls: other numbers of retries, of the system and of the socket
 * (TCP_SYNCNT), and none that are linear.
 *
 * Catches: a kernel that tries more or less often, at other times, or tells the
 * program something else or at another time.
 */

#include "linger.h"

#define LINEAR "net.ipv4.tcp_syn_linear_timeouts"
#define MS 1000000ll

struct situation {
	int retries;
	bool of_socket;
	bool takes_minutes;
};

static void set_retries(int sock, int retries)
{
	ck_assert_int_eq(setsockopt(sock, IPPROTO_TCP, TCP_SYNCNT, &retries,
				    sizeof(retries)),
			 0);
}

/* How long it waits after the n-th retransmission (0: after the first SYN). */
static int64_t timeout_ms(int n, int linear)
{
	return n <= linear ? 1000 : 1000ll << (n - linear);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->takes_minutes)
		lg_need(net, "virtual-time");

	int linear = lg_has(net, "sysctl " LINEAR)
			     ? (int)lg_sysctl_get(client, LINEAR)
			     : 0;
	lg_raw(server, 80, client, 4000, 7000);
	struct lg_wire *wire = lg_wire(server);
	int sock = lg_socket(client);
	if (is->of_socket)
		set_retries(sock, is->retries);
	ck_assert_int_eq(lg_bind(sock, NULL, 4000), 0);
	lg_connect_socket(sock, lg_address(server, 0), 80);

	struct lg_segment syn = lg_expect(wire, "< S");
	ck_assert_int_eq(lg_connect_result_within(sock, 200000), ETIMEDOUT);
	int64_t end_ns = lg_now_ns();

	int n = 0;
	int64_t limit_ms = (2000ll << is->retries) - 1000, at_ms = 0;
	for (;; n++) {
		at_ms += timeout_ms(n, linear);
		if (n == is->retries + linear || at_ms >= limit_ms)
			break;
		struct lg_segment again = lg_expect(wire, "< S 0:0(0)");
		lg_assert_timer((again.time_ns - syn.time_ns) / MS,
				timeout_ms(n, linear));
		lg_assert_timer((int32_t)(again.tsval - syn.tsval),
				timeout_ms(n, linear));
		ck_assert_uint_eq(again.seq, syn.seq);
		syn = again;
	}
	lg_assert_timer((end_ns - syn.time_ns) / MS, timeout_ms(n, linear));
	lg_expect_none(wire, NULL, 100);
	lg_observe(net, "retransmissions", "%d", n);
	lg_assert_state(sock, TCP_CLOSE);
	lg_assert_counted(client, "TCPSynRetrans", (unsigned)n);
	lg_assert_counted(client, "RetransSegs", (unsigned)n);
	lg_assert_counted(client, "TCPTimeouts", (unsigned)n + 1);
	lg_assert_counted(client, "TCPAbortOnTimeout", 1);
	lg_assert_counted(client, "AttemptFails", 1);
	lg_assert_counted(client, "OutRsts", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "1_retry",
		  &(const struct situation){ .retries = 1 },
		  { { "client", "net.ipv4.tcp_syn_retries", "1" } } },
		{ "2_retries",
		  &(const struct situation){ .retries = 2 },
		  { { "client", "net.ipv4.tcp_syn_retries", "2" } } },
		{ "2_retries_of_socket",
		  &(const struct situation){ .retries = 2, .of_socket = true },
		  { { "client", "net.ipv4.tcp_syn_retries", "1" } } },
		{ "2_retries_none_linear",
		  &(const struct situation){ .retries = 2 },
		  { { "client", "net.ipv4.tcp_syn_retries", "2" },
		    { "client", LINEAR, "0" } } },
		{ "2_retries_1_linear",
		  &(const struct situation){ .retries = 2 },
		  { { "client", "net.ipv4.tcp_syn_retries", "2" },
		    { "client", LINEAR, "1" } } },
		{ "6_retries_by_default",
		  &(const struct situation){ .retries = 6,
					     .takes_minutes = true },
		  .lasts_ms = 150000 },
	},
	.facts = {
		{ "sysctl " LINEAR,
		  "SYNs are sent again a second apart, at first" },
	},
	.lasts_ms = 9000,
	.run = run,
};
