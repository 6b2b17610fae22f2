// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT answers what could go round and round once in half a second.
 *
 * Two ends that are out of step could answer each other's ACKs for ever (RFC
 * 1337, hazard 2).  So what has no data of its own, and every SYN, is
 * answered once in tcp_invalid_ratelimit (500 ms), for each TIME_WAIT by
 * itself, and else dropped and counted (4fb17a609167).  The time is from one
 * answer to the next: what was dropped does not begin it anew.  Such a segment
 * starts the 60 seconds anew all the same.  Data and FINs are always answered,
 * and do not count; nor does a new SYN that nobody listens for.  A FIN_WAIT2
 * that no program holds, which is of the same kind, does so with what is
 * outside its window, and counts by itself what it drops.
 *
 * Server: tcp_timewait_check_oow_rate_limit(), tcp_oow_rate_limited().
 *
 * Controls: a limit of 0 is none; a second TIME_WAIT answers meanwhile.
 *
 * Catches: a limit that is not kept, kept for what must be answered, kept from
 * the last segment on, not the sysctl's, another one by default, shared between
 * connections, or counted wrongly.
 */

#include "linger.h"

#include <stdio.h>

#define LIMIT "net.ipv4.tcp_invalid_ratelimit"
#define DEFAULT_MS 500
#define TIME_WAIT_MS 60000
#define BURST 3
#define TSVAL 1000u
#define TS(value) "<TS val " #value " ecr 0>"
#define SYN_TS(value) "<mss 1460,sackOK,TS val " #value " ecr 0>"
/* Old in every way: answered, if the limit allows it. */
#define OLD_SYN "S 0:0(0) " SYN_TS(999)

struct situation {
	const char *segment;
	bool limited;
	bool starts_anew;
	bool no_listener;
	bool fin_wait2; /* sent to a FIN_WAIT2 that no program holds */
};

/* A TIME_WAIT of the server, and what it did since it was last looked at. */
struct subject {
	struct lg_host *server;
	const char *skipped; /* what counts the segments that it drops */
	struct lg_raw *raw;
	int sock;
};

static struct subject make(struct lg_net *net, uint16_t port, int listener)
{
	const struct situation *is = lg_row_data(net);
	struct subject made = {
		.server = lg_host(net, "server"),
		.skipped = is->fin_wait2 ? "TCPACKSkippedFinWait2"
					 : "TCPACKSkippedTimeWait",
	};

	made.raw = lg_raw(lg_host(net, "client"), port, made.server, 80, 7000);
	lg_raw_timestamp(made.raw, TSVAL);
	made.sock = lg_raw_connect(made.raw, listener);
	lg_raw_walk(made.raw, made.sock,
		    is->fin_wait2 ? TCP_FIN_WAIT2 : TCP_TIME_WAIT);
	return made;
}

/* Sends `n` of a segment at once, and waits until all are dealt with. */
static void send_burst(struct lg_net *net, const struct subject *to,
		       const char *segment, unsigned n)
{
	lg_count_anew(to->server);
	for (unsigned i = 0; i < n; i++)
		lg_inject(to->raw, "%s", segment);
	lg_await_counted(to->server, "InSegs", n);
	lg_pass(net, 1);
}

static void assert_answered(const struct subject *is, unsigned answered,
			    unsigned skipped)
{
	lg_assert_counted(is->server, "OutSegs", answered);
	lg_assert_counted(is->server, is->skipped, skipped);
}

/*
 * The limit counts from the answer on: 1.2 of it later there is another one,
 * though 0.8 of it later there was none.  Where time is real, this process may
 * be late: then it tries once more.
 */
