// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An old duplicate is taken for new data once its timestamp is too old to tell.
 *
 * A connection has been idle for long when a segment comes whose numbers fit
 * and whose timestamp is older than the last one's.  While what the server has
 * stored is young, it drops the segment and acknowledges (PAWS; RFC 7323,
 * 5.3).  But a clock of a millisecond's ticks that is read again after 24.8
 * days looks older, too.  So what was stored is void after 24 days (5.5), and
 * then the program reads the old bytes.  Kernels whose clocks may also tick in
 * microseconds (6.7: 614e8316aa4c) forget after 2147 s already, on every
 * connection, and take old bytes after 36 minutes.
 *
 * Server: tcp_paws_check(), tcp_disordered_ack(), tcp_data_queue().
 *
 * Control: a peer that has been idle for 25 days, and whose own clock has gone
 * round, is not cut off.
 *
 * Catches: a kernel that forgets earlier or later, or never, which would end
 * connections that are idle for long.
 */

#include "linger.h"

#define TSVAL 1000000000u
#define OLDER (-2000)

#define DAY_S 86400
#define SOON_S 2147 /* INT_MAX microseconds: TCP_PAWS_WRAP */
#define LATE_S (24 * DAY_S)

struct situation {
	unsigned idle_s;
	int64_t ticks; /* from the last timestamp to the segment's */
};

static bool is_remembered(struct lg_net *net, unsigned idle_s)
{
	bool soon = lg_has(net, "microsecond-timestamps");

	return idle_s < (soon ? SOON_S : LATE_S);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	char text[4];

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, TSVAL);
	int sock = lg_raw_connect(raw, listener);
	struct lg_wire *wire = lg_wire(client);

	lg_pass(net, is->idle_s * 1000);
	lg_inject(raw, "P. 1:5(4) ack 1 <TS val %u ecr 0>",
		  (uint32_t)(TSVAL + is->ticks));

	bool remembered = is_remembered(net, is->idle_s);
	if (remembered) {
		lg_expect(wire, "< . 1:1(0) ack 1");
		lg_assert_counted(server, "PAWSEstab", 1);
	} else {
		lg_expect(wire, "< . 1:1(0) ack 5");
		lg_assert_counted(server, "PAWSEstab", 0);
		lg_receive(sock, text, sizeof(text));
	}
	lg_assert_state(sock, TCP_ESTABLISHED);
	lg_claim(net, 98, remembered == (is->idle_s < LATE_S));
}

const struct lg_case lg_case = {
	.topology = "pair",
	/* Days are long even if they jump, and this is in both the same. */
	.families = LG_IPV4,
	.rows = {
		{ "35_min_45_s", &(const struct situation){ 2145, OLDER },
		  .lasts_ms = 2145000 },
		{ "35_min_47_s", &(const struct situation){ SOON_S, OLDER },
		  .lasts_ms = SOON_S * 1000 },
		{ "24_days_less_2_s",
		  &(const struct situation){ LATE_S - 2, OLDER },
		  .lasts_ms = (LATE_S - 2) * 1000u },
		{ "24_days", &(const struct situation){ LATE_S, OLDER },
		  .lasts_ms = LATE_S * 1000u },
		{ "25_days_by_its_clock",
		  &(const struct situation){ 25 * DAY_S,
					     25 * DAY_S * INT64_C(1000) },
		  .lasts_ms = 25 * DAY_S * 1000u },
	},
	.needs = { "virtual-time" },
	.claims = "98",
	/* One change brought both. */
	.facts = {
		{ "microsecond-timestamps",
		  "a timestamp is remembered for 2147 s, not for 24 days" },
	},
	.run = run,
};
