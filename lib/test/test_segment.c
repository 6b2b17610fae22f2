// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "sample.h"
#include "unit.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* Offsets in a frame of IPv4 without options. */
#define IP 14
#define TCP 34
#define OPTIONS 54

/* ---- what a kernel sent ------------------------------------------------ */

/* Linux 6.18 on a veth; the TCP checksums are those that tshark computes, since
 * a veth leaves them to be filled in. */
static const uint8_t syn_ack[] =
	"\xde\x8d\x12\xf8\xcf\xc7\x6e\xd9\x73\x19\xf5\xf2\x08\x00\x45\x00"
	"\x00\x3c\x00\x00\x40\x00\x40\x06\x24\xba\x0a\x00\x01\x02\x0a\x00"
	"\x01\x01\x00\x50\x0f\xa0\xce\x77\x3d\x09\x2d\x9c\x06\x8a\xa0\x12"
	"\xfe\x88\xb6\x60\x00\x00\x02\x04\x05\xb4\x04\x02\x08\x0a\xc5\x43"
	"\x1f\x1b\x5c\x60\xec\xaa\x01\x03\x03\x0a";
static const uint8_t hello[] =
	"\x6e\xd9\x73\x19\xf5\xf2\xde\x8d\x12\xf8\xcf\xc7\x08\x00\x45\x00"
	"\x00\x39\x02\xcd\x40\x00\x40\x06\x21\xf0\x0a\x00\x01\x01\x0a\x00"
	"\x01\x02\x0f\xa0\x00\x50\x2d\x9c\x06\x8a\xce\x77\x3d\x0a\x80\x18"
	"\x00\x3f\x9f\x9a\x00\x00\x01\x01\x08\x0a\x5c\x60\xec\xaa\xc5\x43"
	"\x1f\x1b\x68\x65\x6c\x6c\x6f";
static const uint8_t syn_ack_6[] =
	"\xde\x8d\x12\xf8\xcf\xc7\x6e\xd9\x73\x19\xf5\xf2\x86\xdd\x60\x0d"
	"\x94\xb1\x00\x28\x06\x40\xfd\x00\x00\x00\x00\x01\x00\x00\x00\x00"
	"\x00\x00\x00\x00\x00\x02\xfd\x00\x00\x00\x00\x01\x00\x00\x00\x00"
	"\x00\x00\x00\x00\x00\x01\x00\x50\x0f\xa0\x65\x66\x5b\x0f\xc0\x0f"
	"\xea\xc3\xa0\x12\xfb\x04\x96\xf5\x00\x00\x02\x04\x05\xa0\x04\x02"
	"\x08\x0a\x80\x1f\x1e\xf3\x24\xe6\x7c\xce\x01\x03\x03\x0a";

#define SYN_ACK syn_ack, sizeof(syn_ack) - 1
#define HELLO hello, sizeof(hello) - 1
#define SYN_ACK_6 syn_ack_6, sizeof(syn_ack_6) - 1

static const struct {
	const uint8_t *frame;
	size_t size;
	size_t checksum; /* offset of TCP's */
	const char *from, *to;
	struct lg_segment is;
} seen[] = {
	{SYN_ACK,
	 TCP + 16,
	 "10.0.1.2",
	 "10.0.1.1",
	 {.family = AF_INET,
	  .sport = 80,
	  .dport = 4000,
	  .ttl = 64,
	  .seq = 3463920905,
	  .ack = 765200010,
	  .flags = LG_SYN | LG_ACK,
	  .window = 65160,
	  .has_mss = true,
	  .mss = 1460,
	  .sack_ok = true,
	  .has_ts = true,
	  .tsval = 0xc5431f1b,
	  .tsecr = 0x5c60ecaa,
	  .has_wscale = true,
	  .wscale = 10}},
	{HELLO,
	 TCP + 16,
	 "10.0.1.1",
	 "10.0.1.2",
	 {.family = AF_INET,
	  .sport = 4000,
	  .dport = 80,
	  .ttl = 64,
	  .seq = 765200010,
	  .ack = 3463920906,
	  .flags = LG_PSH | LG_ACK,
	  .window = 63,
	  .size = 5,
	  .payload = (const uint8_t *)"hello",
	  .has_ts = true,
	  .tsval = 0x5c60ecaa,
	  .tsecr = 0xc5431f1b}},
	{SYN_ACK_6,
	 TCP + 20 + 16,
	 "fd00:0:1::2",
	 "fd00:0:1::1",
	 {.family = AF_INET6,
	  .sport = 80,
	  .dport = 4000,
	  .ttl = 64,
	  .flow_label = 0xd94b1,
	  .seq = 1701206799,
	  .ack = 3222268611,
	  .flags = LG_SYN | LG_ACK,
	  .window = 64260,
	  .has_mss = true,
	  .mss = 1440,
	  .sack_ok = true,
	  .has_ts = true,
	  .tsval = 0x801f1ef3,
	  .tsecr = 0x24e67cce,
	  .has_wscale = true,
	  .wscale = 10}},
};

