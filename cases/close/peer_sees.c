// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a program sees of the way in which the other end has closed.
 *
 * After shutdown() the other program reads the end of the stream, and can send
 * on for as long as it likes.  After close() it reads the same end, but what it
 * sends then is answered by a RST: the next write gets EPIPE.  After an abort
 * it reads what had come before, and then ECONNRESET, once; if the end of the
 * stream had come before the RST, it is EPIPE instead that waits for it.  In
 * the end all writes get EPIPE, and all reads the end of the stream.
 *
 * poll() tells all that without reading: POLLRDHUP of the end of the stream,
 * POLLHUP when both directions are shut, however that came, and POLLERR as long
 * as an error waits.  The signals of O_ASYNC tell POLL_IN and POLL_HUP apart in
 * the same way.
 *
 * tcp_fin(), tcp_reset(), tcp_recvmsg(), tcp_poll(), sk_stream_error(),
 * tcp_rcv_state_process(), tcp_timewait_state_process().
 *
 * Controls: shutdown() beside close(), and each way of ending with and without
 * data before it.
 *
 * Catches: a kernel that tells a program the wrong error, the right one twice
 * or never, that loses what had come, takes data for a program that is gone, or
 * lets one that polls wait for what is there.
 */

#include "linger.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

/* What poll() says of a socket that can be written to, or would say at once
 * why it can't; of one that has the end of the stream to read; and of one that
 * is shut in both directions. */
enum {
	WRITABLE = POLLOUT,
	HALF_SHUT = WRITABLE | POLLIN | POLLRDHUP,
	SHUT = HALF_SHUT | POLLHUP,
	RESET = SHUT | POLLERR,
};

#define CODE(code) (1u << (code))

enum how { SHUT_DOWN, CLOSED, ABORTED };

struct situation {
	enum how how;
	bool data; /* are on their way before that */
	bool fin;  /* and the end of the stream is */
	int error; /* that the program's first write is the cause of, or
		    * that is there by itself */
	const char *aborts; /* the counter that moves for the closing end */
};

static int write_one(int sock)
{
	return send(sock, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? errno : 0;
}

/* recv(2) at once: what it returns, or -errno. */
static int read_some(int sock)
{
	char data[16];
	ssize_t size = recv(sock, data, sizeof(data), MSG_DONTWAIT);

	return size < 0 ? -errno : (int)size;
}

/* Once the kernel is done with what it is doing to the socket: poll() itself
 * does not wait for that, but TCP_INFO does. */
static int polled(int sock)
{
	struct pollfd ask = { sock, POLLIN | POLLOUT | POLLRDHUP, 0 };
	struct tcp_info info;
	socklen_t size = sizeof(info);

	ck_assert_int_eq(getsockopt(sock, IPPROTO_TCP, TCP_INFO, &info, &size),
			 0);
	ck_assert_int_ge(poll(&ask, 1, 0), 0);
	return ask.revents;
}

/* Lets `signal` wait to be taken whenever something happens to the socket. */
static void ask_for_signals(int sock, int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, &set, NULL), 0);
	ck_assert_int_eq(fcntl(sock, F_SETOWN, getpid()), 0);
	ck_assert_int_eq(fcntl(sock, F_SETSIG, signal), 0);
	ck_assert_int_eq(fcntl(sock, F_SETFL, fcntl(sock, F_GETFL) | O_ASYNC),
			 0);
}

/* Takes those that wait: which of CODE(POLL_IN) and the like they are. */
static unsigned take_signals(int signal)
{
	struct timespec at_once = { 0 };
	unsigned codes = 0;
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	while (sigtimedwait(&set, &info, &at_once) == signal)
		codes |= CODE(info.si_code);
	return codes;
}

static void end(int sock, enum how how)
{
	switch (how) {
	case SHUT_DOWN:
		lg_send_fin(sock);
		return;
	case CLOSED:
		lg_close(sock);
		return;
	case ABORTED:
		lg_abort(sock);
		return;
	}
}

static void can_send_on(struct lg_net *net, int sock, int peer)
{
	char data[1];

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(write_one(peer), 0);
		lg_receive(sock, data, sizeof(data));
		lg_pass(net, 500);
	}
	lg_assert_state(peer, TCP_CLOSE_WAIT);
	lg_assert_state(sock, TCP_FIN_WAIT2);
	ck_assert_int_eq(read_some(peer), 0);
	ck_assert_int_eq(polled(peer), HALF_SHUT);
	ck_assert_int_eq(polled(sock), WRITABLE);

	lg_send_fin(peer);
	lg_await_state(sock, TCP_TIME_WAIT);
	lg_await_state(peer, TCP_CLOSE);
	ck_assert_int_eq(polled(sock), SHUT);
	ck_assert_int_eq(polled(peer), SHUT);
}

