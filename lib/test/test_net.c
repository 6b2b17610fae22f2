// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "error.h"
#include "net.h"
#include "segment.h"
#include "sysctl.h"
#include "unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

/* No rule of a shipped topology is about it. */
#define PORT 4000
#define WEB_PORT 80

/* ---- networks ---------------------------------------------------------- */

/* A namespace of our own to start from, as root or in a user namespace. */
static void enter_world(int more)
{
	if (!more && !unshare(CLONE_NEWNET))
		return;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		lg_unit_skip("neither root nor user namespaces");
}

static struct lg_topology *read_file(const char *file,
				     const struct lg_topology_param *params)
{
	char *error = NULL;
	struct lg_topology *topology = lg_topology_read(file, params, &error);

	ck_assert_msg(topology, "%s", error);
	return topology;
}

static struct lg_topology *shipped(const char *name, const char *param,
				   const char *value)
{
	struct lg_topology_param params[] = {{param, value}, {NULL, NULL}};
	const char *folder = getenv("LINGER_TOPOLOGIES");
	char file[512];

	snprintf(file, sizeof(file), "%s/%s.gv", folder ? folder : "topologies",
		 name);
	return read_file(file, params);
}

static struct lg_topology *written(const char *text)
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

static struct lg_net *build(struct lg_topology *topology)
{
	struct lg_net *net = lg_net_build(topology, AF_INET);

	ck_assert_msg(net, "%s", lg_error_text());
	ck_assert_ptr_eq(lg_net_current(), net);
	return net;
}

/* The message of a build that must fail, after the file's name. */
static const char *refusal(struct lg_topology *topology, int error)
{
	char file[512];

	snprintf(file, sizeof(file), "%s", topology->file);
	ck_assert_ptr_null(lg_net_build(topology, AF_INET));
	ck_assert_int_eq(errno, error);
	ck_assert_mem_eq(lg_error_text(), file, strlen(file));
	return lg_error_text() + strlen(file);
}

static struct lg_host *host_of(struct lg_net *net, const char *name)
{
	int index = lg_topology_host_index(net->topology, name);

	ck_assert_int_ge(index, 0);
	return &net->hosts[index];
}

/* What a command prints at a host. */
static char *output_at(struct lg_host *host, const char *command)
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

static json_t *json_at(struct lg_host *host, const char *command)
{
	json_error_t error;
	json_t *json = json_loads(output_at(host, command), 0, &error);

	ck_assert_msg(json, "%s: %s", command, error.text);
	return json;
}

/* ---- connections ------------------------------------------------------- */

struct name {
	struct sockaddr_storage address;
	socklen_t size;
};

static struct name name_of(int family, const uint8_t *bytes, uint16_t port)
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

struct connection {
	int client, server;
	char seen_as[INET6_ADDRSTRLEN]; /* the client, by the server */
	unsigned seen_port;
};

