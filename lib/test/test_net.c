// SPDX-License-Identifier: GPL-2.0-or-later
/* What is there when a network was built, what is not, and what is refused. */
#define LG_IMPLEMENTATION
#include "error.h"
#include "network.h"
#include "sysctl.h"
#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what is there ----------------------------------------------------- */

static json_t *named(json_t *array, const char *key, const char *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(array, i, item)
	{
		const char *has = json_string_value(json_object_get(item, key));
		if (has && !strcmp(has, value))
			return item;
	}
	return NULL;
}

static bool has_flag(json_t *link, const char *flag)
{
	size_t i;
	json_t *item;

	json_array_foreach(json_object_get(link, "flags"), i, item)
	{
		if (!strcmp(json_string_value(item), flag))
			return true;
	}
	return false;
}

static void assert_address(json_t *link, const struct lg_prefix *prefix)
{
	char text[INET6_ADDRSTRLEN];
	inet_ntop(prefix->family, prefix->bytes, text, sizeof(text));
	json_t *address =
		named(json_object_get(link, "addr_info"), "local", text);

	ck_assert_msg(address, "no address %s", text);
	ck_assert_int_eq(
		json_integer_value(json_object_get(address, "prefixlen")),
		(int)prefix->length);
	ck_assert_ptr_null(json_object_get(address, "tentative"));
}

static void assert_link(const struct lg_link_end *end, json_t *links)
{
	json_t *link = named(links, "ifname", end->is->name);
	char mac[18];

	ck_assert_msg(link, "%s has no %s", end->host->name, end->is->name);
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", end->mac[0],
		 end->mac[1], end->mac[2], end->mac[3], end->mac[4],
		 end->mac[5]);
	ck_assert_int_eq(end->mac[0] & LG_MAC_RELEASED, 0);
	ck_assert_str_eq(json_string_value(json_object_get(link, "address")),
			 mac);
	ck_assert_uint_eq(
		(unsigned)json_integer_value(json_object_get(link, "ifindex")),
		end->ifindex);
	ck_assert(has_flag(link, "UP") && has_flag(link, "LOWER_UP"));
	/* One a family: none that the kernel made up. */
	ck_assert_uint_eq(json_array_size(json_object_get(link, "addr_info")),
			  2);
	assert_address(link, &end->is->address[LG_V4]);
	assert_address(link, &end->is->address[LG_V6]);
}

static void assert_links(struct lg_host *host)
{
	struct lg_net *net = host->net;
	json_t *links = json_at(host, "ip -j addr");

	ck_assert(has_flag(named(links, "ifname", "lo"), "UP"));
	for (size_t i = 0; i < net->topology->n_links; i++) {
		for (int e = 0; e < 2; e++) {
			if (net->links[i][e].host == host)
				assert_link(&net->links[i][e], links);
		}
	}
	json_decref(links);
}

static void assert_route(struct lg_host *host, const struct lg_route *route,
			 json_t *routes)
{
	char to[INET6_ADDRSTRLEN + 4] = "default", via[INET6_ADDRSTRLEN];

	inet_ntop(route->to.family, route->via, via, sizeof(via));
	if (route->to.length)
		inet_ntop(route->to.family, route->to.bytes, to, sizeof(to));
	if (route->to.length &&
	    route->to.length != (route->to.family == AF_INET ? 32 : 128))
		sprintf(to + strlen(to), "/%u", route->to.length);
	json_t *found = named(routes, "dst", to);
	ck_assert_msg(found, "%s has no route to %s", host->name, to);
	ck_assert_str_eq(json_string_value(json_object_get(found, "gateway")),
			 via);
}

static void assert_routes(struct lg_host *host)
{
	const struct lg_topology_host *is =
		&host->net->topology->hosts[host->index];
	json_t *routes[] = {json_at(host, "ip -j -4 route"),
			    json_at(host, "ip -j -6 route")};

	for (size_t i = 0; i < is->n_routes; i++)
		assert_route(host, &is->routes[i],
			     routes[is->routes[i].to.family == AF_INET6]);
	json_decref(routes[0]);
	json_decref(routes[1]);
}

static void assert_sysctl(struct lg_host *host, const char *name,
			  const char *value)
{
	char has[128];

	ck_assert_int_eq(lg_sysctl_read(host, name, has, sizeof(has)), 0);
	ck_assert_msg(!strcmp(has, value), "%s: %s is %s, not %s", host->name,
		      name, has, value);
}

