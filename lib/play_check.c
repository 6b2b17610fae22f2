// SPDX-License-Identifier: GPL-2.0-or-later
/* What has to hold when the programs of a script have nothing more to do. */
#define LG_IMPLEMENTATION
#include "play.h"

#include "diag.h"
#include "verdict.h"

#include <string.h>
#include <unistd.h>

/* What the timer wheel may add to a TIME_WAIT. */
#define SLACK_MS (LG_PLAY_TIME_WAIT_MS / 8 + 1000)
/* By the clock of timers, which is up to a tick ahead of ours. */
#define TICK_MS 20
/* Of connections that nobody holds: tcp_orphan_retries, 8 times by default,
 * take 102 s, and the last timeout up to 120 s more, in each of two states
 * that wait for an ACK; FIN_WAIT2 is 60 s; and there are the delays. */
#define CLOSING_MS 600000
#define PAUSE_MIN_MS 50
#define PAUSE_MAX_MS 5000

/* ---- the sockets of a host --------------------------------------------- */

struct sight {
	bool listener;		       /* it is seen first */
	unsigned open, time_waits;     /* neither of them: the listener */
	int state;		       /* of one that is open */
	bool time_wait[LG_PLAY_PORTS]; /* not the substate FIN_WAIT2 */
};

static void see_socket(const struct lg_diag_socket *socket, void *argument)
{
	const struct lg_endpoints *ends = &socket->ends;
	struct sight *sight = argument;
	uint16_t port = ends->local_port == LG_PLAY_SERVER_PORT
				? ends->remote_port
				: ends->local_port;
	unsigned i = (unsigned)port - LG_PLAY_FIRST_PORT;

	if (socket->status.state == TCP_LISTEN)
		return;
	if (!socket->status.time_wait) {
		sight->open++;
		sight->state = socket->status.state;
		return;
	}
	sight->time_waits++;
	if (socket->status.state == TCP_TIME_WAIT && i < LG_PLAY_PORTS)
		sight->time_wait[i] = true;
}

static struct sight look_at(struct lg_play *play, unsigned host)
{
	struct sight sight = {0};
	struct nl_sock *nl = lg_host_diag(play->hosts[host]);

	int family = lg_family(play->net);

	if (!nl || lg_diag_each_of(nl, family, see_socket, &sight))
		lg_broken_by("cannot list the sockets of %s",
			     lg_play_host(host));
	return sight;
}

bool lg_play_is_over(struct lg_play *play, unsigned host, bool gone)
{
	struct sight sight = look_at(play, host);
	return !sight.open && !(gone && sight.time_waits);
}

/* ---- until there are only TIME_WAITs ----------------------------------- */

static bool some_connect(const struct lg_play *play)
{
	for (unsigned i = 1; i <= play->n_ends; i++) {
		if (play->ends[i].connects_by_ms)
			return true;
	}
	return false;
}

static unsigned longer(unsigned pause_ms)
{
	return pause_ms < PAUSE_MAX_MS / 2 ? 2 * pause_ms : PAUSE_MAX_MS;
}

static void await_connects(struct lg_play *play)
{
	for (unsigned ms = PAUSE_MIN_MS;
	     some_connect(play) && !play->violation[0]; ms = longer(ms))
		lg_play_attend(play, ms);
}

static void close_all(struct lg_play *play)
{
	for (unsigned i = 1; i <= play->n_ends; i++) {
		if (play->ends[i].held)
			lg_play_close(play, &play->ends[i], false);
	}
}

/* Connections that were not yet accepted are closed as soon as they are. */
static void await_time_waits(struct lg_play *play)
{
	int64_t by_ms = lg_play_now_ms() + CLOSING_MS;

	for (unsigned host = 0; host < LG_PLAY_HOSTS; host++) {
		for (unsigned ms = PAUSE_MIN_MS;; ms = longer(ms)) {
			close_all(play);
			struct sight sight = look_at(play, host);
			if (!sight.open)
				break;
			if (lg_play_now_ms() > by_ms) {
				lg_play_violate(play,
						"the %s has a socket in %s, "
						"%d s after its program has "
						"closed it",
						lg_play_host(host),
						lg_state_name(sight.state),
						CLOSING_MS / 1000);
				return;
			}
			lg_play_attend(play, ms);
		}
	}
}

/* ---- TIME_WAITs that have to be there ---------------------------------- */

static bool is_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

/* Whether something came since that may end a TIME_WAIT. */
static bool may_have_ended(struct lg_play *play, unsigned host, unsigned port,
			   int64_t since_ms)
{
	const struct lg_play_last *last = &play->paths[host].last[port];

	if (last->rst_ms >= since_ms &&
	    !lg_sysctl_get(play->hosts[host], "net.ipv4.tcp_rfc1337"))
		return true;
	return host == LG_PLAY_SERVER && last->syn_ms >= since_ms &&
	       (is_after(last->syn_seq, last->fin_end) ||
		is_after(last->syn_tsval, last->fin_tsval));
}

