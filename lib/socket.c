// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "socket.h"

#include "error.h"
#include "net.h"
#include "notes.h"
#include "patience.h"
#include "recycle_time_wait.h"
#include "verdict.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct entry {
	struct lg_endpoints ends; /* host NULL: no socket of ours */
	bool has_peer;		  /* they have been told and stay the same */
	int error;		  /* that bind(2) or connect(2) gave */
};

/* Indexed by descriptor. */
static struct entry *entries;
static size_t n_entries;
static size_t n_closed; /* by lg_close(): bulk work has none */

enum namer { NOBODY, CASE, KERNEL };

/* Who named a port first. */
static uint8_t port_from[UINT16_MAX + 1];

/* ---- the table --------------------------------------------------------- */

static struct entry *entry_of(int sock)
{
	if (sock < 0 || (size_t)sock >= n_entries || !entries[sock].ends.host)
		lg_broken("descriptor %d is no socket that linger made", sock);
	return &entries[sock];
}

static struct entry *open_entry(int sock)
{
	struct entry *entry = entry_of(sock);
	if (entry->ends.closed)
		lg_broken("socket %d is closed already", sock);
	return entry;
}

static void add_entry(int sock, struct lg_host *host, int family)
{
	if ((size_t)sock >= n_entries) {
		size_t n = n_entries ? n_entries : 64;
		while (n <= (size_t)sock)
			n *= 2;
		entries = realloc(entries, n * sizeof(*entries));
		if (!entries)
			lg_broken("out of memory");
		memset(entries + n_entries, 0,
		       (n - n_entries) * sizeof(*entries));
		n_entries = n;
	}
	entries[sock] =
		(struct entry){.ends = {.host = host, .family = family}};
}

static void read_address(const struct sockaddr_storage *from, uint8_t *address,
			 uint16_t *port)
{
	if (from->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)from;
		memcpy(address, &in->sin_addr, sizeof(in->sin_addr));
		*port = ntohs(in->sin_port);
	} else {
		const struct sockaddr_in6 *in6 = (const void *)from;
		memcpy(address, &in6->sin6_addr, sizeof(in6->sin6_addr));
		*port = ntohs(in6->sin6_port);
	}
}

static bool same_ends(const struct lg_endpoints *a,
		      const struct lg_endpoints *b)
{
	return a->host == b->host && a->local_port == b->local_port &&
	       a->remote_port == b->remote_port &&
	       !memcmp(a->local, b->local, sizeof(a->local)) &&
	       !memcmp(a->remote, b->remote, sizeof(a->remote));
}

/* A new connection takes the place of a closed one with its addresses and
 * ports, which the kernel cannot tell from it any more. */
static void replace_former(int sock)
{
	const struct entry *entry = &entries[sock];
	for (size_t i = 0; n_closed && i < n_entries; i++) {
		struct lg_endpoints *former = &entries[i].ends;
		if (!former->closed || former->replaced ||
		    !same_ends(former, &entry->ends))
			continue;
		former->replaced = true;
		lg_note_state((int)i, TCP_CLOSE);
	}
}

static void note_port(uint16_t port, enum namer from)
{
	if (port_from[port] == NOBODY)
		port_from[port] = from;
}

bool lg_port_is_named(uint16_t port)
{
	return port_from[port] == CASE;
}

static void read_cookie(int sock, struct entry *entry)
{
	uint64_t cookie;
	socklen_t size = sizeof(cookie);

	if (!getsockopt(sock, SOL_SOCKET, SO_COOKIE, &cookie, &size))
		entry->ends.cookie = cookie;
}

/* INET_DIAG finds what is bound to a device only by that. */
static void read_device(int sock, struct entry *entry)
{
	struct ifreq device = {.ifr_name = ""};
	socklen_t size = sizeof(device.ifr_name);

	entry->ends.device = 0;
	if (!getsockopt(sock, SOL_SOCKET, SO_BINDTODEVICE, device.ifr_name,
			&size) &&
	    size && !ioctl(sock, SIOCGIFINDEX, &device))
		entry->ends.device = device.ifr_ifindex;
}

/* What the kernel says by now; once there is no peer the last answer holds. */
static void refresh(int sock, struct entry *entry)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);

	if (entry->ends.closed || entry->has_peer)
		return;
	if (!getsockname(sock, (struct sockaddr *)&address, &size)) {
		read_address(&address, entry->ends.local,
			     &entry->ends.local_port);
		note_port(entry->ends.local_port, KERNEL);
	}
	if (!entry->ends.cookie)
		read_cookie(sock, entry);
	read_device(sock, entry);
	size = sizeof(address);
	entry->has_peer =
		!getpeername(sock, (struct sockaddr *)&address, &size);
	if (entry->has_peer)
		read_address(&address, entry->ends.remote,
			     &entry->ends.remote_port);
}