#define N_SEEN ((int)(sizeof(seen) / sizeof(seen[0])))

static void takes_apart_what_linux_sent(int row)
{
	struct lg_segment expected = seen[row].is;
	inet_pton(expected.family, seen[row].from, expected.saddr);
	inet_pton(expected.family, seen[row].to, expected.daddr);

	struct lg_segment segment = {.time_ns = 7};
	ck_assert_int_eq(
		lg_segment_parse(seen[row].frame, seen[row].size, &segment), 0);
	ck_assert_pstr_eq(lg_sample_difference(&segment, &expected), NULL);
	ck_assert_int_eq(segment.time_ns, 7);
}

static void computes_checksums(int row)
{
	uint8_t frame[LG_FRAME_MAX];
	size_t size = seen[row].size;

	memcpy(frame, seen[row].frame, size);
	ck_assert(lg_segment_checksum_ok(frame, size));

	frame[seen[row].checksum] ^= 0x80;
	ck_assert(!lg_segment_checksum_ok(frame, size));
	ck_assert_int_eq(lg_segment_checksum(frame, size), 0);
	ck_assert_mem_eq(frame, seen[row].frame, size);
}

/* Of the three, only this one has neither an IP identification nor a flow
 * label, which a segment does not keep. */
static void builds_as_linux_does(int row)
{
	(void)row;
	struct lg_segment segment;
	uint8_t frame[LG_FRAME_MAX];

	ck_assert_int_eq(lg_segment_parse(SYN_ACK, &segment), 0);
	ck_assert_int_eq(lg_segment_build(&segment, syn_ack + 6, syn_ack, frame,
					  sizeof(frame)),
			 sizeof(syn_ack) - 1);
	ck_assert_mem_eq(frame, syn_ack, sizeof(syn_ack) - 1);
}

/* ---- any segment ------------------------------------------------------- */

static void comes_back_as_built(int row)
{
	(void)row;
	struct lg_seed seed = {{1, 2, 3}};

	for (int i = 0; i < 3000; i++) {
		struct lg_segment segment = lg_sample_segment(&seed), back;
		uint8_t frame[LG_FRAME_MAX];
		memset(frame, 0xee, sizeof(frame));
		size_t size = lg_sample_frame(&segment, frame, sizeof(frame));

		/* What follows is an Ethernet's padding. */
		size_t padded = size + lg_sample_below(&seed, 47);
		ck_assert_int_eq(lg_segment_parse(frame, padded, &back), 0);
		ck_assert_pstr_eq(lg_sample_difference(&back, &segment), NULL);
		ck_assert(lg_segment_checksum_ok(frame, padded));
	}
}

static void notices_each_wrong_bit(int row)
{
	uint8_t frame[LG_FRAME_MAX];
	size_t size = seen[row].size;

	for (size_t bit = 8 * IP; bit < 8 * size; bit++) {
		/* Traffic class, flow label and hop limit have no checksum. */
		bool ipv6 = seen[row].is.family == AF_INET6;
		if (ipv6 && ((bit >= 8 * IP && bit < 8 * (IP + 4)) ||
			     bit / 8 == IP + 7))
			continue;

		memcpy(frame, seen[row].frame, size);
		frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_msg(!lg_segment_checksum_ok(frame, size), "byte %zu",
			      bit / 8);
	}
}

/* ---- bad frames -------------------------------------------------------- */

static void refuses_any_beginning(int row)
{
	struct lg_segment segment = {.time_ns = 7}, before = segment;

	for (size_t size = 0; size < seen[row].size; size++) {
		/* A block of its own, for AddressSanitizer. */
		uint8_t *frame = malloc(size);
		memcpy(frame, seen[row].frame, size);
		ck_assert_int_eq(lg_segment_parse(frame, size, &segment),
				 size < IP ? -EPROTO : -EBADMSG);
		ck_assert_mem_eq(&segment, &before, sizeof(segment));
		free(frame);
	}
}