static void note_peer(struct connection *connection, int family)
{
	struct name peer = {.size = sizeof(peer.address)};
	const void *bytes;
	uint16_t port;

	ck_assert_int_eq(
	    getpeername(connection->server, (void *)&peer.address, &peer.size),
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
static struct connection connect_hosts(struct lg_host *from, struct lg_host *to,
				       int family,
				       const struct lg_prefix *address,
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

static void close_both(const struct connection *connection)
{
	close(connection->client);
	close(connection->server);
}

static const struct lg_prefix *address_of(struct lg_host *from,
					  struct lg_host *to,
					  enum lg_family_index family)
{
	const struct lg_topology_end *end =
	    lg_topology_arrival(from->net->topology, from->index, to->index);

	ck_assert_ptr_nonnull(end);
	return &end->address[family];
}

static struct connection connect_by_name(struct lg_net *net, const char *from,
					 const char *to, int family)
{
	struct lg_host *tail = host_of(net, from), *head = host_of(net, to);

	return connect_hosts(
	    tail, head, family,
	    address_of(tail, head, family == AF_INET ? LG_V4 : LG_V6), PORT);
}

static const int families[] = {AF_INET, AF_INET6};

/* ---- what is there ----------------------------------------------------- */

static const char *const shipped_names[] = {"pair", "routed", "nat", "chain",
					    "balancer"};
#define N_SHIPPED ((int)(sizeof(shipped_names) / sizeof(shipped_names[0])))

static json_t *named(json_t *array, const char *key, const char *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(array, i, item)
	{
		const char *has = json_string_value(json_object_get(item, key));
		if (has && !strcmp(has, value))
			return item;
	}
	return NULL;
}

static bool has_flag(json_t *link, const char *flag)
{
	size_t i;
	json_t *item;

	json_array_foreach(json_object_get(link, "flags"), i, item)
	{
		if (!strcmp(json_string_value(item), flag))
			return true;
	}
	return false;
}

static void assert_address(json_t *link, const struct lg_prefix *prefix)
{
	char text[INET6_ADDRSTRLEN];
	inet_ntop(prefix->family, prefix->bytes, text, sizeof(text));
	json_t *address =
	    named(json_object_get(link, "addr_info"), "local", text);

	ck_assert_msg(address, "no address %s", text);
	ck_assert_int_eq(
	    json_integer_value(json_object_get(address, "prefixlen")),
	    (int)prefix->length);
	ck_assert_ptr_null(json_object_get(address, "tentative"));
}

static void assert_link(const struct lg_link_end *end, json_t *links)
{
	json_t *link = named(links, "ifname", end->is->name);
	char mac[18];

	ck_assert_msg(link, "%s has no %s", end->host->name, end->is->name);
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", end->mac[0],
		 end->mac[1], end->mac[2], end->mac[3], end->mac[4],
		 end->mac[5]);
	ck_assert_int_eq(end->mac[0] & LG_MAC_RELEASED, 0);
	ck_assert_str_eq(json_string_value(json_object_get(link, "address")),
			 mac);
	ck_assert_uint_eq(
	    (unsigned)json_integer_value(json_object_get(link, "ifindex")),
	    end->ifindex);
	ck_assert(has_flag(link, "UP") && has_flag(link, "LOWER_UP"));
	/* One a family: none that the kernel made up. */
	ck_assert_uint_eq(json_array_size(json_object_get(link, "addr_info")),
			  2);
	assert_address(link, &end->is->address[LG_V4]);
	assert_address(link, &end->is->address[LG_V6]);
}

static void assert_links(struct lg_host *host)
{
	struct lg_net *net = host->net;
	json_t *links = json_at(host, "ip -j addr");

	ck_assert(has_flag(named(links, "ifname", "lo"), "UP"));
	for (size_t i = 0; i < net->topology->n_links; i++) {
		for (int e = 0; e < 2; e++) {
			if (net->links[i][e].host == host)
				assert_link(&net->links[i][e], links);
		}
	}
	json_decref(links);
}

static void assert_route(struct lg_host *host, const struct lg_route *route,
			 json_t *routes)
{
	char to[INET6_ADDRSTRLEN + 4] = "default", via[INET6_ADDRSTRLEN];

	inet_ntop(route->to.family, route->via, via, sizeof(via));
	if (route->to.length)
		inet_ntop(route->to.family, route->to.bytes, to, sizeof(to));
	if (route->to.length &&
	    route->to.length != (route->to.family == AF_INET ? 32 : 128))
		sprintf(to + strlen(to), "/%u", route->to.length);
	json_t *found = named(routes, "dst", to);
	ck_assert_msg(found, "%s has no route to %s", host->name, to);
	ck_assert_str_eq(json_string_value(json_object_get(found, "gateway")),
			 via);
}

static void assert_routes(struct lg_host *host)
{
	const struct lg_topology_host *is =
	    &host->net->topology->hosts[host->index];
	json_t *routes[] = {json_at(host, "ip -j -4 route"),
			    json_at(host, "ip -j -6 route")};

	for (size_t i = 0; i < is->n_routes; i++)
		assert_route(host, &is->routes[i],
			     routes[is->routes[i].to.family == AF_INET6]);
	json_decref(routes[0]);
	json_decref(routes[1]);
}

static void assert_sysctl(struct lg_host *host, const char *name,
			  const char *value)
{
	char has[128];

	ck_assert_int_eq(lg_sysctl_read(host, name, has, sizeof(has)), 0);
	ck_assert_msg(!strcmp(has, value), "%s: %s is %s, not %s", host->name,
		      name, has, value);
}

static void test_is_what_ip_shows(int row)
{
	enter_world(0);
	struct lg_net *net = build(shipped(shipped_names[row], NULL, NULL));

	for (size_t i = 0; i < net->topology->n_hosts; i++) {
		assert_links(&net->hosts[i]);
		assert_routes(&net->hosts[i]);
	}
	lg_net_free(net);
}

static void test_nothing_of_the_machine(int row)
{
	(void)row;
	enter_world(0);
	struct lg_net *net = build(shipped("routed", NULL, NULL));

	for (size_t i = 0; i < net->topology->n_hosts; i++) {
		struct lg_host *host = &net->hosts[i];
		const char *forwards =
		    net->topology->hosts[i].forward ? "1" : "0";
		assert_sysctl(host, "net.ipv4.ip_forward", forwards);
		assert_sysctl(host, "net.ipv6.conf.all.forwarding", forwards);
		assert_sysctl(host, "net.ipv4.conf.all.rp_filter", "0");
		assert_sysctl(host, "net.ipv4.conf.default.rp_filter", "0");
		assert_sysctl(host, "net.ipv4.tcp_congestion_control", "reno");
		assert_sysctl(host, "net.ipv4.tcp_rmem", "4096 131072 6291456");
	}
	lg_net_free(net);
}

static void test_sysctls_come_last(int row)
{
	(void)row;
	enter_world(0);
	struct lg_net *net = build(
	    written("graph t {\n a [sysctls=\"net.ipv4.ip_forward=1;"
		    " net.ipv4.conf.b.rp_filter=1;"
		    " net.ipv4.tcp_congestion_control=reno\"]\n a -- b\n}\n"));
	assert_sysctl(host_of(net, "a"), "net.ipv4.ip_forward", "1");
	assert_sysctl(host_of(net, "a"), "net.ipv4.conf.b.rp_filter", "1");
	assert_sysctl(host_of(net, "b"), "net.ipv4.ip_forward", "0");
	lg_net_free(net);
}

/* ---- what gets through ------------------------------------------------- */

static void connect_all(struct lg_net *net, int family)
{
	for (size_t i = 0; i < net->topology->n_hosts; i++) {
		for (size_t j = 0; j < net->topology->n_hosts; j++) {
			if (i == j)
				continue;
			struct connection connection =
			    connect_by_name(net, net->hosts[i].name,
					    net->hosts[j].name, family);
			close_both(&connection);
		}
	}
}

static void test_everybody_reaches_everybody(int row)
{
	enter_world(0);
	struct lg_net *net = build(shipped(shipped_names[row / 2], NULL, NULL));

	connect_all(net, families[row % 2]);
	lg_net_free(net);
}

static int received_ttl(int sock)
{
	char byte, control[64];
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	struct pollfd arrives = {.fd = sock, .events = POLLIN};
	int ttl = -1;

	ck_assert_int_eq(poll(&arrives, 1, 900), 1);
	ck_assert_int_eq(recvmsg(sock, &message, 0), 1);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	ck_assert_ptr_nonnull(header);
	memcpy(&ttl, CMSG_DATA(header), sizeof(ttl));
	return ttl;
}

/* More routes than one batch of requests holds, and every hop counts. */
static void test_long_chain_takes_ttl(int row)
{
	(void)row;
	enter_world(0);
	struct lg_net *net = build(shipped("chain", "k", "60"));
	struct lg_host *client = host_of(net, "client");
	struct lg_host *server = host_of(net, "server");
	const struct lg_prefix *address = address_of(client, server, LG_V4);
	struct name name = name_of(AF_INET, address->bytes, PORT);
	int on = 1;

	lg_host_enter(server);
	int to = socket(AF_INET, SOCK_DGRAM, 0);
	lg_host_leave(server);
	lg_host_enter(client);
	int from = socket(AF_INET, SOCK_DGRAM, 0);
	lg_host_leave(client);
	setsockopt(to, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on));
	ck_assert_int_eq(bind(to, (void *)&name.address, name.size), 0);
	ck_assert_int_eq(
	    sendto(from, "", 1, 0, (void *)&name.address, name.size), 1);
	ck_assert_int_eq(received_ttl(to), 64 - 60);
	close(to);
	close(from);
	lg_net_free(net);
}

static void test_masquerade(int row)
{
	static const char *const routers[] = {"10.0.3.1", "fd00:0:3::1"};
	enter_world(0);
	struct lg_net *net = build(shipped("nat", NULL, NULL));

	for (int i = 0; i < 2; i++) {
		struct connection connection = connect_by_name(
		    net, i ? "client2" : "client1", "server", families[row]);
		ck_assert_str_eq(connection.seen_as, routers[row]);
		close_both(&connection);
	}
	lg_net_free(net);
}

static void test_source_nat(int row)
{
	static const char *const given[] = {"10.0.2.50", "fd00:0:2::50"};
	enter_world(0);
	struct lg_net *net = build(
	    written("graph t {\n a\n r [forward=true addresses="
		    "\"10.0.2.50/32 fd00:0:2::50/128\"]\n b\n a -- r\n r -- b "
		    "[tailnat=\"snat 10.0.2.50 fd00:0:2::50 30000-30003 "
		    "random\"]\n}\n"));

	for (int i = 0; i < 4; i++) {
		struct connection connection =
		    connect_by_name(net, "a", "b", families[row]);
		ck_assert_str_eq(connection.seen_as, given[row]);
		ck_assert_uint_ge(connection.seen_port, 30000);
		ck_assert_uint_le(connection.seen_port, 30003);
		close_both(&connection);
	}
	lg_net_free(net);
}

static bool has_timestamps(int sock)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	ck_assert_int_eq(getsockopt(sock, IPPROTO_TCP, TCP_INFO, &info, &size),
			 0);
	return info.tcpi_options & TCPI_OPT_TIMESTAMPS;
}

