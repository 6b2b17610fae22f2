// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture.h"

#include "error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * TPACKET_V2: a frame is there as soon as it was seen.  V3 packs better but
 * closes its blocks by a timer, which would tick through virtual time.
 */
#define SLOT 2048
#define SLOTS 512
#define BLOCK 16384

struct lg_capture {
	int fd;
	uint8_t *ring;
	unsigned next;
	struct tpacket2_hdr *taken; /* to be given back */
	unsigned lost;
};

static struct tpacket2_hdr *slot(const struct lg_capture *capture)
{
	return (void *)(capture->ring + (size_t)capture->next * SLOT);
}

static int open_ring(struct lg_capture *capture, unsigned ifindex)
{
	/* No protocol yet: nothing is captured before it is bound. */
	capture->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (capture->fd < 0)
		return lg_error(errno, "packet socket");

	int version = TPACKET_V2;
	struct tpacket_req ring = {
		.tp_block_size = BLOCK,
		.tp_block_nr = SLOT * SLOTS / BLOCK,
		.tp_frame_size = SLOT,
		.tp_frame_nr = SLOTS,
	};
	if (setsockopt(capture->fd, SOL_PACKET, PACKET_VERSION, &version,
		       sizeof(version)) ||
	    setsockopt(capture->fd, SOL_PACKET, PACKET_RX_RING, &ring,
		       sizeof(ring)))
		return lg_error(errno, "ring of a packet socket");
	capture->ring = mmap(NULL, (size_t)SLOT * SLOTS, PROT_READ | PROT_WRITE,
			     MAP_SHARED, capture->fd, 0);
	if (capture->ring == MAP_FAILED) {
		capture->ring = NULL;
		return lg_error(errno, "map the ring of a packet socket");
	}
	/* Processes that we start have no use for it, and UML since 6.12 loses
	 * count of pages of such blocks that two processes map. */
	madvise(capture->ring, (size_t)SLOT * SLOTS, MADV_DONTFORK);

	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ifindex,
	};
	if (bind(capture->fd, (struct sockaddr *)&address, sizeof(address)))
		return lg_error(errno, "bind a packet socket");
	return 0;
}

int lg_capture_open(unsigned ifindex, struct lg_capture **out)
{
	struct lg_capture *capture = calloc(1, sizeof(*capture));
	if (!capture)
		return lg_error(ENOMEM, "capture");
	int result = open_ring(capture, ifindex);
	if (result) {
		lg_capture_close(capture);
		return lg_error_in(result, "capture");
	}
	*out = capture;
	return 0;
}

void lg_capture_close(struct lg_capture *capture)
{
	if (!capture)
		return;
	if (capture->ring)
		munmap(capture->ring, (size_t)SLOT * SLOTS);
	if (capture->fd >= 0)
		close(capture->fd);
	free(capture);
}

int lg_capture_fd(const struct lg_capture *capture)
{
	return capture->fd;
}

static void give_back(struct lg_capture *capture)
{
	if (!capture->taken)
		return;
	__atomic_store_n(&capture->taken->tp_status, TP_STATUS_KERNEL,
			 __ATOMIC_RELEASE);
	capture->taken = NULL;
}

bool lg_capture_peek(struct lg_capture *capture, struct lg_captured *frame)
{
	/* With the last frame kept back, poll(2) would find the ring readable
	 * for ever. */
	give_back(capture);
	const struct tpacket2_hdr *header = slot(capture);
	if (!(__atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE) &
	      TP_STATUS_USER))
		return false;

	const struct sockaddr_ll *from =
		(const void *)((const uint8_t *)header +
			       TPACKET_ALIGN(sizeof(*header)));
	*frame = (struct lg_captured){
		.time_ns = header->tp_sec * 1000000000LL + header->tp_nsec,
		.outgoing = from->sll_pkttype == PACKET_OUTGOING,
		.bytes = (const uint8_t *)header + header->tp_mac,
		.size = header->tp_snaplen,
	};
	return true;
}

bool lg_capture_take(struct lg_capture *capture, struct lg_captured *frame)
{
	if (!lg_capture_peek(capture, frame))
		return false;
	capture->taken = slot(capture);
	if (capture->taken->tp_len != capture->taken->tp_snaplen)
		capture->lost++;
	capture->next = (capture->next + 1) % SLOTS;
	return true;
}

unsigned lg_capture_lost(struct lg_capture *capture)
{
	struct tpacket_stats now = {0};
	socklen_t size = sizeof(now);
	/* Reading them sets the kernel's to zero. */
	if (!getsockopt(capture->fd, SOL_PACKET, PACKET_STATISTICS, &now,
			&size))
		capture->lost += now.tp_drops;
	return capture->lost;
}
