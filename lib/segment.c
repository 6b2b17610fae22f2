// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "segment.h"

#include "error.h"

#include <arpa/inet.h>
#include <assert.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>

#define OPTIONS_MAX 40
#define SACK_BLOCK 8
#define IP_HEADER LG_ETHERNET_HEADER

static_assert(sizeof(struct ether_header) == LG_ETHERNET_HEADER,
	      "headers are laid over the frame");
static_assert(sizeof(((struct lg_segment *)NULL)->sack) / SACK_BLOCK ==
		      (OPTIONS_MAX - 2) / SACK_BLOCK,
	      "every SACK block that fits into a header has its place");

/* Where the parts of a frame begin: offsets from the frame's first byte.
 * What follows `end` is the link's padding. */
struct place {
	int family;
	size_t tcp, options, payload, end;
};

static uint16_t get16(const uint8_t *from)
{
	return (uint16_t)(from[0] << 8 | from[1]);
}

static uint32_t get32(const uint8_t *from)
{
	return (uint32_t)get16(from) << 16 | get16(from + 2);
}

static uint8_t *put8(uint8_t *to, uint8_t value)
{
	*to = value;
	return to + 1;
}

static uint8_t *put16(uint8_t *to, uint16_t value)
{
	return put8(put8(to, (uint8_t)(value >> 8)), (uint8_t)value);
}

static uint8_t *put32(uint8_t *to, uint32_t value)
{
	return put16(put16(to, (uint16_t)(value >> 16)), (uint16_t)value);
}

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
	} else {
		struct ip6_hdr ip;
		memcpy(&ip, frame + IP_HEADER, sizeof(ip));
		memcpy(segment->saddr, &ip.ip6_src, sizeof(ip.ip6_src));
		memcpy(segment->daddr, &ip.ip6_dst, sizeof(ip.ip6_dst));
		segment->ttl = ip.ip6_hlim;
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
	segment->sacks = (uint8_t)(size / SACK_BLOCK);
	for (unsigned i = 0; i < segment->sacks; i++) {
		segment->sack[i].left = get32(blocks + i * SACK_BLOCK);
		segment->sack[i].right = get32(blocks + i * SACK_BLOCK + 4);
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
		segment->mss = get16(value);
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
		if (size > 2 && (size - 2) % SACK_BLOCK == 0)
			read_sack(value, size - 2, segment);
		break;
	case TCPOPT_TIMESTAMP:
		if (size != TCPOLEN_TIMESTAMP)
			break;
		segment->has_ts = true;
		segment->tsval = get32(value);
		segment->tsecr = get32(value + 4);
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
		total += get16(bytes + i);
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
		put16(field, 0);
		put16(field, ip_checksum(frame, place));
	}

	uint8_t *field = frame + place->tcp + offsetof(struct tcphdr, th_sum);
	put16(field, 0);
	put16(field, tcp_checksum(frame, place));
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
		put32(value, get32(value) + edit->add_tsval);
		put32(value + 4, get32(value + 4) + edit->add_tsecr);
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

/* ---- putting together -------------------------------------------------- */

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
		size += 4 + segment->sacks * (size_t)SACK_BLOCK;
	return size;
}

/* As tcp_options_write(): SACK-permitted takes the place of the two NOPs that
 * would stand before the timestamps. */