/* The client connects to the balancer's address, the server accepts. */
static void test_balancer(int row)
{
	static const char *const seen[] = {"10.0.2.1", "fd00:0:2::1"};
	bool strip = row / 2;
	enter_world(0);
	struct lg_net *net =
	    build(shipped("balancer", "strip", strip ? "timestamp" : "no"));
	struct lg_host *client = host_of(net, "client");
	const struct lg_prefix *front =
	    address_of(client, host_of(net, "balancer"), row % 2);

	struct connection connection = connect_hosts(
	    client, host_of(net, "server"), families[row % 2], front, WEB_PORT);
	ck_assert_str_eq(connection.seen_as, seen[row % 2]);
	ck_assert_int_eq(has_timestamps(connection.client), !strip);
	ck_assert_int_eq(has_timestamps(connection.server), !strip);
	close_both(&connection);
	lg_net_free(net);
}

static void test_rules_are_what_nft_shows(int row)
{
	static const char *const expected[] = {
	    "oifname \"b\" meta l4proto tcp masquerade to :2000-3000 random",
	    "oifname \"b\" masquerade random",
	    "iifname \"b\" tcp dport 8080 dnat to 10.0.1.1:80",
	    "iifname \"b\" tcp dport 8080 dnat to [fd00:0:1::1]:80",
	};
	(void)row;
	enter_world(0);
	struct lg_net *net =
	    build(written("graph t {\n a\n r [forward=true]\n b\n a -- r\n"
			  " r -- b [tailnat=\"masquerade 2000-3000 random;"
			  " dnat 8080 a:80\"]\n}\n"));
	struct lg_host *router = host_of(net, "r");
	char *rules = output_at(router, "nft list ruleset");

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		ck_assert_msg(strstr(rules, expected[i]), "no %s in\n%s",
			      expected[i], rules);
	char *read = lg_nft_read(router, "list ruleset");
	ck_assert_str_eq(read, rules);
	free(read);
	ck_assert_str_eq(output_at(host_of(net, "a"), "nft list ruleset"), "");
	lg_net_free(net);
}

