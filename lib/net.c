// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "net.h"

#include "address.h"
#include "counter.h"
#include "error.h"
#include "inherited.h"
#include "link.h"
#include "middle.h"
#include "nat.h"
#include "settle.h"
#include "sysctl.h"
#include "trace.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <nftables/libnftables.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What there is beside what others get to see. */
struct network {
	struct lg_net net;
	struct lg_host middle; /* netns -1: no link needs it */
	unsigned inherited;
};

static struct lg_net *current;

struct lg_net *lg_net_current(void)
{
	return current;
}

/* ---- hosts ------------------------------------------------------------- */

static void go_to(int netns, const char *name)
{
	if (!setns(netns, CLONE_NEWNET))
		return;
	fprintf(stderr, "cannot go to %s: %s\n", name, strerror(errno));
	abort();
}

void lg_host_enter(const struct lg_host *host)
{
	go_to(host->netns, host->name);
}

void lg_host_leave(const struct lg_host *host)
{
	go_to(host->net->home, "the process's own namespace");
}

/* A netlink socket of the namespace that the process is in. */
static int open_netlink(int protocol, struct nl_sock **socket)
{
	int on = 1;

	*socket = nl_socket_alloc();
	if (!*socket)
		return lg_error(ENOMEM, "netlink socket");
	int result = nl_connect(*socket, protocol);
	if (result) {
		nl_socket_free(*socket);
		*socket = NULL;
		return lg_error(0, "netlink socket: %s", nl_geterror(result));
	}
	/* For the kernel's own words about errors; before Linux 4.12 there are
	 * none. */
	setsockopt(nl_socket_get_fd(*socket), SOL_NETLINK, NETLINK_EXT_ACK, &on,
		   sizeof(on));
	return 0;
}

static struct nl_sock *host_netlink(struct lg_host *host, int protocol,
				    struct nl_sock **socket)
{
	if (*socket)
		return *socket;
	lg_host_enter(host);
	int result = open_netlink(protocol, socket);
	lg_host_leave(host);
	if (result)
		errno = -lg_error_in(result, "host %s", host->name);
	return *socket;
}

struct nl_sock *lg_host_route(struct lg_host *host)
{
	return host_netlink(host, NETLINK_ROUTE, &host->route);
}

struct nl_sock *lg_host_diag(struct lg_host *host)
{
	return host_netlink(host, NETLINK_SOCK_DIAG, &host->diag);
}

static struct lg_about about_host(const struct lg_host *host)
{
	const struct lg_topology *topology = host->net->topology;

	return (struct lg_about){.topology = topology,
				 .host = &topology->hosts[host->index]};
}

/* A new namespace, in which the process then is. */
static int unshare_host(struct lg_host *host)
{
	if (unshare(CLONE_NEWNET))
		return lg_error(errno, "new network namespace");
	host->netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (host->netns < 0)
		return lg_error(errno, "/proc/thread-self/ns/net");
	return open_netlink(NETLINK_ROUTE, &host->route);
}

/* What links there will be begin with the host's defaults. */
static int make_host(struct network *network, struct lg_host *host)
{
	int result = unshare_host(host);

	if (!result && host->index == 0)
		result = lg_inherited_find(&network->inherited);
	if (!result)
		result = lg_inherited_undo(network->inherited);
	if (!result && host->net->topology->hosts[host->index].forward)
		result = lg_sysctl_write(NULL, "net.ipv4.ip_forward", "1");
	return result;
}

static bool needs_middle(const struct lg_topology *topology)
{
	for (size_t i = 0; i < topology->n_links; i++) {
		if (lg_middle_has(&topology->links[i]))
			return true;
	}
	return false;
}

static int make_hosts(const struct lg_build *build, struct network *network)
{
	struct lg_net *net = build->net;
	int result = 0;

	for (size_t i = 0; i < net->topology->n_hosts && !result; i++) {
		struct lg_about about = about_host(&net->hosts[i]);
		result = make_host(network, &net->hosts[i]);
		if (result)
			lg_about_in(result, &about);
	}
	if (!result && needs_middle(net->topology))
		result = unshare_host(build->middle);
	go_to(net->home, "the process's own namespace");
	return result;
}

/* ---- nftables ---------------------------------------------------------- */

