// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timestamps count milliseconds of the kernel's uptime, from a secret start.
 *
 * They advance by 1000 a second, whatever the wall clock says, without any
 * agreement of the two ends.  With tcp_timestamps=2 they are the milliseconds
 * since boot themselves, the same for every connection.  With 1 an offset is
 * added to them that is a secret of the host's: one for each pair of addresses
 * until 7.0 (28ee1b746f49), one for each pair of addresses and ports since
 * (165573e41f2f, and in the stable kernels after it), so that a host's
 * timestamps say nothing of how long it has been up.
 *
 * tcp_connect(), tcp_make_synack(), secure_tcp_ts_off() or
 * secure_tcp_seq_and_ts_off().
 *
 * Controls: the two values of the sysctl; the same and another port; the same
 * and another address.
 *
 * Catches: a clock that ticks otherwise or goes back, an offset where there
 * must be none, none where there must be one, or one that changes between two
 * connections on the same addresses and ports.
 */

#include "linger.h"

#define PER_PORTS "timestamps have an offset for each pair of ports"

/* One SYN and its SYN-ACK, sent between two looks at the clock. */
struct sample {
	int64_t before_ms, after_ms;
	uint32_t tsval, servers;
};

static struct sample sample(struct lg_host *client, uint16_t port,
			    const char *address)
{
	struct lg_wire *wire = lg_wire(client);
	struct sample sample = { 0 };
	int sock = lg_socket(client);

	ck_assert_int_eq(lg_bind(sock, NULL, port), 0);
	sample.before_ms = lg_now_ms();
	lg_connect_socket(sock, address, 80);
	ck_assert_int_eq(lg_connect_result(sock), 0);
	sample.after_ms = lg_now_ms();
	sample.tsval = lg_expect(wire, "> S").tsval;
	sample.servers = lg_expect(wire, "< S.").tsval;
	lg_abort(sock);
	return sample;
}

/* Whether they can be of the same clock. */
static bool agree(struct sample first, uint32_t first_tsval,
		  struct sample second, uint32_t second_tsval)
{
	int32_t ticks = (int32_t)(second_tsval - first_tsval);

	return ticks >= second.before_ms - first.after_ms - 1 &&
	       ticks <= second.after_ms - first.before_ms + 1;
}

static bool is_uptime(struct sample sample)
{
	struct sample boot = { 0 };

	return agree(boot, 0, sample, sample.tsval) &&
	       agree(boot, 0, sample, sample.servers);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	bool secret = lg_sysctl_get(client, "net.ipv4.tcp_timestamps") == 1;

	lg_listen(server, 80);
	const char *address = lg_address(server, 0);
	struct sample first = sample(client, 4000, address);
	lg_pass(net, 3000);
	struct sample again = sample(client, 4000, address);
	struct sample port = sample(client, 4001, address);
	struct sample other = sample(client, 4000, lg_address(server, 1));

	/* 1000 a second, in both directions. */
	ck_assert(agree(first, first.tsval, again, again.tsval));
	ck_assert(agree(first, first.servers, again, again.servers));
	lg_claim(net, 33, true);
	lg_claim(net, 141, true);

	ck_assert_int_eq(is_uptime(first), !secret);
	ck_assert_int_eq(is_uptime(other), !secret);
	ck_assert_int_eq(agree(again, again.tsval, other, other.tsval),
			 !secret);
	ck_assert_int_eq(agree(again, again.servers, other, other.servers),
			 !secret);

	bool differs = !agree(again, again.tsval, port, port.tsval);
	ck_assert_int_eq(agree(again, again.servers, port, port.servers),
			 !differs);
	if (secret) {
		lg_fact(net, PER_PORTS, differs);
		lg_claim(net, 79, differs);
	} else {
		ck_assert(!differs);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "*", "net.ipv4.tcp_timestamps", "1 2" },
	},
	.claims = "33 79 141",
	.facts = {
		{ PER_PORTS,
		  "behind NAT that changes ports, a later connection may look "
		  "older than the one before it on the same outer ports" },
	},
	.lasts_ms = 3000,
	.run = run,
};
