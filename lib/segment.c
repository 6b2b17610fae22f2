// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "segment.h"

#include "bytes.h"
#include "error.h"

#include <arpa/inet.h>
#include <assert.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>

#define IP_HEADER LG_ETHERNET_HEADER

static_assert(sizeof(struct ether_header) == LG_ETHERNET_HEADER,
	      "headers are laid over the frame");
static_assert(sizeof(((struct lg_segment *)NULL)->sack) / LG_SACK_BLOCK ==
		      (LG_OPTIONS_MAX - 2) / LG_SACK_BLOCK,
	      "every SACK block that fits into a header has its place");

/* Where the parts of a frame begin: offsets from the frame's first byte.
 * What follows `end` is the link's padding. */
struct place {
	int family;
	size_t tcp, options, payload, end;
};

/* ---- finding the parts ------------------------------------------------- */

/* How many bytes the option at `at` takes; 0 if it is cut short. */
static size_t option_size(const uint8_t *frame, size_t at, size_t end)
{
	if (frame[at] == TCPOPT_EOL || frame[at] == TCPOPT_NOP)
		return 1;
	if (end - at < 2 || frame[at + 1] < 2 || frame[at + 1] > end - at)
		return 0;
	return frame[at + 1];
}

static int check_options(const uint8_t *frame, const struct place *place)
{
	size_t at = place->options, size;

	for (; at < place->payload && frame[at] != TCPOPT_EOL; at += size) {
		size = option_size(frame, at, place->payload);
		if (!size)
			return lg_error(EBADMSG, "TCP option %u is cut short",
					frame[at]);
	}
	return 0;
}

static int locate_tcp(const uint8_t *frame, struct place *place)
{
	struct tcphdr tcp;
	size_t size = place->end - place->tcp;

	if (size < sizeof(tcp))
		return lg_error(EBADMSG, "%zu bytes of TCP", size);
	memcpy(&tcp, frame + place->tcp, sizeof(tcp));

	size_t header = tcp.th_off * 4u;
	if (header < sizeof(tcp) || header > size)
		return lg_error(EBADMSG, "a TCP header of %zu bytes in %zu",
				header, size);

	place->options = place->tcp + sizeof(tcp);
	place->payload = place->tcp + header;
	return check_options(frame, place);
}

static int locate_ipv4(const uint8_t *frame, size_t size, struct place *place)
{
	struct ip ip;

	if (size < IP_HEADER + sizeof(ip))
		return lg_error(EBADMSG, "an IPv4 frame of %zu bytes", size);
	memcpy(&ip, frame + IP_HEADER, sizeof(ip));

	if (ip.ip_v != 4 || ip.ip_p != IPPROTO_TCP)
		return lg_error(EPROTO, "IP version %u, protocol %u", ip.ip_v,
				ip.ip_p);
	if (ntohs(ip.ip_off) & (IP_MF | IP_OFFMASK))
		return lg_error(EPROTO, "an IPv4 fragment");

	size_t header = ip.ip_hl * 4u, total = ntohs(ip.ip_len);
	if (header < sizeof(ip) || total < header || total > size - IP_HEADER)
		return lg_error(EBADMSG,
				"an IPv4 header of %zu bytes and a datagram "
				"of %zu in a frame of %zu",
				header, total, size);

	place->family = AF_INET;
	place->tcp = IP_HEADER + header;
	place->end = IP_HEADER + total;
	return 0;
}

static int locate_ipv6(const uint8_t *frame, size_t size, struct place *place)
{
	struct ip6_hdr ip;

	if (size < IP_HEADER + sizeof(ip))
		return lg_error(EBADMSG, "an IPv6 frame of %zu bytes", size);
	memcpy(&ip, frame + IP_HEADER, sizeof(ip));

	if (ip.ip6_vfc >> 4 != 6 || ip.ip6_nxt != IPPROTO_TCP)
		return lg_error(EPROTO, "IP version %u, next header %u",
				ip.ip6_vfc >> 4, ip.ip6_nxt);

	size_t payload = ntohs(ip.ip6_plen);
	place->family = AF_INET6;
	place->tcp = IP_HEADER + sizeof(ip);
	if (payload > size - place->tcp)
		return lg_error(EBADMSG,
				"an IPv6 payload of %zu bytes in a frame of "
				"%zu",
				payload, size);
	place->end = place->tcp + payload;
	return 0;
}