/* ---- the wire ---------------------------------------------------------- */

static int tap_at(const struct lg_link_end *end)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(ETH_P_ALL),
				      .sll_ifindex = (int)end->ifindex};

	lg_host_enter(end->host);
	int tap = socket(AF_PACKET, SOCK_RAW, 0);
	lg_host_leave(end->host);
	int room = 4 << 20;
	setsockopt(tap, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	ck_assert_int_eq(
	    bind(tap, (struct sockaddr *)&address, sizeof(address)), 0);
	return tap;
}

/* Whole checksums and no segment larger than what a wire carries. */
static void test_frames_are_whole(int row)
{
	enter_world(0);
	struct lg_net *net = build(shipped("pair", NULL, NULL));
	int tap = tap_at(&net->links[0][0]);
	struct connection connection =
	    connect_by_name(net, "client", "server", families[row]);
	static uint8_t data[60000], frame[70000];
	unsigned frames = 0;
	size_t left = sizeof(data);

	ck_assert_int_eq(send(connection.client, data, left, 0), (int)left);
	while (left) {
		ssize_t got = recv(connection.server, frame, left, 0);
		ck_assert_int_gt(got, 0);
		left -= (size_t)got;
	}
	for (ssize_t size;
	     (size = recv(tap, frame, sizeof(frame), MSG_DONTWAIT)) > 0;
	     frames++) {
		ck_assert_int_le(size, ETH_FRAME_LEN);
		ck_assert(lg_segment_checksum_ok(frame, (size_t)size));
	}
	ck_assert_uint_gt(frames, sizeof(data) / ETH_DATA_LEN);
	close(tap);
	close_both(&connection);
	lg_net_free(net);
}

