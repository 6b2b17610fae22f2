// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new SYN ends a TIME_WAIT only if somebody listens where it is going.
 *
 * A server's connection is in TIME_WAIT, and who listens at its port now is
 * another.  A SYN of a newer timestamp belongs to the listener of its
 * destination: to one of that address, port and device, or of any.  That one
 * takes the TIME_WAIT's place and answers with a SYN-ACK.  If there is none,
 * then the TIME_WAIT does: with its last ACK.  Of listeners that share the port
 * it belongs to the one that any SYN from its port would have gone to, and the
 * first connection's did.
 *
 * Server: tcp_v4_rcv(), tcp_v6_rcv() at do_time_wait, inet_lookup_listener(),
 * inet6_lookup_listener().
 *
 * What the SYN's IP header said is still known there: its type of service is
 * not taken for an option that the connection's segments then would have.
 *
 * Controls: a listener of another address, of another port, on another device;
 * both that share the port have clients.
 *
 * Catches: a kernel that looks for the listener in another place than it does
 * for any SYN, so that the client of a server with an address of its own has to
 * wait for a minute, or that serves it at an address that is not its, or by
 * another process than before.
 */

#include "linger.h"

#include <string.h>

#define TSVAL 1000u
#define PORT 80
#define CLIENT_PORTS 24	 /* all to one listener: never in a lifetime */
#define SERVICE 0x48	 /* AF21: without the bits for congestion */
#define SYN_SERVICE 0x20 /* CS1: read as an offset, it is one in the header */

struct situation {
	bool shared; /* by two listeners; else: */
	bool served;
	unsigned address; /* from 1: the server's; 0: all */
	uint16_t port;	  /* 0: the connection's */
	const char *device;
	int family; /* 0: the connection's */
};

static void set(int sock, int level, int name, int value)
{
	ck_assert_int_eq(setsockopt(sock, level, name, &value, sizeof(value)),
			 0);
}

/* The SYN has had none, whatever its type of service. */
static void assert_no_ip_options(int sock)
{
	char options[40];
	socklen_t size = sizeof(options);

	ck_assert_int_eq(
		getsockopt(sock, IPPROTO_IP, IP_OPTIONS, options, &size), 0);
	ck_assert_uint_eq(size, 0);
}

static int listen_there(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	const char *address =
		is->address ? lg_address(server, is->address - 1) : NULL;
	int sock =
		lg_socket_of(server, is->family ? is->family : lg_family(net));

	set(sock, SOL_SOCKET, SO_REUSEADDR, 1);
	if (is->family == AF_INET6)
		set(sock, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	if (is->device)
		ck_assert_int_eq(setsockopt(sock, SOL_SOCKET, SO_BINDTODEVICE,
					    is->device,
					    (socklen_t)strlen(is->device)),
				 0);
	ck_assert_int_eq(lg_bind(sock, address, is->port ? is->port : PORT), 0);
	ck_assert_int_eq(listen(sock, 1), 0);
	return sock;
}

/* Its SYN-ACKs have the type of service. */
static int listen_beside(struct lg_net *net, int service)
{
	int sock = lg_socket(lg_host(net, "server"));

	set(sock, SOL_SOCKET, SO_REUSEPORT, 1);
	if (lg_family(net) == AF_INET)
		set(sock, IPPROTO_IP, IP_TOS, service);
	else
		set(sock, IPPROTO_IPV6, IPV6_TCLASS, service);
	ck_assert_int_eq(lg_bind(sock, NULL, PORT), 0);
	ck_assert_int_eq(listen(sock, 1), 0);
	return sock;
}

/* Returns which of the two listeners has answered. */
static unsigned open_from(struct lg_raw *raw, struct lg_wire *wire,
			  unsigned number, unsigned tsval)
{
	lg_inject(raw, "S %u:%u(0) <mss 1460,sackOK,TS val %u ecr 0>", number,
		  number, tsval);
	unsigned tos = lg_await_segment(wire, "< S.").tos;
	lg_inject(raw, ". %u:%u(0) ack 1 <TS val %u ecr 0>", number + 1,
		  number + 1, tsval);
	ck_assert(tos == 0 || tos == SERVICE);
	return tos == SERVICE;
}

static void assert_same_listener(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	int listeners[] = { listen_beside(net, 0),
			    listen_beside(net, SERVICE) };
	struct lg_wire *wire = lg_wire(client);
	unsigned clients[] = { 0, 0 };

	for (unsigned i = 0; i < CLIENT_PORTS; i++) {
		struct lg_raw *raw = lg_raw(client, (uint16_t)(4000 + i),
					    server, PORT, 7000);
		lg_raw_timestamp(raw, TSVAL);
		unsigned first = open_from(raw, wire, 0, TSVAL);
		lg_raw_walk(raw, lg_accept(listeners[first]), TCP_TIME_WAIT);
		ck_assert_uint_eq(open_from(raw, wire, 3, TSVAL + 1), first);
		lg_accept(listeners[first]);
		clients[first]++;
	}
	ck_assert_uint_gt(clients[0], 0);
	ck_assert_uint_gt(clients[1], 0);
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), 0);
	lg_assert_counted(server, "PassiveOpens", 2 * CLIENT_PORTS);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	if (is->shared) {
		assert_same_listener(net);
		return;
	}
	int first = lg_listen(server, PORT);
	struct lg_raw *raw = lg_raw(client, 4000, server, PORT, 7000);
	struct lg_wire *wire = lg_wire(client);
	lg_raw_timestamp(raw, TSVAL);
	int old = lg_raw_connect(raw, first);
	lg_raw_walk(raw, old, TCP_TIME_WAIT);
	struct lg_segment last = lg_await_segment(wire, "< . 2:2(0) ack 2");
	lg_close(first);
	int listener = listen_there(net);

	lg_raw_tos(raw, SYN_SERVICE);
	lg_inject(raw, "S 3:3(0) <mss 1460,sackOK,TS val %u ecr 0>", TSVAL + 1);
	if (is->served) {
		lg_expect(wire, "< S.");
		lg_inject(raw, ". 4:4(0) ack 1 <TS val %u ecr 0>", TSVAL + 1);
		int sock = lg_accept(listener);
		if (lg_family(net) == AF_INET)
			assert_no_ip_options(sock);
	} else {
		struct lg_segment answer = lg_expect(wire, "< .");
		ck_assert_uint_eq(answer.seq, last.seq);
		ck_assert_uint_eq(answer.ack, last.ack);
		lg_assert_state(old, TCP_TIME_WAIT);
	}
	ck_assert_uint_eq(lg_sockstat(server, "TCP", "tw"), !is->served);
	lg_assert_counted(server, "PassiveOpens", is->served ? 2 : 1);
	lg_assert_counted(server, "OutRsts", 0);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "of_all_addresses",
		  &(const struct situation){ .served = true } },
		{ "of_this_address",
		  &(const struct situation){ .served = true, .address = 1 } },
		{ "of_another_address",
		  &(const struct situation){ .address = 2 } },
		{ "of_another_port", &(const struct situation){ .port = 81 } },
		{ "on_this_device",
		  &(const struct situation){ .served = true,
					     .device = "client" } },
		{ "on_another_device",
		  &(const struct situation){ .device = "lo" } },
		{ "of_both_families",
		  &(const struct situation){ .served = true,
					     .family = AF_INET6 },
		  .families = LG_IPV4 },
		{ "of_two_that_share_the_port",
		  &(const struct situation){ .shared = true } },
	},
	.run = run,
};
