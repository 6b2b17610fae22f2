// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Beyond tcp_max_tw_buckets a connection ends without a TIME_WAIT.
 *
 * With as many TIME_WAITs as the limit allows, the next connection that would
 * enter it is closed at once instead, and TCPTimeWaitOverflow is counted.
 * Those that there are stay, also when the limit is lowered below their
 * number, and go on to do what they are for.  An abandoned FIN_WAIT2 takes a
 * place as well: if there is none, the peer can still send, but its FIN, when
 * it comes, gets a RST and the peer's program ECONNRESET.  If it is only the
 * peer's FIN that finds no place, that is acknowledged as ever; who loses that
 * last ACK is reset when its FIN comes again.
 *
 * inet_twsk_alloc(), tcp_time_wait(), tcp_fin(), tcp_rcv_state_process().
 *
 * Controls: the connections within the limit; a place that is free again; the
 * last ACK that arrives.
 *
 * Catches: a kernel that allows more or fewer than the limit, gives places up
 * for newer ones or never again, does not count what it does, or leaves out the
 * last ACK; and one whose INET_DIAG and sockstat disagree.
 */

#include "linger.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIMIT "net.ipv4.tcp_max_tw_buckets"
#define MOST 100
#define FIRST_PORT 4000

struct situation {
	unsigned limit;
	void (*run)(struct lg_net *net, int listener,
		    const struct situation *is);
	bool ack_lost;
};

struct connection {
	int sock, peer;
};

static void set_limit(struct lg_host *client, unsigned limit)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", limit);
	lg_sysctl_set(client, LIMIT, text);
}

static struct connection open_nth(struct lg_net *net, int listener, unsigned n)
{
	struct connection one;

	one.sock =
		lg_connect(lg_host(net, "client"), (uint16_t)(FIRST_PORT + n),
			   lg_host(net, "server"), lg_port(listener));
	one.peer = lg_accept(listener);
	return one;
}

/* With the FIN acknowledged before, close() itself does it. */
static void to_fin_wait2(struct connection one)
{
	lg_send_fin(one.sock);
	lg_await_state(one.sock, TCP_FIN_WAIT2);
	lg_close(one.sock);
	ck_assert(lg_status(one.sock).time_wait);
}

static void to_time_wait(struct connection one)
{
	lg_close(one.peer);
	lg_await_state(one.sock, TCP_TIME_WAIT);
	lg_await_state(one.peer, TCP_CLOSE);
}

static void assert_there_are(struct lg_host *client, unsigned time_waits,
			     unsigned fin_waits)
{
	ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), time_waits);
	ck_assert_uint_eq(lg_count_state(client, TCP_FIN_WAIT2), fin_waits);
	ck_assert_uint_eq(lg_sockstat(client, "TCP", "tw"),
			  time_waits + fin_waits);
}

/* The kernel's log from now on; -1 where it may not be read. */
static int open_log(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log >= 0 && lseek(log, 0, SEEK_END) < 0) {
		close(log);
		log = -1;
	}
	return log;
}

static bool log_says(int log, const char *text)
{
	char record[8192];
	bool said = false;
	ssize_t size;

	while ((size = read(log, record, sizeof(record) - 1)) > 0) {
		record[size] = '\0';
		said = said || strstr(record, text);
	}
	return said;
}

static void decide_claims(struct lg_net *net, int log)
{
	lg_claim(net, 73, true);
	lg_claim(net, 85, false);
	if (log >= 0) {
		bool said = log_says(log, "bucket table overflow");
		lg_observe(net, "overflow is logged", said ? "yes" : "no");
		lg_claim(net, 50, said);
	}
}

/* The FIN of a peer that has not closed yet is answered by nobody. */
static void expect_reset(struct lg_net *net, struct lg_host *client,
			 struct lg_wire *wire, struct connection surplus)
{
	lg_close(surplus.sock);
	lg_expect(wire, "> F. 1:1(0) ack 1");
	lg_expect(wire, "< . 1:1(0) ack 2");
	lg_expect_none(wire, NULL, 100);
	lg_assert_state(surplus.sock, TCP_CLOSE);
	lg_assert_state(surplus.peer, TCP_CLOSE_WAIT);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 1);

	lg_send_fin(surplus.peer);
	lg_expect(wire, "< F. 1:1(0) ack 2");
	lg_expect(wire, "> R 2:2(0)");
	lg_await_state(surplus.peer, TCP_CLOSE);
	ck_assert_int_eq(lg_take_error(surplus.peer), ECONNRESET);
	lg_assert_counted(client, "OutRsts", 1);
	lg_claim(net, 86, true);
}

static void at_fin_wait2(struct lg_net *net, int listener,
			 const struct situation *is)
{
	struct lg_host *client = lg_host(net, "client");
	struct connection waiting[MOST];

	for (unsigned i = 0; i < is->limit; i++) {
		waiting[i] = open_nth(net, listener, i);
		to_fin_wait2(waiting[i]);
	}
	assert_there_are(client, 0, is->limit);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 0);

	int log = open_log();
	struct lg_wire *wire = lg_wire(client);
	struct connection surplus = open_nth(net, listener, is->limit);
	lg_expect(wire, "> S");
	lg_expect(wire, "< S.");
	lg_expect(wire, "> .");
	expect_reset(net, client, wire, surplus);
	assert_there_are(client, 0, is->limit);

	for (unsigned i = 0; i < is->limit; i++)
		to_time_wait(waiting[i]);
	assert_there_are(client, is->limit, 0);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 1);
	lg_assert_counted(client, "OutRsts", 1);
	decide_claims(net, log);
}

