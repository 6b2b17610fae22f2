/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks and connections for the tests of lib/net.c; all calls assert. */
#ifndef LG_TEST_NETWORK_H
#define LG_TEST_NETWORK_H

#include "net.h"

#include <arpa/inet.h>
#include <jansson.h>

/* A namespace of our own to start from: as root, else in a user namespace. */
void enter_world(void);
void enter_user_namespace(void);
void write_file(const char *path, const char *text);

/* A shipped topology, with one parameter (NULL: none); one written here. */
struct lg_topology *shipped(const char *name, const char *param,
			    const char *value);
struct lg_topology *written(const char *text);

extern const char *const shipped_names[];
#define N_SHIPPED 5

struct lg_net *build(struct lg_topology *topology);
struct lg_host *host_of(struct lg_net *net, const char *name);

/* What a command prints at a host; the text is valid until the next. */
char *output_at(struct lg_host *host, const char *command);
json_t *json_at(struct lg_host *host, const char *command);

/* ---- connections ------------------------------------------------------- */

/* No rule of a shipped topology is about it. */
#define PORT 4000

extern const int families[LG_FAMILIES];

struct name {
	struct sockaddr_storage address;
	socklen_t size;
};

struct name name_of(int family, const uint8_t *bytes, uint16_t port);

struct connection {
	int client, server;
	char seen_as[INET6_ADDRSTRLEN]; /* the client, by the server */
	unsigned seen_port;
};

/* The first SYN has to arrive. */
struct connection connect_hosts(struct lg_host *from, struct lg_host *to,
				int family, const struct lg_prefix *address,
				uint16_t port);
struct connection connect_by_name(struct lg_net *net, const char *from,
				  const char *to, int family);
void close_both(const struct connection *connection);

const struct lg_prefix *address_of(struct lg_host *from, struct lg_host *to,
				   enum lg_family_index family);

#endif