const struct lg_endpoints *lg_socket_endpoints(int sock)
{
	if (sock < 0 || (size_t)sock >= n_entries || !entries[sock].ends.host)
		return NULL;
	refresh(sock, &entries[sock]);
	return &entries[sock].ends;
}

int lg_socket_nth(size_t n)
{
	for (size_t i = 0; i < n_entries; i++) {
		if (entries[i].ends.host && n-- == 0)
			return (int)i;
	}
	return -1;
}

/* ---- addresses --------------------------------------------------------- */

static socklen_t write_address(int family, const char *address, uint16_t port,
			       struct sockaddr_storage *to)
{
	struct sockaddr_in *in = (void *)to;
	struct sockaddr_in6 *in6 = (void *)to;
	void *bytes = family == AF_INET ? (void *)&in->sin_addr
					: (void *)&in6->sin6_addr;

	memset(to, 0, sizeof(*to));
	to->ss_family = (sa_family_t)family;
	if (address && inet_pton(family, address, bytes) != 1)
		lg_broken("\"%s\" is no IPv%d address", address,
			  family == AF_INET ? 4 : 6);
	if (family == AF_INET)
		in->sin_port = htons(port);
	else
		in6->sin6_port = htons(port);
	return family == AF_INET ? sizeof(*in) : sizeof(*in6);
}

/* ---- calls of a case --------------------------------------------------- */