/* Multicast reports would be sent within a second, solicitations likewise. */
static void test_nobody_speaks_unasked(int row)
{
	(void)row;
	enter_world(0);
	struct lg_net *net = build(shipped("routed", NULL, NULL));

	poll(NULL, 0, 1500);
	for (size_t i = 0; i < net->topology->n_hosts; i++) {
		json_t *links = json_at(&net->hosts[i], "ip -j -s link");
		size_t j;
		json_t *link;
		json_array_foreach(links, j, link)
		{
			long packets = -1;
			json_unpack(link, "{s:{s:{s:I}}}", "stats64", "tx",
				    "packets", &packets);
			ck_assert_msg(packets == 0, "%s",
				      output_at(&net->hosts[i], "ip -s link"));
		}
		json_decref(links);
	}
	lg_net_free(net);
}

/* A limit alone makes the middle and needs no netem. */
static struct lg_topology *with_middle(void)
{
	return written("graph t {\n a\n r [forward=true]\n b\n"
		       " a -- r [netem=\"limit 1000\"]\n r -- b\n}\n");
}

static void test_middle_hands_on(int row)
{
	enter_world(0);
	struct lg_net *net = build(with_middle());

	connect_all(net, families[row]);
	ck_assert_int_ne(net->links[0][0].near_netns, host_of(net, "r")->netns);
	ck_assert_int_eq(net->links[1][0].near_netns, host_of(net, "b")->netns);
	lg_net_free(net);
}