static void test_is_what_ip_shows(int row)
{
	enter_world();
	struct lg_net *net = build(shipped(shipped_names[row], NULL, NULL));

	for (size_t i = 0; i < net->topology->n_hosts; i++) {
		assert_links(&net->hosts[i]);
		assert_routes(&net->hosts[i]);
	}
	lg_net_free(net);
}

static void test_nothing_of_the_machine(int row)
{
	(void)row;
	enter_world();
	struct lg_net *net = build(shipped("routed", NULL, NULL));

	for (size_t i = 0; i < net->topology->n_hosts; i++) {
		struct lg_host *host = &net->hosts[i];
		const char *forwards =
			net->topology->hosts[i].forward ? "1" : "0";
		assert_sysctl(host, "net.ipv4.ip_forward", forwards);
		assert_sysctl(host, "net.ipv6.conf.all.forwarding", forwards);
		assert_sysctl(host, "net.ipv4.conf.all.rp_filter", "0");
		assert_sysctl(host, "net.ipv4.conf.default.rp_filter", "0");
		assert_sysctl(host, "net.ipv4.tcp_congestion_control", "reno");
		assert_sysctl(host, "net.ipv4.tcp_rmem", "4096 131072 6291456");
	}
	lg_net_free(net);
}

static void test_sysctls_come_last(int row)
{
	(void)row;
	enter_world();
	struct lg_net *net = build(written(
		"graph t {\n a [sysctls=\"net.ipv4.ip_forward=1;"
		" net.ipv4.conf.b.rp_filter=1;"
		" net.ipv4.tcp_congestion_control=reno\"]\n a -- b\n}\n"));
	assert_sysctl(host_of(net, "a"), "net.ipv4.ip_forward", "1");
	assert_sysctl(host_of(net, "a"), "net.ipv4.conf.b.rp_filter", "1");
	assert_sysctl(host_of(net, "b"), "net.ipv4.ip_forward", "0");
	lg_net_free(net);
}

static void test_rules_are_what_nft_shows(int row)
{
	static const char *const expected[] = {
		("oifname \"b\" meta l4proto tcp masquerade to :2000-3000 "
		 "random"),
		"oifname \"b\" masquerade random",
		"iifname \"b\" tcp dport 8080 dnat to 10.0.1.1:80",
		"iifname \"b\" tcp dport 8080 dnat to [fd00:0:1::1]:80",
	};
	(void)row;
	enter_world();
	struct lg_net *net =
		build(written("graph t {\n a\n r [forward=true]\n b\n a -- r\n"
			      " r -- b [tailnat=\"masquerade 2000-3000 random;"
			      " dnat 8080 a:80\"]\n}\n"));
	struct lg_host *router = host_of(net, "r");
	char *rules = output_at(router, "nft list ruleset");

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		ck_assert_msg(strstr(rules, expected[i]), "no %s in\n%s",
			      expected[i], rules);
	char *read = lg_nft_read(router, "list ruleset");
	ck_assert_str_eq(read, rules);
	free(read);
	ck_assert_str_eq(output_at(host_of(net, "a"), "nft list ruleset"), "");
	lg_net_free(net);
}

/* ---- what is refused --------------------------------------------------- */

/* The message of a build that must fail, after the file's name. */
static const char *refusal(struct lg_topology *topology, int error)
{
	char file[512];

	snprintf(file, sizeof(file), "%s", topology->file);
	ck_assert_ptr_null(lg_net_build(topology, AF_INET));
	ck_assert_int_eq(errno, error);
	ck_assert_mem_eq(lg_error_text(), file, strlen(file));
	return lg_error_text() + strlen(file);
}

static void test_netem_or_its_absence(int row)
{
	(void)row;
	enter_world();
	struct lg_topology *topology =
		written("graph t {\n a -- b [netem=\"delay 20ms 5ms loss 1% "
			"duplicate 1% reorder 25%\"]\n}\n");
	struct lg_net *net = lg_net_build(topology, AF_INET);
	if (net) {
		const char *shown = output_at(
			&(struct lg_host){.net = net,
					  .name = "the middle",
					  .netns = net->links[0][0].near_netns},
			"tc qdisc show");
		ck_assert_msg(strstr(shown, "delay 20ms  5ms loss 1% duplicate "
					    "1% reorder 25% gap 1"),
			      "%s", shown);
		lg_net_free(net);
		return;
	}
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_nonnull(strstr(
		lg_error_text(),
		":2: link a -- b: add netem (the kernel needs sch_netem): "));
	ck_assert_ptr_nonnull(strstr(lg_error_text(), strerror(ENOENT)));
}

