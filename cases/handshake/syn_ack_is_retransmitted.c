// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A SYN-ACK that nobody answers is sent again, and then the SYN is forgotten.
 *
 * It is sent again after a second, and each time after twice as long, for
 * tcp_synack_retries times: five by default, so that the connection that was to
 * be is given up 63 seconds after the SYN.  No RST tells the client.  Until
 * then the client's ACK completes the connection; afterwards it is answered by
 * a RST, as any ACK that a listener knows nothing of.
 *
 * reqsk_timer_handler(), tcp_rtx_synack(), tcp_check_req().
 *
 * Control: the ACK that comes before the end.
 *
 * Catches: a kernel that tries more or less often, at other times, keeps the
 * request longer or shorter, or resets it.
 */

#include "linger.h"

#define MS 1000000ll

struct situation {
	unsigned retries;
	bool ack_in_time;
	bool takes_minutes;
};

/* How long before the end it is looked for. */
#define SOON_MS 500

/* Until the server knows nothing of a connection to come, whose timer runs
 * since then. */
static void await_end(struct lg_net *net, struct lg_host *server,
		      int64_t since_ns, int64_t timeout_ms)
{
	int64_t deadline_ms = lg_now_ms() + 2 * timeout_ms + LG_DEADLINE_MS;
	int64_t left_ms = timeout_ms - (lg_now_ns() - since_ns) / MS;

	if (left_ms > SOON_MS)
		lg_pass(net, left_ms - SOON_MS);
	while (lg_count_state(server, TCP_SYN_RECV)) {
		ck_assert_int_lt(lg_now_ms(), deadline_ms);
		lg_pass(net, 10);
	}
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->takes_minutes)
		lg_need(net, "virtual-time");

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	struct lg_wire *wire = lg_wire(client);

	lg_inject(raw, "S 0:0(0) <mss 1460>");
	struct lg_segment syn_ack = lg_expect(wire, "< S. 0:0(0) ack 1");
	for (unsigned i = 0; i < is->retries; i++) {
		struct lg_segment again =
			lg_expect_within(wire, "< S. 0:0(0) ack 1", 100000);
		lg_assert_timer((again.time_ns - syn_ack.time_ns) / MS,
				1000ll << i);
		ck_assert_uint_eq(again.seq, syn_ack.seq);
		syn_ack = again;
	}
	ck_assert_uint_eq(lg_count_state(server, TCP_SYN_RECV), 1);
	if (is->ack_in_time) {
		lg_inject(raw, ". 1:1(0) ack 1");
		lg_assert_state(lg_accept(listener), TCP_ESTABLISHED);
		lg_assert_counted(server, "PassiveOpens", 1);
		return;
	}

	int64_t timeout_ms = 1000ll << is->retries;
	await_end(net, server, syn_ack.time_ns, timeout_ms);
	lg_assert_timer((lg_now_ns() - syn_ack.time_ns) / MS, timeout_ms);
	lg_expect_none(wire, NULL, 1);
	lg_assert_counted(server, "TCPTimeouts", is->retries + 1);
	lg_assert_counted(server, "TCPSynRetrans", is->retries);
	lg_assert_counted(server, "RetransSegs", is->retries);
	lg_assert_counted(server, "OutRsts", 0);

	lg_inject(raw, ". 1:1(0) ack 1");
	lg_expect(wire, "< R 1:1(0)");
	lg_assert_counted(server, "PassiveOpens", 0);
	if (is->takes_minutes)
		lg_claim(net, 53, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "none",
		  &(const struct situation){ .retries = 0 },
		  { { "server", "net.ipv4.tcp_synack_retries", "0" } } },
		{ "1_retry",
		  &(const struct situation){ .retries = 1 },
		  { { "server", "net.ipv4.tcp_synack_retries", "1" } } },
		{ "2_retries",
		  &(const struct situation){ .retries = 2 },
		  { { "server", "net.ipv4.tcp_synack_retries", "2" } } },
		{ "2_retries_and_ack_in_time",
		  &(const struct situation){ .retries = 2,
					     .ack_in_time = true },
		  { { "server", "net.ipv4.tcp_synack_retries", "2" } } },
		{ "5_retries_by_default",
		  &(const struct situation){ .retries = 5,
					     .takes_minutes = true },
		  .lasts_ms = 75000 },
	},
	.claims = "53",
	.lasts_ms = 9000,
	.run = run,
};
