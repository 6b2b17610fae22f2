// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A TIME_WAIT's answers are as the connection's own would be.
 *
 * A server closes first, and comes to TIME_WAIT in one of four ways.  By then
 * it is a small structure that has only copies of what the connection knew.
 * Asked by a segment that comes late, it answers with the connection's next
 * numbers, its window by its own scale and not by the client's, the peer's
 * newest timestamp and its own clock with the connection's offset, the type of
 * service and the mark that the program has chosen, and for IPv6 the flow
 * label, so that its answer takes the way that the connection's segments took,
 * and the priority, so that it waits in their queue.  (For IPv4, 7.2's answers
 * have none: ip_send_unicast_reply().)  It leaves by the device that the
 * program has bound to, though another route comes first.  (For IPv6 that is
 * among equally specific routes: only for full sockets is
 * ip6_route_output_flags() strict.)  And it answers from the address that the
 * client meant, though that is no address of the server's, if the program is a
 * transparent proxy.  (Only IPv4 looks at sources.)
 *
 * A server that has agreed on ECN sends data as ECT(0).  Its answer to a late
 * segment is not ECT, for nobody reacts to a mark on it.  Kernels with AccECN
 * send the ACK of the client's FIN as the connection's last segment was sent,
 * so that both wait in the same queues; older ones do not.
 *
 * A program that closes before its last data have been acknowledged leaves that
 * to the small structure: its window ends where the connection's last one did,
 * not further on by those data.
 *
 * A FIN_WAIT2 that no program holds is of the same kind, and answers data with
 * a RST: that has the mark and the priority, too.
 *
 * Server: tcp_time_wait(), inet_twsk_alloc(), tcp_timewait_state_process(),
 * tcp_v4_timewait_ack(), tcp_v6_timewait_ack(), tcp_v4_send_reset(),
 * tcp_v6_send_reset().
 *
 * Controls: the ways into TIME_WAIT; with timestamps and without; what has the
 * mark or the priority is sent until that is refused, and counts as sent when
 * it is, and what has none is sent then, too; a listener that is bound to no
 * device answers by the first route, to nowhere, and one without IP_TRANSPARENT
 * not at all.
 *
 * Catches: a TIME_WAIT that forgets any of that, or remembers it of an earlier
 * moment.
 */

#include "linger.h"

#include <netinet/ip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ISN 7000u
#define MS 1000000
#define SENT 100     /* bytes by the client */
#define ANSWERED 50  /* bytes by the server */
#define SERVICE 0x48 /* AF21: without the bits for congestion */
#define ECT_0 0x02
#define MARK 7
#define PRIORITY 5
#define SCALE 2 /* the client's */
#define WAIT_MS 700
#define FOREIGN "10.0.200.1" /* of nobody here */
#define KEEPS_ECT "answer to FIN in FIN_WAIT2 keeps ECT(0)"
#define ACCECN "sysctl net.ipv4.tcp_ecn_option"

struct peer {
	struct lg_raw *raw;
	struct lg_wire *wire;
	uint32_t tsval; /* of the next segment; 0: no timestamps */
	bool ecn;	/* is asked for in the SYN */
	uint8_t scale;	/* the server's */
};

/* Each of the client's segments is a little later than the one before. */
static void send_segment(struct peer *peer, const char *segment)
{
	char options[40] = "";

	if (peer->tsval)
		snprintf(options, sizeof(options), " <TS val %u ecr 0>",
			 peer->tsval++);
	lg_inject(peer->raw, "%s%s", segment, options);
}

static int connect_with_scale(struct peer *peer, int listener)
{
	char timestamp[32] = "";

	if (peer->tsval)
		snprintf(timestamp, sizeof(timestamp), ",TS val %u ecr 0",
			 peer->tsval++);
	lg_inject(peer->raw, "%s 0:0(0) <mss 1460,sackOK,wscale %d%s>",
		  peer->ecn ? "SEW" : "S", SCALE, timestamp);
	struct lg_segment syn_ack =
		lg_await_segment(peer->wire, peer->ecn ? "< S.E" : "< S.");
	ck_assert_uint_ne(syn_ack.wscale, SCALE);
	peer->scale = syn_ack.wscale;
	send_segment(peer, ". 1:1(0) ack 1");
	return lg_accept(listener);
}

