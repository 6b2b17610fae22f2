// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the recycle model remembers, against what Linux 4.9 was seen to.  The
 * server is a real stack; its peer writes its segments itself, so that it has
 * any TSval.
 */
#define LG_IMPLEMENTATION
#include "config.h"
#include "recycle_model.h"
#include "unit.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef HAVE_BPF

/* ---- ways to end a connection ------------------------------------------- */

static void fin_acknowledges_fin(struct client *client, int sock)
{
	model_server_closes(client, sock);
	model_send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_await(client, LG_ACK);
}

static void orphan_without_fin(struct client *client, int sock)
{
	model_server_closes(client, sock);
	model_send_at(client, LG_ACK, T + 10);
	peer_settle();
}

static void orphan_before_fin(struct client *client, int sock)
{
	orphan_without_fin(client, sock);
	model_assert_remembers(T + 10);
	model_send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_await(client, LG_ACK);
}

static void shutdown_first(struct client *client, int sock)
{
	ck_assert_int_eq(shutdown(sock, SHUT_WR), 0);
	peer_await(client, LG_FIN | LG_ACK);
	model_send_at(client, LG_ACK, T + 10);
	model_send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_await(client, LG_ACK);
}

static void at_once(struct client *client, int sock)
{
	uint32_t before = client->ack;

	model_server_closes(client, sock);
	uint32_t after = client->ack;
	client->ack = before;
	model_send_at(client, LG_FIN | LG_ACK, T + 10);
	client->ack = after;
	peer_await(client, LG_ACK);
	model_assert_remembers(0); /* CLOSING */
	model_send_at(client, LG_ACK, T + 20);
	peer_settle();
}

static void client_first(struct client *client, int sock)
{
	model_send_at(client, LG_FIN | LG_ACK, T + 10);
	peer_settle();
	model_server_closes(client, sock);
	model_send_at(client, LG_ACK, T + 20);
	peer_settle();
}

static void server_resets(struct client *client, int sock)
{
	struct linger none = {.l_onoff = 1};

	ck_assert_int_eq(
		setsockopt(sock, SOL_SOCKET, SO_LINGER, &none, sizeof(none)),
		0);
	close(sock);
	peer_await(client, LG_RST | LG_ACK);
	/* Too late to be anything. */
	model_send_at(client, LG_FIN | LG_ACK, T + 10);
	peer_settle();
}

/* The RST acknowledges the server's FIN, but there is no TIME_WAIT. */
static void client_resets(struct client *client, int sock)
{
	model_server_closes(client, sock);
	model_send_at(client, LG_RST | LG_ACK, T + 10);
	peer_settle();
}

/* PAWS: the stack stays in FIN_WAIT1. */
static void acknowledged_by_an_old_segment(struct client *client, int sock)
{
	model_server_closes(client, sock);
	model_send_at(client, LG_ACK, T - 1000);
	peer_settle();
}

/* Just not too old; but the newer timestamp is kept. */
static void fin_one_tick_older(struct client *client, int sock)
{
	model_server_closes(client, sock);
	model_send_at(client, LG_FIN | LG_ACK, T - 1);
	peer_await(client, LG_ACK);
}

/* Only a segment that is the next one leaves its timestamp. */
static void fin_out_of_order(struct client *client, int sock)
{
	ck_assert_int_eq(shutdown(sock, SHUT_WR), 0);
	peer_await(client, LG_FIN | LG_ACK);
	client->tsval = T + 30;
	client->seq += 5000;
	peer_send(client, LG_FIN | LG_ACK);
	client->seq -= 5001;
	model_send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_settle();
}

static void not_at_all(struct client *client, int sock)
{
	(void)sock;
	model_send_at(client, LG_ACK, T + 10);
	peer_settle();
}

static const struct {
	void (*end)(struct client *client, int sock);
	uint32_t remembered; /* 0: nothing */
} endings[] = {
	{model_server_first, T + 20},
	{fin_acknowledges_fin, T + 20},
	{orphan_without_fin, T + 10},
	{orphan_before_fin, T + 20},
	{shutdown_first, T + 20},
	{at_once, T + 20},
	{client_first, 0},
	{server_resets, 0},
	{fin_one_tick_older, T},
	{fin_out_of_order, T + 20},
	{acknowledged_by_an_old_segment, 0},
	{client_resets, 0},
	{not_at_all, 0},
};
#define ENDINGS (int)(sizeof(endings) / sizeof(endings[0]))
#define ENDING_ROWS (FAMILIES * ENDINGS)

/* ---- tests; a row is a family, where there is nothing else -------------- */

static void ending(int row)
{
	model_begin(row / ENDINGS);
	uint32_t remembered = endings[row % ENDINGS].remembered;
	struct client client = model_caller(T);
	endings[row % ENDINGS].end(&client, peer_connect(&client));
	if (remembered) {
		model_assert_remembers(remembered);
		model_assert_fate(DROPPED, model_caller(remembered - 1000));
	} else {
		model_assert_remembers(0);
		model_assert_fate(ACCEPTED, model_caller(T - 1000));
	}
}

