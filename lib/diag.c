// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "diag.h"

#include "error.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>

/* What the kernel's state numbers range over.  TCP_NEW_SYN_RECV is for
 * filters only: such a socket is reported as SYN_RECV. */
#define NEW_SYN_RECV 12
#define ALL_STATES ((1u << (NEW_SYN_RECV + 1)) - 2)

static const char *const state_names[] = {
	[TCP_ESTABLISHED] = "ESTABLISHED",
	[TCP_SYN_SENT] = "SYN-SENT",
	[TCP_SYN_RECV] = "SYN-RECEIVED",
	[TCP_FIN_WAIT1] = "FIN-WAIT-1",
	[TCP_FIN_WAIT2] = "FIN-WAIT-2",
	[TCP_TIME_WAIT] = "TIME-WAIT",
	[TCP_CLOSE] = "CLOSE",
	[TCP_CLOSE_WAIT] = "CLOSE-WAIT",
	[TCP_LAST_ACK] = "LAST-ACK",
	[TCP_LISTEN] = "LISTEN",
	[TCP_CLOSING] = "CLOSING",
};
static_assert(sizeof(state_names) / sizeof(*state_names) == TCP_CLOSING + 1,
	      "a name for each state");

const char *lg_state_name(int state)
{
	if (state < TCP_ESTABLISHED || state > TCP_CLOSING)
		return "no state of TCP's";
	return state_names[state];
}

static int print_end(char *text, size_t room, int family,
		     const uint8_t *address, uint16_t port)
{
	char host[INET6_ADDRSTRLEN] = "?";
	inet_ntop(family, address, host, sizeof(host));
	return snprintf(text, room, family == AF_INET6 ? "[%s]:%u" : "%s:%u",
			host, port);
}

int lg_diag_print(char *text, size_t room, const struct lg_endpoints *ends)
{
	char local[64], remote[64];
	print_end(local, sizeof(local), ends->family, ends->local,
		  ends->local_port);
	if (!ends->remote_port)
		return snprintf(text, room, "%s", local);
	print_end(remote, sizeof(remote), ends->family, ends->remote,
		  ends->remote_port);
	return snprintf(text, room, "%s -> %s", local, remote);
}

/* One request and all that comes back for it. */
struct exchange {
	lg_diag_each_fn *each;
	void *arg;
	bool done;
	int error; /* as the kernel gives it: negative */
};

static struct lg_status status_of(const struct inet_diag_msg *message)
{
	enum { TIMER_RETRANSMIT = 1, TIMER_TIME_WAIT = 3 };
	struct lg_status status = {.state = message->idiag_state};

	status.time_wait = message->idiag_timer == TIMER_TIME_WAIT;
	if (status.time_wait)
		status.left_ms = message->idiag_expires;
	if (message->idiag_timer == TIMER_RETRANSMIT)
		status.retransmits = message->idiag_retrans;
	return status;
}

static int on_socket(struct nl_msg *answer, void *arg)
{
	struct exchange *exchange = arg;
	struct nlmsghdr *header = nlmsg_hdr(answer);
	if (nlmsg_datalen(header) < (int)sizeof(struct inet_diag_msg))
		return NL_SKIP;

	const struct inet_diag_msg *message = nlmsg_data(header);
	const struct inet_diag_sockid *id = &message->id;
	struct lg_diag_socket socket = {
		.ends.family = message->idiag_family,
		.ends.local_port = ntohs(id->idiag_sport),
		.ends.remote_port = ntohs(id->idiag_dport),
		.status = status_of(message),
		.cookie = (uint64_t)id->idiag_cookie[1] << 32 |
			  id->idiag_cookie[0],
	};
	memcpy(socket.ends.local, id->idiag_src, sizeof(id->idiag_src));
	memcpy(socket.ends.remote, id->idiag_dst, sizeof(id->idiag_dst));
	exchange->each(&socket, exchange->arg);
	return NL_OK;
}