static void fill(struct lg_net *net, int listener, unsigned limit)
{
	for (unsigned i = 0; i < limit; i++) {
		struct connection one = open_nth(net, listener, i);
		to_fin_wait2(one);
		to_time_wait(one);
	}
	assert_there_are(lg_host(net, "client"), limit, 0);
}

static void at_fin(struct lg_net *net, int listener, const struct situation *is)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	fill(net, listener, is->limit);
	struct connection surplus = open_nth(net, listener, is->limit);
	lg_send_fin(surplus.sock);
	lg_await_state(surplus.sock, TCP_FIN_WAIT2);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 0);

	struct lg_match one_ack = LG_PURE_ACK;
	one_ack.times = 1;
	if (is->ack_lost)
		lg_drop(server, one_ack);
	struct lg_wire *wire = lg_wire(client);
	lg_send_fin(surplus.peer);
	struct lg_segment fin = lg_expect(wire, "< F.");
	struct lg_segment ack = lg_expect(wire, "> .");
	ck_assert_uint_eq(ack.ack, fin.seq + 1);
	ck_assert_uint_eq(ack.seq, fin.ack);
	if (is->ack_lost) {
		ck_assert_uint_eq(lg_expect(wire, "< F.").seq, fin.seq);
		ck_assert_uint_eq(lg_expect(wire, "> R").seq, fin.ack);
	}
	lg_expect_none(wire, NULL, 1000);

	lg_assert_state(surplus.sock, TCP_CLOSE);
	lg_assert_state(surplus.peer, TCP_CLOSE);
	/* Its program has lost nothing. */
	ck_assert_int_eq(lg_await_receive(surplus.sock), 0);
	ck_assert_int_eq(lg_take_error(surplus.sock), 0);
	ck_assert_int_eq(lg_take_error(surplus.peer),
			 is->ack_lost ? ECONNRESET : 0);
	lg_assert_counted(client, "OutRsts", is->ack_lost);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 1);
	assert_there_are(client, is->limit, 0);
	lg_claim(net, 86, is->ack_lost);
	decide_claims(net, -1);
}

/* A place is free again when its connection is reused, and taken again when
 * that closes. */
static void place_is_free(struct lg_net *net, int listener,
			  const struct situation *is)
{
	struct lg_host *client = lg_host(net, "client");

	fill(net, listener, is->limit);
	struct connection again = open_nth(net, listener, 0);
	assert_there_are(client, is->limit - 1, 0);
	to_fin_wait2(again);
	to_time_wait(again);
	assert_there_are(client, is->limit, 0);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 0);

	struct connection surplus = open_nth(net, listener, is->limit);
	lg_close(surplus.sock);
	lg_await_state(surplus.sock, TCP_CLOSE);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 1);
	assert_there_are(client, is->limit, 0);
}

static void is_lowered(struct lg_net *net, int listener,
		       const struct situation *is)
{
	struct lg_host *client = lg_host(net, "client");

	fill(net, listener, is->limit - 1);
	struct connection waiting = open_nth(net, listener, is->limit - 1);
	to_fin_wait2(waiting);

	set_limit(client, 1);
	assert_there_are(client, is->limit - 1, 1);
	struct connection surplus = open_nth(net, listener, is->limit);
	lg_close(surplus.sock);
	lg_await_state(surplus.sock, TCP_CLOSE);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 1);

	/* Time is not theirs to lose either. */
	lg_pass(net, 5000);
	assert_there_are(client, is->limit - 1, 1);
	to_time_wait(waiting);
	assert_there_are(client, is->limit, 0);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 1);
	lg_assert_counted(client, "OutRsts", 0);

	set_limit(client, is->limit + 1);
	struct connection last = open_nth(net, listener, is->limit + 1);
	to_fin_wait2(last);
	assert_there_are(client, is->limit, 1);
	lg_assert_counted(client, "TCPTimeWaitOverflow", 1);
	lg_claim(net, 85, false);
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);

	set_limit(lg_host(net, "client"), is->limit);
	is->run(net, lg_listen(lg_host(net, "server"), 80), is);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "fin_wait2", &(const struct situation){ 3, at_fin_wait2 } },
		{ "fin_wait2_beyond_0",
		  &(const struct situation){ 0, at_fin_wait2 } },
		{ "fin_wait2_beyond_100",
		  &(const struct situation){ MOST, at_fin_wait2 } },
		{ "fin", &(const struct situation){ 3, at_fin } },
		{ "fin_beyond_0", &(const struct situation){ 0, at_fin } },
		{ "fin_and_last_ack_lost",
		  &(const struct situation){ 3, at_fin, .ack_lost = true } },
		{ "place_is_free_again",
		  &(const struct situation){ 3, place_is_free } },
		{ "limit_is_lowered",
		  &(const struct situation){ 5, is_lowered },
		  .lasts_ms = 5000 },
	},
	.claims = "50 73 85 86",
	.lasts_ms = 1500,
	.run = run,
};
