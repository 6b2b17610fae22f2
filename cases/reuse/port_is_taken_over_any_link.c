// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client takes its port out of TIME_WAIT at once, over any link.
 *
 * Clients have closed first, over a link that delays, loses, duplicates and
 * reorders, and as soon as each is in TIME_WAIT it connects again from the same
 * port.  The server's end of the old connection may be in LAST_ACK still, since
 * the last ACK is under way or lost: then the SYN is challenged, the client's
 * RST ends the old connection, and its next SYN opens the new one.  In the end
 * every connect() succeeds, and each new connection carries the new data and
 * nothing else, though segments of the old one may come late.
 *
 * Client: tcp_twsk_unique(), tcp_rcv_synsent_state_process(); server:
 * tcp_validate_incoming(), tcp_timewait_state_process().
 *
 * Control: without timestamps connect() gives EADDRNOTAVAIL on every link, as
 * long as there is a TIME_WAIT.
 *
 * Catches: a TIME_WAIT or a LAST_ACK that keeps a new connection out, and old
 * data or an old FIN that a new connection takes.
 */

#include "linger.h"

#define CONNECTIONS 20
#define FIRST_PORT 4000
/* Several timeouts, each being twice as long. */
#define LONG_MS 120000
#define LOOK_MS 20
#define WORD 3 /* bytes */

struct scene {
	struct lg_net *net;
	struct lg_host *client, *server;
	int listener;
	int socks[CONNECTIONS], peers[CONNECTIONS];
};

static int start(const struct scene *scene, unsigned i)
{
	return lg_connect_start(scene->client, (uint16_t)(FIRST_PORT + i),
				scene->server, 80);
}

/* What is sent is sent again if it is lost, so that the server accepts soon. */
static void connect_all(struct scene *scene, const char *word)
{
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		int error = lg_connect_result_within(scene->socks[i], LONG_MS);
		ck_assert_int_eq(error, 0);
		lg_send(scene->socks[i], word, WORD);
	}
	for (unsigned i = 0; i < CONNECTIONS; i++)
		scene->peers[i] = lg_accept(scene->listener);
}

/* The client first; the last ACKs are not waited for. */
static void close_all(struct scene *scene, const char *word)
{
	for (unsigned i = 0; i < CONNECTIONS; i++)
		lg_close(scene->socks[i]);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		char text[WORD + 1] = "";
		lg_await_state_within(scene->peers[i], TCP_CLOSE_WAIT, LONG_MS);
		lg_receive(scene->peers[i], text, WORD);
		ck_assert_str_eq(text, word);
		ck_assert_int_eq(lg_await_receive(scene->peers[i]), 0);
		lg_close(scene->peers[i]);
	}
}

/* Or already ended, by a RST. */
static bool await_time_wait(const struct scene *scene, int sock)
{
	for (unsigned ms = 0; ms < LONG_MS; ms += LOOK_MS) {
		struct lg_status status = lg_status(sock);
		if (status.state == TCP_CLOSE)
			return false;
		if (status.state == TCP_TIME_WAIT)
			return true;
		lg_pass(scene->net, LOOK_MS);
	}
	ck_abort_msg("no TIME-WAIT after %d ms", LONG_MS);
}

static void run(struct lg_net *net)
{
	struct scene scene = { .net = net,
			       .client = lg_host(net, "client"),
			       .server = lg_host(net, "server") };
	bool timestamps =
		lg_sysctl_get(scene.client, "net.ipv4.tcp_timestamps");
	unsigned taken = 0;

	scene.listener = lg_listen(scene.server, 80);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		scene.socks[i] = start(&scene, i);
	connect_all(&scene, "old");
	close_all(&scene, "old");

	for (unsigned i = 0; i < CONNECTIONS; i++) {
		bool time_wait = await_time_wait(&scene, scene.socks[i]);
		taken += time_wait;
		scene.socks[i] = start(&scene, i);
		if (!timestamps && time_wait)
			ck_assert_int_eq(lg_connect_result(scene.socks[i]),
					 EADDRNOTAVAIL);
	}
	ck_assert_uint_gt(taken, 0);
	if (timestamps) {
		connect_all(&scene, "new");
		close_all(&scene, "new");
	}

	/* What the dice have brought about is none of the kernel's. */
	lg_count_anew(scene.client);
	lg_count_anew(scene.server);
}

const struct lg_case lg_case = {
	.topology = "unruly",
	.families = LG_IPV4,
	.params = {
		{ "jitter", "0ms 200ms" },
		{ "loss", "0% 15%" },
		{ "duplicate", "0% 30%" },
	},
	.sysctls = {
		{ "client", "net.ipv4.tcp_timestamps", "0 1" },
	},
	.needs = { "virtual-time" },
	.lasts_ms = 10 * LONG_MS,
	.bulk = true,
	.run = run,
};
