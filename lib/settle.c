// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "settle.h"

#include "error.h"
#include "judge.h"
#include "middle.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ANSWER_MAX 16384

/* ---- asking ------------------------------------------------------------ */

/* What has to be so at a host: of a device, that it carries frames; of an
 * address, that it is the host's own. */
struct condition {
	struct lg_host *host;
	unsigned index; /* of the device, or */
	const struct lg_prefix *address;
};

static struct nl_msg *link_request(unsigned index)
{
	struct ifinfomsg header = {.ifi_index = (int)index};
	struct nl_msg *message = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_REQUEST);

	if (message &&
	    !nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO) &&
	    !nla_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS))
		return message;
	nlmsg_free(message);
	return NULL;
}

static struct nl_msg *route_request(const struct lg_prefix *address)
{
	struct rtmsg header = {.rtm_family = AF_INET6, .rtm_dst_len = 128};
	struct nl_msg *message =
		nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST);

	if (message &&
	    !nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO) &&
	    !nla_put(message, RTA_DST, 16, address->bytes))
		return message;
	nlmsg_free(message);
	return NULL;
}

static int ask(struct nl_sock *route, struct nl_msg *request, void *answer)
{
	if (!request)
		return -ENOMEM;
	struct nlmsghdr *header = nlmsg_hdr(request);
	int sent = nl_sendto(route, header, header->nlmsg_len);
	nlmsg_free(request);
	if (sent < 0)
		return -EIO;

	ssize_t got;
	do
		got = recv(nl_socket_get_fd(route), answer, ANSWER_MAX, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	header = answer;
	if (header->nlmsg_type == NLMSG_ERROR)
		return ((struct nlmsgerr *)nlmsg_data(header))->error;
	return 0;
}

/* Since Linux 6.8 asking for a device's state brings it up to date at once. */
static bool is_up(struct nlmsghdr *answer)
{
	const struct nlattr *state = nlmsg_find_attr(
		answer, sizeof(struct ifinfomsg), IFLA_OPERSTATE);

	return state && nla_get_u8(state) == IF_OPER_UP;
}

static bool is_local(const struct nlmsghdr *answer)
{
	const struct rtmsg *route = nlmsg_data(answer);

	return route->rtm_type == RTN_LOCAL;
}

static int is_met(const struct condition *condition, bool *met)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_MAX];
	struct nlmsghdr *header = (struct nlmsghdr *)answer;
	struct nl_msg *request = condition->address
					 ? route_request(condition->address)
					 : link_request(condition->index);

	int result = ask(condition->host->route, request, answer);
	if (condition->address && result == -ENETUNREACH) {
		*met = false;
		return 0;
	}
	if (result)
		return lg_error(-result, "state of a link at %s",
				condition->host->name);
	*met = condition->address ? is_local(header) : is_up(header);
	return 0;
}

/* ---- waiting ----------------------------------------------------------- */

/* One worker of the kernel's brings the links of all namespaces up
 * (linkwatch_event()): with hundreds in the making it is long in coming. */
#define SETTLE_MS 30000
static_assert(SETTLE_MS < LG_JUDGE_SPARE_MS,
	      "a variant says itself what it waited for");

/* As of the last tick: in UML's virtual time each look at the clock itself
 * takes a nanosecond, timer_read(), by which all that comes later would differ
 * with how often a link was waited for. */
static int64_t ticked_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static struct nl_sock *open_news(struct lg_host *host)
{
	lg_host_enter(host);
	struct nl_sock *news = nl_socket_alloc();
	int result = news ? nl_connect(news, NETLINK_ROUTE) : -NLE_NOMEM;
	lg_host_leave(host);
	if (!result)
		result = nl_socket_add_memberships(news, RTNLGRP_LINK,
						   RTNLGRP_IPV6_ROUTE, 0);
	if (!result)
		return news;
	nl_socket_free(news);
	errno = -lg_error(0, "news of links at %s: %s", host->name,
			  nl_geterror(result));
	return NULL;
}

static int too_late(const struct condition *condition)
{
	const char *host = condition->host->name;
	char text[INET6_ADDRSTRLEN];

	if (!condition->address)
		return lg_error(ETIMEDOUT, "wait for a link at %s", host);
	inet_ntop(AF_INET6, condition->address->bytes, text, sizeof(text));
	return lg_error(ETIMEDOUT, "wait for %s at %s", text, host);
}

/* Waits for the next change, and forgets what it was. */
static int await_news(struct nl_sock *news, const struct condition *condition,
		      int64_t deadline_ms)
{
	char ignored[ANSWER_MAX];
	struct pollfd arrives = {.fd = nl_socket_get_fd(news),
				 .events = POLLIN};

	int64_t left_ms = deadline_ms - ticked_ms();
	int ready = poll(&arrives, 1, left_ms > 0 ? (int)left_ms : 0);
	if (ready < 0 && errno != EINTR)
		return lg_error(errno, "poll");
	if (ready == 0)
		return too_late(condition);
	/* -ENOBUFS says that there was more: also news. */
	while (recv(arrives.fd, ignored, sizeof(ignored), MSG_DONTWAIT) > 0)
		;
	return 0;
}

static int await(const struct condition *condition, int64_t deadline_ms)
{
	struct nl_sock *news = NULL;
	bool met = false;
	int result;

	while (!(result = is_met(condition, &met)) && !met) {
		/* Once more after that: it may have happened meanwhile. */
		if (!news && (news = open_news(condition->host)))
			continue;
		result = news ? await_news(news, condition, deadline_ms)
			      : -errno;
		if (result)
			break;
	}
	nl_socket_free(news);
	return result;
}

/* ---- what has to be so ------------------------------------------------- */

struct settling {
	const struct lg_build *build;
	int64_t deadline_ms; /* of ticked_ms() */
};

static int await_address(const struct settling *settling, struct lg_host *host,
			 const struct lg_prefix *address)
{
	if (address->family != AF_INET6 || settling->build->families <= LG_V6)
		return 0;
	return await(&(struct condition){.host = host, .address = address},
		     settling->deadline_ms);
}

static int await_link(const struct settling *settling, struct lg_host *host,
		      unsigned index)
{
	return await(&(struct condition){.host = host, .index = index},
		     settling->deadline_ms);
}

static int await_end(const struct settling *settling, struct lg_link_end *end,
		     bool middle)
{
	int result = await_link(settling, end->host, end->ifindex);
	if (!result && middle)
		result = await_link(settling, settling->build->middle,
				    end->near_ifindex);
	return result ? result
		      : await_address(settling, end->host,
				      &end->is->address[LG_V6]);
}

static int await_loopback(const struct settling *settling, struct lg_host *host)
{
	const struct lg_topology_host *is =
		&host->net->topology->hosts[host->index];
	int result = 0;

	for (size_t i = 0; i < is->n_addresses && !result; i++)
		result = await_address(settling, host, &is->addresses[i]);
	return result;
}

int lg_links_settle(const struct lg_build *build)
{
	struct lg_net *net = build->net;
	struct settling settling = {build, ticked_ms() + SETTLE_MS};
	int result = 0;

	for (size_t i = 0; i < net->topology->n_links && !result; i++) {
		bool middle = lg_middle_has(&net->topology->links[i]);
		result = await_end(&settling, &net->links[i][0], middle);
		if (!result)
			result =
				await_end(&settling, &net->links[i][1], middle);
	}
	for (size_t i = 0; i < net->topology->n_hosts && !result; i++)
		result = await_loopback(&settling, &net->hosts[i]);
	return result;
}
