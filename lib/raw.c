// SPDX-License-Identifier: GPL-2.0-or-later
/* Raw peers: hosts whose segments the case writes. */
#define LG_IMPLEMENTATION
#include "error.h"
#include "notation.h"
#include "patience.h"
#include "segment.h"
#include "trace.h"
#include "verdict.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lg_raw {
	struct lg_host *host, *to;
	const struct lg_link_end *end; /* by which it sends */
	struct lg_segment mould;       /* addresses and ports */
	uint32_t isn;
	uint32_t sent; /* sequence numbers used so far, from isn */
	size_t seen;   /* frames of the trace that were looked at */
	bool heard;    /* the other side's numbers are known */
	uint32_t its_isn, its_sent;
	uint32_t its_ack; /* of our numbers, from isn */
	uint8_t its_flags;
	uint32_t tsval, its_tsval;
	bool wrong_checksum;
	int socket;
};

/* ---- a host without a stack -------------------------------------------- */

/* What is sent to the address that a device had is for another host now: its
 * stack gets nothing of it (ip_rcv(), PACKET_OTHERHOST). */
static int change_mac(struct nl_sock *route, const struct lg_link_end *end)
{
	uint8_t other[6];
	memcpy(other, end->mac, sizeof(other));
	other[0] ^= LG_MAC_OF_RAW;

	struct rtnl_link *link = rtnl_link_alloc();
	struct nl_addr *mac = nl_addr_build(AF_LLC, other, sizeof(other));
	int result = -NLE_NOMEM;
	if (link && mac) {
		rtnl_link_set_ifindex(link, (int)end->ifindex);
		rtnl_link_set_addr(link, mac);
		result = rtnl_link_change(route, link, link, 0);
	}
	nl_addr_put(mac);
	rtnl_link_put(link);
	return result;
}

static void take_stack(struct lg_host *host)
{
	if (host->raw)
		return;
	struct nl_sock *route = lg_host_route(host);
	if (!route)
		lg_broken_by("cannot make %s a raw peer", host->name);
	const struct lg_link_end *end = NULL;
	while ((end = lg_host_end(host, end))) {
		int result = change_mac(route, end);
		if (result)
			lg_broken("cannot make %s a raw peer: %s", host->name,
				  nl_geterror(result));
	}
	host->raw = true;
}

static int open_socket(const struct lg_link_end *end)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_ifindex = (int)end->ifindex};
	lg_host_enter(end->host);
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	lg_host_leave(end->host);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		lg_broken("packet socket of a raw peer: %m");
	return fd;
}

static const struct lg_link_end *find_end(const struct lg_host *host,
					  const struct lg_topology_end *is)
{
	const struct lg_link_end *end = NULL;
	do {
		end = lg_host_end(host, end);
	} while (end && end->is != is);
	return end;
}

struct lg_raw *lg_raw(struct lg_host *host, uint16_t port, struct lg_host *to,
		      uint16_t to_port, uint32_t isn)
{
	struct lg_net *net = host->net;
	const struct lg_topology_end *near =
		lg_topology_arrival(net->topology, to->index, host->index);
	const struct lg_topology_end *far =
		lg_topology_arrival(net->topology, host->index, to->index);
	struct lg_raw *raw = calloc(1, sizeof(*raw));
	if (!raw || !near || !far)
		lg_broken("no way from %s to %s", host->name, to->name);

	take_stack(host);
	if (lg_trace_host(host))
		lg_broken_by("cannot watch the wire of %s", host->name);
	lg_net_wait(net, -1, 0, 0);

	int v = net->family == AF_INET ? LG_V4 : LG_V6;
	raw->host = host;
	raw->to = to;
	raw->end = find_end(host, near);
	raw->isn = isn;
	raw->seen = lg_trace_size(net);
	raw->socket = open_socket(raw->end);
	raw->mould = (struct lg_segment){.family = net->family,
					 .sport = port,
					 .dport = to_port,
					 .ttl = 64};
	memcpy(raw->mould.saddr, near->address[v].bytes, 16);
	memcpy(raw->mould.daddr, far->address[v].bytes, 16);
	return raw;
}

/* ---- segments ---------------------------------------------------------- */

static uint32_t length_of(const struct lg_segment *segment)
{
	return segment->size + !!(segment->flags & LG_SYN) +
	       !!(segment->flags & LG_FIN);
}

