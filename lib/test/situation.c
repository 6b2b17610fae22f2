// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "situation.h"

#include "error.h"
#include "loopback.h"
#include "oracle.h"
#include "unit.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <unistd.h>

void situation_pair(int family, int pair[2])
{
	ck_assert_msg(!lg_loopback_pair(family, pair), "%s", lg_error_text());
}

static uint16_t read_end(const struct sockaddr_storage *from, uint8_t *address)
{
	const struct sockaddr_in *in = (const void *)from;
	const struct sockaddr_in6 *in6 = (const void *)from;
	if (from->ss_family == AF_INET)
		memcpy(address, &in->sin_addr, sizeof(in->sin_addr));
	else
		memcpy(address, &in6->sin6_addr, sizeof(in6->sin6_addr));
	return ntohs(from->ss_family == AF_INET ? in->sin_port
						: in6->sin6_port);
}

/* A listener has no peer. */
struct lg_endpoints situation_ends(int sock)
{
	struct sockaddr_storage local, remote;
	socklen_t size = sizeof(local);
	ck_assert_int_eq(getsockname(sock, (struct sockaddr *)&local, &size),
			 0);
	struct lg_endpoints ends = {.family = local.ss_family};
	ends.local_port = read_end(&local, ends.local);
	size = sizeof(remote);
	if (!getpeername(sock, (struct sockaddr *)&remote, &size))
		ends.remote_port = read_end(&remote, ends.remote);
	return ends;
}

static struct lg_endpoints turned(struct lg_endpoints ends)
{
	struct lg_endpoints other = ends;
	memcpy(other.local, ends.remote, sizeof(other.local));
	memcpy(other.remote, ends.local, sizeof(other.remote));
	other.local_port = ends.remote_port;
	other.remote_port = ends.local_port;
	return other;
}

static void drop(const char *what)
{
	if (!oracle_succeeds("nft 'table inet t { chain in { type filter hook "
			     "input priority 0; %s drop; }; }'",
			     what))
		lg_unit_skip("no nft rules here");
}

static int make_listener(int family)
{
	int listener = socket(family, SOCK_STREAM, 0), yes = 1;
	if (family == AF_INET6)
		setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &yes,
			   sizeof(yes));
	ck_assert_int_eq(listen(listener, 5), 0);
	return listener;
}

/* Begins to connect to a listener on the loopback. */
static struct lg_endpoints connect_start(int family)
{
	struct lg_endpoints to = situation_ends(make_listener(family));
	struct sockaddr_storage address = {.ss_family = (sa_family_t)family};
	struct sockaddr_in *in = (void *)&address;
	struct sockaddr_in6 *in6 = (void *)&address;
	if (family == AF_INET) {
		in->sin_port = htons(to.local_port);
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	} else {
		in6->sin6_port = htons(to.local_port);
		in6->sin6_addr = in6addr_loopback;
	}

	int sock = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(
		connect(sock, (struct sockaddr *)&address, sizeof(address)),
		-1);
	ck_assert_int_eq(errno, EINPROGRESS);
	struct lg_endpoints ends = situation_ends(sock);
	ends.remote_port = read_end(&address, ends.remote);
	return ends;
}

void situation_read_end(int sock)
{
	char byte;
	ck_assert_int_eq(read(sock, &byte, 1), 0);
}

/* ---- the situations ----------------------------------------------------- */

struct lg_endpoints situation_established(int family)
{
	int pair[2];
	situation_pair(family, pair);
	return situation_ends(pair[1]);
}

struct lg_endpoints situation_listen(int family)
{
	return situation_ends(make_listener(family));
}

struct lg_endpoints situation_close_wait(int family)
{
	int pair[2];
	situation_pair(family, pair);
	shutdown(pair[0], SHUT_WR);
	situation_read_end(pair[1]);
	return situation_ends(pair[1]);
}

static struct lg_endpoints make_fin_wait2(int family)
{
	return turned(situation_close_wait(family));
}

struct lg_endpoints situation_orphan_fin_wait2(int family)
{
	int pair[2];
	situation_pair(family, pair);
	struct lg_endpoints ends = situation_ends(pair[0]);
	close(pair[0]);
	situation_read_end(pair[1]);
	return ends;
}

struct lg_endpoints situation_time_wait(int family)
{
	int pair[2];
	situation_pair(family, pair);
	struct lg_endpoints ends = situation_ends(pair[0]);
	shutdown(pair[0], SHUT_WR);
	situation_read_end(pair[1]);
	close(pair[1]);
	situation_read_end(pair[0]);
	close(pair[0]);
	return ends;
}

struct lg_endpoints situation_fin_wait1(int family)
{
	int pair[2];
	situation_pair(family, pair);
	drop("tcp flags & fin == fin");
	shutdown(pair[0], SHUT_WR);
	return situation_ends(pair[0]);
}

static struct lg_endpoints make_last_ack(int family)
{
	int pair[2];
	situation_pair(family, pair);
	struct lg_endpoints ends = situation_ends(pair[1]);
	shutdown(pair[0], SHUT_WR);
	situation_read_end(pair[1]);
	drop("tcp flags & fin == fin");
	close(pair[1]);
	return ends;
}

static struct lg_endpoints make_syn_sent(int family)
{
	drop("tcp flags & (syn|ack) == syn");
	return connect_start(family);
}

static struct lg_endpoints make_syn_recv(int family)
{
	drop("tcp flags & (syn|ack) == (syn|ack)");
	return turned(connect_start(family));
}

const struct situation situations[] = {
	{situation_established, TCP_ESTABLISHED, "ESTABLISHED", "ESTAB", false},
	{situation_listen, TCP_LISTEN, "LISTEN", NULL, false},
	{make_syn_sent, TCP_SYN_SENT, "SYN-SENT", NULL, false},
	{make_syn_recv, TCP_SYN_RECV, "SYN-RECEIVED", "SYN-RECV", false},
	{situation_fin_wait1, TCP_FIN_WAIT1, "FIN-WAIT-1", NULL, false},
	{make_fin_wait2, TCP_FIN_WAIT2, "FIN-WAIT-2", NULL, false},
	{situation_close_wait, TCP_CLOSE_WAIT, "CLOSE-WAIT", NULL, false},
	{make_last_ack, TCP_LAST_ACK, "LAST-ACK", NULL, false},
	{situation_time_wait, TCP_TIME_WAIT, "TIME-WAIT", NULL, true},
	{situation_orphan_fin_wait2, TCP_FIN_WAIT2, "FIN-WAIT-2", NULL, true},
};
static_assert(sizeof(situations) / sizeof(*situations) == SITUATIONS,
	      "the header says how many there are");
