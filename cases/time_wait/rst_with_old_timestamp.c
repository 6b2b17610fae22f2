// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A RST with an old timestamp cannot end a TIME_WAIT for 60 seconds.
 *
 * The RST has the right number, but a timestamp that is older than the last
 * one.  It is ignored, like any other segment with such a timestamp, as long as
 * what the TIME_WAIT has stored is younger than 60 seconds; after that it is
 * believed, since the other end may have been started anew (RFC 7323 exempts a
 * RST altogether).  A bare ACK with the number that is expected next renews
 * what is stored, data do not; and so does the FIN that makes a TIME_WAIT of a
 * FIN_WAIT2 that no program holds, however long that had to wait for it.  Only
 * a RST is believed so soon: a SYN or an ACK with an old timestamp stays a
 * duplicate, and is answered.
 *
 * Server: tcp_paws_reject(), tcp_timewait_state_process().
 *
 * Controls: the rows on either side of 60 seconds; the same timestamp in what
 * is not a RST.
 *
 * Catches: a TIME_WAIT that believes it earlier or never, or that does not
 * renew what it has stored, or not with the time at which it does; one that
 * believes anything else as soon.
 */

#include "linger.h"

#define TS(value) " <TS val " #value " ecr 0>"
#define MIDDLE_MS 50000
#define RST "R 2:2(0)"

/* Times are from the connection's end on: from the last FIN. */
struct situation {
	const char *middle; /* what comes after MIDDLE_MS; NULL: nothing */
	unsigned late_ms;   /* when that comes which has an old timestamp */
	bool believed;
	const char *late;      /* NULL: RST */
	bool by_fin_wait2;     /* that no program holds, with a newer FIN */
	unsigned fin_wait2_ms; /* how long it was that */
};

static void walk(struct lg_net *net, struct lg_raw *raw, int sock)
{
	const struct situation *is = lg_row_data(net);

	if (!is->by_fin_wait2) {
		lg_raw_walk(raw, sock, TCP_TIME_WAIT);
		return;
	}
	lg_raw_walk(raw, sock, TCP_FIN_WAIT2);
	ck_assert(lg_status(sock).time_wait);
	lg_pass(net, is->fin_wait2_ms);
	lg_inject(raw, "F. 1:1(0) ack 2" TS(1001));
	lg_await_state(sock, TCP_TIME_WAIT);
}

/* An old duplicate is answered with the TIME_WAIT's last ACK, but for a RST. */
static void assert_outcome(struct lg_net *net, int sock)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	bool answered = is->late;

	lg_await_counted(server, "InSegs", 1);
	lg_assert_state(sock, is->believed ? TCP_CLOSE : TCP_TIME_WAIT);
	lg_assert_counted(server, "OutSegs", answered);
	lg_assert_counted(server, lg_paws_counter(net), !is->believed);
	lg_assert_counted(server, "OutRsts", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	unsigned passed_ms = 0;

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, 1000);
	int sock = lg_raw_connect(raw, listener);
	walk(net, raw, sock);

	if (is->middle) {
		lg_pass(net, MIDDLE_MS);
		lg_inject(raw, "%s", is->middle);
		passed_ms = MIDDLE_MS;
	}
	lg_pass(net, is->late_ms - passed_ms);
	ck_assert(lg_status(sock).time_wait);
	lg_count_anew(server);
	lg_inject(raw, "%s" TS(999), is->late ? is->late : RST);
	assert_outcome(net, sock);
	if (is->late_ms < MIDDLE_MS)
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
		{ "syn_after_61_s",
		  &(const struct situation){ "P. 2:7(5) ack 2" TS(1001), 61000,
					     false, "S 3:3(0)" } },
		{ "ack_after_61_s",
		  &(const struct situation){ "P. 2:7(5) ack 2" TS(1001), 61000,
					     false, ". 2:2(0) ack 2" } },
		{ "by_fin_wait2_after_61_s_with_data",
		  &(const struct situation){ "P. 2:7(5) ack 2" TS(1001), 61000,
					     true, .by_fin_wait2 = true } },
		{ "by_fin_wait2_of_50_s_after_20_s",
		  &(const struct situation){ NULL, 20000, false,
					     .by_fin_wait2 = true,
					     .fin_wait2_ms = 50000 },
		  .lasts_ms = 70000 },
	},
	.claims = "139",
	.facts = {
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
	},
	.lasts_ms = 61000,
	.run = run,
};