static void hear(struct lg_raw *raw, const struct lg_segment *segment)
{
	if (segment->sport != raw->mould.dport ||
	    segment->dport != raw->mould.sport ||
	    memcmp(segment->saddr, raw->mould.daddr, 16))
		return;
	if (segment->flags & LG_SYN) {
		raw->heard = true;
		raw->its_isn = segment->seq;
		raw->its_sent = 1;
	}
	uint32_t end = segment->seq + length_of(segment) - raw->its_isn;
	/* A RST may have any number. */
	if (raw->heard && !(segment->flags & LG_RST) &&
	    (int32_t)(end - raw->its_sent) > 0)
		raw->its_sent = end;
	raw->its_flags = segment->flags;
	if (segment->flags & LG_ACK)
		raw->its_ack = segment->ack - raw->isn;
	if (segment->has_ts)
		raw->its_tsval = segment->tsval;
}

/* Takes in what the other side has sent by now. */
static void listen_to(struct lg_raw *raw)
{
	struct lg_net *net = raw->host->net;
	lg_net_wait(net, -1, 0, 0);
	while (raw->seen < lg_trace_size(net)) {
		const struct lg_frame *frame = lg_trace_frame(net, raw->seen++);
		if (frame->is_tcp && !frame->leaves &&
		    frame->end->host == raw->host)
			hear(raw, &frame->segment);
	}
}

/* One bit of it: so it is not the other spelling of the same checksum. */
static void spoil_checksum(const struct lg_raw *raw, uint8_t *frame)
{
	size_t ip = raw->mould.family == AF_INET ? sizeof(struct ip)
						 : sizeof(struct ip6_hdr);

	frame[LG_ETHERNET_HEADER + ip + offsetof(struct tcphdr, th_sum)] ^= 1;
}

static struct lg_segment inject(struct lg_raw *raw, const char *notation)
{
	struct lg_pattern pattern;
	struct lg_segment segment = raw->mould;
	uint8_t frame[LG_FRAME_MAX];
	char error[128];

	listen_to(raw);
	if (lg_notation_parse(notation, &pattern, error, sizeof(error)))
		lg_broken("cannot read \"%s\": %s", notation, error);
	if (pattern.direction != LG_NO_ARROW)
		lg_broken("\"%s\": a raw peer's segments leave it, without "
			  "an arrow",
			  notation);
	struct lg_bases bases = {.seq = raw->isn, .ack = raw->its_isn};
	if (lg_pattern_segment(&pattern, bases, &segment))
		lg_broken("\"%s\" leaves something open", notation);

	ssize_t size =
		lg_segment_build(&segment, raw->end->mac, raw->end->peer->mac,
				 frame, sizeof(frame));
	if (size < 0)
		lg_broken("\"%s\" does not fit into a frame", notation);
	if (raw->wrong_checksum)
		spoil_checksum(raw, frame);
	if (send(raw->socket, frame, (size_t)size, 0) != size)
		lg_broken("%s cannot send \"%s\": %m", raw->host->name,
			  notation);

	uint32_t end = segment.seq + length_of(&segment) - raw->isn;
	if ((int32_t)(end - raw->sent) > 0)
		raw->sent = end;
	return segment;
}

