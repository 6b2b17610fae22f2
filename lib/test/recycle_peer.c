// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "recycle_peer.h"

#include "segment.h"
#include "unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_MS 3000
#define RETRY_MS 100
#define FIRST_MARKER_PORT 40000

extern char **environ;

static const char *const addresses[FAMILIES][ADDRESSES] = {
	[IPV4] = {"10.0.0.1", "10.0.0.9", "10.0.0.2", "10.0.0.3"},
	[IPV6] = {"fd00::1", "fd00::9", "fd00::2", "fd00::3"},
	[DUAL] = {"10.0.0.1", "10.0.0.9", "10.0.0.2", "10.0.0.3"},
};

#define PEER_MAC "02:00:00:00:00:02"
static const uint8_t server_mac[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t peer_mac[6] = {2, 0, 0, 0, 0, 2};

static const char server_setup[] =
	"link add name to-peer address 02:00:00:00:00:01 type veth"
	" peer name to-server address " PEER_MAC " netns /proc/%d/fd/%d\n"
	"addr add 10.0.0.1/24 dev to-peer\n"
	"addr add 10.0.0.9/24 dev to-peer\n"
	"addr add fd00::1/64 dev to-peer nodad\n"
	"addr add fd00::9/64 dev to-peer nodad\n"
	"link set to-peer up\n"
	"neigh add 10.0.0.2 lladdr " PEER_MAC " dev to-peer nud permanent\n"
	"neigh add 10.0.0.3 lladdr " PEER_MAC " dev to-peer nud permanent\n"
	"neigh add fd00::2 lladdr " PEER_MAC " dev to-peer nud permanent\n"
	"neigh add fd00::3 lladdr " PEER_MAC " dev to-peer nud permanent\n";
static const char peer_setup[] = "link set to-server up\n";

static struct lg_topology_host server_is = {.name = "server"};
static struct lg_topology topology = {
	.hosts = &server_is, .n_hosts = 1, .n_links = 1};
static struct lg_link_end links[1][2];
static struct lg_net net = {.topology = &topology, .links = links};
static struct lg_host server = {.net = &net, .name = "server"};
static struct lg_host peer = {.net = &net, .name = "peer"};

static int family;
static int packets;	 /* the peer's packet socket */
static int listeners[2]; /* at PORT and PORT_TOO */

struct lg_host *peer_server(void)
{
	return &server;
}

/* ---- the network -------------------------------------------------------- */

static int open_netns(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static int make_netns(void)
{
	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
	int fd = open_netns();
	ck_assert_int_eq(setns(net.home, CLONE_NEWNET), 0);
	return fd;
}

static void run_ip(const struct lg_host *host, const char *commands)
{
	char *argv[] = {"ip", "-batch", "-", NULL};
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	int file = memfd_create("ip", 0);
	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(write(file, commands, strlen(commands)),
			 strlen(commands));
	lseek(file, 0, SEEK_SET);

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO);
	lg_host_enter(host);
	int error = posix_spawnp(&pid, "ip", &actions, NULL, argv, environ);
	lg_host_leave(host);
	ck_assert_int_eq(error, 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	posix_spawn_file_actions_destroy(&actions);
	close(file);
}

static int open_packets(void)
{
	int yes = 1;
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL)};

	lg_host_enter(&peer);
	int sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	at.sll_ifindex = (int)if_nametoindex("to-server");
	lg_host_leave(&peer);
	ck_assert_int_ge(sock, 0);
	ck_assert_int_eq(setsockopt(sock, SOL_PACKET, PACKET_IGNORE_OUTGOING,
				    &yes, sizeof(yes)),
			 0);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&at, sizeof(at)), 0);
	return sock;
}

static int listen_at(uint16_t port)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET,
				   .sin_port = htons(port)};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6,
				    .sin6_port = htons(port)};
	int only = family == IPV6, result;

	lg_host_enter(&server);
	int sock = socket(family == IPV4 ? AF_INET : AF_INET6,
			  SOCK_STREAM | SOCK_CLOEXEC, 0);
	lg_host_leave(&server);
	ck_assert_int_ge(sock, 0);
	if (family == IPV4) {
		result = bind(sock, (struct sockaddr *)&ipv4, sizeof(ipv4));
	} else {
		ck_assert_int_eq(setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY,
					    &only, sizeof(only)),
				 0);
		result = bind(sock, (struct sockaddr *)&ipv6, sizeof(ipv6));
	}
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(listen(sock, 16), 0);
	return sock;
}

/* What the peer sends is taken in the order in which it was sent only while
 * all of it comes from one CPU. */
static void stay_on_this_cpu(void)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(set), &set), 0);
}

void peer_set_sysctl(const char *name, int value)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	lg_host_enter(&server);
	FILE *file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "%d\n", value);
	ck_assert_int_eq(fclose(file), 0);
	lg_host_leave(&server);
}

