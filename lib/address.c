// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "address.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/route/rule.h>
#include <string.h>

#define TABLE_HERE 100 /* none of the kernel's own */

static size_t address_size(int family)
{
	return family == AF_INET ? 4 : 16;
}

static struct nl_addr *address_of(const struct lg_prefix *prefix)
{
	struct nl_addr *address = nl_addr_build(prefix->family, prefix->bytes,
						address_size(prefix->family));
	if (address)
		nl_addr_set_prefixlen(address, (int)prefix->length);
	return address;
}

/* It is nobody else's: nothing has to be sent to find that out. */
static struct nl_msg *add_address(unsigned index,
				  const struct lg_prefix *prefix)
{
	struct nl_msg *message = NULL;
	struct nl_addr *local = address_of(prefix);
	struct rtnl_addr *address = rtnl_addr_alloc();

	if (local && address) {
		rtnl_addr_set_ifindex(address, (int)index);
		rtnl_addr_set_local(address, local);
		if (prefix->family == AF_INET6)
			rtnl_addr_set_flags(address, IFA_F_NODAD);
		rtnl_addr_build_add_request(address, NLM_F_CREATE | NLM_F_EXCL,
					    &message);
	}
	rtnl_addr_put(address);
	nl_addr_put(local);
	return message;
}

static struct nl_msg *add_neighbour(const struct lg_link_end *end,
				    const struct lg_prefix *prefix)
{
	struct nl_msg *message = NULL;
	struct nl_addr *address = nl_addr_build(prefix->family, prefix->bytes,
						address_size(prefix->family));
	struct nl_addr *mac = nl_addr_build(AF_LLC, end->peer->mac, 6);
	struct rtnl_neigh *neighbour = rtnl_neigh_alloc();

	if (address && mac && neighbour) {
		rtnl_neigh_set_ifindex(neighbour, (int)end->ifindex);
		rtnl_neigh_set_dst(neighbour, address);
		rtnl_neigh_set_lladdr(neighbour, mac);
		rtnl_neigh_set_state(neighbour, NUD_PERMANENT);
		rtnl_neigh_build_add_request(
			neighbour, NLM_F_CREATE | NLM_F_EXCL, &message);
	}
	rtnl_neigh_put(neighbour);
	nl_addr_put(mac);
	nl_addr_put(address);
	return message;
}

/* `via`: NULL: `to` is on the link.  NULL: out of memory. */
static struct rtnl_route *make_route(unsigned index, const struct lg_prefix *to,
				     struct nl_addr *via)
{
	struct nl_addr *address = address_of(to);
	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();

	if (address && route && hop) {
		rtnl_route_nh_set_ifindex(hop, (int)index);
		if (via)
			rtnl_route_nh_set_gateway(hop, via);
		rtnl_route_add_nexthop(route, hop);
		rtnl_route_set_dst(route, address);
		rtnl_route_set_protocol(route, RTPROT_STATIC);
	} else {
		if (hop)
			rtnl_route_nh_free(hop);
		rtnl_route_put(route);
		route = NULL;
	}
	nl_addr_put(address);
	return route;
}

static struct nl_msg *add_route(unsigned index, const struct lg_route *route)
{
	struct nl_msg *message = NULL;
	struct nl_addr *via = nl_addr_build(route->to.family, route->via,
					    address_size(route->to.family));
	struct rtnl_route *object =
		via ? make_route(index, &route->to, via) : NULL;

	if (object)
		rtnl_route_build_add_request(object, NLM_F_CREATE | NLM_F_EXCL,
					     &message);
	rtnl_route_put(object);
	nl_addr_put(via);
	return message;
}

int lg_address_route(struct nl_sock *route, unsigned index,
		     const struct lg_prefix *to, uint32_t features)
{
	struct rtnl_route *object = make_route(index, to, NULL);
	if (!object)
		return -NLE_NOMEM;

	rtnl_route_set_scope(object, RT_SCOPE_LINK);
	if (features)
		rtnl_route_set_metric(object, RTAX_FEATURES, features);
	int result = rtnl_route_add(route, object, NLM_F_CREATE | NLM_F_APPEND);
	rtnl_route_put(object);
	return result;
}

