// SPDX-License-Identifier: GPL-2.0-or-later
/* What gets through a network that was built, and how it looks on the way. */
#define LG_IMPLEMENTATION
#include "network.h"
#include "segment.h"
#include "unit.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#define WEB_PORT 80

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
	enter_world();
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
	enter_world();
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
	enter_world();
	struct lg_net *net = build(shipped("nat", NULL, NULL));

	for (int i = 0; i < 2; i++) {
		struct connection connection =
			connect_by_name(net, i ? "client2" : "client1",
					"server", families[row]);
		ck_assert_str_eq(connection.seen_as, routers[row]);
		close_both(&connection);
	}
	lg_net_free(net);
}

static void test_source_nat(int row)
{
	static const char *const given[] = {"10.0.2.50", "fd00:0:2::50"};
	enter_world();
	struct lg_net *net = build(written(
		"graph t {\n a\n r [forward=true addresses="
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
	enter_world();
	struct lg_net *net =
		build(shipped("balancer", "strip", strip ? "timestamp" : "no"));
	struct lg_host *client = host_of(net, "client");
	const struct lg_prefix *front =
		address_of(client, host_of(net, "balancer"), row % 2);

	struct connection connection =
		connect_hosts(client, host_of(net, "server"), families[row % 2],
			      front, WEB_PORT);
	ck_assert_str_eq(connection.seen_as, seen[row % 2]);
	ck_assert_int_eq(has_timestamps(connection.client), !strip);
	ck_assert_int_eq(has_timestamps(connection.server), !strip);
	close_both(&connection);
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
	enter_world();
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
	enter_world();
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
	enter_world();
	struct lg_net *net = build(with_middle());

	connect_all(net, families[row]);
	ck_assert_int_ne(net->links[0][0].near_netns, host_of(net, "r")->netns);
	ck_assert_int_eq(net->links[1][0].near_netns, host_of(net, "b")->netns);
	lg_net_free(net);
}

/* What is sent from the near device arrives at the end. */
static void test_near_device_is_near(int row)
{
	enter_world();
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
	ck_assert_int_eq(sendto(out, frame, sizeof(frame), 0, (void *)&near,
				sizeof(near)),
			 sizeof(frame));
	ck_assert_int_eq(poll(&arrives, 1, 900), 1);
	ck_assert_int_eq(recv(tap, came, sizeof(came), 0), sizeof(came));
	ck_assert_mem_eq(came, frame, sizeof(frame));
	close(out);
	close(tap);
	lg_net_free(net);
}

static const struct lg_unit units[] = {
	{"everybody_reaches_everybody", test_everybody_reaches_everybody,
	 2 * N_SHIPPED, 0},
	{"long_chain_takes_ttl", test_long_chain_takes_ttl, 0, 20},
	{"masquerade", test_masquerade, 2, 0},
	{"source_nat", test_source_nat, 2, 0},
	{"balancer", test_balancer, 4, 0},
	{"frames_are_whole", test_frames_are_whole, 2, 0},
	{"nobody_speaks_unasked", test_nobody_speaks_unasked, 0, 0},
	{"middle_hands_on", test_middle_hands_on, 2, 0},
	{"near_device_is_near", test_near_device_is_near, 4, 0},
	{0},
};

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}