static const struct {
	const char *what;
	const uint8_t *frame;
	size_t size, at;
	uint8_t byte;
	int result;
} bad[] = {
	{"ARP", HELLO, 13, 0x06, -EPROTO},
	{"version 6 in an IPv4 frame", HELLO, IP, 0x65, -EPROTO},
	{"version 4 in an IPv6 frame", SYN_ACK_6, IP, 0x40, -EPROTO},
	{"UDP", HELLO, IP + 9, 17, -EPROTO},
	{"a first fragment", HELLO, IP + 6, 0x20, -EPROTO},
	{"a later fragment", HELLO, IP + 7, 1, -EPROTO},
	{"a hop-by-hop header", SYN_ACK_6, IP + 6, 0, -EPROTO},
	{"an IP header of 16 bytes", HELLO, IP, 0x44, -EBADMSG},
	{"an IP header longer than the datagram", HELLO, IP + 3, 19, -EBADMSG},
	{"a datagram longer than the frame", HELLO, IP + 3, 58, -EBADMSG},
	{"a payload longer than the frame", SYN_ACK_6, IP + 5, 41, -EBADMSG},
	{"no room for a TCP header", HELLO, IP + 3, 39, -EBADMSG},
	{"no room for a TCP header", SYN_ACK_6, IP + 5, 19, -EBADMSG},
	{"a TCP header of 16 bytes", HELLO, TCP + 12, 0x40, -EBADMSG},
	{"a TCP header longer than the segment", SYN_ACK, TCP + 12, 0xb0,
	 -EBADMSG},
};

static void refuses(int row)
{
	/* What is read by mistake is an end of options. */
	uint8_t frame[LG_FRAME_MAX] = {0}, before[LG_FRAME_MAX];
	size_t size = bad[row].size;
	struct lg_segment segment;

	memcpy(frame, bad[row].frame, size);
	frame[bad[row].at] = bad[row].byte;
	memcpy(before, frame, size);

	ck_assert_msg(lg_segment_parse(frame, size, &segment) ==
			      bad[row].result,
		      "%s", bad[row].what);
	ck_assert_int_eq(lg_segment_checksum(frame, size), bad[row].result);
	ck_assert_int_eq(
		lg_segment_edit(frame, size, &(struct lg_edit){.ttl = 1}),
		bad[row].result);
	ck_assert_mem_eq(frame, before, size);
	ck_assert(!lg_segment_checksum_ok(frame, size));
}

static const char *const cut[] = {
	"\x01\x01\x08\x00\x01\x01\x01\x01\x01\x01\x01\x01",
	"\x01\x01\x08\x01\x01\x01\x01\x01\x01\x01\x01\x01",
	"\x01\x01\x08\x0b\x01\x01\x01\x01\x01\x01\x01\x01",
	"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x08",
};

static void refuses_options_cut_short(int row)
{
	struct lg_segment segment;
	const size_t size = OPTIONS + 12;
	uint8_t *frame = malloc(size); /* for AddressSanitizer */

	memcpy(frame, hello, OPTIONS);
	memcpy(frame + OPTIONS, cut[row], 12);
	frame[IP + 3] = (uint8_t)(size - IP);
	ck_assert_int_eq(lg_segment_parse(frame, size, &segment), -EBADMSG);
	free(frame);
}

/* ---- odd options ------------------------------------------------------- */

static const struct {
	const char *bytes; /* 12 of them */
	struct lg_segment is;
} odd[] = {
	{"\x00\x02\x04\x05\xb4\x00\x00\x00\x00\x00\x00\x00", {.mss = 0}},
	{"\x01\x01\x02\x04\x05\xb4\x00\x08\xff\xff\xff\xff",
	 {.has_mss = true, .mss = 1460}},
	{"\x02\x03\x05\x03\x04\x01\x02\x01\x04\x03\x00\x01", {.mss = 0}},
	{"\x05\x02\x05\x06\x01\x02\x03\x04\x08\x04\x00\x01", {.mss = 0}},
	{"\x03\x03\x01\x03\x03\x0e\x04\x02\xfd\x03\x00\x01",
	 {.has_wscale = true, .wscale = 14, .sack_ok = true}},
	{"\x05\x0a\x00\x00\x00\x01\xff\xff\xff\xff\x01\x01",
	 {.sacks = 1, .sack = {{1, UINT32_MAX}}}},
};