/* The table is looked up whatever a packet is. */
static int add_rule(struct nl_sock *route, int family)
{
	struct rtnl_rule *rule = rtnl_rule_alloc();
	if (!rule)
		return -NLE_NOMEM;

	rtnl_rule_set_family(rule, family);
	rtnl_rule_set_action(rule, FR_ACT_TO_TBL);
	rtnl_rule_set_table(rule, TABLE_HERE);
	int result = rtnl_rule_add(route, rule, NLM_F_CREATE);
	rtnl_rule_put(rule);
	return result;
}

int lg_address_route_here(struct nl_sock *route, const struct lg_prefix *to)
{
	struct rtnl_route *object = make_route(LG_LOOPBACK_INDEX, to, NULL);
	if (!object)
		return -NLE_NOMEM;

	rtnl_route_set_table(object, TABLE_HERE);
	rtnl_route_set_type(object, RTN_LOCAL);
	rtnl_route_set_scope(object, RT_SCOPE_HOST);
	int result = rtnl_route_add(route, object, NLM_F_CREATE | NLM_F_EXCL);
	rtnl_route_put(object);
	return result ? result : add_rule(route, to->family);
}

/* Whom an end can send to: its peer, by its address and by those of the link's
 * network that the peer's source NAT gives out. */
static void add_neighbours(const struct lg_link_end *end,
			   enum lg_family_index family, struct lg_batch *batch,
			   const struct lg_about *about)
{
	const struct lg_topology_end *peer = end->peer->is;
	const struct lg_prefix *own = &peer->address[family];

	lg_batch_add(batch, add_neighbour(end, own), about, "add neighbour");
	for (const struct lg_nat *nat = peer->nat; nat; nat = nat->next) {
		const struct lg_prefix *given = &nat->address[family];
		if (nat->kind == LG_SNAT && given->family &&
		    !lg_prefix_same_address(given, own))
			lg_batch_add(batch, add_neighbour(end, given), about,
				     "add neighbour");
	}
}

static void configure_end(const struct lg_build *build,
			  const struct lg_link_end *end, struct lg_batch *batch,
			  const struct lg_about *about)
{
	for (size_t i = 0; i < build->families; i++) {
		lg_batch_add(batch,
			     add_address(end->ifindex, &end->is->address[i]),
			     about, "add address");
		add_neighbours(end, i, batch, about);
	}
}

static bool is_spoken(const struct lg_build *build, int family)
{
	return family == AF_INET || build->families > LG_V6;
}

static void add_routes(const struct lg_build *build, const struct lg_host *host,
		       struct lg_batch *batch, const struct lg_about *about)
{
	const struct lg_topology_host *is = about->host;

	for (size_t i = 0; i < is->n_routes; i++) {
		const struct lg_route *route = &is->routes[i];
		const struct lg_link_end *ends = build->net->links[route->link];
		unsigned index = ends[ends[1].host == host].ifindex;
		if (is_spoken(build, route->to.family))
			lg_batch_add(batch, add_route(index, route), about,
				     "add route");
	}
}

void lg_addresses_add(const struct lg_build *build, const struct lg_host *host,
		      struct lg_batch *batch)
{
	const struct lg_net *net = build->net;
	struct lg_about about = {.topology = net->topology,
				 .host = &net->topology->hosts[host->index]};

	for (size_t i = 0; i < about.host->n_addresses; i++) {
		const struct lg_prefix *address = &about.host->addresses[i];
		if (is_spoken(build, address->family))
			lg_batch_add(batch,
				     add_address(LG_LOOPBACK_INDEX, address),
				     &about, "add address");
	}
	const struct lg_link_end *end = NULL;
	while ((end = lg_host_end(host, end))) {
		about.link = &net->topology->links[lg_end_link(end)];
		configure_end(build, end, batch, &about);
	}
	about.link = NULL;
	add_routes(build, host, batch, &about);
}