/* Cases with many connections need many descriptors. */
static void raise_limit(void)
{
	struct rlimit limit;
	static bool raised;

	if (raised || getrlimit(RLIMIT_NOFILE, &limit))
		return;
	raised = true;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int lg_socket_of(struct lg_host *host, int family)
{
	int on = 1;

	raise_limit();
	lg_host_enter(host);
	int sock =
		socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = errno;
	lg_host_leave(host);
	if (sock < 0)
		lg_broken("%s: socket: %s", host->name, strerror(error));
	if (family == AF_INET6)
		setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	add_entry(sock, host, family);
	return sock;
}

int lg_socket(struct lg_host *host)
{
	return lg_socket_of(host, host->net->family);
}

int lg_bind(int sock, const char *address, uint16_t port)
{
	struct entry *entry = open_entry(sock);
	struct sockaddr_storage to;
	socklen_t size = write_address(entry->ends.family, address, port, &to);
	note_port(port, CASE);
	entry->error = bind(sock, (struct sockaddr *)&to, size) ? errno : 0;
	return entry->error;
}

static void reuse_address(int sock)
{
	int on = 1;
	if (setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		lg_broken("SO_REUSEADDR: %m");
}

/* What runs out here, or is forbidden us here, is no mistake of TCP's. */
static bool is_ours(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	       error == ENOMEM || error == EPERM;
}

/* Ends the variant because a call of the kernel's gave that error. */
static void refuse(int error, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));
static void refuse(int error, const char *format, ...)
{
	char what[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	if (is_ours(error))
		lg_broken("%s: %s", what, strerror(error));
	lg_fail("%s: %s", what, strerror(error));
}

int lg_listen(struct lg_host *host, uint16_t port)
{
	int sock = lg_socket(host);
	reuse_address(sock);
	int error = lg_bind(sock, NULL, port);
	if (error)
		refuse(error, "%s cannot bind port %u", host->name, port);
	if (listen(sock, SOMAXCONN))
		refuse(errno, "%s cannot listen on port %u", host->name, port);
	return sock;
}

void lg_connect_socket(int sock, const char *address, uint16_t port)
{
	struct entry *entry = open_entry(sock);
	struct sockaddr_storage to;
	socklen_t size = write_address(entry->ends.family, address, port, &to);

	note_port(port, CASE);
	entry->has_peer = false;
	read_address(&to, entry->ends.remote, &entry->ends.remote_port);
	int result = connect(sock, (struct sockaddr *)&to, size);
	entry->error = result && errno != EINPROGRESS ? errno : 0;
	refresh(sock, entry);
	if (!entry->error)
		replace_former(sock);
}

int lg_connect_start(struct lg_host *from, uint16_t port, struct lg_host *to,
		     uint16_t to_port)
{
	int sock = lg_socket(from);
	if (port) {
		reuse_address(sock);
		if (lg_bind(sock, NULL, port))
			return sock;
	}
	lg_connect_socket(sock, lg_address_towards(from, to), to_port);
	return sock;
}

/* Waits until poll(2) has `events` for it. */
static void await(int sock, short events, unsigned deadline_ms,
		  const char *what)
{
	struct lg_net *net = entry_of(sock)->ends.host->net;
	int64_t deadline = lg_now_ms() + deadline_ms;
	bool late = false;
	char waited[32];

	while (!lg_net_wait(net, sock, events, deadline)) {
		if (late)
			lg_fail("waited %s %s: %s",
				lg_patience_print(waited, sizeof(waited),
						  deadline_ms),
				what, lg_socket_describe(sock));
		/* Looked at once more after the deadline has passed: what came
		 * just before it counts. */
		late = lg_now_ms() >= deadline;
	}
}

int lg_connect_result_within(int sock, unsigned deadline_ms)
{
	struct entry *entry = open_entry(sock);
	if (entry->error)
		return entry->error;

	await(sock, POLLOUT, deadline_ms, "for the end of connect()");
	entry->error = lg_take_error(sock);
	refresh(sock, entry);
	if (!entry->error)
		lg_note_state(sock, TCP_ESTABLISHED);
	return entry->error;
}

int lg_connect_result(int sock)
{
	return lg_connect_result_within(sock, LG_DEADLINE_MS);
}

int lg_connect(struct lg_host *from, uint16_t port, struct lg_host *to,
	       uint16_t to_port)
{
	int sock = lg_connect_start(from, port, to, to_port);
	int error = lg_connect_result(sock);
	if (error)
		refuse(error, "%s cannot connect to %s port %u", from->name,
		       to->name, to_port);
	return sock;
}

int lg_accept(int listener)
{
	struct entry *entry = open_entry(listener);
	struct lg_host *host = entry->ends.host;
	int sock;

	while ((sock = accept4(listener, NULL, NULL,
			       SOCK_NONBLOCK | SOCK_CLOEXEC)) < 0) {
		if (errno != EAGAIN)
			refuse(errno, "%s: accept", host->name);
		await(listener, POLLIN, LG_DEADLINE_MS,
		      "for a connection to accept");
	}
	add_entry(sock, host, entry->ends.family);
	refresh(sock, entry_of(sock));
	replace_former(sock);
	lg_note_state(sock, TCP_ESTABLISHED);
	return sock;
}

void lg_send(int sock, const void *data, size_t size)
{
	struct entry *entry = open_entry(sock);
	const char *at = data;

	while (size) {
		await(sock, POLLOUT, LG_DEADLINE_MS, "to send");
		ssize_t sent = send(sock, at, size, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN)
			refuse(errno, "%s: send", entry->ends.host->name);
		if (sent > 0) {
			at += sent;
			size -= (size_t)sent;
		}
	}
}

void lg_receive(int sock, void *data, size_t size)
{
	struct entry *entry = open_entry(sock);
	const char *host = entry->ends.host->name;
	char *at = data;

	for (size_t got = 0; got < size;) {
		ssize_t part = recv(sock, at + got, size - got, 0);
		if (part == 0)
			lg_fail("%s: the stream ended after %zu of %zu bytes",
				host, got, size);
		if (part > 0)
			got += (size_t)part;
		else if (errno == EAGAIN)
			await(sock, POLLIN, LG_DEADLINE_MS, "for data");
		else
			refuse(errno, "%s: recv after %zu of %zu bytes", host,
			       got, size);
	}
}

int lg_await_receive(int sock)
{
	char byte;

	open_entry(sock);
	for (;;) {
		ssize_t got = recv(sock, &byte, 1, MSG_PEEK);
		if (got >= 0)
			return (int)got;
		if (errno != EAGAIN)
			return -errno;
		await(sock, POLLIN, LG_DEADLINE_MS, "for recv()");
	}
}

int lg_take_error(int sock)
{
	int error;
	socklen_t size = sizeof(error);

	open_entry(sock);
	if (getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &size))
		lg_broken("SO_ERROR: %m");
	return error;
}

static void tell_recycle(int sock, const struct entry *entry)
{
	if (entry->ends.host->shortens && entry->ends.remote_port &&
	    lg_recycle_closing(sock))
		lg_broken_by("cannot tell when its TIME_WAIT is to end");
}

void lg_send_fin(int sock)
{
	struct entry *entry = open_entry(sock);
	tell_recycle(sock, entry);
	if (shutdown(sock, SHUT_WR))
		refuse(errno, "%s: shutdown", entry->ends.host->name);
	lg_status(sock);
}

/* The number goes on to stand for the connection: something else takes it.
 * (To ask for the state here puts it into the ladder.) */
void lg_close(int sock)
{
	struct entry *entry = open_entry(sock);
	static int nothing = -1;

	if (nothing < 0)
		nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	refresh(sock, entry);
	tell_recycle(sock, entry);
	if (nothing < 0 || dup3(nothing, sock, O_CLOEXEC) < 0)
		lg_broken("cannot keep the number of a closed socket: %m");
	entry->ends.closed = true;
	n_closed++;
	lg_status(sock);
}

void lg_abort(int sock)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	open_entry(sock);
	if (setsockopt(sock, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)))
		lg_broken("SO_LINGER: %m");
	lg_close(sock);
}

uint16_t lg_port(int sock)
{
	struct entry *entry = entry_of(sock);
	refresh(sock, entry);
	return entry->ends.local_port;
}