static int64_t time_wait_until_ms(const struct lg_play *play, unsigned host,
				  unsigned port)
{
	return play->paths[host].last[port].fin_ms + LG_PLAY_TIME_WAIT_MS -
	       TICK_MS;
}

/* Whether both sides have said and heard that the port's last connection is at
 * its end: then one of them is in TIME_WAIT. */
static bool is_owed(struct lg_play *play, unsigned port, int64_t now_ms)
{
	int64_t opened_ms = play->ports[port].opened_ns / 1000000;

	for (unsigned host = 0; host < LG_PLAY_HOSTS; host++) {
		const struct lg_play_last *last = &play->paths[host].last[port];
		if (last->fin_ms <= opened_ms || last->rst_ms >= opened_ms ||
		    time_wait_until_ms(play, host, port) < now_ms ||
		    may_have_ended(play, host, port, last->fin_ms))
			return false;
	}
	return opened_ms;
}

/* poll(2) may be late by a thousandth of what it waits: the last part of it is
 * waited for by itself. */
#define LAST_PART_MS 1000

static void pass_until(struct lg_play *play, int64_t ms)
{
	int64_t left_ms = ms - lg_play_now_ms();
	if (left_ms > LAST_PART_MS)
		lg_play_attend(play, (unsigned)(left_ms - LAST_PART_MS));
	left_ms = ms - lg_play_now_ms();
	if (left_ms > 0)
		lg_play_attend(play, (unsigned)left_ms);
}

/* `before`: what was there, and has to be until now. */
static void check_port(struct lg_play *play, unsigned port,
		       const struct sight *before, int64_t since_ms,
		       int64_t now_ms)
{
	bool some = false;
	for (unsigned host = 0; host < LG_PLAY_HOSTS; host++) {
		bool there = look_at(play, host).time_wait[port];
		some |= there;
		if (before[host].time_wait[port] && !there &&
		    time_wait_until_ms(play, host, port) >= now_ms &&
		    !may_have_ended(play, host, port, since_ms))
			lg_play_violate(play,
					"the %s's TIME_WAIT (port %u) ends "
					"before its time",
					lg_play_host(host),
					LG_PLAY_FIRST_PORT + port);
	}
	if (!some && is_owed(play, port, now_ms))
		lg_play_violate(play, "nobody is in TIME_WAIT (port %u)",
				LG_PLAY_FIRST_PORT + port);
}

/* Looks when the first of them may end. */
static void check_time_waits(struct lg_play *play)
{
	struct sight before[LG_PLAY_HOSTS];
	/* What was taken before that may be let go only now. */
	int64_t since_ms = lg_play_now_ms() - TICK_MS, until_ms = INT64_MAX;

	for (unsigned host = 0; host < LG_PLAY_HOSTS; host++) {
		before[host] = look_at(play, host);
		for (unsigned port = 0; port < LG_PLAY_PORTS; port++) {
			int64_t ms = time_wait_until_ms(play, host, port);
			if (ms > since_ms && ms < until_ms)
				until_ms = ms;
		}
	}
	if (until_ms == INT64_MAX)
		return;
	pass_until(play, until_ms);
	for (unsigned port = 0; port < LG_PLAY_PORTS; port++)
		check_port(play, port, before, since_ms, until_ms);
}

/* ---- until there is nothing -------------------------------------------- */

static void check_ports(struct lg_play *play)
{
	for (unsigned port = 0; port < LG_PLAY_PORTS; port++) {
		int sock = lg_socket(play->hosts[LG_PLAY_CLIENT]);
		int error = lg_bind(sock, NULL,
				    (uint16_t)(LG_PLAY_FIRST_PORT + port));
		if (error)
			lg_play_violate(
				play, "the client cannot bind port %u: %s",
				LG_PLAY_FIRST_PORT + port, strerror(error));
		close(sock);
	}
}

static void await_end(struct lg_play *play)
{
	int64_t by_ms = lg_play_now_ms() + CLOSING_MS;
	int64_t last_ms;

	/* Segments that come meanwhile may begin it anew. */
	do {
		last_ms = play->last_arrival_ms;
		pass_until(play, last_ms + LG_PLAY_TIME_WAIT_MS + SLACK_MS);
		if (lg_play_now_ms() > by_ms)
			lg_play_violate(play,
					"segments come %d s after all has been "
					"closed",
					CLOSING_MS / 1000);
	} while (last_ms != play->last_arrival_ms && !play->violation[0]);
	for (unsigned host = 0; host < LG_PLAY_HOSTS; host++) {
		if (!lg_play_is_over(play, host, true))
			lg_play_violate(play,
					"the %s has a TIME_WAIT %d s after the "
					"last segment",
					lg_play_host(host),
					(LG_PLAY_TIME_WAIT_MS + SLACK_MS) /
						1000);
	}
	check_ports(play);
}

void lg_play_check(struct lg_play *play)
{
	static void (*const checks[])(struct lg_play *) = {
		await_connects, await_time_waits, check_time_waits, await_end};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (!play->violation[0])
			checks[i](play);
	}
}