struct lg_segment lg_inject(struct lg_raw *raw, const char *format, ...)
{
	char notation[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(notation, sizeof(notation), format, arguments);
	va_end(arguments);
	return inject(raw, notation);
}

void lg_raw_timestamp(struct lg_raw *raw, uint32_t tsval)
{
	raw->tsval = tsval;
}

void lg_raw_tos(struct lg_raw *raw, uint8_t tos)
{
	raw->mould.tos = tos;
}

void lg_raw_spoil_checksum(struct lg_raw *raw, bool wrong)
{
	raw->wrong_checksum = wrong;
}

void lg_raw_aim(struct lg_raw *raw, const char *address)
{
	if (inet_pton(raw->mould.family, address, raw->mould.daddr) != 1)
		lg_broken("\"%s\" is no address of this variant's family",
			  address);
}

/* ---- the other side's states ------------------------------------------- */

/* Sends what comes next, acknowledging `ack` of the other side's numbers. */
static void say(struct lg_raw *raw, const char *flags, uint32_t ack)
{
	char notation[160], acknowledges[32] = "", options[64] = "";
	bool syn = strchr(flags, 'S');

	if (strchr(flags, '.'))
		snprintf(acknowledges, sizeof(acknowledges), " ack %u", ack);
	if (raw->tsval)
		snprintf(options, sizeof(options), " <%sTS val %u ecr %u>",
			 syn ? "mss 1460,sackOK," : "", raw->tsval,
			 strchr(flags, '.') ? raw->its_tsval : 0);
	else if (syn)
		snprintf(options, sizeof(options), " <mss 1460>");
	snprintf(notation, sizeof(notation), "%s %u:%u(0)%s win 65535%s", flags,
		 raw->sent, raw->sent, acknowledges, options);
	inject(raw, notation);
}

/* Waits until the other side has used up `numbers` sequence numbers. */
static void await_sent(struct lg_raw *raw, uint32_t numbers)
{
	struct lg_patience patience =
		lg_patience(raw->host->net, LG_DEADLINE_MS);

	char waited[32];

	for (listen_to(raw); !raw->heard || raw->its_sent < numbers;
	     listen_to(raw)) {
		if (!lg_patience_wait(&patience, 0))
			lg_fail("raw peer %s waited %s for %s to send up to "
				"sequence number %u",
				raw->host->name,
				lg_patience_print(waited, sizeof(waited),
						  LG_DEADLINE_MS),
				raw->to->name, numbers);
	}
}

/* Waits until the other side has acknowledged all that was sent: what it does
 * because of that has then been seen. */
static void await_acknowledged(struct lg_raw *raw)
{
	struct lg_patience patience =
		lg_patience(raw->host->net, LG_DEADLINE_MS);

	char waited[32];

	for (listen_to(raw); raw->its_ack != raw->sent; listen_to(raw)) {
		if (!lg_patience_wait(&patience, 0))
			lg_fail("raw peer %s waited %s for %s to "
				"acknowledge sequence number %u: it "
				"acknowledged %u",
				raw->host->name,
				lg_patience_print(waited, sizeof(waited),
						  LG_DEADLINE_MS),
				raw->to->name, raw->sent, raw->its_ack);
	}
}

/* The numbers of a connection go on from those of the one before. */
static void must_be_new(const struct lg_raw *raw)
{
	if (raw->sent || raw->heard)
		lg_broken("raw peer %s has had its connection: another one "
			  "needs a lg_raw() of its own",
			  raw->host->name);
}

int lg_raw_connect(struct lg_raw *raw, int listener)
{
	must_be_new(raw);
	say(raw, "S", 0);
	await_sent(raw, 1);
	say(raw, ".", 1);
	return lg_accept(listener);
}

/* Nobody listens there (tcpmux). */
#define NOBODYS_PORT 1

uint8_t lg_raw_knock(struct lg_raw *raw)
{
	raw->sent = 0;
	struct lg_raw second = *raw;
	second.mould.dport = NOBODYS_PORT;
	second.its_ack = 0;

	listen_to(raw);
	raw->its_flags = 0;
	say(raw, "S", 0);
	say(&second, "S", 0);
	await_acknowledged(&second);
	listen_to(raw);
	uint8_t answer = raw->its_flags;
	if (answer == (LG_SYN | LG_ACK))
		say(raw, "R", 0);
	return answer;
}

int lg_raw_accept(struct lg_raw *raw)
{
	must_be_new(raw);
	int sock = lg_connect_start(raw->to, raw->mould.dport, raw->host,
				    raw->mould.sport);
	await_sent(raw, 1);
	say(raw, "S.", 1);
	int error = lg_connect_result(sock);
	if (error)
		lg_fail("%s cannot connect to raw peer %s: %s", raw->to->name,
			raw->host->name, strerror(error));
	return sock;
}

void lg_raw_walk(struct lg_raw *raw, int sock, int state)
{
	listen_to(raw);
	uint32_t before = raw->its_sent;

	if (state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK) {
		say(raw, "F.", before);
		await_acknowledged(raw);
		lg_await_state(sock, TCP_CLOSE_WAIT);
		if (state == TCP_CLOSE_WAIT)
			return;
	}
	lg_close(sock);
	await_sent(raw, before + 1);
	switch (state) {
	case TCP_LAST_ACK:
	case TCP_FIN_WAIT1:
		break;
	case TCP_FIN_WAIT2:
		say(raw, ".", before + 1);
		break;
	case TCP_CLOSING:
		say(raw, "F.", before);
		break;
	case TCP_TIME_WAIT:
		say(raw, "F.", before + 1);
		break;
	default:
		lg_broken("cannot walk from ESTABLISHED to %s",
			  lg_state_name(state));
	}
	await_acknowledged(raw);
	lg_await_state(sock, state);
}
