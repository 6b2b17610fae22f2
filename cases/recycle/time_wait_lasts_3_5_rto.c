// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * With tcp_tw_recycle a TIME_WAIT lasts 3.5 RTO, at the end that closes first.
 *
 * That is what the kernel took for enough where it remembers the peer: 0.7 s
 * in a local network, where the retransmission timeout is at its least of
 * 200 ms, less than the second that tcp_tw_reuse waits; more than it where
 * round trips take longer.  It is so at a server and at a client, and when both
 * close at once.  FIN_WAIT2 is not shortened: an orphan waits for
 * tcp_fin_timeout as ever, and only then, with the FIN, begins the short
 * TIME_WAIT.  A connection without timestamps keeps its 60 seconds.
 *
 * tcp_time_wait() before 4.12 (4396e46187ca).  Where it is a model, the RTO and
 * the TIME_WAIT are the running kernel's, and the model ends it.
 *
 * Controls: recycle off, timestamps off.
 *
 * Catches: an RTO that is not what it was; a model that ends a TIME_WAIT of a
 * connection that it does not remember, or FIN_WAIT2.
 */

#include "linger.h"

#define TIME_WAIT_MS 60000
#define REUSE_MS 1000

struct situation {
	unsigned delay_ms; /* each way */
	bool by_client, crossed, waits_for_fin;
	bool off;
	bool lasts; /* 60 s */
};

struct end {
	struct lg_host *host;
	int sock;
};

static int64_t rto_ms(int sock)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	ck_assert_int_eq(getsockopt(sock, IPPROTO_TCP, TCP_INFO, &info, &size),
			 0);
	return info.tcpi_rto / 1000;
}

/* In FIN_WAIT2, for longer than a short TIME_WAIT lasts. */
static void stay_in_fin_wait2(struct lg_net *net, int sock, int64_t lasts_ms)
{
	lg_await_state(sock, TCP_FIN_WAIT2);
	ck_assert(lg_status(sock).time_wait);
	lg_pass(net, (unsigned)(lasts_ms + lasts_ms / 8 + 100));
	lg_assert_state(sock, TCP_FIN_WAIT2);
}

/* Returns when the TIME_WAIT had not begun yet. */
static int64_t close_both(struct lg_net *net, struct end first,
			  struct end second, int64_t lasts_ms)
{
	const struct situation *is = lg_row_data(net);

	lg_close(first.sock);
	if (!is->crossed)
		ck_assert_int_eq(lg_await_receive(second.sock), 0);
	if (is->waits_for_fin)
		stay_in_fin_wait2(net, first.sock, lasts_ms);
	int64_t before_ms = lg_now_ms();
	lg_close(second.sock);
	if (is->crossed)
		lg_await_state(first.sock, TCP_CLOSING);
	lg_await_state(first.sock, TCP_TIME_WAIT);
	return before_ms;
}

/* The TIME_WAIT has begun after `before_ms`. */
static void assert_lasts(struct lg_net *net, int sock, int64_t lasts_ms,
			 int64_t before_ms)
{
	const struct situation *is = lg_row_data(net);
	int64_t after_ms = lg_now_ms();

	if (is->lasts) {
		lg_pass(net, (unsigned)(2 * lasts_ms));
		struct lg_status status = lg_status(sock);
		ck_assert_int_eq(status.state, TCP_TIME_WAIT);
		ck_assert_uint_gt(status.left_ms, TIME_WAIT_MS / 2);
		return;
	}
	lg_await_state(sock, TCP_CLOSE);
	int64_t now_ms = lg_now_ms();
	int64_t least_ms = now_ms - after_ms, most_ms = now_ms - before_ms;
	bool long_enough = least_ms < lasts_ms && most_ms >= lasts_ms;
	lg_assert_timer(long_enough ? lasts_ms : least_ms, lasts_ms);
	lg_observe(net, "3.5 RTO is", "%s",
		   lasts_ms < REUSE_MS ? "less than a second"
				       : "more than a second");
	lg_claim(net, 65, true);
	if (!is->crossed && !is->waits_for_fin)
		lg_claim(net, 66, (lasts_ms < REUSE_MS) == !is->delay_ms);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct lg_host *closer = is->by_client ? client : server;

	lg_recycle(closer, !is->off);
	if (!is->off)
		lg_recycle_shorten(closer);
	if (is->delay_ms)
		lg_release_after(lg_hold(lg_host(net, "router"), LG_ANY),
				 is->delay_ms);
	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 0, server, 80);
	int peer = lg_accept(listener);

	struct end ends[] = { { server, peer }, { client, sock } };
	struct end first = ends[is->by_client], second = ends[!is->by_client];
	int64_t lasts_ms = rto_ms(first.sock) * 7 / 2;
	int64_t before_ms = close_both(net, first, second, lasts_ms);
	assert_lasts(net, first.sock, lasts_ms, before_ms);
}

const struct lg_case lg_case = {
	.topology = "routed",
	.families = LG_IPV4,
	.rows = {
		{ "local", &(const struct situation){ 0 } },
		{ "local_client", &(const struct situation){ .by_client = true } },
		{ "across_50_ms", &(const struct situation){ 50 } },
		{ "across_200_ms", &(const struct situation){ 200 } },
		{ "both_at_once_across_50_ms",
		  &(const struct situation){ 50, .crossed = true } },
		{ "after_fin_wait2",
		  &(const struct situation){ .waits_for_fin = true } },
		{ "recycle_off",
		  &(const struct situation){ .off = true, .lasts = true } },
		{ "timestamps_off",
		  &(const struct situation){ .lasts = true },
		  { { "client", "net.ipv4.tcp_timestamps", "0" } } },
	},
	.needs = { "recycle" },
	.claims = "65 66",
	.lasts_ms = 4000,
	.run = run,
};
