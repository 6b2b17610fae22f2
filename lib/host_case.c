// SPDX-License-Identifier: GPL-2.0-or-later
/* The network and its hosts, as a case asks for them. */
#define LG_IMPLEMENTATION
#include "address.h"
#include "net.h"
#include "variant.h"
#include "verdict.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>

int lg_family(const struct lg_net *net)
{
	return net->family;
}

const char *lg_row_name(const struct lg_net *net)
{
	return net->variant->row ? net->variant->row->name : "";
}

const void *lg_row_data(const struct lg_net *net)
{
	return net->variant->row ? net->variant->row->data : NULL;
}

const char *lg_param(const struct lg_net *net, const char *name)
{
	const struct lg_variant *variant = net->variant;
	for (size_t i = 0; i < variant->n_settings; i++) {
		if (!variant->settings[i].host &&
		    !strcmp(variant->settings[i].name, name))
			return variant->settings[i].value;
	}
	lg_broken("the case gives no parameter \"%s\"", name);
}

struct lg_host *lg_host(struct lg_net *net, const char *name)
{
	int index = lg_topology_host_index(net->topology, name);
	if (index < 0)
		lg_broken("topology %s has no host \"%s\"", net->topology->name,
			  name);
	return &net->hosts[index];
}

static int family_index(const struct lg_host *host)
{
	return host->net->family == AF_INET ? LG_V4 : LG_V6;
}

/* Texts of addresses live as long as the process: a case may keep them. */
static const char *print_address(const struct lg_prefix *address)
{
	char text[INET6_ADDRSTRLEN];
	inet_ntop(address->family, address->bytes, text, sizeof(text));
	const char *kept = strdup(text);
	if (!kept)
		lg_broken("out of memory");
	return kept;
}

const char *lg_address(struct lg_host *host, unsigned n)
{
	const struct lg_topology *topology = host->net->topology;
	const struct lg_topology_host *is = &topology->hosts[host->index];

	const struct lg_link_end *end = NULL;
	while ((end = lg_host_end(host, end))) {
		const struct lg_prefix *address =
			&end->is->address[family_index(host)];
		if (address->family && n-- == 0)
			return print_address(address);
	}
	for (size_t i = 0; i < is->n_addresses; i++) {
		if (is->addresses[i].family == host->net->family && n-- == 0)
			return print_address(&is->addresses[i]);
	}
	return NULL;
}

static const struct lg_topology_end *arrival(struct lg_host *from,
					     struct lg_host *to)
{
	const struct lg_topology_end *end = lg_topology_arrival(
		from->net->topology, from->index, to->index);
	if (!end)
		lg_broken("no way from %s to %s", from->name, to->name);
	if (!end->address[family_index(to)].family)
		lg_broken("%s has no address of this family", to->name);
	return end;
}

const char *lg_address_towards(struct lg_host *from, struct lg_host *to)
{
	if (from == to)
		return from->net->family == AF_INET ? "127.0.0.1" : "::1";
	return print_address(&arrival(from, to)->address[family_index(to)]);
}

static unsigned device_index(struct lg_host *host, const char *device)
{
	lg_host_enter(host);
	unsigned index = if_nametoindex(device);
	lg_host_leave(host);
	if (!index)
		lg_broken("%s has no device \"%s\"", host->name, device);
	return index;
}

static struct nl_sock *route_socket(struct lg_host *host)
{
	struct nl_sock *route = lg_host_route(host);
	if (!route)
		lg_broken_by("cannot add a route");
	return route;
}

static void check_route(const struct lg_host *host, const struct lg_prefix *to,
			int error)
{
	if (error)
		lg_broken("%s: cannot add a route to %s: %s", host->name,
			  print_address(to), nl_geterror(error));
}

static void add_route(struct lg_host *host, const struct lg_prefix *to,
		      unsigned index, uint32_t features)
{
	check_route(host, to,
		    lg_address_route(route_socket(host), index, to, features));
}

static struct lg_prefix read_address(const struct lg_host *host,
				     const char *text)
{
	int family = lg_family(host->net);
	struct lg_prefix address = {.family = family,
				    .length = family == AF_INET ? 32 : 128};
	if (inet_pton(family, text, address.bytes) != 1)
		lg_broken("\"%s\" is no address of this variant's family",
			  text);
	return address;
}

void lg_route(struct lg_host *host, const char *to, const char *device)
{
	struct lg_prefix address = read_address(host, to);
	add_route(host, &address, device_index(host, device), 0);
}

void lg_route_here(struct lg_host *host, const char *to)
{
	struct lg_prefix address = read_address(host, to);
	check_route(host, &address,
		    lg_address_route_here(route_socket(host), &address));
}

void lg_hop_limit(struct lg_host *host, const char *device, unsigned hops)
{
	char name[64] = "net.ipv4.ip_default_ttl", value[16];

	device_index(host, device);
	if (lg_family(host->net) == AF_INET6)
		snprintf(name, sizeof(name), "net.ipv6.conf.%s.hop_limit",
			 device);
	snprintf(value, sizeof(value), "%u", hops);
	lg_sysctl_set(host, name, value);
}

void lg_count_microseconds(struct lg_host *from, struct lg_host *to)
{
	lg_need(from->net, "microsecond-timestamps");
	const struct lg_topology_end *there = arrival(from, to);
	const struct lg_link_end *end = NULL;
	do
		end = lg_host_end(from, end);
	while (end && end->peer->is != there);
	if (!end)
		lg_broken("%s is no neighbour of %s", to->name, from->name);

	struct lg_prefix address = there->address[family_index(to)];
	address.length = address.family == AF_INET ? 32 : 128;
	add_route(from, &address, end->ifindex, LG_TCP_USEC_TS);
}
