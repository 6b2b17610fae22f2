/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The recycle model at the server of recycle_peer.h, and what it is asked. */
#ifndef LG_TEST_RECYCLE_MODEL_H
#define LG_TEST_RECYCLE_MODEL_H

#include "recycle.h"
#include "recycle_peer.h"

#define T 1000000000u /* the peer's timestamps begin here */
#define AGED 60u

extern struct lg_recycle *model;

void model_begin(int family);
/* Puts it on the server, turned on; no SYN counts as dropped so far. */
void model_attach(void);
/* Of net.ipv4 at the server, for the model to see. */
void model_set_sysctl(const char *name, int value);

/* 0: nothing is remembered. */
void model_assert_remembers(uint32_t tsval);
/* Sends a SYN, and asserts that the drops are counted. */
void model_assert_fate(enum fate expected, struct client client);

/* A SYN from a port that was not used before. */
struct client model_caller(uint32_t tsval);
/* The same ports once more. */
struct client model_again(struct client client, uint32_t tsval);
void model_send_at(struct client *client, uint8_t flags, uint32_t tsval);
void model_server_closes(struct client *client, int sock);
/* The server closes first; the client's last timestamp is T + 20. */
void model_server_first(struct client *client, int sock);
/* Leaves the server with T + 20 in mind. */
void model_teach(void);

#endif
