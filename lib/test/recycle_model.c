// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "recycle_model.h"

#include "error.h"
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

struct lg_recycle *model;
static uint64_t expected_drops;

void model_attach(void)
{
	ck_assert_msg(!lg_recycle_attach(peer_server(), &model), "%s",
		      lg_error_text());
	lg_recycle_set(model, true);
	expected_drops = 0;
}

void model_begin(int family)
{
	peer_begin(family);
	model_attach();
}

void model_set_sysctl(const char *name, int value)
{
	peer_set_sysctl(name, value);
	ck_assert_int_eq(lg_recycle_update(model), 0);
}

void model_assert_remembers(uint32_t tsval)
{
	struct lg_recycle_memory *memories;
	size_t n;

	ck_assert_int_eq(lg_recycle_remembered(model, &memories, &n), 0);
	ck_assert_uint_eq(n, tsval ? 1 : 0);
	if (tsval)
		ck_assert_uint_eq(memories->tsval, tsval);
	free(memories);
}

static void assert_counted(void)
{
	uint64_t passive, listen_drops;

	lg_recycle_counters(model, &passive, &listen_drops);
	ck_assert_uint_eq(passive, expected_drops);
	ck_assert_uint_eq(listen_drops, expected_drops);
}

void model_assert_fate(enum fate expected, struct client client)
{
	enum fate fate = peer_knock(&client);
	ck_assert_msg(fate == expected, "SYN with TSval %u: %s, expected %s",
		      client.tsval, peer_fate_name(fate),
		      peer_fate_name(expected));
	expected_drops += expected == DROPPED;
	assert_counted();
}

struct client model_caller(uint32_t tsval)
{
	static uint16_t port = 20000;
	return (struct client){.from = PEER,
			       .to = SERVER,
			       .port = ++port,
			       .to_port = PORT,
			       .timestamps = true,
			       .tsval = tsval};
}

struct client model_again(struct client client, uint32_t tsval)
{
	client.ack = 0;
	client.tsval = tsval;
	return client;
}

void model_send_at(struct client *client, uint8_t flags, uint32_t tsval)
{
	client->tsval = tsval;
	peer_send(client, flags);
}

void model_server_closes(struct client *client, int sock)
{
	close(sock);
	peer_await(client, LG_FIN | LG_ACK);
}

void model_server_first(struct client *client, int sock)
{
	model_server_closes(client, sock);
	model_send_at(client, LG_ACK, T + 10);
	model_send_at(client, LG_FIN | LG_ACK, T + 20);
	peer_await(client, LG_ACK);
}

void model_teach(void)
{
	struct client client = model_caller(T);
	model_server_first(&client, peer_connect(&client));
	model_assert_remembers(T + 20);
}