/* After this, everything up to place->end is there and every option whole. */
static int locate(const uint8_t *frame, size_t size, struct place *place)
{
	struct ether_header ethernet;

	if (size < sizeof(ethernet))
		return lg_error(EPROTO, "a frame of %zu bytes", size);
	memcpy(&ethernet, frame, sizeof(ethernet));

	int result;
	switch (ntohs(ethernet.ether_type)) {
	case ETHERTYPE_IP:
		result = locate_ipv4(frame, size, place);
		break;
	case ETHERTYPE_IPV6:
		result = locate_ipv6(frame, size, place);
		break;
	default:
		result = lg_error(EPROTO, "ethertype 0x%04x",
				  ntohs(ethernet.ether_type));
	}
	return result ? result : locate_tcp(frame, place);
}

/* ---- taking apart ------------------------------------------------------ */

static void read_ip(const uint8_t *frame, const struct place *place,
		    struct lg_segment *segment)
{
	segment->family = place->family;
	if (place->family == AF_INET) {
		struct ip ip;
		memcpy(&ip, frame + IP_HEADER, sizeof(ip));
		memcpy(segment->saddr, &ip.ip_src, sizeof(ip.ip_src));
		memcpy(segment->daddr, &ip.ip_dst, sizeof(ip.ip_dst));
		segment->ttl = ip.ip_ttl;
		segment->tos = ip.ip_tos;
	} else {
		struct ip6_hdr ip;
		memcpy(&ip, frame + IP_HEADER, sizeof(ip));
		memcpy(segment->saddr, &ip.ip6_src, sizeof(ip.ip6_src));
		memcpy(segment->daddr, &ip.ip6_dst, sizeof(ip.ip6_dst));
		segment->ttl = ip.ip6_hlim;
		segment->tos = (uint8_t)(ntohl(ip.ip6_flow) >> 20);
		segment->flow_label = ntohl(ip.ip6_flow) & 0xfffff;
	}
}

static void read_header(const uint8_t *frame, const struct place *place,
			struct lg_segment *segment)
{
	struct tcphdr tcp;

	memcpy(&tcp, frame + place->tcp, sizeof(tcp));
	segment->sport = ntohs(tcp.th_sport);
	segment->dport = ntohs(tcp.th_dport);
	segment->seq = ntohl(tcp.th_seq);
	segment->ack = ntohl(tcp.th_ack);
	segment->flags = tcp.th_flags;
	segment->window = ntohs(tcp.th_win);
}

static void read_sack(const uint8_t *blocks, size_t size,
		      struct lg_segment *segment)
{
	segment->sacks = (uint8_t)(size / LG_SACK_BLOCK);
	for (unsigned i = 0; i < segment->sacks; i++) {
		segment->sack[i].left = lg_get32(blocks + i * LG_SACK_BLOCK);
		segment->sack[i].right =
			lg_get32(blocks + i * LG_SACK_BLOCK + 4);
	}
}

static void read_option(const uint8_t *option, size_t size,
			struct lg_segment *segment)
{
	const uint8_t *value = option + 2;

	switch (option[0]) {
	case TCPOPT_MAXSEG:
		if (size != TCPOLEN_MAXSEG)
			break;
		segment->has_mss = true;
		segment->mss = lg_get16(value);
		break;
	case TCPOPT_WINDOW:
		if (size != TCPOLEN_WINDOW)
			break;
		segment->has_wscale = true;
		segment->wscale = value[0];
		break;
	case TCPOPT_SACK_PERMITTED:
		if (size == TCPOLEN_SACK_PERMITTED)
			segment->sack_ok = true;
		break;
	case TCPOPT_SACK:
		if (size > 2 && (size - 2) % LG_SACK_BLOCK == 0)
			read_sack(value, size - 2, segment);
		break;
	case TCPOPT_TIMESTAMP:
		if (size != TCPOLEN_TIMESTAMP)
			break;
		segment->has_ts = true;
		segment->tsval = lg_get32(value);
		segment->tsecr = lg_get32(value + 4);
		break;
	}
}

static void read_options(const uint8_t *frame, const struct place *place,
			 struct lg_segment *segment)
{
	size_t at = place->options, size;

	for (; at < place->payload && frame[at] != TCPOPT_EOL; at += size) {
		size = option_size(frame, at, place->payload);
		read_option(frame + at, size, segment);
	}
}

int lg_segment_parse(const uint8_t *frame, size_t size,
		     struct lg_segment *segment)
{
	struct place place;
	int result = locate(frame, size, &place);

	if (result)
		return result;

	*segment = (struct lg_segment){
		.time_ns = segment->time_ns,
		.size = (uint32_t)(place.end - place.payload),
		.payload = frame + place.payload,
	};
	read_ip(frame, &place, segment);
	read_header(frame, &place, segment);
	read_options(frame, &place, segment);
	return 0;
}

/* ---- checksums (RFC 1071) ---------------------------------------------- */

static uint32_t sum(const uint8_t *bytes, size_t size)
{
	uint32_t total = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		total += lg_get16(bytes + i);
	if (size % 2)
		total += (uint32_t)bytes[size - 1] << 8;
	return total;
}

