// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Initial sequence numbers follow a clock of 64 ns, from a secret start.
 *
 * Two connections on the same addresses and ports begin with numbers that are
 * as far apart as the time between them, at 15,625,000 a second (RFC 6528 asks
 * for a clock, RFC 9293, 3.4.1, suggests one of 4 us).  So they wrap in 274.9
 * seconds rather than in 4.8 hours, and a number can come again sooner than
 * any guess at how long a segment lives would let one think.  Other ports have
 * another start.  That holds for both ends.
 *
 * tcp_v4_connect(), tcp_v4_init_sequence(), secure_tcp_seq(), seq_scale().
 *
 * Controls: another port; another time between them.  (The first connection is
 * aborted: a TIME_WAIT would decide about the next one's numbers.)
 *
 * Catches: a clock that ticks otherwise, a start that changes, or one that is
 * the same for all.
 */

#include "linger.h"

#define TICK_NS 64
#define SECOND_NS 1000000000

struct situation {
	unsigned apart_ms;
	bool wraps;
};

/* One SYN and its SYN-ACK, sent between two looks at the clock. */
struct sample {
	int64_t before_ns, after_ns;
	uint32_t isn, servers;
};

static struct sample sample(struct lg_host *client, uint16_t port,
			    struct lg_host *server)
{
	struct lg_wire *wire = lg_wire(client);
	struct sample sample = { .before_ns = lg_now_ns() };
	int sock = lg_connect(client, port, server, 80);

	sample.after_ns = lg_now_ns();
	sample.isn = lg_expect(wire, "> S").seq;
	sample.servers = lg_expect(wire, "< S.").seq;
	lg_abort(sock);
	return sample;
}

/* Whether they can be of the same clock. */
static bool agree(struct sample first, uint32_t first_isn, struct sample second,
		  uint32_t second_isn)
{
	int64_t least = (second.before_ns - first.after_ns) / TICK_NS - 1;
	int64_t most = (second.after_ns - first.before_ns) / TICK_NS + 1;
	/* Modulo 2^32, all of it. */
	uint32_t beyond_least = second_isn - first_isn - (uint32_t)least;

	return beyond_least <= most - least;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->wraps)
		lg_need(net, "virtual-time");

	lg_listen(server, 80);
	struct sample first = sample(client, 4000, server);
	lg_pass(net, is->apart_ms);
	struct sample again = sample(client, 4000, server);
	struct sample other = sample(client, 4001, server);

	ck_assert(agree(first, first.isn, again, again.isn));
	ck_assert(agree(first, first.servers, again, again.servers));
	ck_assert(!agree(again, again.isn, other, other.isn));
	ck_assert(!agree(again, again.servers, other, other.servers));

	if (is->wraps)
		/* All but where they were, give or take a second. */
		ck_assert_uint_lt(again.isn - first.isn, SECOND_NS / TICK_NS);
	lg_claim(net, 54, false);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "1_s", &(const struct situation){ 1000, false } },
		{ "3_s", &(const struct situation){ 3000, false } },
		{ "275_s",
		  &(const struct situation){ 274900, true },
		  .lasts_ms = 275000 },
	},
	.claims = "54",
	.lasts_ms = 3000,
	.run = run,
};