static void set_service(struct lg_net *net, int sock)
{
	int service = SERVICE;
	bool ipv4 = lg_family(net) == AF_INET;

	ck_assert_int_eq(setsockopt(sock, ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
				    ipv4 ? IP_TOS : IPV6_TCLASS, &service,
				    sizeof(service)),
			 0);
}

static void set_mark(int sock)
{
	unsigned mark = MARK;

	ck_assert_int_eq(
		setsockopt(sock, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)), 0);
}

/* After the type of service, which for IPv4 chooses a priority, too. */
static void set_priority(int sock)
{
	int priority = PRIORITY;

	ck_assert_int_eq(setsockopt(sock, SOL_SOCKET, SO_PRIORITY, &priority,
				    sizeof(priority)),
			 0);
}

/* From now on nothing leaves the server that is as the connection's own: by its
 * priority in the rows that are about it, else by its mark. */
static void refuse_own(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");

	if (strstr(lg_row_name(net), "priority"))
		lg_refuse_priority(server, PRIORITY);
	else
		lg_refuse_mark(server, MARK);
}

static void exchange(struct peer *peer, int sock)
{
	char text[SENT] = "";

	send_segment(peer, "P. 1:101(100) ack 1");
	lg_receive(sock, text, SENT);
	lg_send(sock, text, ANSWERED);
	lg_await_segment(peer->wire, "< P. 1:51(50) ack 101");
	send_segment(peer, ". 101:101(0) ack 51");
}

/* Nobody can read what comes now. */
static void assert_reset_is_own(struct lg_net *net, struct peer *peer, int sock)
{
	struct lg_host *server = lg_host(net, "server");

	lg_close(sock);
	lg_await_segment(peer->wire, "< F. 51:51(0) ack 101");
	send_segment(peer, ". 101:101(0) ack 52");
	lg_await_state(sock, TCP_FIN_WAIT2);
	ck_assert(lg_status(sock).time_wait);

	refuse_own(net);
	send_segment(peer, "P. 101:106(5) ack 52");
	lg_await_counted(server, "OutRsts", 1);
	lg_expect_none(peer->wire, NULL, 100);
	lg_assert_state(sock, TCP_CLOSE);

	/* It was that connection's: what answers for nobody has none. */
	lg_inject(lg_raw(lg_host(net, "client"), 4002, server, 82, ISN),
		  "S 0:0(0) <mss 1460>");
	lg_await_segment(peer->wire, "< R.");
}

/* The FIN goes with data, which the client has no room for until then: what is
 * copied then says ECT(0).  Not every kernel takes a window of 0 from a segment
 * with the number of the last ACK: so a byte comes before. */
static void close_with_data(struct peer *peer, int sock)
{
	char text[ANSWERED] = "";

	send_segment(peer, "P. 101:102(1) ack 51");
	send_segment(peer, "P. 102:103(1) ack 51 win 0");
	lg_receive(sock, text, 2);
	lg_send(sock, text, sizeof(text));
	lg_close(sock);
	send_segment(peer, ". 103:103(0) ack 51 win 1000");
}

static void assert_ecn(struct lg_net *net, struct peer *peer, int sock)
{
	close_with_data(peer, sock);
	struct lg_segment last =
		lg_await_segment(peer->wire, "< FP. 51:101(50) ack 103");
	ck_assert_uint_eq(last.tos, SERVICE | ECT_0);
	send_segment(peer, ". 103:103(0) ack 102");
	lg_await_state(sock, TCP_FIN_WAIT2);
	ck_assert(lg_status(sock).time_wait);

	send_segment(peer, "F. 103:103(0) ack 102");
	struct lg_segment ack =
		lg_await_segment(peer->wire, "< . 102:102(0) ack 104");
	bool accecn = lg_has(net, ACCECN);
	bool keeps = lg_fact(net, KEEPS_ECT, ack.tos & ECT_0);
	ck_assert_uint_eq(ack.tos, keeps ? SERVICE | ECT_0 : SERVICE);
	ck_assert(keeps || !accecn);

	send_segment(peer, "P. 104:109(5) ack 102");
	struct lg_segment late =
		lg_await_segment(peer->wire, "< . 102:102(0) ack 104");
	ck_assert_uint_eq(late.tos, SERVICE);
}

