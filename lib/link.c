// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "link.h"

#include "error.h"
#include "middle.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * Devices are numbered by us, so that requests about them can be made before
 * they are there.  Below are loopback and the tunnel devices that a kernel may
 * put into every namespace.
 */
#define FIRST_INDEX 16

/* ---- what there will be ------------------------------------------------ */

static unsigned number(size_t link, int end)
{
	return FIRST_INDEX + 2 * (unsigned)link + (unsigned)end;
}

static void plan_end(const struct lg_build *build, size_t link, int e)
{
	struct lg_net *net = build->net;
	struct lg_topology *topology = net->topology;
	const struct lg_topology_link *is = &topology->links[link];
	struct lg_link_end *end = &net->links[link][e];

	end->is = &is->ends[e];
	end->host = &net->hosts[end->is->host];
	end->peer = &net->links[link][!e];
	end->ifindex = number(link, e);
	end->mac[0] = 0x02;
	end->mac[3] = (uint8_t)((link + 1) >> 8);
	end->mac[4] = (uint8_t)(link + 1);
	end->mac[5] = (uint8_t)(e + 1);
	if (lg_middle_has(is)) {
		end->near_netns = build->middle->netns;
		end->near_ifindex = number(topology->n_links + link, e);
	} else {
		end->near_netns = net->hosts[is->ends[!e].host].netns;
		end->near_ifindex = number(link, !e);
	}
}

void lg_links_plan(const struct lg_build *build)
{
	for (size_t i = 0; i < build->net->topology->n_links; i++) {
		for (int e = 0; e < 2; e++)
			plan_end(build, i, e);
	}
}

/* ---- devices ----------------------------------------------------------- */

/*
 * A device without ARP joins no solicited-node group, and one without multicast
 * no all-routers group; so neither has anything to report.  One queue keeps the
 * order of frames, and is less to set up where there are many CPUs.
 */
static void describe(struct rtnl_link *link, const struct lg_device *device)
{
	rtnl_link_set_name(link, device->name);
	rtnl_link_set_ifindex(link, (int)device->index);
	rtnl_link_set_ns_fd(link, device->netns);
	rtnl_link_set_flags(link, IFF_NOARP);
	rtnl_link_unset_flags(link, IFF_MULTICAST);
	rtnl_link_set_num_tx_queues(link, 1);
	rtnl_link_set_num_rx_queues(link, 1);
	if (device->mac) {
		struct nl_addr *mac = nl_addr_build(AF_LLC, device->mac, 6);
		rtnl_link_set_addr(link, mac);
		nl_addr_put(mac);
	}
}

static struct nl_msg *add_veth(const struct lg_device *one,
			       const struct lg_device *other)
{
	struct nl_msg *message = NULL;
	struct rtnl_link *link = rtnl_link_veth_alloc();
	if (!link)
		return NULL;

	struct rtnl_link *peer = rtnl_link_veth_get_peer(link);
	describe(link, one);
	describe(peer, other);
	rtnl_link_put(peer);
	rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL, &message);
	rtnl_link_put(link);
	return message;
}

static struct lg_device device_of(const struct lg_link_end *end)
{
	return (struct lg_device){.netns = end->host->netns,
				  .index = end->ifindex,
				  .name = end->is->name,
				  .mac = end->mac};
}

static void create(const struct lg_build *build, size_t link,
		   struct lg_batch *batch)
{
	const struct lg_topology *topology = build->net->topology;
	const struct lg_link_end *ends = build->net->links[link];
	struct lg_about about = {.topology = topology,
				 .link = &topology->links[link]};
	struct lg_device devices[2] = {device_of(&ends[0]),
				       device_of(&ends[1])};

	if (!lg_middle_has(about.link)) {
		lg_batch_add(batch, add_veth(&devices[0], &devices[1]), &about,
			     "add veth");
		return;
	}
	for (int e = 0; e < 2; e++) {
		char name[LG_NAME_MAX + 1];
		struct lg_device inner = lg_middle_device(build, link, e, name);
		lg_batch_add(batch, add_veth(&inner, &devices[e]), &about,
			     "add veth");
	}
}

