// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * That no segment came in a time is not refuted by one that came after it,
 * where the machine was too busy to have us look in between.
 */

#include "linger.h"

#include <time.h>

#define NONE_FOR_MS 20

static int sock;

/* Holds up whatever waits until its time is over, and only then sends. */
static bool send_late(const struct lg_segment *segment, void *argument)
{
	struct timespec rest = { .tv_nsec = 2 * NONE_FOR_MS * 1000000L };

	(void)segment;
	(void)argument;
	nanosleep(&rest, NULL);
	shutdown(sock, SHUT_WR);
	return false;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");

	int listener = lg_listen(server, 80);
	sock = lg_connect(client, 4000, server, 80);
	lg_accept(listener);
	struct lg_wire *wire = lg_wire(client);
	lg_drop(server,
		(struct lg_match){ .data = true, .predicate = send_late });

	ck_assert_int_eq(send(sock, "x", 1, 0), 1);
	lg_expect_none(wire, "> F.", NONE_FOR_MS);
	lg_await_segment(wire, "> F.");
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.run = run,
};
