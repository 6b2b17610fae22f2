// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "ladder_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START INT64_C(1700000000123456789)
#define US INT64_C(1000)
#define MS (1000 * US)
#define S (1000 * MS)

#define LEFT_ISN 1000
#define RIGHT_ISN 0xfffffff0 /* wraps soon */

/* ---- building ---------------------------------------------------------- */

static struct lg_ladder_arrow arrows[64];
static struct lg_ladder_note notes[64];
static size_t n_arrows, n_notes;

/* What arrows have in common until it is changed. */
static size_t from, to;
static int64_t now, takes;

static struct lg_ladder_arrow *arrow(uint8_t flags, uint32_t seq, uint32_t size,
				     uint32_t ack)
{
	struct lg_ladder_arrow *new = &arrows[n_arrows++];
	bool is_right = from < to;
	uint32_t own = is_right ? LEFT_ISN : RIGHT_ISN;
	uint32_t other = is_right ? RIGHT_ISN : LEFT_ISN;

	*new = (struct lg_ladder_arrow){
		.from = from,
		.to = to,
		.left_ns = START + now,
		.arrived_ns = START + now + takes,
		.bases = {.seq = own, .ack = other},
		.segment =
			{
				.family = AF_INET,
				.sport = is_right ? 4000 : 80,
				.dport = is_right ? 80 : 4000,
				.seq = own + seq,
				.ack = (flags & LG_ACK) ? other + ack : 0,
				.size = size,
				.flags = flags,
				.window = 502,
			},
	};
	return new;
}

static struct lg_ladder_arrow *right(uint8_t flags, uint32_t seq, uint32_t size,
				     uint32_t ack)
{
	if (from > to) {
		size_t old = from;

		from = to;
		to = old;
	}
	return arrow(flags, seq, size, ack);
}

static struct lg_ladder_arrow *left(uint8_t flags, uint32_t seq, uint32_t size,
				    uint32_t ack)
{
	if (from < to) {
		size_t old = from;

		from = to;
		to = old;
	}
	return arrow(flags, seq, size, ack);
}

static struct lg_ladder_arrow *stamp(struct lg_ladder_arrow *of, uint32_t tsval,
				     uint32_t tsecr)
{
	of->segment.has_ts = true;
	of->segment.tsval = tsval;
	of->segment.tsecr = tsecr;
	return of;
}

static struct lg_ladder_arrow *offer(struct lg_ladder_arrow *of)
{
	of->segment.has_mss = of->segment.has_wscale = of->segment.sack_ok =
		true;
	of->segment.mss = 1460;
	of->segment.wscale = 7;
	of->segment.window = 64240;
	return of;
}

static void note(enum lg_note_kind kind, size_t host, size_t connection,
		 const char *text)
{
	notes[n_notes++] = (struct lg_ladder_note){
		.time_ns = START + now,
		.host = host,
		.text = text,
		.kind = kind,
		.connection = connection,
	};
}

static void state(size_t host, const char *text)
{
	note(LG_NOTE_STATE, host, 0, text);
}

static void counter(size_t host, const char *text)
{
	note(LG_NOTE_COUNTER, host, 0, text);
}

static void begin(struct lg_ladder *ladder, const char *title,
		  const char *const *hosts, size_t n_hosts)
{
	n_arrows = n_notes = 0;
	now = 0;
	takes = 20 * US;
	from = 0;
	to = 1;
	*ladder = (struct lg_ladder){
		.title = title,
		.hosts = hosts,
		.n_hosts = n_hosts,
		.arrows = arrows,
		.notes = notes,
	};
}

static void end(struct lg_ladder *ladder)
{
	ladder->n_arrows = n_arrows;
	ladder->n_notes = n_notes;
}

static const char *const pair[] = {"client", "server"};

static void shake_hands(void)
{
	state(0, "SYN-SENT");
	now += 10 * US;
	offer(stamp(right(LG_SYN, 0, 0, 0), 100, 0));
	now += 40 * US;
	state(1, "SYN-RECV");
	now += 10 * US;
	offer(stamp(left(LG_SYN | LG_ACK, 0, 0, 1), 7000, 100));
	now += 40 * US;
	state(0, "ESTABLISHED");
	stamp(right(LG_ACK, 1, 0, 1), 100, 7000);
	now += 30 * US;
	state(1, "ESTABLISHED");
}