static int on_ack(struct nl_msg *answer, void *arg)
{
	(void)answer;
	struct exchange *exchange = arg;
	exchange->done = true;
	return NL_STOP;
}

/* A dump that fails says so in the message that ends it. */
static int on_end_of_dump(struct nl_msg *answer, void *arg)
{
	struct exchange *exchange = arg;
	struct nlmsghdr *header = nlmsg_hdr(answer);
	if (nlmsg_datalen(header) >= (int)sizeof(exchange->error))
		memcpy(&exchange->error, nlmsg_data(header),
		       sizeof(exchange->error));
	exchange->done = true;
	return NL_STOP;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	(void)from;
	struct exchange *exchange = arg;
	exchange->error = error->error;
	exchange->done = true;
	return NL_STOP;
}

static int send_request(struct nl_sock *nl, int type, int flags,
			const struct inet_diag_req_v2 *request)
{
	struct nl_msg *message =
		nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);
	if (!message)
		return -NLE_NOMEM;
	/* The message's first buffer is a page: this cannot fail. */
	nlmsg_append(message, (void *)request, sizeof(*request), NLMSG_ALIGNTO);
	int sent = nl_send_auto(nl, message);
	nlmsg_free(message);
	return sent;
}

/* Returns 0 or what the kernel answered; a message only if talking to the
 * kernel failed (-EIO), since what an answer means depends on the request. */
static int converse(struct nl_sock *nl, int type, int flags,
		    const struct inet_diag_req_v2 *request,
		    struct exchange *exchange)
{
	struct nl_cb *callbacks = nl_cb_alloc(NL_CB_DEFAULT);
	if (!callbacks)
		return lg_error(0, "socket diagnostics: out of memory");
	nl_cb_set(callbacks, NL_CB_VALID, NL_CB_CUSTOM, on_socket, exchange);
	nl_cb_set(callbacks, NL_CB_ACK, NL_CB_CUSTOM, on_ack, exchange);
	nl_cb_set(callbacks, NL_CB_FINISH, NL_CB_CUSTOM, on_end_of_dump,
		  exchange);
	nl_cb_err(callbacks, NL_CB_CUSTOM, on_error, exchange);

	int result = send_request(nl, type, flags, request);
	while (result >= 0 && !exchange->done)
		result = nl_recvmsgs(nl, callbacks);
	nl_cb_put(callbacks);
	if (!exchange->done)
		return lg_error(0, "socket diagnostics: %s",
				nl_geterror(result));
	return exchange->error;
}

static int dump_family(struct nl_sock *nl, int family, unsigned states,
		       lg_diag_each_fn *each, void *arg)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = (uint8_t)family,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = states,
	};
	struct exchange exchange = {.each = each, .arg = arg};
	int error = converse(nl, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, &request,
			     &exchange);

	if (error == -ENOENT)
		return lg_error(ENOENT, "this kernel cannot tell of TCP "
					"sockets (CONFIG_INET_DIAG)");
	if (exchange.error)
		return lg_error(-error, "cannot list sockets");
	return error;
}

static int dump(struct nl_sock *nl, unsigned states, lg_diag_each_fn *each,
		void *arg)
{
	int error = dump_family(nl, AF_INET, states, each, arg);
	return error ? error : dump_family(nl, AF_INET6, states, each, arg);
}

int lg_diag_each(struct nl_sock *nl, lg_diag_each_fn *each, void *arg)
{
	return dump(nl, ALL_STATES, each, arg);
}

int lg_diag_each_of(struct nl_sock *nl, int family, lg_diag_each_fn *each,
		    void *arg)
{
	return dump_family(nl, family, ALL_STATES, each, arg);
}

static void count_one(const struct lg_diag_socket *socket, void *arg)
{
	(void)socket;
	unsigned *count = arg;
	++*count;
}

