// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A segment with a number at random is hardly ever accepted.
 *
 * A connection without timestamps accepts what begins within its receive
 * window, and of all 2^32 sequence numbers that is as small a part as the
 * window is of 4 GB.  Segments are sent with numbers that are spread evenly
 * over all of them, whose acknowledgements all fit: just those in the window
 * are queued, and the edges are exact.  That is one in 65,537 for a window of
 * 64 KB, one in a thousand or so for the few MB that Linux allows by default,
 * and one in four for the largest window that there is.  So much for chance;
 * the numbers of a connection and of the next on the same ports are related,
 * which is what old_duplicate/reaches_new_connection is about.
 *
 * tcp_sequence(), tcp_data_queue_ofo().
 *
 * Controls: windows of two sizes; the last number within and the first beyond.
 *
 * Catches: a kernel that accepts what is out of its window, or refuses what is
 * in it.
 */

#include "linger.h"

#include <stdio.h>

#define ISN 7000u
#define SPREAD 1024u /* segments over all numbers */
#define SPACE (UINT64_C(1) << 32)
#define STEP (SPACE / SPREAD)
#define SIZE 1400u

struct situation {
	unsigned segments; /* that make the window grow */
};

struct scene {
	struct lg_host *server;
	struct lg_wire *wire; /* of the client */
	struct lg_raw *raw;
	uint8_t wscale;	   /* of what the server says of its window */
	uint32_t next;	   /* number that the server expects, relative */
	uint32_t window;   /* so many from there on */
	uint64_t injected; /* that are answered, each with one segment */
};

static int open_connection(struct scene *scene, int listener)
{
	lg_inject(scene->raw, "S 0:0(0) win 65535 <mss 1460,wscale 7>");
	scene->wscale = lg_expect(scene->wire, "< S.").wscale;
	lg_inject(scene->raw, ". 1:1(0) ack 1");
	scene->next = 1;
	return lg_accept(listener);
}

/* The program reads at once, so that the window grows with the buffer. */
static void fill(struct scene *scene, int sock, unsigned segments)
{
	char text[SIZE];

	for (unsigned i = 0; i < segments; i++) {
		lg_inject(scene->raw, "P. %u:%u(%u) ack 1", scene->next,
			  scene->next + SIZE, SIZE);
		lg_receive(sock, text, sizeof(text));
		scene->next += SIZE;
	}
}

/* An old byte makes the server say again what it expects. */
static void ask_for_window(struct scene *scene)
{
	struct lg_segment answer;

	lg_inject(scene->raw, "P. 1:2(1) ack 1");
	do {
		answer = lg_await_segment(scene->wire, "< .");
	} while (answer.ack != ISN + scene->next);
	scene->window = (uint32_t)answer.window << scene->wscale;
}

/* Sends a byte with the number at this distance from what is expected. */
static void send_byte(struct scene *scene, uint64_t distance)
{
	uint32_t first = (uint32_t)(scene->next + distance);

	lg_inject(scene->raw, "P. %u:%u(1) ack 1", first, first + 1);
	scene->injected++;
}

/* Waits until all are answered; how many have been queued. */
static uint64_t count_queued(struct scene *scene)
{
	lg_await_counted(scene->server, "OutSegs", scene->injected);
	lg_assert_counted(scene->server, "OutSegs", scene->injected);
	return lg_counted(scene->server, "TCPOFOQueue");
}

static void probe_edges(struct scene *scene)
{
	send_byte(scene, SPACE - 1);
	send_byte(scene, SPACE - scene->window);
	send_byte(scene, SPACE / 2);
	send_byte(scene, scene->window);
	ck_assert_uint_eq(count_queued(scene), 0);
	send_byte(scene, scene->window - 1);
	ck_assert_uint_eq(count_queued(scene), 1);
	send_byte(scene, 1);
	ck_assert_uint_eq(count_queued(scene), 2);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	const struct situation *is = lg_row_data(net);
	struct scene scene = { .server = lg_host(net, "server"),
			       .wire = lg_wire(client) };

	lg_sysctl_set(scene.server, "net.ipv4.tcp_rmem",
		      "4096 8388608 8388608");
	int listener = lg_listen(scene.server, 80);
	scene.raw = lg_raw(client, 4000, scene.server, 80, ISN);
	int sock = open_connection(&scene, listener);
	fill(&scene, sock, is->segments);
	ask_for_window(&scene);

	lg_count_anew(scene.server);
	probe_edges(&scene);
	for (unsigned i = 0; i < SPREAD; i++)
		send_byte(&scene, i * STEP + STEP / 2);
	uint64_t queued = count_queued(&scene) - 2;
	uint64_t expected = (scene.window + STEP / 2 - 1) / STEP;
	ck_assert_uint_eq(queued, expected);

	double share = (double)scene.window / SPACE;
	lg_claim(net, 118, share < 0.01);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.sysctls = {
		{ "server", "net.ipv4.tcp_timestamps", "0" },
	},
	.rows = {
		{ "window_of_64_kb", &(const struct situation){ 1 } },
		{ "window_of_megabytes", &(const struct situation){ 600 } },
	},
	.claims = "118",
	.bulk = true,
	.run = run,
};
