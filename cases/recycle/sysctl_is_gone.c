// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel without tcp_tw_recycle has no such sysctl, and no counter of it.
 *
 * Writing it fails with ENOENT, so that a sysctl.conf which still sets it is
 * complained of at each boot; nothing accepts it for old times' sake.  What is
 * left of the two is tcp_tw_reuse, whose default became 2 with 4.19
 * (79e9fed46038): on, for loopback.
 *
 * tcp_net_metrics_init() and tcp_sk_init() until 4.12 (4396e46187ca).
 *
 * Control: tcp_tw_reuse, which is there and takes its values.
 *
 * Catches: the sysctl come back; another default of tcp_tw_reuse.
 */

#include "linger.h"

#define REUSES_LOOPBACK "tcp_tw_reuse is 2 by default"

static void run(struct lg_net *net)
{
	struct lg_host *host = lg_host(net, "server");

	/* Before anything sets it. */
	long reuse = lg_sysctl_get(host, "net.ipv4.tcp_tw_reuse");
	ck_assert_int_eq(reuse, lg_fact(net, REUSES_LOOPBACK, reuse) ? 2 : 0);
	ck_assert_int_eq(lg_sysctl_try(host, "net.ipv4.tcp_tw_reuse", "1"), 0);

	/* Where there is one, it is not a host's own. */
	bool gone = lg_recycle(host, false) == LG_RECYCLE_MODEL;
	ck_assert_int_eq(lg_sysctl_try(host, "net.ipv4.tcp_tw_recycle", "1"),
			 ENOENT);
	ck_assert(lg_has(net, "counter PAWSPassive") == !gone);
	lg_claim(net, 45, !reuse);
	lg_claim(net, 78, gone);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.needs = { "recycle" },
	.claims = "45 78",
	.facts = {
		{ REUSES_LOOPBACK,
		  "what goes to loopback takes a TIME_WAIT over (4.19)" },
	},
	.run = run,
};