static void recycle_off_at_close(int row)
{
	model_begin(row);
	lg_recycle_set(model, false);
	struct client client = model_caller(T);
	model_server_first(&client, peer_connect(&client));
	lg_recycle_set(model, true);
	model_assert_remembers(0);
	model_assert_fate(ACCEPTED, model_caller(T - 1000));
}

static void timestamps_off_at_close(int row)
{
	model_begin(row);
	struct client client = model_caller(T);
	int sock = peer_connect(&client);
	model_set_sysctl("tcp_timestamps", 0);
	model_server_first(&client, sock);
	model_set_sysctl("tcp_timestamps", 1);
	model_assert_remembers(0);
	model_assert_fate(ACCEPTED, model_caller(T - 1000));
}

/* The SYN had a timestamp, the connection has none. */
static void timestamps_off_from_the_start(int row)
{
	model_begin(row);
	model_set_sysctl("tcp_timestamps", 0);
	struct client client = model_caller(T);
	int sock = peer_connect(&client);
	ck_assert(!client.timestamps);
	model_set_sysctl("tcp_timestamps", 1);
	model_server_first(&client, sock);
	model_assert_remembers(0);
	model_assert_fate(ACCEPTED, model_caller(T - 1000));
}

/* Its age is that of the client's last segment, not of the TIME_WAIT. */
static void age_of_the_segment(int row)
{
	model_begin(row);
	lg_recycle_advance(model, 0);
	struct client client = model_caller(T);
	int sock = peer_connect(&client);
	lg_recycle_advance(model, 10);
	orphan_without_fin(&client, sock);
	lg_recycle_advance(model, 10);
	peer_send(&client, LG_FIN | LG_ACK);
	peer_await(&client, LG_ACK);
	lg_recycle_advance(model, AGED - 1);
	model_assert_fate(DROPPED, model_caller(T));
	lg_recycle_advance(model, 1);
	model_assert_fate(ACCEPTED, model_caller(T));
}

/* Two connections, both made while nothing was remembered. */
static void never_lowered_while_young(int row)
{
	model_begin(row);
	lg_recycle_advance(model, 0);
	struct client newer = model_caller(T), older = model_caller(T - 5000);
	int newer_sock = peer_connect(&newer);
	int older_sock = peer_connect(&older);
	model_server_first(&newer, newer_sock);

	close(older_sock);
	peer_await(&older, LG_FIN | LG_ACK);
	lg_recycle_advance(model, AGED);
	peer_send(&older, LG_ACK);
	peer_settle();
	model_assert_remembers(T + 20);

	lg_recycle_advance(model, 1);
	peer_send(&older, LG_FIN | LG_ACK);
	peer_await(&older, LG_ACK);
	model_assert_remembers(T - 5000);
	model_assert_fate(DROPPED, model_caller(T - 6000));
	model_assert_fate(ACCEPTED, model_caller(T - 4000));
}

/* What was known of a connection ends with it, not with its ports. */
static void same_ports_again(int row)
{
	model_begin(row);
	struct client client = model_caller(T);
	model_server_first(&client, peer_connect(&client));
	client = model_again(client, T + 100);
	model_server_closes(&client, peer_connect(&client));
	peer_send(&client, LG_FIN | LG_ACK);
	peer_await(&client, LG_ACK);
	model_assert_remembers(T + 100);
}

static void dump_names_it(int row)
{
	static const char *const texts[] = {
		[IPV4] = "10.0.0.2 at 10.0.0.1: TSval 1000000020, 7 s ago\n",
		[IPV6] = "fd00::2 at fd00::1: TSval 1000000020, 7 s ago\n",
		[DUAL] = "10.0.0.2 at 10.0.0.1: TSval 1000000020, 7 s ago\n",
	};

	model_begin(row);
	lg_recycle_advance(model, 0);
	model_teach();
	lg_recycle_advance(model, 7);
	char *text = lg_recycle_dump(model);
	ck_assert_str_eq(text, texts[row]);
	free(text);
}

static const struct lg_unit units[] = {
	{"ending", ending, ENDING_ROWS, 0},
	{"recycle_off_at_close", recycle_off_at_close, FAMILIES, 0},
	{"timestamps_off_at_close", timestamps_off_at_close, FAMILIES, 0},
	{"timestamps_off_from_the_start", timestamps_off_from_the_start,
	 FAMILIES, 0},
	{"age_of_the_segment", age_of_the_segment, FAMILIES, 0},
	{"never_lowered_while_young", never_lowered_while_young, FAMILIES, 0},
	{"same_ports_again", same_ports_again, FAMILIES, 0},
	{"dump_names_it", dump_names_it, FAMILIES, 0},
	{0},
};

#else /* HAVE_BPF */

static void was_left_out(int row)
{
	(void)row;
	lg_unit_skip("built without BPF");
}

static const struct lg_unit units[] = {
	{"was_left_out", was_left_out, 0, 0},
	{0},
};

#endif /* HAVE_BPF */

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}