int lg_links_create(const struct lg_build *build)
{
	struct lg_net *net = build->net;
	if (!net->topology->n_links)
		return 0;

	struct lg_batch batch = lg_batch(net->hosts[0].route);
	for (size_t i = 0; i < net->topology->n_links; i++)
		create(build, i, &batch);
	return lg_batch_finish(&batch);
}

static int offload(int ioctls, const struct lg_link_end *end)
{
	const struct lg_topology *topology = end->host->net->topology;
	struct ethtool_value off = {.cmd = ETHTOOL_STXCSUM, .data = 0};
	struct ifreq request = {.ifr_data = (char *)&off};
	struct lg_about about = {.topology = topology,
				 .link = &topology->links[lg_end_link(end)]};

	strcpy(request.ifr_name, end->is->name);
	if (!ioctl(ioctls, SIOCETHTOOL, &request))
		return 0;
	return lg_about_in(lg_error(errno, "switch off checksum offload"),
			   &about);
}

/* One call a device will do: the kernel takes TCP segmentation from a device
 * that writes no checksums, netdev_fix_features(). */
int lg_links_offload(struct lg_host *host)
{
	lg_host_enter(host);
	int ioctls = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result =
		ioctls < 0 ? lg_error(errno, "socket at %s", host->name) : 0;
	lg_host_leave(host);

	const struct lg_link_end *end = NULL;
	while (!result && (end = lg_host_end(host, end)))
		result = offload(ioctls, end);
	if (ioctls >= 0)
		close(ioctls);
	return result;
}

/* ---- up ---------------------------------------------------------------- */

static struct nl_msg *set_link(unsigned index, unsigned flags)
{
	struct ifinfomsg header = {.ifi_index = (int)index,
				   .ifi_flags = flags,
				   .ifi_change = flags};
	struct nl_msg *message = nlmsg_alloc_simple(RTM_SETLINK, 0);

	if (message &&
	    nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(message);
		return NULL;
	}
	return message;
}

/* No address of its own, about which it would speak to the neighbours.  That
 * has to come before `up`: within one request the kernel does it after. */
static struct nl_msg *no_own_address(unsigned index)
{
	struct nl_msg *message = set_link(index, 0);
	if (!message)
		return NULL;

	struct nlattr *families = nla_nest_start(message, IFLA_AF_SPEC);
	struct nlattr *ipv6 = nla_nest_start(message, AF_INET6);
	if (!families || !ipv6 ||
	    nla_put_u8(message, IFLA_INET6_ADDR_GEN_MODE,
		       IN6_ADDR_GEN_MODE_NONE) < 0) {
		nlmsg_free(message);
		return NULL;
	}
	nla_nest_end(message, ipv6);
	nla_nest_end(message, families);
	return message;
}

void lg_link_up(const struct lg_build *build, struct lg_batch *batch,
		unsigned index, const struct lg_about *about)
{
	if (build->families > LG_V6)
		lg_batch_add(batch, no_own_address(index), about,
			     "leave out the link-local address");
	lg_batch_add(batch, set_link(index, IFF_UP), about, "set link up");
}

void lg_links_up(const struct lg_build *build, const struct lg_host *host,
		 struct lg_batch *batch)
{
	const struct lg_net *net = build->net;
	struct lg_about about = {.topology = net->topology,
				 .host = &net->topology->hosts[host->index]};

	lg_batch_add(batch, set_link(LG_LOOPBACK_INDEX, IFF_UP), &about,
		     "set loopback up");
	const struct lg_link_end *end = NULL;
	while ((end = lg_host_end(host, end))) {
		about.link = &net->topology->links[lg_end_link(end)];
		lg_link_up(build, batch, end->ifindex, &about);
	}
}
