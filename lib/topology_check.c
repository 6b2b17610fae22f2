// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LINK_TEXT (2 * LG_NAME_MAX + sizeof(" -- "))

static const char *print_link(const struct lg_topology *topology,
			      const struct lg_topology_link *link,
			      char text[LINK_TEXT])
{
	snprintf(text, LINK_TEXT, "%s -- %s",
		 topology->hosts[link->ends[0].host].name,
		 topology->hosts[link->ends[1].host].name);
	return text;
}

/* ---- names -------------------------------------------------------------- */

static int check_names(const struct lg_topology *topology)
{
	for (size_t i = 0; i < topology->n_hosts; i++) {
		const struct lg_topology_host *host = &topology->hosts[i];
		if (lg_topology_host_index(topology, host->name) == (int)i)
			continue;
		lg_error(0, "there are two hosts '%s'", host->name);
		return lg_topology_blame(topology, host->line);
	}
	return 0;
}

/* ---- addresses ---------------------------------------------------------- */

/* An address or a range of them, and whose it is. */
struct holding {
	const struct lg_prefix *prefix;
	size_t host;
	int line;
	bool extra; /* of `addresses` */
};

typedef int check_holding(const struct lg_topology *topology,
			  const struct holding *holding, const void *argument);

static int for_each_holding(const struct lg_topology *topology,
			    check_holding *check, const void *argument)
{
	for (size_t i = 0; i < 2 * topology->n_links * LG_FAMILIES; i++) {
		const struct lg_topology_link *link =
			&topology->links[i / (2 * LG_FAMILIES)];
		const struct lg_topology_end *end =
			&link->ends[i / LG_FAMILIES % 2];
		struct holding holding = {&end->address[i % LG_FAMILIES],
					  end->host, link->line, false};
		if (check(topology, &holding, argument))
			return -EIO;
	}
	for (size_t i = 0; i < topology->n_hosts; i++) {
		const struct lg_topology_host *host = &topology->hosts[i];
		for (size_t a = 0; a < host->n_addresses; a++) {
			struct holding holding = {&host->addresses[a], i,
						  host->line, true};
			if (check(topology, &holding, argument))
				return -EIO;
		}
	}
	return 0;
}

/* What a holding takes: an address on a link is but itself, one of `addresses`
 * is on the loopback, where its whole network is the host's own. */
static struct lg_prefix taken(const struct holding *holding)
{
	struct lg_prefix prefix = *holding->prefix;

	if (!holding->extra)
		prefix.length = prefix.family == AF_INET ? 32 : 128;
	return prefix;
}

static int check_two(const struct lg_topology *topology,
		     const struct holding *holding, const void *argument)
{
	const struct holding *other = argument;
	char text[LG_PREFIX_TEXT];

	if (holding->prefix == other->prefix)
		return 0;
	struct lg_prefix a = taken(holding), b = taken(other);
	if (!lg_prefix_covers(&a, &b) && !lg_prefix_covers(&b, &a))
		return 0;
	if (holding->host == other->host)
		lg_error(0, "host %s has address %s twice",
			 topology->hosts[holding->host].name,
			 lg_prefix_print(holding->prefix, text));
	else
		lg_error(0, "hosts %s and %s both have address %s",
			 topology->hosts[other->host].name,
			 topology->hosts[holding->host].name,
			 lg_prefix_print(holding->prefix, text));
	return lg_topology_blame(topology, holding->line);
}

static int check_with_all(const struct lg_topology *topology,
			  const struct holding *holding, const void *argument)
{
	(void)argument;
	return for_each_holding(topology, check_two, holding);
}

/* ---- networks ----------------------------------------------------------- */

static int check_inside(const struct lg_topology *topology,
			const struct lg_topology_link *link,
			const struct lg_topology_end *end, int family)
{
	const struct lg_prefix *net = &link->net[family];
	const struct lg_prefix *address = &end->address[family];
	char text[2][LG_PREFIX_TEXT];

	if (address->length == net->length && lg_prefix_covers(net, address))
		return 0;
	lg_error(0, "address %s of host %s is not in the link's network %s",
		 lg_prefix_print(address, text[0]),
		 topology->hosts[end->host].name,
		 lg_prefix_print(net, text[1]));
	return lg_topology_blame(topology, link->line);
}

static int check_apart(const struct lg_topology *topology,
		       const struct lg_topology_link *link,
		       const struct lg_topology_link *other, int family)
{
	const struct lg_prefix *net = &link->net[family];
	const struct lg_prefix *its = &other->net[family];
	char nets[2][LG_PREFIX_TEXT], links[2][LINK_TEXT];

	if (!lg_prefix_covers(net, its) && !lg_prefix_covers(its, net))
		return 0;
	lg_error(0, "network %s of link %s overlaps %s of link %s",
		 lg_prefix_print(net, nets[0]),
		 print_link(topology, link, links[0]),
		 lg_prefix_print(its, nets[1]),
		 print_link(topology, other, links[1]));
	return lg_topology_blame(topology, link->line);
}

static int check_networks(const struct lg_topology *topology)
{
	for (size_t i = 0; i < topology->n_links * LG_FAMILIES; i++) {
		const struct lg_topology_link *links = topology->links;
		const struct lg_topology_link *link = &links[i / LG_FAMILIES];
		int family = i % LG_FAMILIES;

		if (check_inside(topology, link, &link->ends[0], family) ||
		    check_inside(topology, link, &link->ends[1], family))
			return -EIO;
		for (const struct lg_topology_link *other = links; other < link;
		     other++)
			if (check_apart(topology, link, other, family))
				return -EIO;
	}
	return 0;
}

/* ---- NAT ---------------------------------------------------------------- */

static int is_holding_of(const struct lg_topology *topology,
			 const struct holding *holding, const void *argument)
{
	const struct holding *wanted = argument;
	struct lg_prefix prefix = taken(holding);

	(void)topology;
	return holding->host == wanted->host &&
	       lg_prefix_covers(&prefix, wanted->prefix);
}

/* Answers come back only to an address that the host has. */
static int check_snat(const struct lg_topology *topology,
		      const struct holding *as)
{
	char text[INET6_ADDRSTRLEN];

	if (!as->prefix->family ||
	    for_each_holding(topology, is_holding_of, as))
		return 0;
	inet_ntop(as->prefix->family, as->prefix->bytes, text, sizeof(text));
	lg_error(0, "snat to %s, which host %s does not have", text,
		 topology->hosts[as->host].name);
	return lg_topology_blame(topology, as->line);
}

static int check_nat(const struct lg_topology *topology)
{
	for (size_t i = 0; i < 2 * topology->n_links; i++) {
		const struct lg_topology_link *link = &topology->links[i / 2];
		const struct lg_topology_end *end = &link->ends[i % 2];
		for (const struct lg_nat *nat = end->nat; nat; nat = nat->next)
			for (int f = 0; f < LG_FAMILIES; f++) {
				struct holding as = {&nat->address[f],
						     end->host, link->line,
						     false};
				if (check_snat(topology, &as))
					return -EIO;
			}
	}
	return 0;
}

int lg_topology_check(const struct lg_topology *topology)
{
	if (check_names(topology) || check_networks(topology) ||
	    for_each_holding(topology, check_with_all, NULL) ||
	    check_nat(topology))
		return -EIO;
	return 0;
}
