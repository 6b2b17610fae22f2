// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A connection that follows a recycled one may begin below its numbers.
 *
 * RFC 1122, 4.2.2.13 lets a connection be opened again out of TIME_WAIT if its
 * first sequence number is beyond the last of the old one.  A TIME_WAIT knows
 * that number, and so does tcp_tw_reuse: the new connection begins 65,537
 * beyond it.  When tcp_tw_recycle has ended the TIME_WAIT after 3.5 RTO, nobody
 * knows: the number comes from a clock, which a fast connection has overtaken,
 * and the new one begins with numbers that the old one used.
 *
 * tcp_timewait_state_process(), tcp_twsk_unique(); tcp_time_wait() before 4.12
 * (4396e46187ca); seq_scale() in secure_seq.c: 64 ns a number.
 *
 * Controls: the same without recycle, as far as the kernel does what its
 * TIME_WAIT says (not from 4.16 until 41eecbd712b7, 6.10); tcp_tw_reuse.
 *
 * Catches: a TIME_WAIT or tcp_tw_reuse that forgets the numbers.
 */

#include "linger.h"

#define PORT "40000 40000"
#define CHUNK 65536
#define NUMBERS_PER_MS 15625
#define AHEAD_MS 2000
#define BEYOND (65535 + 2)
#define CHOOSES "TIME_WAIT chooses a new connection's first number"
#define REUSABLE_MS 2100

struct situation {
	bool recycle;
	bool reuse; /* the client sends, closes first, and opens again */
};

/* Until the clock of first numbers is behind by more than it takes to end a
 * TIME_WAIT and to connect again. */
static void overtake_clock(int from, int to)
{
	static char data[CHUNK];
	int64_t since_ms = lg_now_ms(), sent = 0;

	while (sent < (lg_now_ms() - since_ms + AHEAD_MS) * NUMBERS_PER_MS) {
		lg_send(from, data, sizeof(data));
		lg_receive(to, data, sizeof(data));
		sent += CHUNK;
	}
}

/* The number behind the last that `closer` sent. */
static uint32_t close_both(struct lg_host *closer, int first, int second)
{
	struct lg_wire *wire = lg_wire(closer);

	lg_close_both(first, second);
	return lg_await_segment(wire, "> F.").seq + 1;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct lg_host *closer = is->reuse ? client : server;

	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", PORT);
	lg_recycle(server, is->recycle);
	if (is->recycle)
		lg_recycle_shorten(server);
	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);
	int first = is->reuse ? sock : peer, second = is->reuse ? peer : sock;
	overtake_clock(first, second);
	uint32_t next = close_both(closer, first, second);

	if (is->recycle)
		lg_await_state(first, TCP_CLOSE);
	else
		/* At least until there is a newer timestamp. */
		lg_pass(net, is->reuse ? REUSABLE_MS : 10);
	struct lg_wire *wire = lg_wire(closer);
	lg_connect(client, 0, server, 80);
	uint32_t isn = lg_await_segment(wire, is->reuse ? "> S" : "> S.").seq;
	bool below = (int32_t)(isn - next) < 0;
	if (is->recycle || is->reuse)
		ck_assert(below == is->recycle);
	else
		ck_assert(below != lg_fact(net, CHOOSES, isn == next + BEYOND));
	lg_observe(net, "begins",
		   below ? "below the old numbers" : "beyond the old numbers");
	if (is->recycle || is->reuse)
		lg_claim(net, 51, below);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.sysctls = {
		{ "client", "net.ipv4.tcp_tw_reuse", "1" },
	},
	.rows = {
		{ "recycle", &(const struct situation){ true, false } },
		{ "no_recycle", &(const struct situation){ false, false } },
		{ "reuse", &(const struct situation){ false, true },
		  .lasts_ms = 3000 },
	},
	.needs = { "recycle" },
	.claims = "51",
	.facts = {
		{ CHOOSES,
		  "it is beyond the old ones, however far they are (6.10)" },
	},
	.lasts_ms = 1000,
	.bulk = true,
	.run = run,
};
