// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes many different segments into a capture file, and to standard output
 * what linger reads in them, in the words of `tshark -T fields`: the fields
 * that tshark.sh names, in that order.
 */
#define LG_IMPLEMENTATION
#include "sample.h"

#include <arpa/inet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SEGMENTS 3000
#define SHORTEST_FRAME 60 /* on a real Ethernet */

static void print_address(int family, const uint8_t *address)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family, address, text, sizeof(text));
	printf("%s\t", text);
}

static void print_ip(const struct lg_segment *segment)
{
	bool ipv4 = segment->family == AF_INET;

	if (!ipv4)
		printf("\t\t\t\t");
	print_address(segment->family, segment->saddr);
	print_address(segment->family, segment->daddr);
	printf(ipv4 ? "%u\t0x%02x\t" : "%u\t0x%08x\t", segment->ttl,
	       segment->tos);
	if (ipv4)
		printf("\t\t\t\t\t");
	else
		printf("0x%06x\t", segment->flow_label);
}

static void print_header(const struct lg_segment *segment)
{
	printf("%u\t%u\t%u\t%u\t0x%04x\t%u\t%u\t", segment->sport,
	       segment->dport, segment->seq, segment->ack, segment->flags,
	       segment->window, segment->size);
}

static void print_options(const struct lg_segment *segment)
{
	if (segment->has_mss)
		printf("%u", segment->mss);
	putchar('\t');
	if (segment->has_wscale)
		printf("%u", segment->wscale);
	putchar('\t');
	if (segment->sack_ok)
		printf("0402"); /* the option's bytes */
	putchar('\t');
	if (segment->has_ts)
		printf("%u\t%u\t", segment->tsval, segment->tsecr);
	else
		printf("\t\t");
	for (unsigned i = 0; i < segment->sacks; i++)
		printf("%s%u", i ? "," : "", segment->sack[i].left);
	putchar('\t');
	for (unsigned i = 0; i < segment->sacks; i++)
		printf("%s%u", i ? "," : "", segment->sack[i].right);
	putchar('\t');
}

static void print_segment(const uint8_t *frame, size_t size)
{
	struct lg_segment segment;

	if (lg_segment_parse(frame, size, &segment))
		abort();
	print_ip(&segment);
	print_header(&segment);
	print_options(&segment);
	for (uint32_t i = 0; i < segment.size; i++)
		printf("%02x", segment.payload[i]);
	puts(lg_segment_checksum_ok(frame, size) ? "\tgood" : "\tbad");
}

/* A quarter each: as built, edited, and with a bit turned of what only the one
 * or the other checksum is about. */
static void vary(struct lg_seed *seed, uint8_t *frame, size_t size, int number)
{
	uint8_t bit = (uint8_t)(1 << lg_sample_below(seed, 8));
	struct lg_edit edit = lg_sample_edit(seed);

	switch (number % 4) {
	case 1:
		if (lg_segment_edit(frame, size, &edit))
			abort();
		break;
	case 2:
		frame[size - 1] ^= bit;
		break;
	case 3:
		frame[LG_ETHERNET_HEADER + 8] ^= bit; /* IPv4: TTL */
		break;
	}
}

static bool write_all(pcap_dumper_t *file)
{
	struct lg_seed seed = {{13, 14, 15}};

	for (int i = 0; i < N_SEGMENTS; i++) {
		uint8_t frame[LG_FRAME_MAX] = {0};
		struct lg_segment segment = lg_sample_segment(&seed);
		if (!segment.size) /* the frame's last byte is payload */
			segment.size = i % 4 == 2;
		size_t size = lg_sample_frame(&segment, frame, sizeof(frame));
		vary(&seed, frame, size, i);
		if (size < SHORTEST_FRAME)
			size = SHORTEST_FRAME;

		const struct pcap_pkthdr header = {
			.ts = {.tv_sec = i},
			.caplen = (bpf_u_int32)size,
			.len = (bpf_u_int32)size,
		};
		pcap_dump((u_char *)file, &header, frame);
		print_segment(frame, size);
	}
	return pcap_dump_flush(file) == 0;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: segment_dump FILE.pcap\n");
		return EXIT_FAILURE;
	}

	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, LG_FRAME_MAX);
	pcap_dumper_t *file = pcap ? pcap_dump_open(pcap, argv[1]) : NULL;
	if (!file) {
		fprintf(stderr, "%s: %s\n", argv[1],
			pcap ? pcap_geterr(pcap) : "no pcap");
		return EXIT_FAILURE;
	}

	bool written = write_all(file);
	pcap_dump_close(file);
	pcap_close(pcap);
	return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
