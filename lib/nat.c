// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat.h"

#include "error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Writes an address; in brackets, as nft wants it before a port. */
static void write_address(FILE *out, const struct lg_prefix *address)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(address->family, address->bytes, text, sizeof(text));
	fprintf(out, address->family == AF_INET6 ? "[%s]" : "%s", text);
}

static void write_source_nat(FILE *out, const struct lg_nat *nat,
			     const struct lg_prefix *address, bool ports)
{
	fputs(nat->kind == LG_SNAT ? "snat" : "masquerade", out);
	if (nat->kind == LG_SNAT || ports)
		fputs(" to ", out);
	if (nat->kind == LG_SNAT)
		write_address(out, address);
	if (ports)
		fprintf(out, ":%u-%u", nat->first_port, nat->last_port);
	fputs(nat->random ? " random\n" : "\n", out);
}

static void write_postrouting(FILE *out, const struct lg_topology_end *end,
			      const struct lg_nat *nat,
			      enum lg_family_index family)
{
	const struct lg_prefix *address = &nat->address[family];

	if (nat->kind == LG_DNAT || (nat->kind == LG_SNAT && !address->family))
		return;
	if (nat->last_port) {
		fprintf(out, "oifname \"%s\" meta l4proto tcp ", end->name);
		write_source_nat(out, nat, address, true);
	}
	/* Also what has no ports: errors and pings come back too. */
	fprintf(out, "oifname \"%s\" ", end->name);
	write_source_nat(out, nat, address, false);
}

static int write_prerouting(FILE *out, const struct lg_topology *topology,
			    const struct lg_topology_end *end,
			    const struct lg_nat *nat,
			    enum lg_family_index family)
{
	if (nat->kind != LG_DNAT)
		return 0;

	const struct lg_topology_end *to =
		lg_topology_arrival(topology, end->host, nat->to_host);
	if (!to)
		return lg_error(EHOSTUNREACH, "dnat to %s",
				topology->hosts[nat->to_host].name);
	fprintf(out, "iifname \"%s\" tcp dport %u dnat to ", end->name,
		nat->port);
	write_address(out, &to->address[family]);
	fprintf(out, ":%u\n", nat->to_port ? nat->to_port : nat->port);
	return 0;
}

/* The next end at the host after `end` (NULL: the first); NULL past the last.
 */
static const struct lg_topology_end *
next_end(const struct lg_topology *topology, size_t host,
	 const struct lg_topology_end *end)
{
	bool passed = !end;

	for (size_t i = 0; i < topology->n_links; i++) {
		for (int e = 0; e < 2; e++) {
			const struct lg_topology_end *one =
				&topology->links[i].ends[e];
			if (passed && one->host == host)
				return one;
			passed = passed || one == end;
		}
	}
	return NULL;
}

static bool does_nat(const struct lg_topology *topology, size_t host)
{
	const struct lg_topology_end *end = NULL;

	while ((end = next_end(topology, host, end))) {
		if (end->nat)
			return true;
	}
	return false;
}

/* Before Linux 4.18 answers are only translated back where the other chain is
 * there too, be it empty. */
static int write_nat(FILE *out, const struct lg_topology *topology, size_t host,
		     enum lg_family_index family)
{
	const struct lg_topology_end *end = NULL;
	int result = 0;

	fputs("chain prerouting {\n"
	      "type nat hook prerouting priority -100\n",
	      out);
	while (!result && (end = next_end(topology, host, end))) {
		for (const struct lg_nat *nat = end->nat; nat && !result;
		     nat = nat->next)
			result = write_prerouting(out, topology, end, nat,
						  family);
	}
	fputs("}\n"
	      "chain postrouting {\n"
	      "type nat hook postrouting priority 100\n",
	      out);
	while (!result && (end = next_end(topology, host, end))) {
		for (const struct lg_nat *nat = end->nat; nat; nat = nat->next)
			write_postrouting(out, end, nat, family);
	}
	fputs("}\n", out);
	return result;
}

static int write_table(FILE *out, const struct lg_topology *topology,
		       size_t host, enum lg_family_index family)
{
	int result = 0;

	/* Not `table inet`: it has no NAT before Linux 5.2. */
	fprintf(out, "table %s linger {\n", family == LG_V4 ? "ip" : "ip6");
	if (does_nat(topology, host))
		result = write_nat(out, topology, host, family);
	if (topology->hosts[host].strip_timestamp)
		fputs("chain forward {\n"
		      "type filter hook forward priority 0\n"
		      "tcp flags & syn == syn reset tcp option timestamp\n"
		      "}\n",
		      out);
	fputs("}\n", out);
	return result;
}

int lg_nat_rules(const struct lg_topology *topology, size_t host, bool ipv6,
		 char **rules)
{
	*rules = NULL;
	if (!does_nat(topology, host) && !topology->hosts[host].strip_timestamp)
		return 0;

	size_t size;
	FILE *out = open_memstream(rules, &size);
	if (!out)
		return lg_error(errno, "nft rules");
	int result = write_table(out, topology, host, LG_V4);
	if (!result && ipv6)
		result = write_table(out, topology, host, LG_V6);
	if (fclose(out) && !result)
		result = lg_error(ENOMEM, "nft rules");
	if (result) {
		free(*rules);
		*rules = NULL;
	}
	return result;
}