/* What is sent from the near device arrives at the end. */
static void test_near_device_is_near(int row)
{
	enter_world(0);
	struct lg_net *net = build(with_middle());
	struct lg_link_end *end = &net->links[row / 2][row % 2];
	int tap = tap_at(end);
	struct sockaddr_ll near = {.sll_family = AF_PACKET,
				   .sll_ifindex = (int)end->near_ifindex};
	uint8_t frame[60] = {0}, came[60] = {0};
	struct pollfd arrives = {.fd = tap, .events = POLLIN};

	memcpy(frame, end->mac, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5; /* for experiments */
	ck_assert_int_eq(setns(end->near_netns, CLONE_NEWNET), 0);
	int out = socket(AF_PACKET, SOCK_RAW, 0);
	lg_host_leave(end->host);
	ck_assert_int_eq(
	    sendto(out, frame, sizeof(frame), 0, (void *)&near, sizeof(near)),
	    sizeof(frame));
	ck_assert_int_eq(poll(&arrives, 1, 900), 1);
	ck_assert_int_eq(recv(tap, came, sizeof(came), 0), sizeof(came));
	ck_assert_mem_eq(came, frame, sizeof(frame));
	close(out);
	close(tap);
	lg_net_free(net);
}

/* ---- what is refused --------------------------------------------------- */

static void test_netem_or_its_absence(int row)
{
	(void)row;
	enter_world(0);
	struct lg_topology *topology =
	    written("graph t {\n a -- b [netem=\"delay 20ms 5ms loss 1% "
		    "duplicate 1% reorder 25%\"]\n}\n");
	struct lg_net *net = lg_net_build(topology, AF_INET);
	if (net) {
		const char *shown = output_at(
		    &(struct lg_host){.net = net,
				      .name = "the middle",
				      .netns = net->links[0][0].near_netns},
		    "tc qdisc show");
		ck_assert_msg(strstr(shown, "delay 20ms  5ms loss 1% duplicate "
					    "1% reorder 25% gap 1"),
			      "%s", shown);
		lg_net_free(net);
		return;
	}
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_nonnull(strstr(
	    lg_error_text(),
	    ":2: link a -- b: add netem (the kernel needs sch_netem): "));
	ck_assert_ptr_nonnull(strstr(lg_error_text(), strerror(ENOENT)));
}

static void test_failed_link_is_named(int row)
{
	(void)row;
	enter_world(0);
	struct lg_topology *topology =
	    written("graph t {\n a -- b\n a -- c\n}\n");
	strcpy(topology->links[1].ends[0].name,
	       topology->links[0].ends[0].name);
	ck_assert_str_eq(refusal(topology, EEXIST),
			 ":3: link a -- c: add veth: File exists");
}

static void test_failed_end_is_named(int row)
{
	(void)row;
	enter_world(0);
	struct lg_topology *topology = written("graph t {\n a -- b\n}\n");
	topology->links[0].ends[1].address[LG_V4].length = 33;
	const char *message = refusal(topology, EINVAL);
	ck_assert_mem_eq(message, ":2: link a -- b: at b: add address", 34);
}

static void test_failed_sysctl_is_named(int row)
{
	static const struct {
		const char *sysctl, *message;
		int error;
	} rows[] = {
	    {"net.ipv4.tcp_nonsense=1", ":2: host a: no sysctl net.ipv4.",
	     ENOENT},
	    {"net.ipv4.tcp_syn_retries=x", ":2: host a: ", EINVAL},
	};
	char text[256];
	enter_world(0);

	snprintf(text, sizeof(text),
		 "graph t {\n a [sysctls=\"%s\"]\n a -- b\n}\n",
		 rows[row].sysctl);
	const char *message = refusal(written(text), rows[row].error);
	ck_assert_mem_eq(message, rows[row].message, strlen(rows[row].message));
	ck_assert_ptr_nonnull(strstr(message, "tcp_"));
}

static void test_nft_says_what_is_wrong(int row)
{
	(void)row;
	enter_world(0);
	struct lg_net *net = build(shipped("pair", NULL, NULL));
	struct lg_host *client = host_of(net, "client");

	ck_assert_int_eq(lg_nft_run(client, "add rule ip nowhere c accept"),
			 -ENOENT);
	ck_assert_str_eq(lg_error_text(),
			 "host client: nft: add rule ip nowhere c accept: "
			 "Could not process rule: No such file or directory");
	ck_assert_ptr_null(lg_nft_read(client, "list nonsense"));
	ck_assert_int_eq(errno, EINVAL);
	lg_net_free(net);
}

/* ---- nothing is left --------------------------------------------------- */

#define TIMES 200

static void limit_namespaces(unsigned n)
{
	char text[16];
	int fd = open("/proc/sys/user/max_net_namespaces", O_WRONLY);

	snprintf(text, sizeof(text), "%u", n);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
}

/* Namespaces go some time after their last descriptor: until then a new one
 * may be one too many. */
static struct lg_net *build_when_there_is_room(void)
{
	for (int64_t waited_ms = 0; waited_ms < 10000; waited_ms += 5) {
		struct lg_net *net =
		    lg_net_build(shipped("nat", NULL, NULL), AF_INET);
		if (net)
			return net;
		ck_assert_msg(errno == ENOSPC, "%s", lg_error_text());
		poll(NULL, 0, 5);
	}
	ck_abort_msg("namespaces are left");
}

static unsigned open_files(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* In a user namespace that may have no more network namespaces than ours and
 * those of one network, every network needs all of the last one to be gone. */
static void test_nothing_is_left(int row)
{
	(void)row;
	enter_world(CLONE_NEWUSER);
	limit_namespaces(40);
	lg_net_free(build_when_there_is_room());
	unsigned files = open_files();
	char *links = strdup(output_at(
	    &(struct lg_host){.net = build(shipped("pair", NULL, NULL)),
			      .name = "here",
			      .netns = open("/proc/self/ns/net", O_RDONLY)},
	    "ip -o link"));

	lg_net_free(lg_net_current());
	for (int i = 0; i < TIMES; i++)
		lg_net_free(build_when_there_is_room());
	/* One more is what the line above has opened. */
	ck_assert_uint_eq(open_files(), files + 1);

	limit_namespaces(1 + 4);
	struct lg_net *net = build_when_there_is_room();
	struct lg_host here = {.net = net, .name = "here", .netns = net->home};
	ck_assert_str_eq(output_at(&here, "ip -o link"), links);
	lg_net_free(net);
	free(links);
}

static const struct lg_unit units[] = {
    {"is_what_ip_shows", test_is_what_ip_shows, N_SHIPPED, 0},
    {"nothing_of_the_machine", test_nothing_of_the_machine, 0, 0},
    {"sysctls_come_last", test_sysctls_come_last, 0, 0},
    {"everybody_reaches_everybody", test_everybody_reaches_everybody,
     2 * N_SHIPPED, 0},
    {"long_chain_takes_ttl", test_long_chain_takes_ttl, 0, 20},
    {"masquerade", test_masquerade, 2, 0},
    {"source_nat", test_source_nat, 2, 0},
    {"balancer", test_balancer, 4, 0},
    {"rules_are_what_nft_shows", test_rules_are_what_nft_shows, 0, 0},
    {"frames_are_whole", test_frames_are_whole, 2, 0},
    {"nobody_speaks_unasked", test_nobody_speaks_unasked, 0, 0},
    {"middle_hands_on", test_middle_hands_on, 2, 0},
    {"near_device_is_near", test_near_device_is_near, 4, 0},
    {"netem_or_its_absence", test_netem_or_its_absence, 0, 0},
    {"failed_link_is_named", test_failed_link_is_named, 0, 0},
    {"failed_end_is_named", test_failed_end_is_named, 0, 0},
    {"failed_sysctl_is_named", test_failed_sysctl_is_named, 2, 0},
    {"nft_says_what_is_wrong", test_nft_says_what_is_wrong, 0, 0},
    {"nothing_is_left", test_nothing_is_left, 0, 60},
    {0},
};

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}
