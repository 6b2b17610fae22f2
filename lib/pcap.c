// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "pcap.h"

#include "trace.h"

#define NANOSECOND_MAGIC 0xa1b23c4du
#define LINKTYPE_ETHERNET 1
#define SNAPLEN 65535

/* Native byte order: the magic tells readers which. */
struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	int32_t zone;
	uint32_t accuracy, snaplen, linktype;
};

struct record_header {
	uint32_t seconds, nanoseconds, captured, size;
};

int lg_pcap_write(FILE *out, const struct lg_net *net,
		  const struct lg_link_end *end)
{
	struct file_header header = {.magic = NANOSECOND_MAGIC,
				     .major = 2,
				     .minor = 4,
				     .snaplen = SNAPLEN,
				     .linktype = LINKTYPE_ETHERNET};
	fwrite(&header, sizeof(header), 1, out);
	for (size_t i = 0; i < lg_trace_size(net); i++) {
		const struct lg_frame *frame = lg_trace_frame(net, i);
		if (frame->end != end)
			continue;
		struct record_header record = {
			.seconds = (uint32_t)(frame->time_ns / 1000000000),
			.nanoseconds = (uint32_t)(frame->time_ns % 1000000000),
			.captured = (uint32_t)frame->size,
			.size = (uint32_t)frame->size};
		fwrite(&record, sizeof(record), 1, out);
		fwrite(frame->bytes, frame->size, 1, out);
	}
	return ferror(out) ? -EIO : 0;
}