/* The RST has come: what is left for the program to see. */
static void assert_reset(int peer, const struct situation *is, bool eof)
{
	lg_await_state(peer, TCP_CLOSE);
	ck_assert_int_eq(polled(peer), RESET);
	if (!eof && is->data)
		ck_assert_int_eq(read_some(peer), 5);
	if (eof) {
		ck_assert_int_eq(read_some(peer), 0);
		ck_assert_int_eq(write_one(peer), is->error);
	} else {
		ck_assert_int_eq(read_some(peer), -is->error);
	}
	ck_assert_int_eq(read_some(peer), 0);
	ck_assert_int_eq(write_one(peer), EPIPE);
	ck_assert_int_eq(polled(peer), SHUT);
}

/* One end is shut in one direction, in the other, and in both before its own
 * FIN has come through.  Who has read the end of the stream has been told. */
static void run_signals(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const int signal = SIGRTMIN, peers_signal = SIGRTMIN + 1;

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	ask_for_signals(peer, peers_signal);
	lg_send_fin(sock);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	ck_assert_uint_eq(take_signals(peers_signal), CODE(POLL_IN));

	sock = lg_connect(client, 4001, server, 80);
	peer = lg_accept(listener);
	ask_for_signals(sock, signal);
	ask_for_signals(peer, peers_signal);
	struct lg_rule *loss = lg_drop(server, LG_ANY_FIN);
	lg_send_fin(sock);
	lg_await_hits(loss, 1);
	ck_assert_uint_eq(take_signals(signal), 0);
	lg_send_fin(peer);
	ck_assert_int_eq(lg_await_receive(sock), 0);
	lg_assert_state(sock, TCP_CLOSING);
	ck_assert_uint_eq(take_signals(signal) & CODE(POLL_HUP),
			  CODE(POLL_HUP));
	lg_await_state(peer, TCP_FIN_WAIT2);
	ck_assert_uint_eq(take_signals(peers_signal), 0);
	lg_undo(loss);
	ck_assert_int_eq(lg_await_receive(peer), 0);
	ck_assert_uint_eq(take_signals(peers_signal) & CODE(POLL_HUP),
			  CODE(POLL_HUP));
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (!is) {
		run_signals(net);
		return;
	}

	int listener = lg_listen(server, 80);
	int sock = lg_connect(client, 4000, server, 80);
	int peer = lg_accept(listener);
	struct lg_wire *wire = lg_wire(server);

	ck_assert_int_eq(polled(peer), WRITABLE);
	if (is->data)
		lg_send(sock, "abcde", 5);
	if (is->fin) {
		lg_send_fin(sock);
		lg_await_state(peer, TCP_CLOSE_WAIT);
		lg_await_state(sock, TCP_FIN_WAIT2);
	}
	end(sock, is->how);

	bool eof = is->how != ABORTED || is->fin;
	if (eof) {
		lg_await_state(peer,
			       is->how == ABORTED ? TCP_CLOSE : TCP_CLOSE_WAIT);
		if (is->how != ABORTED)
			ck_assert_int_eq(polled(peer), HALF_SHUT);
		if (is->data)
			ck_assert_int_eq(read_some(peer), 5);
		ck_assert_int_eq(read_some(peer), 0);
	}
	if (is->how == SHUT_DOWN) {
		can_send_on(net, sock, peer);
		lg_assert_counted(client, "OutRsts", 0);
		return;
	}
	if (is->how == CLOSED) {
		lg_await_state(sock, TCP_FIN_WAIT2);
		ck_assert_int_eq(write_one(peer), 0);
		lg_await_segment(wire, "< R");
	}
	assert_reset(peer, is, eof);
	lg_assert_counted(client, "OutRsts", 1);
	lg_assert_counted(server, "EstabResets", 1);
	lg_assert_counted(server, "OutRsts", 0);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"), 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "shut_down", &(const struct situation){ .how = SHUT_DOWN } },
		{ "shut_down_after_data",
		  &(const struct situation){ .how = SHUT_DOWN, .data = true } },
		{ "closed",
		  &(const struct situation){ .how = CLOSED, .error = EPIPE } },
		{ "closed_after_data",
		  &(const struct situation){ .how = CLOSED,
					     .data = true,
					     .error = EPIPE } },
		{ "aborted",
		  &(const struct situation){ .how = ABORTED,
					     .error = ECONNRESET } },
		{ "aborted_after_data",
		  &(const struct situation){ .how = ABORTED,
					     .data = true,
					     .error = ECONNRESET } },
		{ "aborted_after_fin",
		  &(const struct situation){ .how = ABORTED,
					     .fin = true,
					     .error = EPIPE } },
		{ "aborted_after_data_and_fin",
		  &(const struct situation){ .how = ABORTED,
					     .data = true,
					     .fin = true,
					     .error = EPIPE } },
		{ "told_by_signals" },
	},
	.lasts_ms = 2000,
	.run = run,
};