static uint16_t folded(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

/* Both are 0 if the checksum that is in the header is right. */
static uint16_t ip_checksum(const uint8_t *frame, const struct place *place)
{
	return folded(sum(frame + IP_HEADER, place->tcp - IP_HEADER));
}

static uint16_t tcp_checksum(const uint8_t *frame, const struct place *place)
{
	bool ipv4 = place->family == AF_INET;
	size_t addresses =
		IP_HEADER + (ipv4 ? offsetof(struct ip, ip_src)
				  : offsetof(struct ip6_hdr, ip6_src));
	size_t size = place->end - place->tcp;

	return folded(
		sum(frame + addresses, 2 * (ipv4 ? sizeof(struct in_addr)
						 : sizeof(struct in6_addr))) +
		IPPROTO_TCP + (uint32_t)size + sum(frame + place->tcp, size));
}

static void write_checksums(uint8_t *frame, const struct place *place)
{
	if (place->family == AF_INET) {
		uint8_t *field =
			frame + IP_HEADER + offsetof(struct ip, ip_sum);
		lg_put16(field, 0);
		lg_put16(field, ip_checksum(frame, place));
	}

	uint8_t *field = frame + place->tcp + offsetof(struct tcphdr, th_sum);
	lg_put16(field, 0);
	lg_put16(field, tcp_checksum(frame, place));
}

int lg_segment_checksum(uint8_t *frame, size_t size)
{
	struct place place;
	int result = locate(frame, size, &place);

	if (!result)
		write_checksums(frame, &place);
	return result;
}

bool lg_segment_checksum_ok(const uint8_t *frame, size_t size)
{
	struct place place;

	if (locate(frame, size, &place))
		return false;
	return (place.family == AF_INET6 || !ip_checksum(frame, &place)) &&
	       !tcp_checksum(frame, &place);
}

/* ---- changing ---------------------------------------------------------- */

static bool strips(const struct lg_edit *edit, uint8_t kind)
{
	switch (kind) {
	case TCPOPT_MAXSEG:
		return edit->strip_mss;
	case TCPOPT_WINDOW:
		return edit->strip_wscale;
	case TCPOPT_SACK_PERMITTED:
	case TCPOPT_SACK:
		return edit->strip_sack;
	case TCPOPT_TIMESTAMP:
		return edit->strip_ts;
	}
	return false;
}

static void edit_option(uint8_t *option, size_t size,
			const struct lg_edit *edit)
{
	if (strips(edit, option[0])) {
		memset(option, TCPOPT_NOP, size);
	} else if (option[0] == TCPOPT_TIMESTAMP && size == TCPOLEN_TIMESTAMP) {
		uint8_t *value = option + 2;
		lg_put32(value, lg_get32(value) + edit->add_tsval);
		lg_put32(value + 4, lg_get32(value + 4) + edit->add_tsecr);
	}
}

static void edit_options(uint8_t *frame, const struct place *place,
			 const struct lg_edit *edit)
{
	size_t at = place->options, size;

	for (; at < place->payload && frame[at] != TCPOPT_EOL; at += size) {
		size = option_size(frame, at, place->payload);
		edit_option(frame + at, size, edit);
	}
}

static void edit_header(uint8_t *frame, const struct place *place,
			const struct lg_edit *edit)
{
	struct tcphdr tcp;

	memcpy(&tcp, frame + place->tcp, sizeof(tcp));
	if (edit->sport)
		tcp.th_sport = htons(edit->sport);
	if (edit->dport)
		tcp.th_dport = htons(edit->dport);
	tcp.th_seq = htonl(ntohl(tcp.th_seq) + edit->add_seq);
	tcp.th_ack = htonl(ntohl(tcp.th_ack) + edit->add_ack);
	tcp.th_flags = (uint8_t)((tcp.th_flags & ~edit->clear_flags) |
				 edit->set_flags);
	memcpy(frame + place->tcp, &tcp, sizeof(tcp));
}

static void edit_ttl(uint8_t *frame, const struct place *place,
		     const struct lg_edit *edit)
{
	if (edit->ttl)
		frame[IP_HEADER + (place->family == AF_INET
					   ? offsetof(struct ip, ip_ttl)
					   : offsetof(struct ip6_hdr,
						      ip6_hlim))] = edit->ttl;
}

int lg_segment_edit(uint8_t *frame, size_t size, const struct lg_edit *edit)
{
	struct place place;
	int result = locate(frame, size, &place);

	if (result)
		return result;

	edit_options(frame, &place, edit);
	edit_header(frame, &place, edit);
	edit_ttl(frame, &place, edit);
	write_checksums(frame, &place);
	return 0;
}
