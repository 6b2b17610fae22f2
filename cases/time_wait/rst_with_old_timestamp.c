// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A RST with an old timestamp cannot end a TIME_WAIT for 60 seconds.
 *
 * The RST has the right number, but a timestamp that is older than the last
 * one.  It is ignored, like any other segment with such a timestamp, as long as
 * what the TIME_WAIT has stored is younger than 60 seconds; after that it is
 * believed, since the other end may have been started anew (RFC 7323 exempts a
 * RST altogether).  A bare ACK with the number that is expected next renews
 * what is stored, data do not.
 *
 * Server: tcp_paws_reject(), tcp_timewait_state_process().
 *
 * Controls: the rows on either side of 60 seconds.
 *
 * Catches: a TIME_WAIT that believes it earlier or never, or that does not
 * renew what it has stored.
 */

#include "linger.h"

#define TS(value) " <TS val " #value " ecr 0>"
#define MIDDLE_MS 50000

struct situation {
	const char *middle; /* what comes after MIDDLE_MS; NULL: nothing */
	unsigned rst_ms;
	bool believed;
};

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	const char *paws = lg_paws_counter(net);
	unsigned passed_ms = 0;

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, 1000);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);

	if (is->middle) {
		lg_pass(net, MIDDLE_MS);
		lg_inject(raw, "%s", is->middle);
		passed_ms = MIDDLE_MS;
	}
	lg_pass(net, is->rst_ms - passed_ms);
	ck_assert(lg_status(sock).time_wait);
	lg_inject(raw, "R 2:2(0)" TS(999));
	lg_pass(net, 10);

	lg_assert_state(sock, is->believed ? TCP_CLOSE : TCP_TIME_WAIT);
	lg_assert_counted(server, paws, !is->believed);
	lg_assert_counted(server, "OutRsts", 0);
	if (is->rst_ms < MIDDLE_MS)
		lg_claim(net, 139, false);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", "net.ipv4.tcp_rfc1337", "0" },
	},
	.rows = {
		{ "after_10_s",
		  &(const struct situation){ NULL, 10000, false },
		  .lasts_ms = 10000 },
		{ "after_58_s",
		  &(const struct situation){ NULL, 58000, false } },
		{ "after_61_s_with_data",
		  &(const struct situation){ "P. 2:7(5) ack 2" TS(1001), 61000,
					     true } },
		{ "after_61_s_with_ack",
		  &(const struct situation){ ". 2:2(0) ack 2" TS(1001), 61000,
					     false } },
	},
	.claims = "139",
	.facts = {
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
	},
	.lasts_ms = 61000,
	.run = run,
};
