// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a recycling server remembers is of two addresses, and of no port.
 *
 * After a connection that it closed first, the server drops an older SYN
 * whatever the client's port, and at each port where somebody listens.  It lets
 * the SYN in at another address of its own.  A port where nobody listens
 * answers with a RST, as ever: the check is the listener's.
 *
 * tcp_peer_is_proven(), __tcp_get_metrics_req() before 4.12 (4396e46187ca).
 *
 * Controls: each of the four SYNs is the others' control.
 *
 * Catches: a memory by port, one for all addresses of the server, and a check
 * that is made where nobody listens.
 */

#include "linger.h"

#define REMEMBERED 1000000020u
#define CLOSED_PORT 82

static uint8_t knock(struct lg_net *net, uint16_t to_port, const char *address)
{
	static uint16_t port = 20000;
	struct lg_raw *raw = lg_raw(lg_host(net, "client"), ++port,
				    lg_host(net, "server"), to_port, 5000);

	if (address)
		lg_raw_aim(raw, address);
	lg_raw_timestamp(raw, REMEMBERED - 1000);
	return lg_raw_knock(raw);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	lg_recycle(server, true);
	int listener = lg_listen(server, 80);
	lg_listen(server, 81);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, REMEMBERED);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);

	ck_assert_uint_eq(knock(net, 80, NULL), 0);
	ck_assert_uint_eq(knock(net, 81, NULL), 0);
	ck_assert_uint_eq(knock(net, CLOSED_PORT, NULL), LG_RST | LG_ACK);
	ck_assert_uint_eq(knock(net, 80, lg_address(server, 1)),
			  LG_SYN | LG_ACK);
	lg_assert_recycle_drops(server, 2);
	lg_claim(net, 14, false);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.needs = { "recycle" },
	.claims = "14",
	.run = run,
};
