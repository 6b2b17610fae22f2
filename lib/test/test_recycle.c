// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The recycle model against what Linux 4.9 was seen to do.  The server is a
 * real stack; its peer writes its segments itself, so that it has any TSval.
 */
#define LG_IMPLEMENTATION
#include "config.h"
#include "error.h"
#include "recycle.h"
#include "recycle_peer.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_BPF

#define T 1000000000u /* the peer's timestamps begin here */
#define AGED 60u

static struct lg_recycle *recycle;
static uint64_t expected_drops;

static void begin(int family)
{
	peer_begin(family);
	ck_assert_msg(!lg_recycle_attach(peer_server(), &recycle), "%s",
		      lg_error_text());
	lg_recycle_set(recycle, true);
	expected_drops = 0;
}

static void set_sysctl(const char *name, int value)
{
	peer_set_sysctl(name, value);
	ck_assert_int_eq(lg_recycle_update(recycle), 0);
}

/* ---- what is asserted --------------------------------------------------- */

static void assert_counted(void)
{
	uint64_t passive, listen_drops;

	lg_recycle_counters(recycle, &passive, &listen_drops);
	ck_assert_uint_eq(passive, expected_drops);
	ck_assert_uint_eq(listen_drops, expected_drops);
}

static void assert_nothing_remembered(void)
{
	struct lg_recycle_memory *memories;
	size_t n;

	ck_assert_int_eq(lg_recycle_remembered(recycle, &memories, &n), 0);
	ck_assert_uint_eq(n, 0);
	free(memories);
}

