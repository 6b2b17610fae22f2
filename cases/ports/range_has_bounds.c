// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The range of local ports has bounds, and connect() keeps within them.
 *
 * ip_local_port_range is 32768 to 60999 by default.  The kernel refuses a range
 * that is upside down, has a port that there is not, or begins among the
 * privileged ports; and it does not let those begin within the range.  Of what
 * it takes, connect() uses every port from the first to the last and no other,
 * be it one port or the very last that there is; with a single exception:
 * ports are tried in two passes, each of every second port, and a range of an
 * odd number of ports is taken for one less.  So of three ports the third is
 * never chosen, and can be had by its name alone.
 *
 * ipv4_local_port_range(), ipv4_privileged_ports(), __inet_hash_connect().
 *
 * Control: the range is as it was after each refusal; the port that is never
 * chosen is free.
 *
 * Catches: another default; a range that is taken and makes no sense; ports of
 * the range that are not used, and ports that are used and not of the range.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>

#define RANGE "net.ipv4.ip_local_port_range"
#define PRIVILEGED "net.ipv4.ip_unprivileged_port_start"

static void has_default(struct lg_net *net)
{
	const char *range = lg_sysctl_text(lg_host(net, "client"), RANGE);

	lg_observe(net, "range", "%s", range);
	ck_assert_str_eq(range, "32768 60999");
	lg_claim(net, 84, !strcmp(range, "32768 61000"));
}

static void refuses(struct lg_host *host)
{
	static const char *const refused[] = {
		"20001 20000", "0 20000",   "20000 65536",
		"-1 20000",    "1023 2000", "20000 0",
	};

	lg_sysctl_set(host, RANGE, "20000 20009");
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		ck_assert_int_eq(lg_sysctl_try(host, RANGE, refused[i]),
				 EINVAL);
		ck_assert_str_eq(lg_sysctl_text(host, RANGE), "20000 20009");
	}
	ck_assert_int_eq(lg_sysctl_try(host, PRIVILEGED, "20001"), EINVAL);
	ck_assert_int_eq(lg_sysctl_try(host, PRIVILEGED, "20000"), 0);
	ck_assert_int_eq(lg_sysctl_try(host, RANGE, "19999 20009"), EINVAL);
}

/* How many ports of the range connect() finds for one destination. */
static unsigned use_up(struct lg_net *net, unsigned first, unsigned last)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	char range[32];
	unsigned connected = 0;
	int error;

	snprintf(range, sizeof(range), "%u %u", first, last);
	lg_sysctl_set(client, RANGE, range);
	for (;;) {
		int sock = lg_connect_start(client, 0, server, 80);
		error = lg_connect_result(sock);
		if (error)
			break;
		ck_assert_uint_ge(lg_port(sock), first);
		ck_assert_uint_le(lg_port(sock), last);
		ck_assert_uint_le(++connected, last - first + 1);
	}
	ck_assert_int_eq(error, EADDRNOTAVAIL);
	return connected;
}

static void uses(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	static const struct {
		unsigned first, last, ports;
	} ranges[] = {
		{ 20000, 20000, 1 }, { 20001, 20001, 1 },  { 20010, 20011, 2 },
		{ 20013, 20014, 2 }, { 20020, 20029, 10 }, { 1024, 1025, 2 },
		{ 65535, 65535, 1 }, { 20030, 20032, 2 },
	};

	lg_listen(server, 80);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		ck_assert_uint_eq(use_up(net, ranges[i].first, ranges[i].last),
				  ranges[i].ports);
	lg_connect(client, 20032, server, 80);

	/* Those below 1024 are like others if they are nobody's privilege. */
	lg_sysctl_set(client, PRIVILEGED, "1");
	ck_assert_uint_eq(use_up(net, 1, 2), 2);
}

static void run(struct lg_net *net)
{
	has_default(net);
	refuses(lg_host(net, "server"));
	uses(net);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.claims = "84",
	.run = run,
};