static uint32_t window_end(struct lg_segment segment, const struct peer *peer)
{
	return segment.ack + ((uint32_t)segment.window << peer->scale);
}

static void assert_same_window_end(struct lg_net *net, struct peer *peer,
				   int sock)
{
	struct lg_host *server = lg_host(net, "server");
	const char *data = "P. 101:201(100) ack 52";
	const char *ack = "< . 52:52(0) ack 201";
	char text[SENT];
	int off = 0;

	lg_send_fin(sock);
	struct lg_segment last =
		lg_await_segment(peer->wire, "< F. 51:51(0) ack 101");
	send_segment(peer, ". 101:101(0) ack 52");
	lg_await_state(sock, TCP_FIN_WAIT2);

	/* The ACK is left to a timer. */
	ck_assert_int_eq(
		setsockopt(sock, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off)),
		0);
	uint64_t sent = lg_counted(server, "OutSegs");
	send_segment(peer, data);
	lg_receive(sock, text, SENT);
	lg_close(sock);
	ck_assert(lg_status(sock).time_wait);
	/* A machine that is busy can be later than that. */
	if (lg_counted(server, "OutSegs") != sent)
		last = lg_await_segment(peer->wire, ack);

	send_segment(peer, data);
	struct lg_segment reply = lg_await_segment(peer->wire, ack);
	uint32_t missing = window_end(last, peer) - window_end(reply, peer);
	ck_assert_uint_lt(missing, 1u << peer->scale);
}

/* A listener that is not set up as ours cannot answer: from this address, or,
 * if that is NULL, from its own. */
static void assert_other_is_silent(struct lg_net *net, const char *address)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	struct lg_wire *wire = lg_wire(client);
	struct lg_raw *raw = lg_raw(client, 4001, server, 81, ISN);
	int other = lg_listen(server, 81);

	if (address)
		lg_raw_aim(raw, address);
	lg_inject(raw, "S 0:0(0) <mss 1460>");
	lg_await_counted(server, "InSegs", 1);
	lg_expect_none(wire, NULL, 100);
	lg_close(other);
}

/* From now on only what is bound to the link's device can reach the client. */
static void bind_to_link(struct lg_net *net, int listener)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const char device[] = "client";

	ck_assert_int_eq(setsockopt(listener, SOL_SOCKET, SO_BINDTODEVICE,
				    device, sizeof(device)),
			 0);
	lg_route(server, lg_address(client, 0), "lo");
	lg_route(server, lg_address(client, 0), device);

	assert_other_is_silent(net, NULL);
}

/* From now on the client means an address that the server does not have. */
static void become_proxy(struct lg_net *net, struct lg_raw *raw, int listener)
{
	int on = 1;

	ck_assert_int_eq(setsockopt(listener, IPPROTO_IP, IP_TRANSPARENT, &on,
				    sizeof(on)),
			 0);
	lg_route_here(lg_host(net, "server"), FOREIGN);
	lg_raw_aim(raw, FOREIGN);
	assert_other_is_silent(net, FOREIGN);
}

/* Brings the server to TIME_WAIT; returns what its full socket sent last. */
static struct lg_segment walk(struct lg_net *net, struct peer *peer, int sock)
{
	const char *by = lg_row_name(net);
	bool held = !strcmp(by, "fin_wait2_held");

	if (held)
		lg_send_fin(sock);
	else
		lg_close(sock);
	struct lg_segment last =
		lg_await_segment(peer->wire, "< F. 51:51(0) ack 101");

	if (!strcmp(by, "closing")) {
		send_segment(peer, "F. 101:101(0) ack 51");
		last = lg_await_segment(peer->wire, "< . 52:52(0) ack 102");
		send_segment(peer, ". 102:102(0) ack 52");
	} else if (!strcmp(by, "fin_wait1")) {
		send_segment(peer, "F. 101:101(0) ack 52");
		last = lg_await_segment(peer->wire, "< . 52:52(0) ack 102");
	} else {
		send_segment(peer, ". 101:101(0) ack 52");
		lg_await_state(sock, TCP_FIN_WAIT2);
		ck_assert_int_eq(lg_status(sock).time_wait, !held);
		send_segment(peer, "F. 101:101(0) ack 52");
		struct lg_segment ack =
			lg_await_segment(peer->wire, "< . 52:52(0) ack 102");
		if (held)
			last = ack;
	}
	lg_await_state(sock, TCP_TIME_WAIT);
	return last;
}