static int open_nft(struct lg_host *host)
{
	if (host->nft)
		return 0;
	host->nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (host->nft && !nft_ctx_buffer_error(host->nft) &&
	    !nft_ctx_buffer_output(host->nft))
		return 0;
	return lg_error(ENOMEM, "nft");
}

/* libnftables tells an errno by its text only, at the end of the line. */
static int errno_of(const char *message, size_t length)
{
	for (int error = 1; error < 134; error++) {
		const char *text = strerror(error);
		size_t size = strlen(text);
		if (size <= length &&
		    !memcmp(message + length - size, text, size))
			return error;
	}
	return EINVAL;
}

/* Of nft's message, "FILE:LINE:COLUMNS: Error: what\nthe command\n^^^^", what
 * and the command. */
static int nft_failed(const char *message)
{
	const char *what = strstr(message, "Error: ");
	what = what ? what + strlen("Error: ") : message;
	size_t length = strcspn(what, "\n");
	const char *command = what + length + (what[length] == '\n');
	int size = (int)strcspn(command, "\n");
	int error = errno_of(what, length);

	if (size)
		lg_error(0, "nft: %.*s: %.*s", size, command, (int)length,
			 what);
	else
		lg_error(0, "nft: %.*s", (int)length, what);
	return -error;
}

int lg_nft_run(struct lg_host *host, const char *commands)
{
	lg_host_enter(host);
	int result = open_nft(host);
	if (!result && nft_run_cmd_from_buffer(host->nft, commands))
		result = nft_failed(nft_ctx_get_error_buffer(host->nft));
	lg_host_leave(host);
	return result ? lg_error_in(result, "host %s", host->name) : 0;
}

char *lg_nft_read(struct lg_host *host, const char *commands)
{
	int result = lg_nft_run(host, commands);
	char *text = NULL;

	if (!result) {
		text = strdup(nft_ctx_get_output_buffer(host->nft));
		result = text ? 0 : lg_error(ENOMEM, "nft");
	}
	if (!text)
		errno = -result;
	return text;
}

/* ---- building ---------------------------------------------------------- */

/*
 * Not before there are links: a new device of a host that forwards IPv6 joins
 * the group of all routers and reports that, before it can be told that it has
 * no multicast.
 */
static int forward_ipv6(const struct lg_build *build, struct lg_host *host)
{
	struct lg_about about = about_host(host);

	if (!about.host->forward || build->families <= LG_V6)
		return 0;
	int result = lg_sysctl_write(host, "net.ipv6.conf.all.forwarding", "1");
	return result ? lg_about_in(result, &about) : 0;
}

static int configure(const struct lg_build *build, struct lg_host *host)
{
	struct lg_batch batch = lg_batch(host->route);

	lg_links_up(build, host, &batch);
	lg_addresses_add(build, host, &batch);
	return lg_batch_finish(&batch);
}

static int translate(const struct lg_build *build, struct lg_host *host)
{
	const struct lg_topology *topology = build->net->topology;
	struct lg_about about = about_host(host);
	char *rules;

	int result = lg_nat_rules(topology, host->index,
				  build->families > LG_V6, &rules);
	if (!result && rules)
		result = lg_nft_run(host, rules);
	free(rules);
	if (result && about.host->strip_timestamp)
		lg_error_in(result, "strip (the kernel needs nft_exthdr of "
				    "Linux 5.18)");
	return result ? lg_about_in(result, &about) : 0;
}

static int set_sysctls(const struct lg_build *build, struct lg_host *host)
{
	struct lg_about about = about_host(host);
	(void)build;

	for (size_t i = 0; i < about.host->n_sysctls; i++) {
		const struct lg_topology_sysctl *sysctl =
			&about.host->sysctls[i];
		int result = lg_sysctl_write(host, sysctl->name, sysctl->value);
		if (result)
			return lg_about_in(result, &about);
	}
	return 0;
}

static int each_host(const struct lg_build *build,
		     int (*step)(const struct lg_build *, struct lg_host *))
{
	int result = 0;

	for (size_t i = 0; i < build->net->topology->n_hosts && !result; i++)
		result = step(build, &build->net->hosts[i]);
	return result;
}

static int offload(const struct lg_build *build, struct lg_host *host)
{
	(void)build;
	return lg_links_offload(host);
}