static void test_failed_link_is_named(int row)
{
	(void)row;
	enter_world();
	struct lg_topology *topology =
		written("graph t {\n a -- b\n a -- c\n}\n");
	strcpy(topology->links[1].ends[0].name,
	       topology->links[0].ends[0].name);
	ck_assert_str_eq(refusal(topology, EEXIST),
			 ":3: link a -- c: add veth: File exists");
}

static void test_failed_end_is_named(int row)
{
	(void)row;
	enter_world();
	struct lg_topology *topology = written("graph t {\n a -- b\n}\n");
	topology->links[0].ends[1].address[LG_V4].length = 33;
	const char *message = refusal(topology, EINVAL);
	ck_assert_mem_eq(message, ":2: link a -- b: at b: add address", 34);
}

static void test_failed_sysctl_is_named(int row)
{
	static const struct {
		const char *sysctl, *message;
		int error;
	} rows[] = {
		{"net.ipv4.tcp_nonsense=1", ":2: host a: no sysctl net.ipv4.",
		 ENOENT},
		{"net.ipv4.tcp_syn_retries=x", ":2: host a: ", EINVAL},
	};
	char text[256];
	enter_world();

	snprintf(text, sizeof(text),
		 "graph t {\n a [sysctls=\"%s\"]\n a -- b\n}\n",
		 rows[row].sysctl);
	const char *message = refusal(written(text), rows[row].error);
	ck_assert_mem_eq(message, rows[row].message, strlen(rows[row].message));
	ck_assert_ptr_nonnull(strstr(message, "tcp_"));
}

static void test_nft_says_what_is_wrong(int row)
{
	(void)row;
	enter_world();
	struct lg_net *net = build(shipped("pair", NULL, NULL));
	struct lg_host *client = host_of(net, "client");

	ck_assert_int_eq(lg_nft_run(client, "add rule ip nowhere c accept"),
			 -ENOENT);
	ck_assert_str_eq(lg_error_text(),
			 "host client: nft: add rule ip nowhere c accept: "
			 "Could not process rule: No such file or directory");
	ck_assert_ptr_null(lg_nft_read(client, "list nonsense"));
	ck_assert_int_eq(errno, EINVAL);
	lg_net_free(net);
}

/* ---- nothing is left --------------------------------------------------- */

#define TIMES 200

static void limit_namespaces(unsigned n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	write_file("/proc/sys/user/max_net_namespaces", text);
}

/* Namespaces go some time after their last descriptor: until then a new one
 * may be one too many. */
static struct lg_net *build_when_there_is_room(void)
{
	for (int64_t waited_ms = 0; waited_ms < 10000; waited_ms += 5) {
		struct lg_net *net =
			lg_net_build(shipped("nat", NULL, NULL), AF_INET);
		if (net)
			return net;
		ck_assert_msg(errno == ENOSPC, "%s", lg_error_text());
		poll(NULL, 0, 5);
	}
	ck_abort_msg("namespaces are left");
}

static unsigned open_files(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* In a user namespace that may have no more network namespaces than our own and
 * those of one network, that network needs all before it to be gone. */
static void test_nothing_is_left(int row)
{
	(void)row;
	enter_user_namespace();
	limit_namespaces(40);
	struct lg_host here = {.name = "here"};
	here.net = build_when_there_is_room();
	here.netns = here.net->home;
	char *links = strdup(output_at(&here, "ip -o link"));
	lg_net_free(here.net);
	unsigned files = open_files();

	for (int i = 0; i < TIMES; i++)
		lg_net_free(build_when_there_is_room());
	ck_assert_uint_eq(open_files(), files);

	limit_namespaces(1 + 4);
	here.net = build_when_there_is_room();
	here.netns = here.net->home;
	ck_assert_str_eq(output_at(&here, "ip -o link"), links);
	lg_net_free(here.net);
	free(links);
}

static const struct lg_unit units[] = {
	{"is_what_ip_shows", test_is_what_ip_shows, N_SHIPPED, 0},
	{"nothing_of_the_machine", test_nothing_of_the_machine, 0, 0},
	{"sysctls_come_last", test_sysctls_come_last, 0, 0},
	{"rules_are_what_nft_shows", test_rules_are_what_nft_shows, 0, 0},
	{"netem_or_its_absence", test_netem_or_its_absence, 0, 0},
	{"failed_link_is_named", test_failed_link_is_named, 0, 0},
	{"failed_end_is_named", test_failed_end_is_named, 0, 0},
	{"failed_sysctl_is_named", test_failed_sysctl_is_named, 2, 0},
	{"nft_says_what_is_wrong", test_nft_says_what_is_wrong, 0, 0},
	{"nothing_is_left", test_nothing_is_left, 0, 60},
	{0},
};

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}