/* ---- ladders ----------------------------------------------------------- */

static void make_empty(struct lg_ladder *ladder)
{
	begin(ladder, "Nothing was sent", pair, 2);
	end(ladder);
}

/* With 10 ms each way, so that the FINs cross the data. */
static void make_close(struct lg_ladder *ladder)
{
	begin(ladder, "A handshake, some data, and a close", pair, 2);
	takes = 10 * MS;
	state(0, "SYN-SENT");
	offer(stamp(right(LG_SYN, 0, 0, 0), 100, 0));
	now = 10 * MS;
	state(1, "SYN-RECV");
	offer(stamp(left(LG_SYN | LG_ACK, 0, 0, 1), 7000, 100));
	now = 20 * MS;
	state(0, "ESTABLISHED");
	stamp(right(LG_ACK, 1, 0, 1), 120, 7000);
	now = 30 * MS;
	state(1, "ESTABLISHED");
	now = 35 * MS;
	stamp(right(LG_PSH | LG_ACK, 1, 400, 1), 135, 7000);
	now = 45 * MS;
	stamp(left(LG_ACK, 1, 0, 401), 7035, 135);
	stamp(left(LG_PSH | LG_ACK, 1, 1448, 401), 7035, 135);
	now = 50 * MS;
	stamp(right(LG_FIN | LG_ACK, 401, 0, 1), 150, 7000);
	state(0, "FIN-WAIT-1");
	now = 55 * MS;
	stamp(right(LG_ACK, 402, 0, 1449), 155, 7035);
	now = 60 * MS;
	state(1, "CLOSE-WAIT");
	stamp(left(LG_ACK, 1449, 0, 402), 7050, 150);
	now = 70 * MS;
	state(0, "FIN-WAIT-2");
	now = 80 * MS;
	stamp(left(LG_FIN | LG_ACK, 1449, 0, 402), 7070, 155);
	state(1, "LAST-ACK");
	now = 90 * MS;
	state(0, "TIME-WAIT");
	stamp(right(LG_ACK, 402, 0, 1450), 190, 7070);
	now = 100 * MS;
	state(1, "CLOSED");
	now = 60 * S + 90 * MS;
	state(0, "CLOSED");
	end(ladder);
}

static void make_last_ack(struct lg_ladder *ladder)
{
	begin(ladder, "The last ACK is lost and the client comes back", pair,
	      2);
	shake_hands();
	now += 1 * MS;
	stamp(right(LG_FIN | LG_ACK, 1, 0, 1), 101, 7000);
	state(0, "FIN-WAIT-1");
	now += 50 * US;
	state(1, "CLOSE-WAIT");
	stamp(left(LG_ACK, 1, 0, 2), 7001, 101);
	now += 50 * US;
	state(0, "FIN-WAIT-2");
	now += 2 * MS;
	stamp(left(LG_FIN | LG_ACK, 1, 0, 2), 7003, 101);
	state(1, "LAST-ACK");
	now += 30 * US;
	state(0, "TIME-WAIT");
	struct lg_ladder_arrow *lost = stamp(right(LG_ACK, 2, 0, 2), 103, 7003);
	lost->fate = LG_DROPPED;
	lost->by = "drop 1";
	now += 100 * MS;
	note(LG_NOTE_STATE, 0, 1, "SYN-SENT");
	now += 10 * US;
	offer(stamp(right(LG_SYN, 50000, 0, 0), 203, 0));
	now += 40 * US;
	stamp(left(LG_ACK, 2, 0, 2), 7103, 101);
	counter(1, "TCPSYNChallenge +1");
	now += 40 * US;
	right(LG_RST, 2, 0, 0);
	now += 40 * US;
	state(1, "CLOSED");
	counter(1, "TCPAbortFailed +1");
	now += 10 * MS;
	offer(stamp(right(LG_SYN, 50000, 0, 0), 213, 0));
	now += 30 * US;
	note(LG_NOTE_STATE, 1, 1, "SYN-RECV");
	now += 10 * US;
	offer(stamp(left(LG_SYN | LG_ACK, 90000, 0, 50001), 7113, 213));
	now += 40 * US;
	note(LG_NOTE_STATE, 0, 0, "CLOSED");
	note(LG_NOTE_STATE, 0, 1, "ESTABLISHED");
	stamp(right(LG_ACK, 50001, 0, 90001), 213, 7113);
	now += 30 * US;
	note(LG_NOTE_STATE, 1, 1, "ESTABLISHED");
	end(ladder);
}

