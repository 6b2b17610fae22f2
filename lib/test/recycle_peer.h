/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server with a real stack, and at the other end of its link a peer without
 * one, that writes and reads segments through a packet socket.  All of it ends
 * with the test's process.
 */
#ifndef LG_TEST_RECYCLE_PEER_H
#define LG_TEST_RECYCLE_PEER_H

#include "net.h"

enum { PORT = 80, PORT_TOO = 81, PORT_CLOSED = 82 };

/* DUAL: IPv4 to a listener that has IPv6 too. */
enum { IPV4, IPV6, DUAL, FAMILIES };

enum address { SERVER, SERVER_TOO, PEER, PEER_TOO, ADDRESSES };

/* What becomes of a SYN. */
enum fate { DROPPED, ACCEPTED, RESET, CHALLENGED };

/* The peer's end of a connection. */
struct client {
	enum address from, to;
	uint16_t port, to_port;
	uint32_t seq, ack; /* the next to send, to receive */
	bool timestamps;
	uint32_t tsval, tsecr;
};

void peer_begin(int family);
struct lg_host *peer_server(void);
/* Of net.ipv4 at the server. */
void peer_set_sysctl(const char *name, int value);

/* Sends a segment without payload. */
void peer_send(struct client *client, uint8_t flags);

/* Waits for the next segment with these flags; other than ACKs that come before
 * it, none may. */
void peer_await(struct client *client, uint8_t flags);

/* Waits until the server has taken all that was sent to it. */
void peer_settle(void);

/* Sends a SYN.  One that was dropped is told from one that is still on its way
 * by the answer to a second one that follows it. */
enum fate peer_knock(struct client *client);
const char *peer_fate_name(enum fate fate);

/* Connects to PORT; returns the server's socket.  Takes the timestamps away
 * from a client if the server wants none. */
int peer_connect(struct client *client);

#endif
