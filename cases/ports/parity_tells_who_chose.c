// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * connect() and bind() begin with different halves of the range.
 *
 * connect() tries every second port first, those that are as odd or even as the
 * first of the range, and the others only when none of them is free for its
 * destination.  bind() does the opposite, so that the ports that it keeps from
 * connect() are those that connect() would try last.  A socket with
 * SO_REUSEADDR has the lower half of the range searched first.
 *
 * So the two do not take each other's ports until one half is full; then each
 * takes what the other has left, and none is lost.  ip_local_port_step_width
 * shuffles the ports within a half, no more.
 *
 * __inet_hash_connect() (1580ab63fc9a, 4.6), inet_csk_find_open_port().
 *
 * Controls: connect() and bind() are each other's; ranges that begin with an
 * even and with an odd port.
 *
 * Catches: a kernel in which bind() takes connect()'s ports before its own, or
 * one that gives up when the first half is full.
 */

#include "linger.h"

#include <assert.h>
#include <stdio.h>

#define RANGE "net.ipv4.ip_local_port_range"
#define STEP "net.ipv4.ip_local_port_step_width"
#define PORTS 12u

/* Each half of the range, by the distance from its first port, as bits. */
#define SAME 0x555u
#define OTHER 0xaaau
#define LOWER 0x03fu

struct scene {
	struct lg_host *client, *server;
	unsigned first; /* of the range */
};

typedef int choose_fn(const struct scene *scene);

static int by_connect(const struct scene *scene)
{
	return lg_connect(scene->client, 0, scene->server, 80);
}

static int by_bind(const struct scene *scene)
{
	int sock = lg_socket(scene->client);

	ck_assert_int_eq(lg_bind(sock, NULL, 0), 0);
	return sock;
}

static int by_bind_reuse(const struct scene *scene)
{
	int on = 1, sock = lg_socket(scene->client);

	ck_assert_int_eq(
		setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	ck_assert_int_eq(lg_bind(sock, NULL, 0), 0);
	return sock;
}

/* Ports that are chosen one after the other, in any order, until all of them
 * are. */
struct step {
	choose_fn *choose;
	unsigned ports;
};

/* Each fills a range. */
static const struct step fillings[][4] = {
	{ { by_connect, SAME }, { by_connect, OTHER } },
	{ { by_bind, OTHER }, { by_bind, SAME } },
	{ { by_bind_reuse, OTHER &LOWER },
	  { by_bind_reuse, SAME &LOWER },
	  { by_bind_reuse, OTHER & ~LOWER },
	  { by_bind_reuse, SAME & ~LOWER } },
	{ { by_bind, OTHER }, { by_connect, SAME } },
	{ { by_connect, SAME }, { by_bind, OTHER } },
};
#define FILLINGS (sizeof(fillings) / sizeof(*fillings))
#define STEPS (sizeof(*fillings) / sizeof(**fillings))

static void take(const struct scene *scene, const struct step *step)
{
	unsigned chosen = 0;

	for (unsigned left = step->ports; left; left &= left - 1) {
		unsigned distance = lg_port(step->choose(scene)) - scene->first;
		ck_assert_uint_lt(distance, PORTS);
		chosen |= 1u << distance;
	}
	ck_assert_uint_eq(chosen, step->ports);
}

static void fill(struct scene *scene, const struct step *steps)
{
	char range[32];

	snprintf(range, sizeof(range), "%u %u", scene->first,
		 scene->first + PORTS - 1);
	lg_sysctl_set(scene->client, RANGE, range);
	for (size_t i = 0; i < STEPS && steps[i].choose; i++)
		take(scene, &steps[i]);
	int sock = lg_connect_start(scene->client, 0, scene->server, 80);
	ck_assert_int_eq(lg_connect_result(sock), EADDRNOTAVAIL);
	ck_assert_int_eq(lg_bind(lg_socket(scene->client), NULL, 0),
			 EADDRINUSE);
	/* The next range: an odd distance changes the parity. */
	scene->first += 2 * PORTS + 1;
}

static void run(struct lg_net *net)
{
	struct scene scene = { .client = lg_host(net, "client"),
			       .server = lg_host(net, "server"),
			       .first = 20000 };
	unsigned rounds = 2;

	lg_listen(scene.server, 80);
	/* Each filling from an even and from an odd port: there are five. */
	static_assert(FILLINGS % 2, "the parity changes with each");
	for (size_t i = 0; i < rounds * FILLINGS; i++)
		fill(&scene, fillings[i % FILLINGS]);
	if (!lg_has(net, "sysctl " STEP))
		return;
	lg_sysctl_set(scene.client, STEP, "5");
	for (size_t i = 0; i < rounds * FILLINGS; i++)
		fill(&scene, fillings[i % FILLINGS]);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.facts = {
		{ "sysctl " STEP,
		  "within a half, connect() may take steps at random (7.1)" },
	},
	.bulk = true,
	.run = run,
};
