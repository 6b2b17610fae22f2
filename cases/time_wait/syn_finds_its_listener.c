// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new SYN ends a TIME_WAIT only if somebody listens where it is going.
 *
 * A server's connection is in TIME_WAIT, and who listens at its port now is
 * another.  A SYN of a newer timestamp belongs to the listener of its
 * destination: to one of that address, port and device, or of any.  That one
 * takes the TIME_WAIT's place and answers with a SYN-ACK.  If there is none,
 * then the TIME_WAIT does: with its last ACK.
 *
 * Server: tcp_v4_do_time_wait(), tcp_v6_do_time_wait(), inet_lookup_listener(),
 * inet6_lookup_listener().
 *
 * Controls: a listener of another address, of another port, on another device.
 *
 * Catches: a kernel that looks for the listener in another place than it does
 * for any SYN, so that the client of a server with an address of its own has to
 * wait for a minute, or that serves it at an address that is not its.
 */

#include "linger.h"

#include <string.h>

#define TSVAL 1000u
#define PORT 80

struct situation {
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

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);

	int first = lg_listen(server, PORT);
	struct lg_raw *raw = lg_raw(client, 4000, server, PORT, 7000);
	struct lg_wire *wire = lg_wire(client);
	lg_raw_timestamp(raw, TSVAL);
	int old = lg_raw_connect(raw, first);
	lg_raw_walk(raw, old, TCP_TIME_WAIT);
	struct lg_segment last = lg_await_segment(wire, "< . 2:2(0) ack 2");
	lg_close(first);
	int listener = listen_there(net);

	lg_inject(raw, "S 3:3(0) <mss 1460,sackOK,TS val %u ecr 0>", TSVAL + 1);
	if (is->served) {
		lg_expect(wire, "< S.");
		lg_inject(raw, ". 4:4(0) ack 1 <TS val %u ecr 0>", TSVAL + 1);
		lg_accept(listener);
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
	},
	.run = run,
};
