// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * With SO_LINGER and a time, close() waits for the other end's acknowledgement.
 *
 * It returns as soon as all that was sent, with the FIN, has been acknowledged,
 * even if that is by the second FIN, because the first was lost; and after the
 * given time at the latest.  Then the connection is closed in the background as
 * if nothing had been asked for: what is still unsent is sent, there is no RST,
 * and whoever closed first keeps the TIME_WAIT.
 *
 * Client: inet_release(), tcp_close(), sk_stream_wait_close().
 *
 * Control: without SO_LINGER, close() returns at once.
 *
 * Catches: a kernel that does not wait, or not for the acknowledgement, waits
 * for more or for another time, resets when the time is over, or loses data.
 */

#include "linger.h"

#include <stdlib.h>

#define SECONDS 2

enum obstacle {
	NONE,
	FIN_LOST,    /* the first time */
	FINS_LOST,   /* all */
	READER_LATE, /* the receiver's window is full */
};

struct situation {
	bool lingers;
	enum obstacle obstacle;
	int64_t least_ms, most_ms; /* close() takes */
};

static void set_linger(int sock, int seconds)
{
	struct linger linger = { .l_onoff = 1, .l_linger = seconds };

	ck_assert_int_eq(setsockopt(sock, SOL_SOCKET, SO_LINGER, &linger,
				    sizeof(linger)),
			 0);
}

/* So that buffers do not grow while they are filled. */
static void fix_buffer(int sock, int option)
{
	int size = 16384;

	ck_assert_int_eq(
		setsockopt(sock, SOL_SOCKET, option, &size, sizeof(size)), 0);
}

/* Until no more fits in; returns how much that was. */
static size_t fill(struct lg_net *net, int sock)
{
	static const char data[16384];
	size_t size = 0;

	/* What the other end's buffer takes makes room for more. */
	for (int quiet = 0; quiet < 3; quiet++) {
		ssize_t sent;
		while ((sent = send(sock, data, sizeof(data),
				    MSG_DONTWAIT | MSG_NOSIGNAL)) > 0) {
			size += (size_t)sent;
			quiet = 0;
		}
		ck_assert_int_eq(errno, EAGAIN);
		lg_pass(net, 10);
	}
	return size;
}

static void read_all(int peer, size_t size)
{
	char *data = malloc(size);

	ck_assert(data);
	lg_receive(peer, data, size);
	free(data);
}

static void assert_took(struct lg_net *net, const struct situation *is,
			int64_t took_ms)
{
	ck_assert_int_ge(took_ms, is->least_ms);
	/* Real time has no upper bound that a busy machine would keep. */
	if (lg_has(net, "virtual-time"))
		ck_assert_int_le(took_ms, is->most_ms);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	size_t unread = 0;

	int listener = lg_listen(server, 80);
	fix_buffer(listener, SO_RCVBUF);
	int sock = lg_connect(client, 4000, server, 80);
	fix_buffer(sock, SO_SNDBUF);
	int peer = lg_accept(listener);
	if (is->lingers)
		set_linger(sock, SECONDS);
	if (is->obstacle == READER_LATE)
		unread = fill(net, sock);
	struct lg_rule *loss = NULL;
	struct lg_match fins = LG_ANY_FIN;
	fins.times = is->obstacle == FIN_LOST;
	if (is->obstacle == FIN_LOST || is->obstacle == FINS_LOST)
		loss = lg_drop(server, fins);

	int64_t begun_ms = lg_now_ms();
	lg_close(sock);
	assert_took(net, is, lg_now_ms() - begun_ms);

	/* With SO_LINGER it has waited for just that. */
	bool stuck = is->obstacle == FINS_LOST || is->obstacle == READER_LATE;
	if (stuck || is->lingers)
		lg_assert_state(sock, stuck ? TCP_FIN_WAIT1 : TCP_FIN_WAIT2);

	if (is->obstacle == FINS_LOST)
		lg_undo(loss);
	read_all(peer, unread);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	lg_await_state(sock, TCP_FIN_WAIT2);
	lg_close(peer);
	lg_await_state(sock, TCP_TIME_WAIT);
	lg_await_state(peer, TCP_CLOSE);
	lg_assert_counted(client, "OutRsts", 0);
	lg_assert_counted(server, "OutRsts", 0);
	lg_assert_counted(client, "TCPAbortOnData", 0);
	if (is->lingers)
		lg_claim(net, 132, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "acknowledged",
		  &(const struct situation){ true, NONE, 0, 50 } },
		{ "first_fin_lost",
		  &(const struct situation){ true, FIN_LOST, 199, 250 } },
		{ "fins_lost",
		  &(const struct situation){ true, FINS_LOST, 1999, 2300 } },
		{ "reader_late",
		  &(const struct situation){ true, READER_LATE, 1999, 2300 } },
		{ "no_linger_and_fins_lost",
		  &(const struct situation){ false, FINS_LOST, 0, 50 } },
		{ "no_linger_and_reader_late",
		  &(const struct situation){ false, READER_LATE, 0, 50 } },
	},
	.claims = "132",
	.lasts_ms = 3000,
	.run = run,
};
