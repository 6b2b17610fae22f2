// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "network.h"

#include "error.h"
#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- networks ---------------------------------------------------------- */

const char *const shipped_names[N_SHIPPED] = {"pair", "routed", "nat", "chain",
					      "balancer"};

void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	ck_assert_msg(fd >= 0, "%s", path);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
}

void enter_user_namespace(void)
{
	unsigned uid = geteuid(), gid = getegid();
	char map[32];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		lg_unit_skip("no user namespaces");
	/* nft(8) insists on being root. */
	snprintf(map, sizeof(map), "0 %u 1", uid);
	write_file("/proc/self/uid_map", map);
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", gid);
	write_file("/proc/self/gid_map", map);
}

void enter_world(void)
{
	if (unshare(CLONE_NEWNET))
		enter_user_namespace();
}

static struct lg_topology *read_file(const char *file,
				     const struct lg_topology_param *params)
{
	char *error = NULL;
	struct lg_topology *topology = lg_topology_read(file, params, &error);

	ck_assert_msg(topology, "%s", error);
	return topology;
}

struct lg_topology *shipped(const char *name, const char *param,
			    const char *value)
{
	struct lg_topology_param params[] = {{param, value}, {NULL, NULL}};
	const char *folder = getenv("LINGER_TOPOLOGIES");
	char file[512];

	snprintf(file, sizeof(file), "%s/%s.gv", folder ? folder : "topologies",
		 name);
	return read_file(file, params);
}

struct lg_topology *written(const char *text)
{
	char file[] = "/tmp/test_net.XXXXXX";
	int fd = mkstemp(file);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
	struct lg_topology *topology = read_file(file, NULL);
	unlink(file);
	return topology;
}

struct lg_net *build(struct lg_topology *topology)
{
	struct lg_net *net = lg_net_build(topology, AF_INET);

	ck_assert_msg(net, "%s", lg_error_text());
	ck_assert_ptr_eq(lg_net_current(), net);
	return net;
}

struct lg_host *host_of(struct lg_net *net, const char *name)
{
	int index = lg_topology_host_index(net->topology, name);

	ck_assert_int_ge(index, 0);
	return &net->hosts[index];
}

char *output_at(struct lg_host *host, const char *command)
{
	static char text[65536];

	lg_host_enter(host);
	FILE *pipe = popen(command, "r");
	lg_host_leave(host);
	ck_assert_ptr_nonnull(pipe);
	text[fread(text, 1, sizeof(text) - 1, pipe)] = '\0';
	ck_assert_int_eq(pclose(pipe), 0);
	return text;
}

json_t *json_at(struct lg_host *host, const char *command)
{
	json_error_t error;
	json_t *json = json_loads(output_at(host, command), 0, &error);

	ck_assert_msg(json, "%s: %s", command, error.text);
	return json;
}

/* ---- connections ------------------------------------------------------- */

const int families[LG_FAMILIES] = {AF_INET, AF_INET6};

struct name name_of(int family, const uint8_t *bytes, uint16_t port)
{
	struct name name = {.address.ss_family = (sa_family_t)family};

	if (family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)&name.address;
		name.size = sizeof(*in);
		in->sin_port = htons(port);
		if (bytes)
			memcpy(&in->sin_addr, bytes, 4);
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&name.address;
		name.size = sizeof(*in6);
		in6->sin6_port = htons(port);
		if (bytes)
			memcpy(&in6->sin6_addr, bytes, 16);
	}
	return name;
}

static int tcp_socket(struct lg_host *host, int family)
{
	lg_host_enter(host);
	int sock = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	lg_host_leave(host);
	ck_assert_int_ge(sock, 0);
	return sock;
}

static int listener(struct lg_host *host, int family, uint16_t port)
{
	struct name any = name_of(family, NULL, port);
	int sock = tcp_socket(host, family), on = 1;

	setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	ck_assert_int_eq(bind(sock, (void *)&any.address, any.size), 0);
	ck_assert_int_eq(listen(sock, 8), 0);
	return sock;
}

static void note_peer(struct connection *connection, int family)
{
	struct name peer = {.size = sizeof(peer.address)};
	const void *bytes;
	uint16_t port;

	ck_assert_int_eq(getpeername(connection->server, (void *)&peer.address,
				     &peer.size),
			 0);
	if (family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)&peer.address;
		bytes = &in->sin_addr;
		port = in->sin_port;
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&peer.address;
		bytes = &in6->sin6_addr;
		port = in6->sin6_port;
	}
	inet_ntop(family, bytes, connection->seen_as,
		  sizeof(connection->seen_as));
	connection->seen_port = ntohs(port);
}

/* The first SYN has to arrive: a second one would come after 1 s. */
struct connection connect_hosts(struct lg_host *from, struct lg_host *to,
				int family, const struct lg_prefix *address,
				uint16_t port)
{
	struct name name = name_of(family, address->bytes, port);
	int listening = listener(to, family, port);
	struct pollfd arrives = {.fd = listening, .events = POLLIN};
	struct connection connection = {.client = tcp_socket(from, family)};

	ck_assert_int_eq(fcntl(connection.client, F_SETFL, O_NONBLOCK), 0);
	connect(connection.client, (void *)&name.address, name.size);
	ck_assert_msg(poll(&arrives, 1, 900) == 1, "%s does not reach %s",
		      from->name, to->name);
	connection.server = accept(listening, NULL, NULL);
	ck_assert_int_ge(connection.server, 0);
	fcntl(connection.client, F_SETFL, 0);
	note_peer(&connection, family);
	close(listening);
	return connection;
}

void close_both(const struct connection *connection)
{
	close(connection->client);
	close(connection->server);
}

const struct lg_prefix *address_of(struct lg_host *from, struct lg_host *to,
				   enum lg_family_index family)
{
	const struct lg_topology_end *end = lg_topology_arrival(
		from->net->topology, from->index, to->index);

	ck_assert_ptr_nonnull(end);
	return &end->address[family];
}

struct connection connect_by_name(struct lg_net *net, const char *from,
				  const char *to, int family)
{
	struct lg_host *tail = host_of(net, from), *head = host_of(net, to);

	return connect_hosts(
		tail, head, family,
		address_of(tail, head, family == AF_INET ? LG_V4 : LG_V6),
		PORT);
}