/* The old connection's data come while the new one is open. */
static void make_held(struct lg_ladder *ladder)
{
	begin(ladder, "A duplicate from the connection before", pair, 2);
	shake_hands();
	now += 1 * MS;
	struct lg_ladder_arrow *held =
		stamp(right(LG_PSH | LG_ACK, 1, 1000, 1), 101, 7000);
	held->fate = LG_HELD;
	held->by = "hold 1";
	now += 200 * MS;
	stamp(right(LG_PSH | LG_ACK, 1, 1000, 1), 301, 7000);
	now += 40 * US;
	stamp(left(LG_ACK, 1, 0, 1001), 7201, 301);
	now += 1 * MS;
	right(LG_RST | LG_ACK, 1001, 0, 1);
	now += 10 * US;
	state(0, "CLOSED");
	now += 30 * US;
	state(1, "CLOSED");
	now += 70 * S;
	shake_hands();
	now += 1 * MS;
	struct lg_ladder_arrow *late =
		stamp(right(LG_PSH | LG_ACK, 1, 1000, 1), 101, 7000);
	late->injected = true;
	now += 30 * US;
	stamp(left(LG_ACK, 1, 0, 1), 77203, 71301);
	counter(1, "PAWSEstab +1");
	end(ladder);
}

static void make_nat(struct lg_ladder *ladder)
{
	static const char *const hosts[] = {"client1", "client2", "nat",
					    "server"};

	begin(ladder, "Two clients behind one address", hosts, 4);
	for (uint32_t client = 0; client < 2; client++) {
		uint32_t tsval = client ? 90210 : 4123456789;

		from = client;
		to = 2;
		note(LG_NOTE_STATE, client, 0, "SYN-SENT");
		now += 5 * US;
		offer(stamp(right(LG_SYN, 0, 0, 0), tsval, 0));
		now += 30 * US;
		from = 2;
		to = 3;
		struct lg_ladder_arrow *syn =
			offer(stamp(right(LG_SYN, 0, 0, 0), tsval, 0));
		now += 30 * US;
		if (client) {
			syn->fate = LG_DROPPED;
			syn->by = "recycle";
			counter(3, "PAWSPassive +1");
			now += 1 * S;
			continue;
		}
		note(LG_NOTE_STATE, 3, client, "SYN-RECV");
		offer(stamp(left(LG_SYN | LG_ACK, 0, 0, 1), 7000, tsval));
		now += 30 * US;
		from = client;
		to = 2;
		offer(stamp(left(LG_SYN | LG_ACK, 0, 0, 1), 7000, tsval));
		now += 30 * US;
		note(LG_NOTE_STATE, client, 0, "ESTABLISHED");
		stamp(right(LG_ACK, 1, 0, 1), tsval, 7000);
		now += 30 * US;
		from = 2;
		to = 3;
		struct lg_ladder_arrow *ack =
			stamp(right(LG_ACK, 1, 0, 1), tsval - 300, 7000);
		ack->fate = LG_REWRITTEN;
		ack->by = "rewrite 1";
		ack->was = ack->segment;
		ack->was.tsval = tsval;
		now += 30 * US;
		note(LG_NOTE_STATE, 3, client, "ESTABLISHED");
		now += 300 * MS;
	}
	end(ladder);
}