int lg_diag_count(struct nl_sock *nl, int state, unsigned *count)
{
	*count = 0;
	return dump(nl, 1u << state, count_one, count);
}

/*
 * "No such socket" and "no diagnostics of TCP" are the same ENOENT; without
 * this the second would make every connection look closed.  Only a dump tells
 * them apart; once is enough.
 */
static int check_diag(struct nl_sock *nl)
{
	static bool works;
	if (works)
		return 0;
	int error = dump(nl, 0, count_one, NULL);
	works = !error;
	return error;
}

static struct inet_diag_req_v2 request_for(const struct lg_endpoints *ends)
{
	struct inet_diag_req_v2 request = {
		.sdiag_family = (uint8_t)ends->family,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = ALL_STATES,
		.id.idiag_sport = htons(ends->local_port),
		.id.idiag_dport = htons(ends->remote_port),
		.id.idiag_if = (uint32_t)ends->device,
		.id.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE},
	};
	size_t size = ends->family == AF_INET ? 4 : 16;
	memcpy(request.id.idiag_src, ends->local, size);
	memcpy(request.id.idiag_dst, ends->remote, size);
	return request;
}

static void keep_one(const struct lg_diag_socket *socket, void *arg)
{
	struct lg_diag_socket *found = arg;
	*found = *socket;
}

int lg_diag_find(struct nl_sock *nl, const struct lg_endpoints *ends,
		 struct lg_diag_socket *found)
{
	struct inet_diag_req_v2 request = request_for(ends);
	struct exchange exchange = {.each = keep_one, .arg = found};
	int error = converse(nl, SOCK_DIAG_BY_FAMILY, 0, &request, &exchange);
	char name[LG_DIAG_PRINT_MAX];
	lg_diag_print(name, sizeof(name), ends);

	if (error == -ENOENT) {
		error = check_diag(nl);
		return error ? error : lg_error(ENOENT, "no socket %s", name);
	}
	if (exchange.error)
		return lg_error(-error, "cannot ask for socket %s", name);
	if (error)
		return error;
	/* inet_diag_find_one_icsk() looks up as a segment would be. */
	bool is_listener = found->status.state == TCP_LISTEN;
	if (is_listener && ends->remote_port)
		return lg_error(ENOENT, "no socket %s", name);
	/* A connection that came after it.  (Listeners may share a port, and
	 * the kernel gives any of them.) */
	if (!is_listener && ends->cookie && ends->cookie != found->cookie)
		return lg_error(ENOENT, "no socket %s any more", name);
	return 0;
}

static const char *why_not_destroyed(int error, bool time_wait)
{
	if (error != -EOPNOTSUPP)
		return strerror(-error);
	if (time_wait)
		return "this kernel cannot destroy a TIME_WAIT (it takes Linux "
		       "6.1 and CONFIG_INET_DIAG_DESTROY)";
	return "this kernel cannot destroy sockets (CONFIG_INET_DIAG_DESTROY)";
}

int lg_diag_destroy(struct nl_sock *nl, const struct lg_endpoints *ends)
{
	struct lg_diag_socket found;
	int error = lg_diag_find(nl, ends, &found);
	if (error)
		return error;

	/* With its cookie: by address alone the kernel would end the listener
	 * if the connection has just gone. */
	struct inet_diag_req_v2 request = request_for(ends);
	request.id.idiag_cookie[0] = (uint32_t)found.cookie;
	request.id.idiag_cookie[1] = (uint32_t)(found.cookie >> 32);
	struct exchange exchange = {.each = keep_one, .arg = &found};
	error = converse(nl, SOCK_DESTROY, 0, &request, &exchange);
	if (!exchange.error)
		return error;

	char name[LG_DIAG_PRINT_MAX];
	lg_diag_print(name, sizeof(name), ends);
	lg_error(0, "cannot destroy socket %s: %s", name,
		 why_not_destroyed(error, found.status.time_wait));
	return error;
}
