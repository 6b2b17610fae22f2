// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "pcap.h"

#include "error.h"
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

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

static void write_frames(FILE *out, const struct lg_net *net,
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
}

static int write_end(int folder, const struct lg_net *net,
		     const struct lg_link_end *end)
{
	char name[2 * LG_NAME_MAX + 8];
	snprintf(name, sizeof(name), "%s-%s.pcap", end->host->name,
		 end->is->name);

	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0666);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out)
		return lg_error(errno, "create %s", name);
	write_frames(out, net, end);
	/* A disk that is full shows here at the latest. */
	int failed = ferror(out);
	if (fclose(out) || failed)
		return lg_error(errno, "write %s", name);
	return 0;
}

int lg_pcap_write(int folder, const struct lg_net *net)
{
	int result = 0;
	for (size_t i = 0; i < 2 * net->topology->n_links && !result; i++) {
		const struct lg_link_end *end = &net->links[0][0] + i;
		if (end->capture)
			result = write_end(folder, net, end);
	}
	return result;
}
