// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NOWHERE SIZE_MAX

/* The shortest ways from one host, through hosts that forward. */
struct ways {
	const struct lg_topology *topology;
	size_t from;
	struct way {
		size_t distance; /* NOWHERE: there is none */
		size_t first;	 /* the link that it leaves by */
		size_t last;	 /* the link that it arrives by */
	} * to;			 /* by host */
	size_t *queue;
};

static const struct lg_topology_end *
other_end(const struct lg_topology_link *link, size_t host)
{
	return &link->ends[link->ends[0].host == host];
}

static bool is_at(const struct lg_topology_link *link, size_t host)
{
	return link->ends[0].host == host || link->ends[1].host == host;
}

/* Whether traffic of `from` goes on from this host. */
static bool passes(const struct ways *ways, size_t host)
{
	return host == ways->from || ways->topology->hosts[host].forward;
}

static size_t visit(struct ways *ways, size_t host, size_t queued)
{
	const struct lg_topology *topology = ways->topology;

	for (size_t i = 0; i < topology->n_links; i++) {
		const struct lg_topology_link *link = &topology->links[i];
		if (!is_at(link, host))
			continue;
		size_t next = other_end(link, host)->host;
		if (ways->to[next].distance != NOWHERE)
			continue;
		ways->to[next] = (struct way){
			.distance = ways->to[host].distance + 1,
			.first = host == ways->from ? i : ways->to[host].first,
			.last = i,
		};
		ways->queue[queued++] = next;
	}
	return queued;
}

static void find_ways(struct ways *ways, size_t from)
{
	size_t queued = 0;

	ways->from = from;
	for (size_t i = 0; i < ways->topology->n_hosts; i++)
		ways->to[i].distance = NOWHERE;
	ways->to[from].distance = 0;
	ways->queue[queued++] = from;
	for (size_t done = 0; done < queued; done++)
		if (passes(ways, ways->queue[done]))
			queued = visit(ways, ways->queue[done], queued);
}

static int ways_init(struct ways *ways, const struct lg_topology *topology)
{
	*ways = (struct ways){
		.topology = topology,
		.to = calloc(topology->n_hosts, sizeof(*ways->to)),
		.queue = calloc(topology->n_hosts, sizeof(*ways->queue)),
	};
	return ways->to && ways->queue ? 0 : lg_error(0, "out of memory");
}

static void ways_end(struct ways *ways)
{
	free(ways->to);
	free(ways->queue);
}

/* The host, of those that forward, by which the way to a link's network is
 * shortest; NOWHERE if there is none. */
static size_t gate_of(const struct ways *ways,
		      const struct lg_topology_link *link)
{
	size_t gate = NOWHERE;

	for (int side = 0; side < 2; side++) {
		size_t host = link->ends[side].host;
		size_t distance = ways->to[host].distance;
		if (passes(ways, host) && distance != NOWHERE &&
		    (gate == NOWHERE || distance < ways->to[gate].distance))
			gate = host;
	}
	return gate;
}

static int add_route(struct lg_topology *topology, size_t host,
		     const struct lg_prefix *to, size_t link_index)
{
	struct lg_topology_host *at = &topology->hosts[host];
	const struct lg_topology_end *next =
		other_end(&topology->links[link_index], host);
	struct lg_route *routes =
		reallocarray(at->routes, at->n_routes + 1, sizeof(*routes));

	if (!routes)
		return lg_error(0, "out of memory");
	at->routes = routes;
	struct lg_route *route = &routes[at->n_routes++];
	*route = (struct lg_route){.to = lg_network_of(to), .link = link_index};
	memcpy(route->via, next->address[lg_family_index(to->family)].bytes,
	       sizeof(route->via));
	return 0;
}

static int add_network_routes(struct lg_topology *topology,
			      const struct ways *ways)
{
	for (size_t i = 0; i < topology->n_links; i++) {
		const struct lg_topology_link *link = &topology->links[i];
		size_t gate = gate_of(ways, link);
		if (gate == NOWHERE || gate == ways->from)
			continue;
		for (int f = 0; f < LG_FAMILIES; f++)
			if (add_route(topology, ways->from, &link->net[f],
				      ways->to[gate].first))
				return -EIO;
	}
	return 0;
}

static int add_address_routes(struct lg_topology *topology,
			      const struct ways *ways)
{
	for (size_t i = 0; i < topology->n_hosts; i++) {
		const struct lg_topology_host *host = &topology->hosts[i];
		if (i == ways->from || ways->to[i].distance == NOWHERE)
			continue;
		for (size_t a = 0; a < host->n_addresses; a++)
			if (add_route(topology, ways->from, &host->addresses[a],
				      ways->to[i].first))
				return -EIO;
	}
	return 0;
}

/* NOWHERE if there are none or several. */
static size_t only_link(const struct lg_topology *topology, size_t host)
{
	size_t found = NOWHERE;

	for (size_t i = 0; i < topology->n_links; i++) {
		if (!is_at(&topology->links[i], host))
			continue;
		if (found != NOWHERE)
			return NOWHERE;
		found = i;
	}
	return found;
}

/* The link that all routes leave by, if it leads to a host that forwards. */
static size_t default_link(const struct lg_topology *topology, size_t index)
{
	const struct lg_topology_host *host = &topology->hosts[index];
	size_t found = only_link(topology, index);

	if (host->n_routes)
		found = host->routes[0].link;
	for (size_t i = 1; i < host->n_routes; i++)
		if (host->routes[i].link != found)
			return NOWHERE;
	if (found == NOWHERE)
		return NOWHERE;
	size_t peer = other_end(&topology->links[found], index)->host;
	return topology->hosts[peer].forward ? found : NOWHERE;
}

/* Networks and addresses of a large topology are many; one route does for
 * them where all lie behind the same neighbour. */
static int shorten(struct lg_topology *topology, size_t index)
{
	size_t link = default_link(topology, index);
	const struct lg_prefix any[LG_FAMILIES] = {{.family = AF_INET},
						   {.family = AF_INET6}};

	if (link == NOWHERE)
		return 0;
	topology->hosts[index].n_routes = 0;
	for (int f = 0; f < LG_FAMILIES; f++)
		if (add_route(topology, index, &any[f], link))
			return -EIO;
	return 0;
}

int lg_topology_add_routes(struct lg_topology *topology)
{
	struct ways ways;
	int result = ways_init(&ways, topology);

	for (size_t i = 0; !result && i < topology->n_hosts; i++) {
		find_ways(&ways, i);
		if (add_network_routes(topology, &ways) ||
		    add_address_routes(topology, &ways) || shorten(topology, i))
			result = -EIO;
	}
	ways_end(&ways);
	return result;
}

const struct lg_topology_end *
lg_topology_arrival(const struct lg_topology *topology, size_t from, size_t to)
{
	const struct lg_topology_end *end = NULL;
	struct ways ways;

	if (!ways_init(&ways, topology)) {
		find_ways(&ways, from);
		if (from != to && ways.to[to].distance != NOWHERE) {
			const struct lg_topology_link *link =
				&topology->links[ways.to[to].last];
			end = &link->ends[link->ends[1].host == to];
		}
	}
	ways_end(&ways);
	return end;
}
