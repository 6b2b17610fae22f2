// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recycling server's memory is 60 seconds long.
 *
 * For so long after the client's last segment of a connection that the server
 * closed first, an older SYN is dropped, be it sent once a second; what is
 * dropped does not make the memory last longer.  Time is counted in whole
 * seconds (TCP_PAWS_MSL): at an age of 59 the SYN is dropped, at 60 let in.
 *
 * tcp_peer_is_proven() before 4.12 (4396e46187ca).
 *
 * Control: the last SYN, which differs from the others in its time alone.
 *
 * Catches: a memory that is longer or shorter by a second, or that a SYN
 * refreshes.
 */

#include "linger.h"

#define REMEMBERED 1000000020u
#define LASTS_S 60

static void pass_until(struct lg_net *net, int64_t ms)
{
	lg_pass(net, (unsigned)(ms - lg_now_ms()));
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_recycle(server, true);
	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, REMEMBERED);
	int sock = lg_raw_connect(raw, listener);
	/* Amid a second: what is sent a whole number of them later is exactly
	 * that old. */
	pass_until(net, (lg_now_ms() / 1000 + 1) * 1000 + 500);
	int64_t since_ms = lg_now_ms();
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);

	struct lg_raw *older = lg_raw(client, 4001, server, 80, 5000);
	lg_raw_timestamp(older, REMEMBERED - 1000);
	for (int age_s = 0; age_s < LASTS_S; age_s++) {
		pass_until(net, since_ms + 1000 * age_s + 10);
		ck_assert_msg(!lg_raw_knock(older), "let in at %d s", age_s);
	}
	lg_assert_recycle_drops(server, LASTS_S);
	pass_until(net, since_ms + 1000 * LASTS_S + 10);
	ck_assert_uint_eq(lg_raw_knock(older), LG_SYN | LG_ACK);
	lg_assert_recycle_drops(server, LASTS_S);
	lg_claim(net, 18, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.needs = { "recycle", "virtual-time" },
	.claims = "18",
	.lasts_ms = 62000,
	.run = run,
};
