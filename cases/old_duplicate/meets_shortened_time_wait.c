// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT that is made shorter keeps out less.
 *
 * Two connections without timestamps have been closed by the server.  Of one, a
 * data segment is still on its way, and its ports are used anew, with the same
 * numbers; of the other the last ACK was lost, so that the client's FIN comes
 * again.  As long as the TIME_WAITs last, the new SYN is refused, the late
 * segment is answered and dropped, and the FIN is acknowledged.  When they are
 * over, the FIN gets a RST, and nothing keeps what was sent to the old
 * connection from the program of the new one, unless the kernel happens to look
 * at its acknowledgement number.  So a kernel rebuilt with a shorter
 * TCP_TIMEWAIT_LEN protects from what is late by no more than that; and so does
 * one with the whole 60 seconds.
 *
 * That SO_REUSEADDR lets a server be started again at once is another matter:
 * the TIME_WAITs stay, and do all this for the new program.
 *
 * tcp_timewait_state_process(), inet_twsk_kill(); inet_csk_bind_conflict().
 *
 * A TIME_WAIT is made short by ending it, as its timer would.
 *
 * Controls: the lengths that are longer than the delay, and the one that ends
 * by its timer.
 *
 * Catches: a kernel whose TIME_WAIT lets an old segment or SYN through, or does
 * not answer a FIN; one in which SO_REUSEADDR ends TIME_WAITs.
 */

#include "linger.h"

#include <stdio.h>
#include <string.h>

#define ISN 7000u
#define FIRST "P. 1:5(4) ack 1"
#define SECOND "P. 5:9(4) ack 1"
#define THIRD "P. 9:14(5) ack 1"
#define NEW "abcdabcd" /* the first and second of the new connection */
#define OLD "abcde"

#define WHOLE_MS 60000u
/* What a timer of that length may be late by. */
#define LATE_MS 8000u

struct situation {
	unsigned length_ms, delay_ms; /* counted from the close */
	bool restarted;		      /* the server's program */
};

struct scene {
	struct lg_net *net;
	struct lg_host *client, *server;
	struct lg_wire *wire; /* of the client */
	int listener;
	struct lg_raw *data, *fin; /* the two connections */
	int data_sock, fin_sock;   /* of the server */
	struct lg_rule *late;
};

static void open_both(struct scene *scene)
{
	char text[13];

	scene->data = lg_raw(scene->client, 4000, scene->server, 80, ISN);
	scene->data_sock = lg_raw_connect(scene->data, scene->listener);
	scene->late = lg_hold(scene->server,
			      (struct lg_match){ .data = true, .nth = 3 });
	lg_inject(scene->data, FIRST);
	lg_inject(scene->data, SECOND);
	lg_inject(scene->data, THIRD);
	lg_await_hits(scene->late, 1);
	lg_inject(scene->data, THIRD);
	lg_receive(scene->data_sock, text, sizeof(text));

	scene->fin = lg_raw(scene->client, 4001, scene->server, 80, ISN);
	scene->fin_sock = lg_raw_connect(scene->fin, scene->listener);
}

/* Kernels that cannot do it on demand let a RST do it (RFC 1337). */
static void end_time_wait(struct lg_net *net, struct lg_raw *raw, int sock,
			  const char *reset)
{
	if (lg_has(net, "socket-destroy-time-wait"))
		lg_end_time_wait(sock);
	else
		lg_inject(raw, "%s", reset);
	lg_await_state(sock, TCP_CLOSE);
}

static void restart(struct scene *scene)
{
	int plain = lg_socket(scene->server);

	lg_close(scene->listener);
	ck_assert_int_eq(lg_bind(plain, NULL, 80), EADDRINUSE);
	scene->listener = lg_listen(scene->server, 80);
}

/* Lets the delay pass, and the TIME_WAITs end when they have had their time. */
static void wait_for_segment(struct scene *scene, const struct situation *is)
{
	if (is->length_ms < WHOLE_MS && is->length_ms < is->delay_ms) {
		lg_pass(scene->net, is->length_ms);
		end_time_wait(scene->net, scene->data, scene->data_sock,
			      "R 15:15(0)");
		end_time_wait(scene->net, scene->fin, scene->fin_sock,
			      "R 2:2(0)");
		lg_pass(scene->net, is->delay_ms - is->length_ms);
	} else {
		lg_pass(scene->net, is->delay_ms);
	}
}