/* ---- segments ----------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void put_address(uint8_t to[16], enum address address)
{
	int is = family == IPV6 ? AF_INET6 : AF_INET;
	ck_assert_int_eq(inet_pton(is, addresses[family][address], to), 1);
}

void peer_send(struct client *client, uint8_t flags)
{
	struct lg_segment segment = {
		.family = family == IPV6 ? AF_INET6 : AF_INET,
		.sport = client->port,
		.dport = client->to_port,
		.ttl = 64,
		.seq = client->seq,
		.ack = flags & LG_ACK ? client->ack : 0,
		.flags = flags,
		.window = 65535,
		.has_ts = client->timestamps,
		.tsval = client->tsval,
		.tsecr = flags & LG_ACK ? client->tsecr : 0,
	};
	uint8_t frame[LG_FRAME_MAX];

	put_address(segment.saddr, client->from);
	put_address(segment.daddr, client->to);
	ssize_t size = lg_segment_build(&segment, peer_mac, server_mac, frame,
					sizeof(frame));
	ck_assert_int_gt(size, 0);
	ck_assert_int_eq(send(packets, frame, (size_t)size, 0), size);
	client->seq += !!(flags & LG_SYN) + !!(flags & LG_FIN);
}

/* The next segment of the server; false if none comes until then. */
static bool receive(struct lg_segment *segment, int64_t deadline_ms)
{
	static uint8_t frame[LG_FRAME_MAX];
	struct pollfd ready = {.fd = packets, .events = POLLIN};

	for (;;) {
		int64_t left_ms = deadline_ms - now_ms();
		if (left_ms < 0 || poll(&ready, 1, (int)left_ms) != 1)
			return false;
		ssize_t size = recv(packets, frame, sizeof(frame), 0);
		ck_assert_int_gt(size, 0);
		if (!lg_segment_parse(frame, (size_t)size, segment))
			return true;
	}
}

static bool is_for(const struct lg_segment *segment,
		   const struct client *client)
{
	return segment->dport == client->port &&
	       segment->sport == client->to_port;
}

void peer_await(struct client *client, uint8_t flags)
{
	int64_t deadline_ms = now_ms() + WAIT_MS;
	struct lg_segment segment;

	for (;;) {
		ck_assert_msg(receive(&segment, deadline_ms),
			      "no segment with flags 0x%02x", flags);
		if (!is_for(&segment, client) ||
		    (segment.flags & (LG_SYN | LG_FIN) &&
		     (int32_t)(segment.seq - client->ack) < 0))
			continue; /* another's, or sent again */
		if (segment.flags == flags)
			break;
		ck_assert_uint_eq(segment.flags, LG_ACK);
	}
	client->tsecr = segment.tsval;
	client->ack = segment.seq + !!(flags & LG_FIN);
}

/* Nobody listens there, and each has a port of its own. */
static struct client marker(void)
{
	static uint16_t port = FIRST_MARKER_PORT;
	return (struct client){.from = PEER,
			       .to = SERVER,
			       .port = port++,
			       .to_port = PORT_CLOSED};
}

/* Sends a marker and waits for its RST.  `answer` gets the first segment to
 * `client` that comes before that, or is left alone; both may be NULL. */
static bool await_marker(unsigned ms, const struct client *client,
			 struct lg_segment *answer)
{
	int64_t deadline_ms = now_ms() + ms;
	struct client mark = marker();
	struct lg_segment segment;
	bool answered = false;

	peer_send(&mark, LG_SYN);
	while (receive(&segment, deadline_ms)) {
		if (is_for(&segment, &mark))
			return true;
		if (client && !answered && is_for(&segment, client)) {
			*answer = segment;
			answered = true;
		}
	}
	return false;
}

void peer_settle(void)
{
	ck_assert_msg(await_marker(WAIT_MS, NULL, NULL), "no answer to marker");
}

const char *peer_fate_name(enum fate fate)
{
	static const char *const names[] = {
		[DROPPED] = "dropped",
		[ACCEPTED] = "accepted",
		[RESET] = "reset",
		[CHALLENGED] = "challenged",
	};
	return names[fate];
}

enum fate peer_knock(struct client *client)
{
	struct lg_segment answer = {.flags = 0};

	peer_send(client, LG_SYN);
	ck_assert_msg(await_marker(WAIT_MS, client, &answer),
		      "no answer to marker");
	client->seq--;
	switch (answer.flags) {
	case 0:
		return DROPPED;
	case LG_SYN | LG_ACK:
		client->seq++;
		client->ack = answer.seq + 1;
		client->timestamps = answer.has_ts;
		client->tsecr = answer.tsval;
		return ACCEPTED;
	case LG_RST | LG_ACK:
		return RESET;
	case LG_ACK:
		return CHALLENGED;
	default:
		ck_abort_msg("a SYN was answered with flags 0x%02x",
			     answer.flags);
	}
}

int peer_connect(struct client *client)
{
	struct pollfd ready = {.fd = listeners[0], .events = POLLIN};

	ck_assert_int_eq(peer_knock(client), ACCEPTED);
	peer_send(client, LG_ACK);
	ck_assert_int_eq(poll(&ready, 1, WAIT_MS), 1);
	int sock = accept4(listeners[0], NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(sock, 0);
	return sock;
}

/* Links come up by and by. */
static void await_link(void)
{
	int64_t deadline_ms = now_ms() + WAIT_MS;
	while (!await_marker(RETRY_MS, NULL, NULL))
		ck_assert_int_lt(now_ms(), deadline_ms);
}

void peer_begin(int of_family)
{
	char commands[sizeof(server_setup) + 32];

	if (geteuid() != 0)
		lg_unit_skip("needs root");
	stay_on_this_cpu();
	family = of_family;
	net.home = open_netns();
	server.netns = make_netns();
	peer.netns = make_netns();

	snprintf(commands, sizeof(commands), server_setup, getpid(),
		 peer.netns);
	run_ip(&server, commands);
	run_ip(&peer, peer_setup);
	links[0][0].host = &server;
	lg_host_enter(&server);
	links[0][0].ifindex = if_nametoindex("to-peer");
	lg_host_leave(&server);
	links[0][1].host = &peer;

	packets = open_packets();
	await_link();
	listeners[0] = listen_at(PORT);
	listeners[1] = listen_at(PORT_TOO);
}