/* A kernel booted with ipv6.disable=1 serves those who speak IPv4. */
static int find_families(struct lg_build *build)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	build->families = LG_FAMILIES;
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	build->families = LG_V6;
	return build->net->family == AF_INET6 ? lg_error(errno, "IPv6") : 0;
}

static int build_network(struct network *network)
{
	struct lg_build build = {.net = &network->net,
				 .middle = &network->middle};

	int result = find_families(&build);
	if (!result)
		result = make_hosts(&build, network);
	if (result)
		return result;

	lg_links_plan(&build);
	result = lg_links_create(&build);
	if (!result)
		result = each_host(&build, offload);
	if (!result && network->middle.netns >= 0)
		result = lg_middle_configure(&build);
	if (!result)
		result = each_host(&build, forward_ipv6);
	if (!result)
		result = each_host(&build, configure);
	if (!result)
		result = each_host(&build, translate);
	if (!result)
		result = lg_links_settle(&build);
	if (!result)
		result = each_host(&build, set_sysctls);
	return result;
}

static void free_host(struct lg_host *host)
{
	nl_socket_free(host->route);
	nl_socket_free(host->diag);
	lg_counters_free(host->counted_from);
	if (host->nft)
		nft_ctx_free(host->nft);
	if (host->netns >= 0)
		close(host->netns);
}

static void free_link(struct lg_link_end ends[2])
{
	for (int e = 0; e < 2; e++) {
		if (ends[e].inject >= 0)
			close(ends[e].inject);
	}
}

void lg_net_free(struct lg_net *net)
{
	struct network *network = (struct network *)net;
	if (!net)
		return;

	lg_trace_free(net);
	for (size_t i = 0; net->hosts && i < net->topology->n_hosts; i++)
		free_host(&net->hosts[i]);
	free_host(&network->middle);
	for (size_t i = 0; net->links && i < net->topology->n_links; i++)
		free_link(net->links[i]);
	if (net->home >= 0)
		close(net->home);
	if (current == net)
		current = NULL;
	free(net->hosts);
	free(net->links);
	lg_topology_free(net->topology);
	free(network);
}

struct lg_link_end *lg_host_end(const struct lg_host *host,
				const struct lg_link_end *last)
{
	const struct lg_net *net = host->net;
	size_t i = last ? (size_t)(last - net->links[0]) + 1 : 0;

	for (; i < 2 * net->topology->n_links; i++) {
		struct lg_link_end *end = &net->links[i / 2][i % 2];
		if (end->host == host)
			return end;
	}
	return NULL;
}

size_t lg_end_link(const struct lg_link_end *end)
{
	return (size_t)(end - end->host->net->links[0]) / 2;
}

static void plan_host(struct lg_net *net, size_t index)
{
	net->hosts[index] =
		(struct lg_host){.net = net,
				 .index = index,
				 .name = net->topology->hosts[index].name,
				 .netns = -1};
}

/* NULL if memory ran out; `topology` is then still the caller's. */
static struct network *plan(struct lg_topology *topology, int family)
{
	struct network *network = calloc(1, sizeof(*network));
	if (!network)
		return NULL;

	struct lg_net *net = &network->net;
	net->hosts = calloc(topology->n_hosts, sizeof(*net->hosts));
	net->links = calloc(topology->n_links, sizeof(*net->links));
	if (!net->hosts || (topology->n_links && !net->links)) {
		free(net->hosts);
		free(net->links);
		free(network);
		return NULL;
	}
	for (size_t i = 0; i < topology->n_links; i++)
		net->links[i][0].inject = net->links[i][1].inject = -1;
	net->topology = topology;
	net->family = family;
	net->home = -1;
	for (size_t i = 0; i < topology->n_hosts; i++)
		plan_host(net, i);
	network->middle =
		(struct lg_host){.net = net, .name = "(middle)", .netns = -1};
	return network;
}

struct lg_net *lg_net_build(struct lg_topology *topology, int family)
{
	int result = 0;
	struct network *network = plan(topology, family);
	if (!network) {
		lg_topology_free(topology);
		errno = -lg_error(ENOMEM, "network");
		return NULL;
	}

	struct lg_net *net = &network->net;
	net->home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	result = net->home < 0 ? lg_error(errno, "/proc/thread-self/ns/net")
			       : build_network(network);
	if (result) {
		lg_net_free(net);
		errno = -result;
		return NULL;
	}
	current = net;
	return net;
}