static void make_wait(struct lg_ladder *ladder)
{
	begin(ladder, "Sixty seconds of TIME_WAIT", pair, 2);
	state(0, "ESTABLISHED");
	state(1, "ESTABLISHED");
	now += 1 * MS;
	stamp(right(LG_FIN | LG_ACK, 1, 0, 1), 500, 9000);
	now += 40 * US;
	stamp(left(LG_FIN | LG_ACK, 1, 0, 2), 9001, 500);
	now += 40 * US;
	state(0, "TIME-WAIT");
	stamp(right(LG_ACK, 2, 0, 2), 501, 9001);
	now += 40 * US;
	state(1, "CLOSED");
	now += 60 * S + 960 * MS;
	state(0, "CLOSED");
	now += 1 * MS;
	offer(stamp(right(LG_SYN, 0, 0, 0), 61503, 0));
	now += 40 * US;
	struct lg_ladder_arrow *reset = left(LG_RST | LG_ACK, 0, 0, 1);
	reset->unexpected = true;
	reset->expected = "< S. 0:0(0) ack 1 <...>";
	end(ladder);
}

static void make_chain(struct lg_ladder *ladder)
{
	static const char *const hosts[] = {"client", "r1", "r2",    "r3",
					    "r4",     "r5", "server"};

	begin(ladder, "Five routers, and a segment that dies on the way", hosts,
	      7);
	for (size_t hop = 0; hop < 6; hop++) {
		from = hop;
		to = hop + 1;
		offer(stamp(right(LG_SYN, 0, 0, 0), 4123456789, 0));
		now += 50 * US;
	}
	state(6, "SYN-RECV");
	counter(6, "TCPTimeWaitOverflow +1");
	for (size_t hop = 6; hop-- > 3;) {
		from = hop + 1;
		to = hop;
		struct lg_ladder_arrow *answer =
			offer(stamp(left(LG_SYN | LG_ACK, 0, 0, 1), 3210987654,
				    4123456789));
		now += 50 * US;
		if (hop == 3)
			answer->fate = LG_LOST;
	}
	end(ladder);
}

/* Everything that needs escaping, and what must not get into a terminal. */
static void make_escapes(struct lg_ladder *ladder)
{
	static const char *const hosts[] = {"<a&b>", "\"q'\033[31m"};

	begin(ladder, "a < b && c > \"d\" \x01\x7f \xc3\xa9\xff </title>",
	      hosts, 2);
	struct lg_ladder_arrow *first = stamp(right(LG_SYN, 0, 0, 0), 1, 0);
	first->fate = LG_DROPPED;
	first->by = "drop <&> 1";
	first->unexpected = true;
	first->expected = "> S 0:0(0) <mss 1460,sackOK>";
	state(0, "<&\"'>");
	counter(1, "a&b +1");
	end(ladder);
}

/* Segments that overtake each other. */
static void make_crossing(struct lg_ladder *ladder)
{
	begin(ladder, "Both close at once", pair, 2);
	takes = 20 * MS;
	state(0, "ESTABLISHED");
	state(1, "ESTABLISHED");
	stamp(right(LG_FIN | LG_ACK, 1, 0, 1), 500, 9000);
	state(0, "FIN-WAIT-1");
	now = 5 * MS;
	stamp(left(LG_FIN | LG_ACK, 1, 0, 1), 9005, 480);
	state(1, "FIN-WAIT-1");
	now = 20 * MS;
	state(1, "CLOSING");
	stamp(left(LG_ACK, 2, 0, 2), 9020, 500);
	now = 25 * MS;
	state(0, "CLOSING");
	stamp(right(LG_ACK, 2, 0, 2), 525, 9005);
	now = 40 * MS;
	state(0, "TIME-WAIT");
	now = 45 * MS;
	state(1, "TIME-WAIT");
	end(ladder);
}

const struct ladder_sample ladder_samples[] = {
	{"empty", 0, make_empty},	 {"close", 0, make_close},
	{"last_ack", 0, make_last_ack},	 {"held", 110, make_held},
	{"nat", 100, make_nat},		 {"wait", 80, make_wait},
	{"chain", 100, make_chain},	 {"escapes", 60, make_escapes},
	{"crossing", 90, make_crossing}, {0},
};