static void reads_odd_options(int row)
{
	uint8_t frame[LG_FRAME_MAX];
	struct lg_segment segment, plain;

	memcpy(frame, hello, sizeof(hello) - 1);
	ck_assert_int_eq(lg_segment_parse(HELLO, &plain), 0);
	memcpy(frame + OPTIONS, odd[row].bytes, 12);
	ck_assert_int_eq(lg_segment_parse(frame, sizeof(hello) - 1, &segment),
			 0);

	struct lg_segment expected = odd[row].is;
	expected.family = plain.family;
	memcpy(expected.saddr, plain.saddr, sizeof(plain.saddr));
	memcpy(expected.daddr, plain.daddr, sizeof(plain.daddr));
	expected.sport = plain.sport;
	expected.dport = plain.dport;
	expected.ttl = plain.ttl;
	expected.seq = plain.seq;
	expected.ack = plain.ack;
	expected.flags = plain.flags;
	expected.window = plain.window;
	expected.size = plain.size;
	expected.payload = plain.payload;
	ck_assert_pstr_eq(lg_sample_difference(&segment, &expected), NULL);
}

static void passes_over_ip_options(int row)
{
	(void)row;
	uint8_t frame[LG_FRAME_MAX];
	size_t size = sizeof(hello) - 1;
	struct lg_segment plain, segment;

	memcpy(frame, hello, TCP);
	memset(frame + TCP, 1, 4); /* IPOPT_NOP */
	memcpy(frame + TCP + 4, hello + TCP, size - TCP);
	frame[IP] = 0x46;
	frame[IP + 3] += 4;
	size += 4;

	ck_assert(!lg_segment_checksum_ok(frame, size));
	ck_assert_int_eq(lg_segment_checksum(frame, size), 0);
	ck_assert(lg_segment_checksum_ok(frame, size));
	ck_assert_mem_eq(frame + TCP + 4, hello + TCP, size - TCP - 4);

	ck_assert_int_eq(lg_segment_parse(HELLO, &plain), 0);
	ck_assert_int_eq(lg_segment_parse(frame, size, &segment), 0);
	ck_assert_pstr_eq(lg_sample_difference(&segment, &plain), NULL);
}

/* ---- edits ------------------------------------------------------------- */

static void edit_model(struct lg_segment *segment, const struct lg_edit *edit)
{
	if (segment->has_ts && !edit->strip_ts) {
		segment->tsval += edit->add_tsval;
		segment->tsecr += edit->add_tsecr;
	}
	if (edit->strip_ts) {
		segment->has_ts = false;
		segment->tsval = segment->tsecr = 0;
	}
	if (edit->strip_mss) {
		segment->has_mss = false;
		segment->mss = 0;
	}
	if (edit->strip_wscale) {
		segment->has_wscale = false;
		segment->wscale = 0;
	}
	if (edit->strip_sack) {
		segment->sack_ok = false;
		segment->sacks = 0;
		memset(segment->sack, 0, sizeof(segment->sack));
	}
	segment->seq += edit->add_seq;
	segment->ack += edit->add_ack;
	segment->flags &= (uint8_t)~edit->clear_flags;
	segment->flags |= edit->set_flags;
	segment->sport = edit->sport ? edit->sport : segment->sport;
	segment->dport = edit->dport ? edit->dport : segment->dport;
	segment->ttl = edit->ttl ? edit->ttl : segment->ttl;
}

static void edits_any_segment(int row)
{
	(void)row;
	struct lg_seed seed = {{4, 5, 6}};

	for (int i = 0; i < 3000; i++) {
		struct lg_segment segment = lg_sample_segment(&seed), back;
		struct lg_edit edit = lg_sample_edit(&seed);
		uint8_t frame[LG_FRAME_MAX];
		size_t size = lg_sample_frame(&segment, frame, sizeof(frame));
		frame[size] = 0xee;

		/* As a veth has it: only the pseudo-header is summed up. */
		size_t tcp = segment.family == AF_INET ? TCP : TCP + 20;
		frame[tcp + 16] ^= 0x55;

		ck_assert_int_eq(lg_segment_edit(frame, size + 1, &edit), 0);
		ck_assert_uint_eq(frame[size], 0xee);
		ck_assert(lg_segment_checksum_ok(frame, size + 1));
		ck_assert_int_eq(lg_segment_parse(frame, size, &back), 0);
		edit_model(&segment, &edit);
		ck_assert_pstr_eq(lg_sample_difference(&back, &segment), NULL);
	}
}