static void write_options(const struct lg_segment *segment, uint8_t *to)
{
	if (segment->has_mss) {
		to = put8(put8(to, TCPOPT_MAXSEG), TCPOLEN_MAXSEG);
		to = put16(to, segment->mss);
	}
	if (segment->sack_ok != segment->has_ts)
		to = put8(put8(to, TCPOPT_NOP), TCPOPT_NOP);
	if (segment->sack_ok)
		to = put8(put8(to, TCPOPT_SACK_PERMITTED),
			  TCPOLEN_SACK_PERMITTED);
	if (segment->has_ts) {
		to = put8(put8(to, TCPOPT_TIMESTAMP), TCPOLEN_TIMESTAMP);
		to = put32(put32(to, segment->tsval), segment->tsecr);
	}
	if (segment->has_wscale) {
		to = put8(put8(to, TCPOPT_NOP), TCPOPT_WINDOW);
		to = put8(put8(to, TCPOLEN_WINDOW), segment->wscale);
	}
	if (segment->sacks) {
		to = put8(put8(to, TCPOPT_NOP), TCPOPT_NOP);
		to = put8(to, TCPOPT_SACK);
		to = put8(to, (uint8_t)(2 + segment->sacks * SACK_BLOCK));
	}
	for (unsigned i = 0; i < segment->sacks; i++)
		to = put32(put32(to, segment->sack[i].left),
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

static void write_ipv4(const struct lg_segment *segment,
		       const struct place *place, uint8_t *frame)
{
	struct ip ip = {
		.ip_v = 4,
		.ip_hl = sizeof(ip) / 4,
		.ip_len = htons((uint16_t)(place->end - IP_HEADER)),
		.ip_off = htons(IP_DF),
		.ip_ttl = segment->ttl,
		.ip_p = IPPROTO_TCP,
	};

	memcpy(&ip.ip_src, segment->saddr, sizeof(ip.ip_src));
	memcpy(&ip.ip_dst, segment->daddr, sizeof(ip.ip_dst));
	memcpy(frame + IP_HEADER, &ip, sizeof(ip));
}

static void write_ipv6(const struct lg_segment *segment,
		       const struct place *place, uint8_t *frame)
{
	struct ip6_hdr ip = {
		.ip6_plen = htons((uint16_t)(place->end - place->tcp)),
		.ip6_nxt = IPPROTO_TCP,
		.ip6_hlim = segment->ttl,
	};

	ip.ip6_vfc = 6 << 4;
	memcpy(&ip.ip6_src, segment->saddr, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, segment->daddr, sizeof(ip.ip6_dst));
	memcpy(frame + IP_HEADER, &ip, sizeof(ip));
}

static void write_header(const struct lg_segment *segment,
			 const struct place *place, uint8_t *frame)
{
	struct tcphdr tcp = {
		.th_sport = htons(segment->sport),
		.th_dport = htons(segment->dport),
		.th_seq = htonl(segment->seq),
		.th_ack = htonl(segment->ack),
		.th_off = (place->payload - place->tcp) / 4 & 0xf,
		.th_flags = segment->flags,
		.th_win = htons(segment->window),
	};

	memcpy(frame + place->tcp, &tcp, sizeof(tcp));
}

/* Where the parts of the frame will be, if there can be such a frame. */
static int lay_out(const struct lg_segment *segment, size_t room,
		   struct place *place)
{
	bool ipv4 = segment->family == AF_INET;
	if (!ipv4 && segment->family != AF_INET6)
		return lg_error(EAFNOSUPPORT, "address family %d",
				segment->family);

	size_t options = options_size(segment);
	if (options > OPTIONS_MAX)
		return lg_error(EMSGSIZE, "%zu bytes of TCP options", options);

	place->family = segment->family;
	place->tcp =
		IP_HEADER + (ipv4 ? sizeof(struct ip) : sizeof(struct ip6_hdr));
	place->options = place->tcp + sizeof(struct tcphdr);
	place->payload = place->options + options;
	place->end = place->payload + segment->size;

	size_t counted = place->end - (ipv4 ? IP_HEADER : place->tcp);
	if (segment->size > UINT16_MAX || counted > UINT16_MAX ||
	    place->end > room)
		return lg_error(EMSGSIZE, "a payload of %u bytes",
				segment->size);
	return 0;
}

ssize_t lg_segment_build(const struct lg_segment *segment,
			 const uint8_t source_mac[6],
			 const uint8_t destination_mac[6], uint8_t *frame,
			 size_t room)
{
	struct place place;
	int result = lay_out(segment, room, &place);

	if (result)
		return result;

	write_ethernet(segment, source_mac, destination_mac, frame);
	if (segment->family == AF_INET)
		write_ipv4(segment, &place, frame);
	else
		write_ipv6(segment, &place, frame);
	write_header(segment, &place, frame);
	write_options(segment, frame + place.options);
	if (segment->size)
		memcpy(frame + place.payload, segment->payload, segment->size);
	write_checksums(frame, &place);
	return (ssize_t)place.end;
}
