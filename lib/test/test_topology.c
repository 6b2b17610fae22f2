// SPDX-License-Identifier: GPL-2.0-or-later
#include "nameless.h"
#include "topology.h"
#include "topology_parts.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* ---- reading it --------------------------------------------------------- */

static struct lg_topology *read_file(const char *file,
				     const struct lg_topology_param *params)
{
	char *error = NULL;
	struct lg_topology *topology = lg_topology_read(file, params, &error);

	ck_assert_msg(topology != NULL, "%s", error);
	return topology;
}

static struct lg_topology *read_shipped(const char *name,
					const struct lg_topology_param *params)
{
	const char *folder = getenv("LINGER_TOPOLOGIES");
	char file[1024];

	if (!folder)
		lg_unit_skip("LINGER_TOPOLOGIES is not set");
	snprintf(file, sizeof(file), "%s/%s.gv", folder, name);
	return read_file(file, params);
}

static struct lg_topology *read_full(void)
{
	const char *source = getenv("LINGER_SOURCE");
	char file[1024];

	if (!source)
		lg_unit_skip("LINGER_SOURCE is not set");
	snprintf(file, sizeof(file), "%s/lib/test/topologies/full.gv", source);
	return read_file(file, NULL);
}

static struct lg_topology *read_text(const char *text)
{
	char path[NAMELESS_ROOM];
	FILE *file = nameless(text, strlen(text), path);
	struct lg_topology *topology = read_file(path, NULL);

	fclose(file);
	return topology;
}

/* ---- saying what was read ----------------------------------------------- */

static const struct lg_topology_host *host(const struct lg_topology *topology,
					   const char *name)
{
	int index = lg_topology_host_index(topology, name);

	ck_assert_msg(index >= 0, "no host %s", name);
	return &topology->hosts[index];
}

