// SPDX-License-Identifier: GPL-2.0-or-later
#include "batch.h"

#include "error.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Well below the 64 KiB that libnl's sockets may have on their way. */
#define BYTES_MAX 32768
#define ANSWER_MAX 16384

int lg_about_in(int result, const struct lg_about *about)
{
	const struct lg_topology *topology = about->topology;
	const struct lg_topology_link *link = about->link;

	if (about->host && link)
		lg_error_in(result, "at %s", about->host->name);
	if (link)
		return lg_error_in(result, "%s:%d: link %s -- %s",
				   topology->file, link->line,
				   topology->hosts[link->ends[0].host].name,
				   topology->hosts[link->ends[1].host].name);
	return lg_error_in(result, "%s:%d: host %s", topology->file,
			   about->host->line, about->host->name);
}

struct lg_batch lg_batch(struct nl_sock *route)
{
	return (struct lg_batch){.route = route};
}

static int out_of_memory(struct lg_batch *batch)
{
	if (!batch->result)
		batch->result = lg_error(ENOMEM, "netlink");
	return batch->result;
}

/* The kernel's own words about an error (Linux 4.12), without the full stop
 * that some of them end in. */
static void explanation(const struct nlmsghdr *header, char *text, size_t room)
{
	const struct nlmsgerr *error = nlmsg_data(header);
	int size = nlmsg_datalen(header) - (int)sizeof(*error);
	const char *attributes = (const char *)(error + 1);
	text[0] = '\0';

	if (!(header->nlmsg_flags & NLM_F_CAPPED)) {
		int request = nlmsg_datalen(&error->msg);
		attributes += NLMSG_ALIGN(request);
		size -= NLMSG_ALIGN(request);
	}
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || size <= 0)
		return;

	const struct nlattr *words = nla_find((const struct nlattr *)attributes,
					      size, NLMSGERR_ATTR_MSG);
	if (!words)
		return;
	int length = (int)strnlen(nla_data(words), (size_t)nla_len(words));
	if (length && ((const char *)nla_data(words))[length - 1] == '.')
		length--;
	snprintf(text, room, ": %.*s", length, (const char *)nla_data(words));
}

static int refused(const struct lg_batch *batch, const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = nlmsg_data(header);
	const struct lg_request *request =
		&batch->requests[header->nlmsg_seq - 1];
	char words[256];

	explanation(header, words, sizeof(words));
	int result = lg_error(-error->error, "%s%s", request->what, words);
	return lg_about_in(result, &request->about);
}

/* Takes the answers up to that of the last request. */
static int receive(const struct lg_batch *batch)
{
	_Alignas(struct nlmsghdr) char answers[ANSWER_MAX];
	unsigned last = batch->last->nlmsg_seq;
	int result = 0;

	for (;;) {
		ssize_t got = recv(nl_socket_get_fd(batch->route), answers,
				   sizeof(answers), 0);
		if (got < 0 && errno == EINTR)
			continue;
		/* So many errors that the socket had no room for them all. */
		if (got < 0 && errno == ENOBUFS && result)
			return result;
		if (got < 0)
			return lg_error(errno, "receive from rtnetlink");

		struct nlmsghdr *header = (struct nlmsghdr *)answers;
		int left = (int)got;
		for (; nlmsg_ok(header, left);
		     header = nlmsg_next(header, &left)) {
			const struct nlmsgerr *error = nlmsg_data(header);
			if (header->nlmsg_type != NLMSG_ERROR)
				continue;
			if (error->error && !result)
				result = refused(batch, header);
			if (header->nlmsg_seq == last)
				return result;
		}
	}
}

static void flush(struct lg_batch *batch)
{
	batch->last->nlmsg_flags |= NLM_F_ACK;
	int sent = nl_sendto(batch->route, batch->bytes, batch->size);
	batch->result = sent < 0 ? lg_error(0, "send to rtnetlink: %s",
					    nl_geterror(sent))
				 : receive(batch);
	batch->size = 0;
	batch->n = 0;
}

static int grow(struct lg_batch *batch)
{
	if (!batch->bytes)
		batch->bytes = malloc(BYTES_MAX);
	if (!batch->bytes)
		return out_of_memory(batch);
	if (batch->n < batch->room)
		return 0;

	unsigned room = batch->room ? 2 * batch->room : 32;
	struct lg_request *requests =
		reallocarray(batch->requests, room, sizeof(*requests));
	if (!requests)
		return out_of_memory(batch);
	batch->requests = requests;
	batch->room = room;
	return 0;
}

static void append(struct lg_batch *batch, const struct nlmsghdr *header,
		   const struct lg_about *about, const char *what)
{
	size_t size = NLMSG_ALIGN(header->nlmsg_len);

	if (batch->size + size > BYTES_MAX)
		flush(batch);
	if (batch->result || grow(batch))
		return;
	batch->requests[batch->n++] =
		(struct lg_request){.about = *about, .what = what};
	batch->last = (struct nlmsghdr *)(batch->bytes + batch->size);
	memcpy(batch->last, header, header->nlmsg_len);
	batch->last->nlmsg_flags |= NLM_F_REQUEST;
	batch->last->nlmsg_seq = batch->n;
	batch->last->nlmsg_pid = 0;
	batch->size += size;
}

void lg_batch_add(struct lg_batch *batch, struct nl_msg *message,
		  const struct lg_about *about, const char *what)
{
	if (!message)
		out_of_memory(batch);
	else if (!batch->result)
		append(batch, nlmsg_hdr(message), about, what);
	nlmsg_free(message);
}

int lg_batch_finish(struct lg_batch *batch)
{
	if (!batch->result && batch->n)
		flush(batch);
	free(batch->bytes);
	free(batch->requests);
	return batch->result;
}