static void assert_kept_out(struct scene *scene)
{
	lg_inject(scene->fin, "F. 1:1(0) ack 2");
	ck_assert_uint_eq(lg_await_segment(scene->wire, "< .").ack, ISN + 2);

	struct lg_raw *new =
		lg_raw(scene->client, 4000, scene->server, 80, ISN);
	lg_inject(new, "S 0:0(0) <mss 1460>");
	ck_assert_uint_eq(lg_expect(scene->wire, "< .").ack, ISN + 15);
	lg_release(scene->late, LG_IN_ORDER);
	ck_assert_uint_eq(lg_expect(scene->wire, "< .").ack, ISN + 15);
	ck_assert(lg_status(scene->data_sock).time_wait);
	ck_assert(lg_status(scene->fin_sock).time_wait);
	lg_assert_counted(scene->server, "PassiveOpens", 2);
	lg_assert_counted(scene->server, "OutRsts", 0);
}

/*
 * What the program can read at once.  Since 6.7 (3d501dd326fb) an old segment
 * may be found out by its acknowledgement number, if the slow path is taken,
 * and then it is challenged: old_duplicate/reaches_new_connection.
 */
static void assert_reads(struct scene *scene, int sock)
{
	char text[32];
	ssize_t size = recv(sock, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[size > 0 ? size : 0] = '\0';
	lg_observe(scene->net, "reads", "%s", text);
	if (!lg_counted(scene->server, "TCPChallengeACK") || strcmp(text, NEW))
		ck_assert_str_eq(text, NEW OLD);
}

static void assert_let_through(struct scene *scene)
{
	lg_inject(scene->fin, "F. 1:1(0) ack 2");
	lg_await_segment(scene->wire, "< R");

	struct lg_raw *new =
		lg_raw(scene->client, 4000, scene->server, 80, ISN);
	int again = lg_raw_connect(new, scene->listener);
	lg_inject(new, FIRST);
	lg_inject(new, SECOND);
	lg_await_segment(scene->wire, "< . 1:1(0) ack 9");
	lg_release(scene->late, LG_IN_ORDER);
	lg_await_segment(scene->wire, "< .");
	assert_reads(scene, again);
}

static void run(struct lg_net *net)
{
	const struct situation *is = lg_row_data(net);
	struct scene scene = { .net = net,
			       .client = lg_host(net, "client"),
			       .server = lg_host(net, "server") };

	if (is->length_ms == WHOLE_MS && !is->restarted)
		lg_need(net, "virtual-time");

	scene.listener = lg_listen(scene.server, 80);
	open_both(&scene);
	lg_raw_walk(scene.data, scene.data_sock, TCP_TIME_WAIT);
	lg_raw_walk(scene.fin, scene.fin_sock, TCP_TIME_WAIT);
	if (is->restarted)
		restart(&scene);
	wait_for_segment(&scene, is);

	scene.wire = lg_wire(scene.client);
	bool shortened = is->length_ms < WHOLE_MS;
	if (is->length_ms > is->delay_ms) {
		assert_kept_out(&scene);
		if (is->restarted)
			lg_claim(net, 122, false);
		if (shortened)
			lg_claim(net, 88, true);
		return;
	}
	assert_let_through(&scene);
	if (shortened) {
		lg_claim(net, 88, false);
		lg_claim(net, 122, true);
	}
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "1_s_late_by_2_s",
		  &(const struct situation){ 1000, 2000 },
		  .lasts_ms = 2000 },
		{ "5_s_late_by_2_s",
		  &(const struct situation){ 5000, 2000 },
		  .lasts_ms = 2000 },
		{ "5_s_late_by_10_s",
		  &(const struct situation){ 5000, 10000 },
		  .lasts_ms = 10000 },
		{ "whole_late_by_50_s",
		  &(const struct situation){ WHOLE_MS, 50000 },
		  .lasts_ms = 50000 },
		{ "whole_late_by_68_s",
		  &(const struct situation){ WHOLE_MS, WHOLE_MS + LATE_MS },
		  .lasts_ms = WHOLE_MS + LATE_MS },
		{ "whole_and_server_restarted",
		  &(const struct situation){ WHOLE_MS, 2000, .restarted = true },
		  .lasts_ms = 2000 },
	},
	.claims = "88 122",
	.run = run,
};
