// SPDX-License-Identifier: GPL-2.0-or-later
/* The programs of a script that is played. */
#define LG_IMPLEMENTATION
#include "play.h"

#include "patience.h"

#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

/* Where no time passes: more than a handshake and some data take. */
#define HOPS 16

/* NULL if there are too many. */
static struct lg_play_end *add(struct lg_play *play, int sock, unsigned host,
			       unsigned port)
{
	if (play->n_ends == LG_PLAY_ENDS || port >= LG_PLAY_PORTS)
		return NULL;
	struct lg_play_end *end = &play->ends[++play->n_ends];
	*end = (struct lg_play_end){.sock = sock,
				    .host = host,
				    .port = port,
				    .held = true,
				    .opened_ns = lg_now_ns()};
	return end;
}

struct lg_play_end *lg_play_find(struct lg_play *play, unsigned host,
				 unsigned port)
{
	for (unsigned i = play->n_ends; i; i--) {
		struct lg_play_end *end = &play->ends[i];
		if (end->held && end->host == host && end->port == port)
			return end;
	}
	return NULL;
}

/* How long connect() takes at most: its timeouts, and what the timer wheel may
 * add. */
static int64_t connects_within_ms(struct lg_play *play)
{
	long retries = lg_sysctl_get(play->hosts[LG_PLAY_CLIENT],
				     "net.ipv4.tcp_syn_retries");
	int64_t ms = 1000 * ((2 << retries) - 1 + play->linear_retries);
	return ms + ms / 8 + 1000;
}

void lg_play_open(struct lg_play *play, bool any, unsigned port)
{
	if (play->n_ends == LG_PLAY_ENDS)
		return;
	int64_t by_ms = lg_play_now_ms() + connects_within_ms(play);
	uint16_t from = any ? 0 : (uint16_t)(LG_PLAY_FIRST_PORT + port);
	int sock = lg_connect_start(play->hosts[LG_PLAY_CLIENT], from,
				    play->hosts[LG_PLAY_SERVER],
				    LG_PLAY_SERVER_PORT);
	struct lg_play_end *end =
		add(play, sock, LG_PLAY_CLIENT, any ? 0 : port);
	end->connects_by_ms = by_ms;
	play->ports[end->port].opens++;
}

void lg_play_close(struct lg_play *play, struct lg_play_end *end, bool abort)
{
	struct linger at_once = {.l_onoff = abort};

	end->held = false;
	end->connects_by_ms = 0;
	setsockopt(end->sock, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (play->shown)
		lg_close(end->sock);
	else
		close(end->sock);
}

void lg_play_send(struct lg_play *play, struct lg_play_end *end, unsigned size)
{
	unsigned number = (unsigned)(end - play->ends);
	uint8_t bytes[4096];

	for (unsigned i = 0; i < size; i++)
		bytes[i] = (uint8_t)(number * LG_PLAY_PLACES +
				     (end->sent + i) % LG_PLAY_PLACES);
	ssize_t sent =
		send(end->sock, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent > 0)
		end->sent += (unsigned)sent;
}

/* ---- what comes -------------------------------------------------------- */

static bool are_connected(const struct lg_play *play,
			  const struct lg_play_end *end, unsigned from)
{
	const struct lg_play_end *sender = &play->ends[from];

	return from && from <= play->n_ends && sender->host != end->host &&
	       sender->port == end->port &&
	       (!sender->heard || sender->heard == end - play->ends) &&
	       (!end->heard || end->heard == from);
}

static void take_byte(struct lg_play *play, struct lg_play_end *end,
		      uint8_t byte)
{
	unsigned from = byte / LG_PLAY_PLACES;

	if (!are_connected(play, end, from))
		lg_play_violate(play,
				"%s reads a byte of %s, of another connection",
				lg_play_name(play, end),
				lg_play_name(play, &play->ends[from]));
	else if (byte % LG_PLAY_PLACES != end->received % LG_PLAY_PLACES ||
		 end->received == play->ends[from].sent)
		lg_play_violate(play,
				"%s reads a byte that is not the %u. of %s",
				lg_play_name(play, end), end->received + 1,
				lg_play_name(play, &play->ends[from]));
	end->heard = from;
	end->received++;
}

/* Whether somebody has ended this port's first and only connection. */
static bool was_ended(const struct lg_play *play, unsigned port)
{
	if (play->ports[port].opens > 1)
		return true;
	for (unsigned i = 1; i <= play->n_ends; i++) {
		if (play->ends[i].port == port && !play->ends[i].held)
			return true;
	}
	return false;
}

static void read_all(struct lg_play *play, struct lg_play_end *end)
{
	uint8_t bytes[16384];
	ssize_t got;

	do {
		got = recv(end->sock, bytes, sizeof(bytes), MSG_DONTWAIT);
		for (ssize_t i = 0; i < got; i++)
			take_byte(play, end, bytes[i]);
	} while (got == sizeof(bytes));
	if (got < 0 && errno == EAGAIN)
		return;
	end->read = got <= 0;
	if (got < 0 && errno == ECONNRESET && !was_ended(play, end->port))
		lg_play_violate(play, "%s is told of a reset",
				lg_play_name(play, end));
}

static void accept_one(struct lg_play *play)
{
	struct sockaddr_in6 peer = {0};
	socklen_t size = sizeof(peer);
	int sock = lg_accept(play->listener);

	/* The port has the same place in both families' addresses. */
	getpeername(sock, (struct sockaddr *)&peer, &size);
	struct lg_play_end *end =
		add(play, sock, LG_PLAY_SERVER,
		    (unsigned)ntohs(peer.sin6_port) - LG_PLAY_FIRST_PORT);
	if (end)
		end->connected = true;
	else
		close(sock);
}

static void end_connect(struct lg_play *play, struct lg_play_end *end)
{
	end->connects_by_ms = 0;
	end->connected = !lg_connect_result(end->sock);
	if (end->connected)
		play->ports[end->port].opened_ns = end->opened_ns;
	else
		lg_play_close(play, end, false);
}

static void look_at(struct lg_play *play, struct lg_play_end *end, bool ready)
{
	if (ready && end->connects_by_ms)
		end_connect(play, end);
	else if (ready)
		read_all(play, end);
	else if (end->connects_by_ms && lg_play_now_ms() > end->connects_by_ms)
		lg_play_violate(play, "connect() of %s does not end",
				lg_play_name(play, end));
}

void lg_play_attend(struct lg_play *play, unsigned ms)
{
	struct pollfd polls[1 + LG_PLAY_ENDS];
	unsigned n = play->n_ends;

	lg_pass(play->net, ms);
	for (unsigned hop = 0; !ms && hop < HOPS; hop++)
		lg_net_wait(play->net, -1, 0, 0);

	polls[0] = (struct pollfd){.fd = play->listener, .events = POLLIN};
	for (unsigned i = 1; i <= n; i++) {
		const struct lg_play_end *end = &play->ends[i];
		bool looked_at = end->held && !end->read;
		polls[i] = (struct pollfd){
			.fd = looked_at ? end->sock : -1,
			.events = end->connects_by_ms ? POLLOUT : POLLIN};
	}
	poll(polls, 1 + n, 0);
	for (unsigned i = 1; i <= n; i++) {
		if (polls[i].fd >= 0)
			look_at(play, &play->ends[i], polls[i].revents);
	}
	for (bool some = polls[0].revents; some; some = poll(polls, 1, 0) > 0)
		accept_one(play);
}