static void expect_hosts(const struct lg_topology *topology, const char *names)
{
	char text[512] = "";

	for (size_t i = 0; i < topology->n_hosts; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s%s", i ? " " : "", topology->hosts[i].name);
	ck_assert_str_eq(text, names);
}

/* "client(router) 10.0.1.1/24 fd00:0:1::1/64": host, interface, addresses */
static void expect_end(const struct lg_topology *topology, size_t link,
		       int side, const char *expected)
{
	ck_assert_uint_lt(link, topology->n_links);
	const struct lg_topology_end *end = &topology->links[link].ends[side];
	char text[256], addresses[LG_FAMILIES][LG_PREFIX_TEXT];

	snprintf(text, sizeof(text), "%s(%s) %s %s",
		 topology->hosts[end->host].name, end->name,
		 lg_prefix_print(&end->address[LG_V4], addresses[LG_V4]),
		 lg_prefix_print(&end->address[LG_V6], addresses[LG_V6]));
	ck_assert_str_eq(text, expected);
}

/* "10.0.2.0/24 via 10.0.1.2, ...", IPv4 alone and IPv6 alone */
static void print_routes(const struct lg_topology_host *of, int family,
			 char *text, size_t room)
{
	*text = '\0';
	for (size_t i = 0; i < of->n_routes; i++) {
		const struct lg_route *route = &of->routes[i];
		char to[LG_PREFIX_TEXT], via[LG_PREFIX_TEXT];
		struct lg_prefix next = {.family = route->to.family};
		if (route->to.family != family)
			continue;
		memcpy(next.bytes, route->via, sizeof(next.bytes));
		lg_prefix_print(&next, via);
		*strchr(via, '/') = '\0';
		snprintf(text + strlen(text), room - strlen(text),
			 "%s%s via %s", *text ? ", " : "",
			 lg_prefix_print(&route->to, to), via);
	}
}

static void expect_routes(const struct lg_topology *topology, const char *name,
			  const char *ipv4, const char *ipv6)
{
	char text[4096];

	print_routes(host(topology, name), AF_INET, text, sizeof(text));
	ck_assert_str_eq(text, ipv4);
	print_routes(host(topology, name), AF_INET6, text, sizeof(text));
	ck_assert_str_eq(text, ipv6);
}

static void expect_arrival(const struct lg_topology *topology, const char *from,
			   const char *to, const char *address)
{
	const struct lg_topology_end *end = lg_topology_arrival(
		topology, (size_t)lg_topology_host_index(topology, from),
		(size_t)lg_topology_host_index(topology, to));
	char text[LG_PREFIX_TEXT];

	if (!address) {
		ck_assert_ptr_null(end);
		return;
	}
	ck_assert_ptr_nonnull(end);
	ck_assert_str_eq(lg_prefix_print(&end->address[LG_V4], text), address);
}

/* ---- what is shipped ---------------------------------------------------- */

static void pair_is_two_hosts(int row)
{
	(void)row;
	struct lg_topology *t = read_shipped("pair", NULL);

	ck_assert_str_eq(t->name, "pair");
	ck_assert_str_eq(t->story, "Two hosts on one link.");
	expect_hosts(t, "client server");
	ck_assert_uint_eq(t->n_links, 1);
	expect_end(t, 0, 0, "client(server) 10.0.1.1/24 fd00:0:1::1/64");
	expect_end(t, 0, 1, "server(client) 10.0.1.2/24 fd00:0:1::2/64");
	expect_routes(t, "client", "10.0.100.1/32 via 10.0.1.2",
		      "fd00:0:100::1/128 via fd00:0:1::2");
	expect_routes(t, "server", "", "");
	expect_arrival(t, "client", "server", "10.0.1.2/24");
	expect_arrival(t, "client", "client", NULL);
	ck_assert(!t->has_nat && !t->has_netem);
	lg_topology_free(t);
}

static void routed_goes_through_a_router(int row)
{
	(void)row;
	struct lg_topology *t = read_shipped("routed", NULL);

	expect_hosts(t, "client router server");
	ck_assert(host(t, "router")->forward && !host(t, "server")->forward);
	expect_end(t, 1, 0, "router(server) 10.0.2.1/24 fd00:0:2::1/64");
	expect_routes(t, "client", "0.0.0.0/0 via 10.0.1.2",
		      "::/0 via fd00:0:1::2");
	expect_routes(t, "router", "", "");
	expect_routes(t, "server", "0.0.0.0/0 via 10.0.2.1",
		      "::/0 via fd00:0:2::1");
	expect_arrival(t, "client", "server", "10.0.2.2/24");
	expect_arrival(t, "server", "router", "10.0.2.1/24");
	ck_assert(!t->has_nat && !t->has_netem);
	lg_topology_free(t);
}

static void nat_masquerades_towards_the_server(int row)
{
	(void)row;
	struct lg_topology *t = read_shipped("nat", NULL);

	expect_hosts(t, "client1 client2 router server");
	ck_assert_uint_eq(t->n_links, 3);
	expect_end(t, 1, 0, "client2(router) 10.0.2.1/24 fd00:0:2::1/64");
	expect_end(t, 2, 0, "router(server) 10.0.3.1/24 fd00:0:3::1/64");
	expect_routes(t, "client2", "0.0.0.0/0 via 10.0.2.2",
		      "::/0 via fd00:0:2::2");

	const struct lg_nat *nat = t->links[2].ends[0].nat;
	ck_assert_ptr_nonnull(nat);
	ck_assert_int_eq(nat->kind, LG_MASQUERADE);
	ck_assert(!nat->first_port && !nat->last_port && !nat->random);
	ck_assert_ptr_null(nat->next);
	for (int i = 0; i < 6; i++)
		if (t->links[i / 2].ends[i % 2].nat != nat)
			ck_assert_ptr_null(t->links[i / 2].ends[i % 2].nat);
	ck_assert(t->has_nat);
	lg_topology_free(t);

	const struct lg_topology_param off[] = {{"nat", "none"}, {NULL, NULL}};
	t = read_shipped("nat", off);
	ck_assert(!t->has_nat);
	ck_assert_ptr_null(t->links[2].ends[0].nat);
	lg_topology_free(t);
}

static void chain_repeats_its_router(int row)
{
	(void)row;
	struct lg_topology *t = read_shipped("chain", NULL);

	expect_hosts(t, "client router1 router2 router3 server");
	ck_assert_uint_eq(t->n_links, 4);
	expect_end(t, 0, 0, "client(router1) 10.0.1.1/24 fd00:0:1::1/64");
	expect_end(t, 0, 1, "router1(client) 10.0.1.2/24 fd00:0:1::2/64");
	expect_end(t, 1, 0, "router1(router2) 10.0.2.1/24 fd00:0:2::1/64");
	expect_end(t, 2, 1, "router3(router2) 10.0.3.2/24 fd00:0:3::2/64");
	expect_end(t, 3, 0, "router3(server) 10.0.4.1/24 fd00:0:4::1/64");
	expect_end(t, 3, 1, "server(router3) 10.0.4.2/24 fd00:0:4::2/64");
	expect_routes(t, "client", "0.0.0.0/0 via 10.0.1.2",
		      "::/0 via fd00:0:1::2");
	expect_routes(t, "router1", "0.0.0.0/0 via 10.0.2.2",
		      "::/0 via fd00:0:2::2");
	expect_routes(t, "router2",
		      "10.0.1.0/24 via 10.0.2.1, 10.0.4.0/24 via 10.0.3.2",
		      "fd00:0:1::/64 via fd00:0:2::1, "
		      "fd00:0:4::/64 via fd00:0:3::2");
	expect_arrival(t, "client", "server", "10.0.4.2/24");
	expect_arrival(t, "server", "router2", "10.0.3.1/24");
	lg_topology_free(t);
}

static void chain_can_be_of_none_and_one(int row)
{
	(void)row;
	const struct lg_topology_param none[] = {{"k", "0"}, {NULL, NULL}};
	const struct lg_topology_param one[] = {{"k", "1"}, {NULL, NULL}};

	struct lg_topology *t = read_shipped("chain", none);
	expect_hosts(t, "client server");
	ck_assert_uint_eq(t->n_links, 1);
	expect_end(t, 0, 0, "client(server) 10.0.1.1/24 fd00:0:1::1/64");
	expect_end(t, 0, 1, "server(client) 10.0.1.2/24 fd00:0:1::2/64");
	lg_topology_free(t);

	t = read_shipped("chain", one);
	expect_hosts(t, "client router1 server");
	ck_assert_uint_eq(t->n_links, 2);
	expect_end(t, 1, 0, "router1(server) 10.0.2.1/24 fd00:0:2::1/64");
	lg_topology_free(t);
}

/* Follows the routes from hop to hop, as packets do. */
static unsigned hops(const struct lg_topology *topology, size_t from, size_t to,
		     const struct lg_prefix *address)
{
	unsigned n = 0;

	for (size_t at = from; at != to; n++) {
		const struct lg_topology_link *by = NULL;
		for (size_t i = 0; i < topology->n_links && !by; i++)
			for (int side = 0; side < 2; side++)
				if (topology->links[i].ends[side].host == at &&
				    lg_prefix_covers(
					    &topology->links[i]
						     .net[lg_family_index(
							     address->family)],
					    address))
					by = &topology->links[i];
		const struct lg_topology_host *host = &topology->hosts[at];
		for (size_t i = 0; i < host->n_routes && !by; i++)
			if (lg_prefix_covers(&host->routes[i].to, address))
				by = &topology->links[host->routes[i].link];
		ck_assert_msg(by != NULL, "no route at %s", host->name);
		at = by->ends[by->ends[0].host == at].host;
		ck_assert_uint_le(n, topology->n_hosts);
	}
	return n;
}

static void a_long_chain_is_routed_end_to_end(int row)
{
	(void)row;
	const struct lg_topology_param params[] = {{"k", "255"}, {NULL, NULL}};
	struct lg_topology *t = read_shipped("chain", params);
	size_t server = t->n_hosts - 1;

	ck_assert_uint_eq(t->n_links, 256);
	expect_end(t, 255, 1, "server(router255) 10.1.0.2/24 fd00:0:256::2/64");
	for (int f = 0; f < LG_FAMILIES; f++) {
		ck_assert_uint_eq(
			hops(t, 0, server, &t->links[255].ends[1].address[f]),
			256);
		ck_assert_uint_eq(
			hops(t, server, 0, &t->links[0].ends[0].address[f]),
			256);
	}
	lg_topology_free(t);
}

static void balancer_translates_both_ways(int row)
{
	(void)row;
	const struct lg_topology_param params[] = {{"strip", "timestamp"},
						   {NULL, NULL}};
	struct lg_topology *t = read_shipped("balancer", NULL);

	expect_hosts(t, "client balancer server");
	ck_assert(!host(t, "balancer")->strip_timestamp);
	const struct lg_nat *in = t->links[0].ends[1].nat;
	const struct lg_nat *out = t->links[1].ends[0].nat;
	ck_assert(in && !in->next && out && !out->next);
	ck_assert_int_eq(in->kind, LG_DNAT);
	ck_assert_uint_eq(in->port, 80);
	ck_assert_uint_eq(in->to_port, 80);
	ck_assert_str_eq(t->hosts[in->to_host].name, "server");
	ck_assert_int_eq(out->kind, LG_MASQUERADE);
	lg_topology_free(t);

	t = read_shipped("balancer", params);
	ck_assert(host(t, "balancer")->strip_timestamp);
	lg_topology_free(t);
}

/* ---- what can be said --------------------------------------------------- */

static void full_graph_and_hosts(int row)
{
	(void)row;
	struct lg_topology *t = read_full();

	ck_assert_str_eq(t->name, "full of words");
	ck_assert_str_eq(t->story, "All 2 repeats.");
	expect_hosts(t, "client host-2 gate hop1 hop2 server");
	ck_assert(host(t, "gate")->strip_timestamp);
	ck_assert(host(t, "hop1")->forward && host(t, "hop2")->forward);
	ck_assert(!host(t, "host-2")->forward);

	const struct lg_topology_host *client = host(t, "client");
	char text[LG_PREFIX_TEXT];
	ck_assert_int_eq(client->line, 12);
	ck_assert_uint_eq(client->n_addresses, 2);
	ck_assert_str_eq(lg_prefix_print(&client->addresses[1], text),
			 "2001:db8:1::1/128");
	ck_assert_uint_eq(client->n_sysctls, 2);
	ck_assert_str_eq(client->sysctls[0].name, "net.ipv4.tcp_tw_reuse");
	ck_assert_str_eq(client->sysctls[0].value, "1");
	ck_assert_str_eq(client->sysctls[1].value, "1 2 3");
	lg_topology_free(t);
}

static void full_addresses_and_names(int row)
{
	(void)row;
	struct lg_topology *t = read_full();

	ck_assert_uint_eq(t->n_links, 6);
	ck_assert_int_eq(t->links[1].line, 25);
	expect_end(t, 0, 0, "client(gate) 10.9.1.1/16 2001:db8:9::1/64");
	expect_end(t, 0, 1, "gate(client) 10.9.0.2/16 2001:db8:9::2/64");
	expect_end(t, 1, 0, "host-2(gate) 10.0.2.1/24 fd00:0:2::1/64");
	expect_end(t, 2, 0, "gate(client2) 10.0.3.1/24 fd00:0:3::1/64");
	expect_end(t, 2, 1, "client(gate2) 10.0.3.2/24 fd00:0:3::2/64");
	expect_end(t, 3, 0, "gate(hop1) 198.51.100.1/28 fd00:0:4::1/64");
	expect_end(t, 3, 1, "hop1(gate) 198.51.100.7/28 fd00:0:4::2/64");
	expect_end(t, 4, 0, "hop1(hop2) 10.0.5.1/24 fd00:0:5::1/64");
	expect_end(t, 5, 0, "hop2(server) 10.0.6.1/24 fd00:0:6::1/64");
	lg_topology_free(t);
}

static void full_netem(int row)
{
	(void)row;
	struct lg_topology *t = read_full();
	const struct lg_netem *all = &t->links[0].ends[0].netem;
	const struct lg_netem *head = &t->links[0].ends[1].netem;

	ck_assert_uint_eq(all->delay_us, 20000);
	ck_assert_uint_eq(all->jitter_us, 500);
	ck_assert_double_eq_tol(all->loss, 0.005, 1e-12);
	ck_assert_double_eq_tol(all->duplicate, 0.02, 1e-12);
	ck_assert_double_eq_tol(all->reorder, 0.25, 1e-12);
	ck_assert_uint_eq(all->limit, 1000);
	ck_assert_uint_eq(head->delay_us, 1500000);
	ck_assert_uint_eq(head->limit, 0);
	ck_assert_uint_eq(t->links[1].ends[0].netem.limit, 7);
	ck_assert_uint_eq(t->links[1].ends[1].netem.limit, 0);
	ck_assert_double_eq_tol(t->links[3].ends[0].netem.loss, 0.01, 1e-12);
	ck_assert_uint_eq(t->links[4].ends[0].netem.limit, 7);
	ck_assert(t->has_netem);
	lg_topology_free(t);
}

static void full_nat(int row)
{
	(void)row;
	struct lg_topology *t = read_full();
	char text[LG_PREFIX_TEXT];

	const struct lg_nat *nat = t->links[0].ends[1].nat;
	ck_assert_int_eq(nat->kind, LG_DNAT);
	ck_assert_uint_eq(nat->port, 80);
	ck_assert_uint_eq(nat->to_port, 8080);
	ck_assert_str_eq(t->hosts[nat->to_host].name, "server");
	nat = nat->next;
	ck_assert_uint_eq(nat->to_port, 443);
	ck_assert_str_eq(t->hosts[nat->to_host].name, "hop2");
	ck_assert_ptr_null(nat->next);

	nat = t->links[3].ends[0].nat;
	ck_assert_int_eq(nat->kind, LG_SNAT);
	ck_assert_str_eq(lg_prefix_print(&nat->address[LG_V4], text),
			 "10.9.0.2/32");
	ck_assert_str_eq(lg_prefix_print(&nat->address[LG_V6], text),
			 "2001:db8:9::2/128");
	ck_assert_uint_eq(nat->first_port, 1000);
	ck_assert_uint_eq(nat->last_port, 2000);
	ck_assert(nat->random);
	nat = nat->next;
	ck_assert_int_eq(nat->kind, LG_MASQUERADE);
	ck_assert(nat->first_port == 5 && nat->last_port == 5 && !nat->random);
	nat = nat->next;
	ck_assert(nat->first_port == 0 && nat->random && !nat->next);
	lg_topology_free(t);
}

static void full_routes(int row)
{
	(void)row;
	struct lg_topology *t = read_full();

	/* Of two links to the same neighbour the first is taken. */
	expect_routes(t, "client", "0.0.0.0/0 via 10.9.0.2",
		      "::/0 via 2001:db8:9::2");
	expect_routes(t, "gate",
		      "10.0.5.0/24 via 198.51.100.7, "
		      "10.0.6.0/24 via 198.51.100.7, "
		      "192.0.2.1/32 via 10.9.1.1",
		      "fd00:0:5::/64 via fd00:0:4::2, "
		      "fd00:0:6::/64 via fd00:0:4::2, "
		      "2001:db8:1::1/128 via 2001:db8:9::1");
	expect_routes(t, "hop2", "0.0.0.0/0 via 10.0.5.1",
		      "::/0 via fd00:0:5::1");
	lg_topology_free(t);
}

static void islands_are_allowed(int row)
{
	(void)row;
	struct lg_topology *t = read_text("graph { a -- b; c -- d; e }");

	expect_hosts(t, "a b c d e");
	expect_arrival(t, "a", "b", "10.0.1.2/24");
	expect_arrival(t, "a", "c", NULL);
	expect_arrival(t, "e", "a", NULL);
	lg_topology_free(t);
}

static void only_forwarding_hosts_are_passed(int row)
{
	(void)row;
	/* The short way from a to d is through b, which does not forward. */
	struct lg_topology *t =
		read_text("graph { c [forward=true] e [forward=true]\n"
			  "a -- b; b -- d; a -- c; c -- e; e -- d }");

	expect_arrival(t, "a", "d", "10.0.5.2/24");
	expect_routes(t, "a", "0.0.0.0/0 via 10.0.3.2", "::/0 via fd00:0:3::2");
	expect_arrival(t, "a", "b", "10.0.1.2/24");
	lg_topology_free(t);
}

static void neighbours_learn_loopback_addresses(int row)
{
	(void)row;
	struct lg_topology *t =
		read_text("graph { b [addresses=\"192.0.2.0/31 10.0.1.9/32\"]\n"
			  "a -- b }");

	expect_routes(t, "a",
		      "192.0.2.0/31 via 10.0.1.2, 10.0.1.9/32 via 10.0.1.2",
		      "");
	lg_topology_free(t);
}

static void interfaces_give_way_to_neighbours(int row)
{
	(void)row;
	struct lg_topology *t =
		read_text("graph { a -- b; a -- b; a -- b2; a -- b }");

	ck_assert_str_eq(t->links[0].ends[0].name, "b");
	ck_assert_str_eq(t->links[1].ends[0].name, "b3");
	ck_assert_str_eq(t->links[2].ends[0].name, "b2");
	ck_assert_str_eq(t->links[3].ends[0].name, "b4");
	ck_assert_str_eq(t->links[3].ends[1].name, "a3");
	lg_topology_free(t);
}

static void rows_may_follow_rows(int row)
{
	(void)row;
	struct lg_topology *t = read_text(
		"graph { x [repeat=2] y [repeat=0] z [repeat=1]\n"
		"a -- x [tailaddr=\"192.0.2.9/24\"]; x -- y; y -- z;\n"
		"b -- z [netem=\"delay 1ms\"] }");

	expect_hosts(t, "x1 x2 z1 a b");
	ck_assert_uint_eq(t->n_links, 4);
	expect_end(t, 0, 0, "a(x1) 192.0.2.9/24 fd00:0:1::1/64");
	expect_end(t, 1, 1, "x2(x1) 10.0.2.2/24 fd00:0:2::2/64");
	expect_end(t, 2, 1, "z1(x2) 10.0.3.2/24 fd00:0:3::2/64");
	expect_end(t, 3, 1, "z1(b) 10.0.4.2/24 fd00:0:4::2/64");
	ck_assert_uint_eq(t->links[3].ends[1].netem.delay_us, 1000);
	ck_assert_uint_eq(t->links[2].ends[0].netem.delay_us, 0);
	lg_topology_free(t);
}

static void joined_neighbours_keep_their_ends(int row)
{
	(void)row;
	struct lg_topology *t =
		read_text("graph { r [repeat=0]\n"
			  "a -- r [netem=\"delay 1ms\" headnat=masquerade\n"
			  "        net=\"192.0.2.0/24\"];\n"
			  "b -- r [tailnetem=\"delay 2ms\" "
			  "tailnat=\"masquerade random\"]}");
	const struct lg_topology_end *ends = t->links[0].ends;

	ck_assert_uint_eq(t->n_links, 1);
	expect_end(t, 0, 0, "a(b) 192.0.2.1/24 fd00:0:1::1/64");
	expect_end(t, 0, 1, "b(a) 192.0.2.2/24 fd00:0:1::2/64");
	ck_assert_uint_eq(ends[0].netem.delay_us, 1000);
	ck_assert_uint_eq(ends[1].netem.delay_us, 2000);
	ck_assert_ptr_null(ends[0].nat);
	ck_assert(ends[1].nat && ends[1].nat->random);
	lg_topology_free(t);
}

static void a_graph_can_be_nameless(int row)
{
	(void)row;
	struct lg_topology *t = read_text("graph { a }");

	ck_assert_str_ne(t->name, "");
	ck_assert_ptr_null(strchr(t->name, '/'));
	ck_assert_ptr_null(strchr(t->name, '%'));
	ck_assert_str_eq(t->story, "");
	lg_topology_free(t);
}

static const struct lg_unit units[] = {
	{.name = "pair_is_two_hosts", .run = pair_is_two_hosts},
	{.name = "routed_goes_through_a_router",
	 .run = routed_goes_through_a_router},
	{.name = "nat_masquerades_towards_the_server",
	 .run = nat_masquerades_towards_the_server},
	{.name = "chain_repeats_its_router", .run = chain_repeats_its_router},
	{.name = "chain_can_be_of_none_and_one",
	 .run = chain_can_be_of_none_and_one},
	{.name = "a_long_chain_is_routed_end_to_end",
	 .run = a_long_chain_is_routed_end_to_end,
	 .timeout_s = 60},
	{.name = "balancer_translates_both_ways",
	 .run = balancer_translates_both_ways},
	{.name = "full_graph_and_hosts", .run = full_graph_and_hosts},
	{.name = "full_addresses_and_names", .run = full_addresses_and_names},
	{.name = "full_netem", .run = full_netem},
	{.name = "full_nat", .run = full_nat},
	{.name = "full_routes", .run = full_routes},
	{.name = "islands_are_allowed", .run = islands_are_allowed},
	{.name = "only_forwarding_hosts_are_passed",
	 .run = only_forwarding_hosts_are_passed},
	{.name = "neighbours_learn_loopback_addresses",
	 .run = neighbours_learn_loopback_addresses},
	{.name = "interfaces_give_way_to_neighbours",
	 .run = interfaces_give_way_to_neighbours},
	{.name = "rows_may_follow_rows", .run = rows_may_follow_rows},
	{.name = "joined_neighbours_keep_their_ends",
	 .run = joined_neighbours_keep_their_ends},
	{.name = "a_graph_can_be_nameless", .run = a_graph_can_be_nameless},
	{.name = NULL},
};

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}
