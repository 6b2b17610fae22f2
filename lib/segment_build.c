// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "segment.h"

#include "bytes.h"
#include "error.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>

/* Where the parts of a frame begin: offsets from the frame's first byte. */
struct place {
	size_t tcp, options, payload, end;
};

/* Each option with its NOPs is a multiple of four bytes, see write_options().
 */
static size_t options_size(const struct lg_segment *segment)
{
	size_t size = 0;

	if (segment->has_mss)
		size += 4;
	if (segment->has_ts)
		size += 12;
	else if (segment->sack_ok)
		size += 4;
	if (segment->has_wscale)
		size += 4;
	if (segment->sacks)
		size += 4 + segment->sacks * (size_t)LG_SACK_BLOCK;
	return size;
}

/* As tcp_options_write(): SACK-permitted takes the place of the two NOPs that
 * would stand before the timestamps. */
static void write_options(const struct lg_segment *segment, uint8_t *to)
{
	if (segment->has_mss) {
		to = lg_put8(lg_put8(to, TCPOPT_MAXSEG), TCPOLEN_MAXSEG);
		to = lg_put16(to, segment->mss);
	}
	if (segment->sack_ok != segment->has_ts)
		to = lg_put8(lg_put8(to, TCPOPT_NOP), TCPOPT_NOP);
	if (segment->sack_ok)
		to = lg_put8(lg_put8(to, TCPOPT_SACK_PERMITTED),
			     TCPOLEN_SACK_PERMITTED);
	if (segment->has_ts) {
		to = lg_put8(lg_put8(to, TCPOPT_TIMESTAMP), TCPOLEN_TIMESTAMP);
		to = lg_put32(lg_put32(to, segment->tsval), segment->tsecr);
	}
	if (segment->has_wscale) {
		to = lg_put8(lg_put8(to, TCPOPT_NOP), TCPOPT_WINDOW);
		to = lg_put8(lg_put8(to, TCPOLEN_WINDOW), segment->wscale);
	}
	if (segment->sacks) {
		to = lg_put8(lg_put8(to, TCPOPT_NOP), TCPOPT_NOP);
		to = lg_put8(to, TCPOPT_SACK);
		to = lg_put8(to, (uint8_t)(2 + segment->sacks * LG_SACK_BLOCK));
	}
	for (unsigned i = 0; i < segment->sacks; i++)
		to = lg_put32(lg_put32(to, segment->sack[i].left),
			      segment->sack[i].right);
}

static void write_ethernet(const struct lg_segment *segment,
			   const uint8_t source_mac[6],
			   const uint8_t destination_mac[6], uint8_t *frame)
{
	struct ether_header ethernet = {
		.ether_type =
			htons(segment->family == AF_INET ? ETHERTYPE_IP
							 : ETHERTYPE_IPV6),
	};

	memcpy(ethernet.ether_dhost, destination_mac, ETH_ALEN);
	memcpy(ethernet.ether_shost, source_mac, ETH_ALEN);
	memcpy(frame, &ethernet, sizeof(ethernet));
}

static void write_ipv4(const struct lg_segment *segment, const struct place *at,
		       uint8_t *frame)
{
	struct ip ip = {
		.ip_v = 4,
		.ip_hl = sizeof(ip) / 4,
		.ip_tos = segment->tos,
		.ip_len = htons((uint16_t)(at->end - LG_ETHERNET_HEADER)),
		.ip_off = htons(IP_DF),
		.ip_ttl = segment->ttl,
		.ip_p = IPPROTO_TCP,
	};

	memcpy(&ip.ip_src, segment->saddr, sizeof(ip.ip_src));
	memcpy(&ip.ip_dst, segment->daddr, sizeof(ip.ip_dst));
	memcpy(frame + LG_ETHERNET_HEADER, &ip, sizeof(ip));
}

static void write_ipv6(const struct lg_segment *segment, const struct place *at,
		       uint8_t *frame)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6u << 28 | (uint32_t)segment->tos << 20 |
				  segment->flow_label),
		.ip6_plen = htons((uint16_t)(at->end - at->tcp)),
		.ip6_nxt = IPPROTO_TCP,
		.ip6_hlim = segment->ttl,
	};

	memcpy(&ip.ip6_src, segment->saddr, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, segment->daddr, sizeof(ip.ip6_dst));
	memcpy(frame + LG_ETHERNET_HEADER, &ip, sizeof(ip));
}

static void write_header(const struct lg_segment *segment,
			 const struct place *at, uint8_t *frame)
{
	struct tcphdr tcp = {
		.th_sport = htons(segment->sport),
		.th_dport = htons(segment->dport),
		.th_seq = htonl(segment->seq),
		.th_ack = htonl(segment->ack),
		.th_off = (at->payload - at->tcp) / 4 & 0xf,
		.th_flags = segment->flags,
		.th_win = htons(segment->window),
	};

	memcpy(frame + at->tcp, &tcp, sizeof(tcp));
}

/* Where the parts of the frame will be, if there can be such a frame. */
static int lay_out(const struct lg_segment *segment, size_t room,
		   struct place *at)
{
	bool ipv4 = segment->family == AF_INET;
	if (!ipv4 && segment->family != AF_INET6)
		return lg_error(EAFNOSUPPORT, "address family %d",
				segment->family);

	size_t options = options_size(segment);
	if (options > LG_OPTIONS_MAX)
		return lg_error(EMSGSIZE, "%zu bytes of TCP options", options);

	at->tcp = LG_ETHERNET_HEADER +
		  (ipv4 ? sizeof(struct ip) : sizeof(struct ip6_hdr));
	at->options = at->tcp + sizeof(struct tcphdr);
	at->payload = at->options + options;
	at->end = at->payload + segment->size;

	size_t counted = at->end - (ipv4 ? LG_ETHERNET_HEADER : at->tcp);
	if (segment->size > UINT16_MAX || counted > UINT16_MAX ||
	    at->end > room)
		return lg_error(EMSGSIZE, "a payload of %u bytes",
				segment->size);
	return 0;
}

ssize_t lg_segment_build(const struct lg_segment *segment,
			 const uint8_t source_mac[6],
			 const uint8_t destination_mac[6], uint8_t *frame,
			 size_t room)
{
	struct place at = {0};
	int result = lay_out(segment, room, &at);

	if (result)
		return result;

	write_ethernet(segment, source_mac, destination_mac, frame);
	if (segment->family == AF_INET)
		write_ipv4(segment, &at, frame);
	else
		write_ipv6(segment, &at, frame);
	write_header(segment, &at, frame);
	write_options(segment, frame + at.options);
	if (segment->size)
		memcpy(frame + at.payload, segment->payload, segment->size);
	result = lg_segment_checksum(frame, at.end);
	return result ? result : (ssize_t)at.end;
}