static void assert_limited(struct lg_net *net, const struct subject *is,
			   const char *segment, int64_t limit_ms)
{
	int64_t since_ms;

	do {
		lg_pass(net, (unsigned)limit_ms);
		since_ms = lg_now_ms();
		send_burst(net, is, segment, BURST);
	} while (lg_now_ms() - since_ms >= limit_ms / 2);
	assert_answered(is, 1, BURST - 1);

	lg_pass(net, (unsigned)(limit_ms * 4 / 5));
	send_burst(net, is, segment, 1);
	if (lg_now_ms() - since_ms < limit_ms)
		assert_answered(is, 0, 1);

	lg_pass(net, (unsigned)(limit_ms * 2 / 5));
	send_burst(net, is, segment, 1);
	assert_answered(is, 1, 0);
}

/* Of the seconds since it was made, none counts. */
static void assert_started_anew(const struct subject *is, int64_t since_ms)
{
	unsigned left_ms = lg_status(is->sock).left_ms;
	int64_t lived_ms = lg_now_ms() - since_ms;

	ck_assert_int_gt(left_ms + lived_ms, TIME_WAIT_MS + 500);
}

static void run(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	long limit_ms = lg_sysctl_get(server, LIMIT);

	ck_assert_int_eq(lg_sysctl_get(lg_host(net, "client"), LIMIT),
			 DEFAULT_MS);
	int listener = lg_listen(server, 80);
	struct subject one = make(net, 4000, listener);
	struct subject other = make(net, 4001, listener);
	int64_t since_ms = lg_now_ms();
	if (is->no_listener)
		lg_close(listener);

	if (is->limited && limit_ms) {
		/* The first is answered, however young the TIME_WAIT is. */
		send_burst(net, &other, is->segment, 1);
		assert_answered(&other, 1, 0);
		assert_limited(net, &one, is->segment, limit_ms);
		if (is->starts_anew)
			assert_started_anew(&one, since_ms);
		/* Nor does the one's limit count for the other. */
		send_burst(net, &other, is->segment, 1);
		assert_answered(&other, 1, 0);
	} else {
		send_burst(net, &one, is->segment, BURST);
		assert_answered(&one, BURST, 0);
		/* That has not counted. */
		send_burst(net, &one, OLD_SYN, 1);
		assert_answered(&one, 1, 0);
		if (!is->fin_wait2)
			lg_claim(net, 116, false);
	}
	lg_assert_counted(server, "OutRsts", 0);
	ck_assert(lg_status(one.sock).time_wait);
	if (limit_ms)
		lg_claim(net, 112, false);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", LIMIT, "0 500 2000" },
	},
	.rows = {
		{ "syn_of_older_timestamp",
		  &(const struct situation){ OLD_SYN, true, true } },
		{ "syn_of_old_numbers",
		  &(const struct situation){ "S 2:2(0) <mss 1460>", true } },
		{ "syn_ack",
		  &(const struct situation){ "S. 2:2(0) ack 2 " SYN_TS(1001),
					     true, true } },
		{ "ack_of_old_number",
		  &(const struct situation){ ". 1:1(0) ack 2 " TS(1000), true,
					     true } },
		{ "ack_of_older_timestamp",
		  &(const struct situation){ ". 2:2(0) ack 2 " TS(999), true,
					     true } },
		{ "data",
		  &(const struct situation){ "P. 2:7(5) ack 2 " TS(1001) } },
		{ "data_of_older_timestamp",
		  &(const struct situation){ "P. 2:7(5) ack 2 " TS(999) } },
		{ "fin_again",
		  &(const struct situation){ "F. 1:1(0) ack 2 " TS(1000) } },
		{ "new_syn_that_nobody_listens_for",
		  &(const struct situation){ "S 3:3(0) " SYN_TS(1001),
					     .no_listener = true } },
		{ "fin_wait2_and_ack_of_old_number",
		  &(const struct situation){ ". 0:0(0) ack 2 " TS(1000), true,
					     .fin_wait2 = true } },
		{ "fin_wait2_and_data_of_old_numbers",
		  &(const struct situation){ "P. 0:1(1) ack 2 " TS(1000),
					     .fin_wait2 = true } },
	},
	.claims = "112 116",
	.lasts_ms = 6000,
	.run = run,
};