static void strips_by_nops(int row)
{
	(void)row;
	uint8_t frame[LG_FRAME_MAX];
	size_t size = sizeof(syn_ack) - 1;

	memcpy(frame, syn_ack, size);
	ck_assert_int_eq(lg_segment_edit(frame, size,
					 &(struct lg_edit){.strip_ts = true}),
			 0);
	ck_assert_mem_eq(frame + OPTIONS,
			 "\x02\x04\x05\xb4\x04\x02\x01\x01\x01\x01"
			 "\x01\x01\x01\x01\x01\x01\x01\x03\x03\x0a",
			 20);
	ck_assert_mem_eq(frame, syn_ack, TCP + 16);
}

static void adds_modulo_2_to_the_32(int row)
{
	(void)row;
	uint8_t frame[LG_FRAME_MAX];
	size_t size = sizeof(hello) - 1;
	struct lg_segment segment;
	const struct lg_edit edit = {.add_seq = UINT32_MAX,
				     .add_tsval = 0xa39f1357,
				     .clear_flags = 0xff};

	memcpy(frame, hello, size);
	ck_assert_int_eq(lg_segment_edit(frame, size, &edit), 0);
	ck_assert_int_eq(lg_segment_parse(frame, size, &segment), 0);
	ck_assert_uint_eq(segment.seq, 765200009);
	ck_assert_uint_eq(segment.tsval, 1);
	ck_assert_uint_eq(segment.flags, 0);
}

/* ---- what cannot be built ---------------------------------------------- */

static ssize_t build(const struct lg_segment *segment, size_t room)
{
	static uint8_t frame[70000];

	return lg_segment_build(segment, frame, frame, frame, room);
}

static void refuses_to_build(int row)
{
	(void)row;
	struct lg_segment fits = {
		.family = AF_INET, .has_ts = true, .sacks = 3};
	ck_assert_int_eq(build(&fits, 94), 94);
	ck_assert_int_eq(build(&fits, 93), -EMSGSIZE);

	struct lg_segment more = fits;
	more.has_wscale = true;
	ck_assert_int_eq(build(&more, 70000), -EMSGSIZE);
	more = (struct lg_segment){.family = AF_INET6, .sacks = 5};
	ck_assert_int_eq(build(&more, 70000), -EMSGSIZE);

	uint8_t payload[65536] = {0};
	struct lg_segment large = {
		.family = AF_INET, .payload = payload, .size = 65535 - 40};
	ck_assert_int_eq(build(&large, 70000), 14 + 65535);
	large.size++;
	ck_assert_int_eq(build(&large, 70000), -EMSGSIZE);
	large.family = AF_INET6;
	large.size = 65535 - 20;
	ck_assert_int_eq(build(&large, 70000), 14 + 40 + 65535);
	large.size++;
	ck_assert_int_eq(build(&large, 70000), -EMSGSIZE);
	large.size = UINT32_MAX;
	ck_assert_int_eq(build(&large, 70000), -EMSGSIZE);

	struct lg_segment nowhere = {.family = AF_UNIX};
	ck_assert_int_eq(build(&nowhere, 70000), -EAFNOSUPPORT);
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"takes apart what Linux sent", takes_apart_what_linux_sent,
		 N_SEEN, 0},
		{"computes checksums", computes_checksums, N_SEEN, 0},
		{"builds as Linux does", builds_as_linux_does, 0, 0},
		{"comes back as built", comes_back_as_built, 0, 0},
		{"notices each wrong bit", notices_each_wrong_bit, N_SEEN, 0},
		{"refuses any beginning", refuses_any_beginning, N_SEEN, 0},
		{"refuses bad frames", refuses, sizeof(bad) / sizeof(bad[0]),
		 0},
		{"refuses options cut short", refuses_options_cut_short,
		 sizeof(cut) / sizeof(cut[0]), 0},
		{"reads odd options", reads_odd_options,
		 sizeof(odd) / sizeof(odd[0]), 0},
		{"passes over IP options", passes_over_ip_options, 0, 0},
		{"edits any segment", edits_any_segment, 0, 0},
		{"strips by NOPs", strips_by_nops, 0, 0},
		{"adds modulo 2^32", adds_modulo_2_to_the_32, 0, 0},
		{"refuses to build", refuses_to_build, 0, 0},
		{NULL, NULL, 0, 0},
	};

	return lg_unit_main(argc, argv, units);
}