static void assert_clock(struct lg_net *net, struct lg_segment reply,
			 struct lg_segment last)
{
	int64_t passed_ms = (reply.time_ns - last.time_ns) / MS;
	int32_t ticked_ms = (int32_t)(reply.tsval - last.tsval);
	int allowed_ms = lg_has(net, "virtual-time") ? 1 : WAIT_MS / 2;

	ck_assert_int_ge(passed_ms, WAIT_MS - 1);
	ck_assert_int_le(llabs(ticked_ms - passed_ms), allowed_ms);
}

static void assert_remembered(struct lg_net *net, struct peer *peer, int sock)
{
	bool timestamps = peer->tsval;
	struct lg_segment last = walk(net, peer, sock);
	ck_assert_uint_eq(last.tos, SERVICE);

	lg_pass(net, WAIT_MS);
	struct lg_wire *wire = lg_wire(lg_host(net, "client"));
	uint32_t newest = peer->tsval - 1;
	send_segment(peer, "P. 102:107(5) ack 52");
	struct lg_segment reply = lg_expect(wire, "< . 52:52(0) ack 102");

	ck_assert_uint_eq(reply.window, last.window);
	ck_assert_uint_eq(reply.tos, SERVICE);
	ck_assert_uint_eq(reply.flow_label, last.flow_label);
	ck_assert_uint_eq(reply.ttl, last.ttl);
	ck_assert_uint_eq(reply.has_ts, timestamps);
	if (timestamps) {
		ck_assert_uint_eq(reply.tsecr, newest);
		assert_clock(net, reply, last);
	}

	refuse_own(net);
	send_segment(peer, "P. 102:107(5) ack 52");
	lg_expect_none(wire, NULL, 100);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const char *row = lg_row_name(net);
	bool timestamps = lg_sysctl_get(server, "net.ipv4.tcp_timestamps");

	int listener = lg_listen(server, 80);
	struct peer peer = {
		.raw = lg_raw(client, 4000, server, 80, ISN),
		.wire = lg_wire(client),
		.tsval = timestamps ? 1000 : 0,
		.ecn = !strcmp(row, "fin_wait2_with_ecn"),
	};
	if (!strcmp(row, "fin_wait2_on_device"))
		bind_to_link(net, listener);
	if (!strcmp(row, "fin_wait2_of_proxy"))
		become_proxy(net, peer.raw, listener);
	int sock = connect_with_scale(&peer, listener);
	set_service(net, sock);
	set_mark(sock);
	set_priority(sock);
	exchange(&peer, sock);
	if (!strncmp(row, "fin_wait2_and_data", strlen("fin_wait2_and_data")))
		assert_reset_is_own(net, &peer, sock);
	else if (!strcmp(row, "fin_wait2_before_ack"))
		assert_same_window_end(net, &peer, sock);
	else if (peer.ecn)
		assert_ecn(net, &peer, sock);
	else
		assert_remembered(net, &peer, sock);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		{ "server", "net.ipv4.tcp_timestamps", "0 1" },
	},
	.rows = {
		{ "fin_wait1" },
		{ "fin_wait2" },
		{ "fin_wait2_held" },
		{ "closing" },
		{ "fin_wait2_and_data" },
		{ "fin_wait2_with_priority", .families = LG_IPV6 },
		{ "fin_wait2_and_data_with_priority", .families = LG_IPV6 },
		{ "fin_wait2_before_ack" },
		{ "fin_wait2_on_device" },
		{ "fin_wait2_of_proxy", .families = LG_IPV4 },
		{ "fin_wait2_with_ecn",
		  .sysctls = { { "server", "net.ipv4.tcp_ecn", "1" } } },
	},
	.facts = {
		{ KEEPS_ECT, "the ACK of that FIN is as the data were" },
		{ ACCECN, "the kernel knows AccECN (RFC 9768)" },
	},
	.lasts_ms = WAIT_MS,
	.run = run,
};