static void assert_remembered(uint32_t tsval)
{
	struct lg_recycle_memory *memories;
	size_t n;

	ck_assert_int_eq(lg_recycle_remembered(recycle, &memories, &n), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(memories->tsval, tsval);
	free(memories);
}

static void assert_fate(enum fate expected, struct client client)
{
	enum fate fate = peer_knock(&client);
	ck_assert_msg(fate == expected, "SYN with TSval %u: %s, expected %s",
		      client.tsval, peer_fate_name(fate),
		      peer_fate_name(expected));
	expected_drops += expected == DROPPED;
	assert_counted();
}

/* A SYN from a port that was not used before. */
static struct client caller(uint32_t tsval)
{
	static uint16_t port = 20000;
	return (struct client){.from = PEER,
			       .to = SERVER,
			       .port = ++port,
			       .to_port = PORT,
			       .timestamps = true,
			       .tsval = tsval};
}

/* ---- ways to end a connection ------------------------------------------- */

static void send_at(struct client *client, uint8_t flags, uint32_t tsval)
{
	client->tsval = tsval;
	peer_send(client, flags);
}

static void server_closes(struct client *client, int sock)
{
	close(sock);
	peer_await(client, LG_FIN | LG_ACK);
}

static void server_first(struct client *client, int sock)
{
	server_closes(client, sock);
	send_at(client, LG_ACK, T + 10);
	send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_await(client, LG_ACK);
}

static void fin_acknowledges_fin(struct client *client, int sock)
{
	server_closes(client, sock);
	send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_await(client, LG_ACK);
}

static void orphan_without_fin(struct client *client, int sock)
{
	server_closes(client, sock);
	send_at(client, LG_ACK, T + 10);
	peer_settle();
}

static void orphan_before_fin(struct client *client, int sock)
{
	orphan_without_fin(client, sock);
	assert_remembered(T + 10);
	send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_await(client, LG_ACK);
}

static void shutdown_first(struct client *client, int sock)
{
	ck_assert_int_eq(shutdown(sock, SHUT_WR), 0);
	peer_await(client, LG_FIN | LG_ACK);
	send_at(client, LG_ACK, T + 10);
	send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_await(client, LG_ACK);
}

static void at_once(struct client *client, int sock)
{
	uint32_t before = client->ack;

	server_closes(client, sock);
	uint32_t after = client->ack;
	client->ack = before;
	send_at(client, LG_FIN | LG_ACK, T + 10);
	client->ack = after;
	peer_await(client, LG_ACK);
	assert_nothing_remembered(); /* CLOSING */
	send_at(client, LG_ACK, T + 20);
	peer_settle();
}

static void client_first(struct client *client, int sock)
{
	send_at(client, LG_FIN | LG_ACK, T + 10);
	peer_settle();
	server_closes(client, sock);
	send_at(client, LG_ACK, T + 20);
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
	send_at(client, LG_FIN | LG_ACK, T + 10);
	peer_settle();
}

/* The RST acknowledges the server's FIN, but there is no TIME_WAIT. */
static void client_resets(struct client *client, int sock)
{
	server_closes(client, sock);
	send_at(client, LG_RST | LG_ACK, T + 10);
	peer_settle();
}

/* PAWS: the stack stays in FIN_WAIT1. */
static void acknowledged_by_an_old_segment(struct client *client, int sock)
{
	server_closes(client, sock);
	send_at(client, LG_ACK, T - 1000);
	peer_settle();
}

/* Just not too old; but the newer timestamp is kept. */
static void fin_one_tick_older(struct client *client, int sock)
{
	server_closes(client, sock);
	send_at(client, LG_FIN | LG_ACK, T - 1);
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
	send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_settle();
}

static void not_at_all(struct client *client, int sock)
{
	(void)sock;
	send_at(client, LG_ACK, T + 10);
	peer_settle();
}

static const struct {
	void (*end)(struct client *client, int sock);
	uint32_t remembered; /* 0: nothing */
} endings[] = {
	{server_first, T + 20},
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

/* Leaves the server with T + 20 in mind. */
static void make_remember(void)
{
	struct client client = caller(T);
	server_first(&client, peer_connect(&client));
	assert_remembered(T + 20);
}

/* ---- tests; a row is a family, where there is nothing else -------------- */

static void ending(int row)
{
	begin(row / ENDINGS);
	uint32_t remembered = endings[row % ENDINGS].remembered;
	struct client client = caller(T);
	endings[row % ENDINGS].end(&client, peer_connect(&client));
	if (remembered) {
		assert_remembered(remembered);
		assert_fate(DROPPED, caller(remembered - 1000));
	} else {
		assert_nothing_remembered();
		assert_fate(ACCEPTED, caller(T - 1000));
	}
}

static void recycle_off_at_close(int row)
{
	begin(row);
	lg_recycle_set(recycle, false);
	struct client client = caller(T);
	server_first(&client, peer_connect(&client));
	lg_recycle_set(recycle, true);
	assert_nothing_remembered();
	assert_fate(ACCEPTED, caller(T - 1000));
}

static void timestamps_off_at_close(int row)
{
	begin(row);
	struct client client = caller(T);
	int sock = peer_connect(&client);
	set_sysctl("tcp_timestamps", 0);
	server_first(&client, sock);
	set_sysctl("tcp_timestamps", 1);
	assert_nothing_remembered();
	assert_fate(ACCEPTED, caller(T - 1000));
}

/* The SYN had a timestamp, the connection has none. */
static void timestamps_off_from_the_start(int row)
{
	begin(row);
	set_sysctl("tcp_timestamps", 0);
	struct client client = caller(T);
	int sock = peer_connect(&client);
	ck_assert(!client.timestamps);
	set_sysctl("tcp_timestamps", 1);
	server_first(&client, sock);
	assert_nothing_remembered();
	assert_fate(ACCEPTED, caller(T - 1000));
}

static const struct {
	uint32_t difference;
	enum fate fate;
} differences[] = {
	{1, ACCEPTED},		 {0, ACCEPTED},
	{-1u, ACCEPTED},	 {-2u, DROPPED},
	{-1000u, DROPPED},	 {-0x7ffffffeu, DROPPED},
	{-0x7fffffffu, DROPPED}, {0x80000000, ACCEPTED},
	{0x7fffffff, ACCEPTED},
};
#define DIFFERENCES (int)(sizeof(differences) / sizeof(differences[0]))
#define DIFFERENCE_ROWS (FAMILIES * DIFFERENCES)

static void difference(int row)
{
	begin(row / DIFFERENCES);
	make_remember();
	assert_fate(differences[row % DIFFERENCES].fate,
		    caller(T + 20 + differences[row % DIFFERENCES].difference));
}

static void no_timestamp_is_dropped(int row)
{
	begin(row);
	struct client client = caller(0);
	client.timestamps = false;
	assert_fate(ACCEPTED, client);
	make_remember();
	client = caller(0);
	client.timestamps = false;
	assert_fate(DROPPED, client);
}

static void retries_are_dropped(int row)
{
	begin(row);
	make_remember();
	struct client old = caller(T), other_clock = caller(T + 5000);
	for (uint32_t retry = 0; retry < 6; retry++) {
		old.tsval = T + retry;
		assert_fate(DROPPED, old);
	}
	assert_fate(ACCEPTED, other_clock);
}

static void other_addresses_and_ports(int row)
{
	begin(row);
	make_remember();

	struct client client = caller(T);
	client.to = SERVER_TOO;
	assert_fate(ACCEPTED, client);
	client = caller(T);
	client.from = PEER_TOO;
	assert_fate(ACCEPTED, client);
	client = caller(T);
	client.to_port = PORT_TOO;
	assert_fate(DROPPED, client);
	client = caller(T);
	client.to_port = PORT_CLOSED;
	assert_fate(RESET, client);
}

static void age(int row)
{
	begin(row);
	lg_recycle_advance(recycle, 0);
	make_remember();
	assert_fate(DROPPED, caller(T));
	/* Dropped SYNs don't make it younger. */
	lg_recycle_advance(recycle, 30);
	assert_fate(DROPPED, caller(T));
	lg_recycle_advance(recycle, AGED - 31);
	assert_fate(DROPPED, caller(T));
	lg_recycle_advance(recycle, 1);
	assert_fate(ACCEPTED, caller(T));
}

/* Its age is that of the client's last segment, not of the TIME_WAIT. */
static void age_of_the_segment(int row)
{
	begin(row);
	lg_recycle_advance(recycle, 0);
	struct client client = caller(T);
	int sock = peer_connect(&client);
	lg_recycle_advance(recycle, 10);
	orphan_without_fin(&client, sock);
	lg_recycle_advance(recycle, 10);
	peer_send(&client, LG_FIN | LG_ACK);
	peer_await(&client, LG_ACK);
	lg_recycle_advance(recycle, AGED - 1);
	assert_fate(DROPPED, caller(T));
	lg_recycle_advance(recycle, 1);
	assert_fate(ACCEPTED, caller(T));
}

/* Two connections, both made while nothing was remembered. */
static void never_lowered_while_young(int row)
{
	begin(row);
	lg_recycle_advance(recycle, 0);
	struct client newer = caller(T), older = caller(T - 5000);
	int newer_sock = peer_connect(&newer);
	int older_sock = peer_connect(&older);
	server_first(&newer, newer_sock);

	close(older_sock);
	peer_await(&older, LG_FIN | LG_ACK);
	lg_recycle_advance(recycle, AGED);
	peer_send(&older, LG_ACK);
	peer_settle();
	assert_remembered(T + 20);

	lg_recycle_advance(recycle, 1);
	peer_send(&older, LG_FIN | LG_ACK);
	peer_await(&older, LG_ACK);
	assert_remembered(T - 5000);
	assert_fate(DROPPED, caller(T - 6000));
	assert_fate(ACCEPTED, caller(T - 4000));
}

static void switched_off_and_on(int row)
{
	begin(row);
	make_remember();
	assert_fate(DROPPED, caller(T));
	lg_recycle_set(recycle, false);
	assert_fate(ACCEPTED, caller(T));
	lg_recycle_set(recycle, true);
	assert_fate(DROPPED, caller(T));
}

static void timestamps_off_later(int row)
{
	begin(row);
	make_remember();
	set_sysctl("tcp_timestamps", 0);
	assert_fate(DROPPED, caller(T));
	assert_fate(DROPPED, caller(T + 5000));
	set_sysctl("tcp_timestamps", 2);
	assert_fate(ACCEPTED, caller(T + 5000));
}

static void cookies_skip_the_check(int row)
{
	begin(row);
	make_remember();
	set_sysctl("tcp_syncookies", 2);
	assert_fate(ACCEPTED, caller(T));
	set_sysctl("tcp_syncookies", 1);
	assert_fate(DROPPED, caller(T));
}

static struct client again(struct client client, uint32_t tsval)
{
	client.ack = 0;
	client.tsval = tsval;
	return client;
}

static void time_wait_takes_newer(int row)
{
	begin(row);
	struct client client = caller(T);
	server_first(&client, peer_connect(&client));
	assert_fate(ACCEPTED, again(client, T + 21));
}

/* What was known of a connection ends with it, not with its ports. */
static void same_ports_again(int row)
{
	begin(row);
	struct client client = caller(T);
	server_first(&client, peer_connect(&client));
	client = again(client, T + 100);
	server_closes(&client, peer_connect(&client));
	peer_send(&client, LG_FIN | LG_ACK);
	peer_await(&client, LG_ACK);
	assert_remembered(T + 100);
}

static void time_wait_challenges_older(int row)
{
	begin(row);
	struct client client = caller(T);
	server_first(&client, peer_connect(&client));

	struct client old = client;
	client.seq -= 100000; /* the timestamp is not all that is old */
	client = again(client, T);
	assert_fate(CHALLENGED, client);
	peer_send(&old, LG_RST);
	peer_settle();
	/* Now that there is no TIME_WAIT, the check is made. */
	assert_fate(DROPPED, client);
}

static void dump_names_it(int row)
{
	static const char *const texts[] = {
		[IPV4] = "10.0.0.2 at 10.0.0.1: TSval 1000000020, 7 s ago\n",
		[IPV6] = "fd00::2 at fd00::1: TSval 1000000020, 7 s ago\n",
		[DUAL] = "10.0.0.2 at 10.0.0.1: TSval 1000000020, 7 s ago\n",
	};

	begin(row);
	lg_recycle_advance(recycle, 0);
	make_remember();
	lg_recycle_advance(recycle, 7);
	char *text = lg_recycle_dump(recycle);
	ck_assert_str_eq(text, texts[row]);
	free(text);
}

static void free_takes_it_off(int row)
{
	begin(row);
	make_remember();
	assert_fate(DROPPED, caller(T));
	lg_recycle_free(recycle);
	struct client client = caller(T);
	ck_assert_int_eq(peer_knock(&client), ACCEPTED);

	ck_assert_int_eq(lg_recycle_attach(peer_server(), &recycle), 0);
	expected_drops = 0;
	lg_recycle_set(recycle, true);
	assert_nothing_remembered();
}

static void one_a_host(int row)
{
	struct lg_recycle *second;

	begin(row);
	make_remember();
	ck_assert_int_eq(lg_recycle_attach(peer_server(), &second), -EEXIST);
	ck_assert_str_ne(lg_error_text(), "");
	assert_fate(DROPPED, caller(T));
}

static void none_at_a_router(int row)
{
	struct lg_recycle *none;

	peer_begin(row);
	peer_server()->net->topology->hosts[0].forward = true;
	ck_assert_int_eq(lg_recycle_attach(peer_server(), &none), -EOPNOTSUPP);
	ck_assert_str_eq(
		lg_error_text(),
		"recycle model: server forwards: Operation not supported");
}

static const struct lg_unit units[] = {
	{"ending", ending, ENDING_ROWS, 0},
	{"recycle_off_at_close", recycle_off_at_close, FAMILIES, 0},
	{"timestamps_off_at_close", timestamps_off_at_close, FAMILIES, 0},
	{"timestamps_off_from_the_start", timestamps_off_from_the_start,
	 FAMILIES, 0},
	{"difference", difference, DIFFERENCE_ROWS, 0},
	{"no_timestamp_is_dropped", no_timestamp_is_dropped, FAMILIES, 0},
	{"retries_are_dropped", retries_are_dropped, FAMILIES, 0},
	{"other_addresses_and_ports", other_addresses_and_ports, FAMILIES, 0},
	{"age", age, FAMILIES, 0},
	{"age_of_the_segment", age_of_the_segment, FAMILIES, 0},
	{"never_lowered_while_young", never_lowered_while_young, FAMILIES, 0},
	{"switched_off_and_on", switched_off_and_on, FAMILIES, 0},
	{"timestamps_off_later", timestamps_off_later, FAMILIES, 0},
	{"cookies_skip_the_check", cookies_skip_the_check, FAMILIES, 0},
	{"time_wait_takes_newer", time_wait_takes_newer, FAMILIES, 0},
	{"same_ports_again", same_ports_again, FAMILIES, 0},
	{"time_wait_challenges_older", time_wait_challenges_older, FAMILIES, 0},
	{"dump_names_it", dump_names_it, FAMILIES, 0},
	{"free_takes_it_off", free_takes_it_off, FAMILIES, 0},
	{"one_a_host", one_a_host, FAMILIES, 0},
	{"none_at_a_router", none_at_a_router, 0, 0},
	{0},
};

#else /* HAVE_BPF */

static void says_that_it_was_left_out(int row)
{
	struct lg_recycle *none;

	(void)row;
	ck_assert_int_eq(lg_recycle_attach(NULL, &none), -ENOSYS);
	ck_assert_ptr_nonnull(strstr(lg_error_text(), "left out"));
}

static const struct lg_unit units[] = {
	{"says_that_it_was_left_out", says_that_it_was_left_out, 0, 0},
	{0},
};

#endif /* HAVE_BPF */

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}
