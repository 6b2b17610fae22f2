// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A FIN is not lost because the window before it is full.
 *
 * A program does not read, and its peer has sent all that it was offered room
 * for.  The FIN behind that takes no room, but has a sequence number, which
 * lies beyond the window.  With the last data it is taken, and the connection
 * goes on to close.  Alone it may be refused like data that come before there
 * is room; then it comes again later.  Data that go beyond the window are
 * refused where there is a counter for them, unless nothing else waits to be
 * read.  Whatever is refused, the program gets all in the end, and the end.
 *
 * tcp_sequence(), tcp_data_queue().
 *
 * 9ca48d616ed7 ("tcp: do not accept packets beyond window", 6.17) counted the
 * FIN as if it took room, and refused it and the data with it, until
 * 1e3bb184e941 ("tcp: re-enable acceptance of FIN packets when RWIN is 0", 7.0,
 * and in stable kernels).
 *
 * Controls: data alone, up to the window's end and beyond it.
 *
 * Catches: a kernel that refuses what fits or takes what does not, or loses
 * what it has refused.
 */

#include "linger.h"

#define ISN 7000u
#define HALF 500u
#define BEYOND 100u
#define MSS 1460u
#define COUNTER "counter BeyondWindow"
#define TAKES "a FIN alone is taken although the window is full"

enum held { NOTHING, SOME, ALL };

struct situation {
	enum held held; /* waits to be read already */
	bool beyond;	/* the rest goes beyond the window */
	bool fin;	/* comes with the rest */
};

/* Data from number `from` on, the first being 0, up to `to`. */
static void send_data(struct lg_raw *raw, unsigned from, unsigned to, bool fin)
{
	const char *notation = !fin	    ? "P. %u:%u(%u) ack 1"
			       : from == to ? "F. %u:%u(%u) ack 1"
					    : "FP. %u:%u(%u) ack 1";

	lg_inject(raw, notation, from + 1, to + 1, to - from);
}

static unsigned await_ack(struct lg_wire *wire)
{
	return lg_await_segment(wire, "< .").ack - ISN - 1;
}

static void assert_rightly(struct lg_net *net, bool taken)
{
	const struct situation *is = lg_row_data(net);
	bool strict = lg_has(net, COUNTER);

	if (is->held == ALL)
		lg_fact(net, TAKES, taken);
	if (is->held != ALL || strict)
		ck_assert_int_eq(taken, !(is->beyond && is->held && strict));
	if (strict)
		lg_assert_counted(lg_host(net, "server"), "BeyondWindow",
				  !taken);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	int least = 0;
	char text[MSS];

	int listener = lg_listen(server, 80);
	ck_assert_int_eq(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &least,
				    sizeof(least)),
			 0);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	int sock = lg_raw_connect(raw, listener);
	unsigned window = lg_expect(wire, "< S.").window;
	unsigned held = is->held == ALL ? window : is->held ? HALF : 0;
	unsigned end = window + (is->beyond ? BEYOND : 0);
	ck_assert_uint_le(end, MSS);

	if (held) {
		send_data(raw, 0, held, false);
		ck_assert_uint_eq(await_ack(wire), held);
	}
	send_data(raw, held, end, is->fin);
	unsigned ack = await_ack(wire);
	bool taken = ack == end + is->fin;
	ck_assert(taken || ack == held);
	assert_rightly(net, taken);
	lg_assert_state(sock,
			taken && is->fin ? TCP_CLOSE_WAIT : TCP_ESTABLISHED);

	lg_receive(sock, text, taken ? end : held);
	if (!taken) {
		send_data(raw, held, end, is->fin);
		lg_receive(sock, text, end - held);
	}
	if (is->fin) {
		ck_assert_int_eq(lg_await_receive(sock), 0);
		lg_assert_state(sock, TCP_CLOSE_WAIT);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.sysctls = {
		/* The window is as it is on the wire. */
		{ "server", "net.ipv4.tcp_window_scaling", "0" },
	},
	.rows = {
		{ "last_data", &(const struct situation){ SOME } },
		{ "last_data_and_fin",
		  &(const struct situation){ SOME, .fin = true } },
		{ "fin_alone", &(const struct situation){ ALL, .fin = true } },
		{ "data_beyond",
		  &(const struct situation){ SOME, .beyond = true } },
		{ "data_beyond_and_nothing_waits",
		  &(const struct situation){ NOTHING, .beyond = true } },
	},
	.facts = {
		{ COUNTER,
		  "data that begin in the window and end beyond it are refused "
		  "if others wait to be read (6.17)" },
		{ TAKES,
		  "else it comes again until the program has read "
		  "(2bd99aef1b19, 6.10)" },
	},
	.run = run,
};
