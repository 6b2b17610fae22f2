// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two ends that are out of step do not answer each other without end.
 *
 * An ACK whose number is out of the window is answered with an ACK.  If that is
 * out of the other's window, it is answered as well, and so on: the ACK loop of
 * RFC 1337 (hazard 2), which an old duplicate can start.  Here every bare ACK
 * of either end is moved out of the other's window on its way.  Each end
 * answers such an ACK once in tcp_invalid_ratelimit (f2b2c582e824, 4.0), so the
 * loop ends where it began.
 *
 * tcp_oow_rate_limited(), tcp_validate_incoming().
 *
 * Control: when the limit has passed, the same ACK begins another round.
 *
 * Catches: a loop without a limit, or with another than the sysctl's.
 */

#include "linger.h"

#define LIMIT "net.ipv4.tcp_invalid_ratelimit"
#define ROUNDS 3
#define AWAY 0x40000000u

/* One round: what it is sent, it answers; what comes of that, it drops. */
static void assert_bounded(struct lg_net *net, struct lg_host *host,
			   uint64_t ms, long limit_ms)
{
	uint64_t sent = lg_counted(host, "OutSegs");

	ck_assert_uint_ge(sent, ROUNDS);
	if (lg_has(net, "virtual-time"))
		ck_assert_uint_eq(sent, ROUNDS);
	else
		ck_assert_uint_le(sent, ms / (uint64_t)limit_ms + 1);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	long limit_ms = lg_sysctl_get(server, LIMIT);
	char text[5];

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	struct lg_match first = LG_PURE_ACK;
	first.times = 1;
	struct lg_rule *acks = lg_hold(server, first);
	lg_send(peer, "hello", sizeof(text));
	lg_receive(sock, text, sizeof(text));
	lg_await_hits(acks, 1);
	lg_replay(acks, 0);

	struct lg_edit away = { .add_seq = AWAY };
	lg_rewrite(server, LG_PURE_ACK, away);
	lg_rewrite(client, LG_PURE_ACK, away);
	lg_count_anew(client);
	lg_count_anew(server);
	int64_t since_ms = lg_now_ms();
	for (int i = 0; i < ROUNDS; i++) {
		lg_replay(acks, 0);
		lg_pass(net, (unsigned)limit_ms + 100);
	}

	uint64_t ms = (uint64_t)(lg_now_ms() - since_ms);
	assert_bounded(net, client, ms, limit_ms);
	assert_bounded(net, server, ms, limit_ms);
	ck_assert_uint_ge(lg_counted(server, "TCPACKSkippedSeq"), ROUNDS);
	lg_assert_state(sock, TCP_ESTABLISHED);
	lg_assert_state(peer, TCP_ESTABLISHED);
	lg_claim(net, 112, false);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "*", LIMIT, "500 2000" },
	},
	.claims = "112",
	.lasts_ms = 6300,
	.run = run,
};
