// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behind NAT that changes ports, a client's connection may look too old.
 *
 * A client connects to a server again and again, each time from another port,
 * through a router that makes one and the same port of them.  The server closes
 * first and keeps a TIME_WAIT, which lets a SYN in if its timestamp is newer.
 * Where a host's timestamps have a secret offset for each pair of ports, a SYN
 * looks older as often as not: then the server answers with the last ACK of the
 * old connection, the client with a RST, which ends the TIME_WAIT, and only its
 * second SYN opens the connection.  If the server
 * ignores such RSTs (tcp_rfc1337), nothing does, and connect() fails.
 *
 * It is the failure of tcp_tw_recycle come back in another place: 165573e41f2f
 * (7.0, and in stable kernels: 6.19, 6.18, 6.12.94, 6.1.192) put the ports into
 * the offset.  secure_tcp_seq_and_ts_off(); tcp_timewait_state_process().
 *
 * The secrets are looked up first, so that the order of the ports can be the
 * worst one, in which each connection looks older than the one before it, or
 * the best.  In that of the kernel's choice it is every other one.
 *
 * Controls: tcp_timestamps=2, without offsets, where there is no bad order;
 * tcp_timestamps=0, where sequence numbers decide, which have had a secret for
 * each pair of ports all along.
 *
 * Catches: a TIME_WAIT that lets in what is older or challenges what is newer,
 * survives the RST or does not ignore it when it must; a client that does not
 * send its SYN again at once.  A kernel whose clock behind NAT is no longer one
 * shows as a changed fact.
 */

#include "linger.h"

#define CONNECTS 10
#define POOL 64
/* Far enough apart for what the clocks will have added by then. */
#define MARGIN (INT32_C(1) << 28)
#define PER_PORTS "timestamps have an offset for each pair of ports"

struct situation {
	bool worst; /* order of ports */
	bool ignores;
};

/* A port of the client's, and what its SYN says. */
struct port {
	uint16_t number;
	uint32_t says; /* timestamp or sequence number */
	bool used;
};

/* What the server's TIME_WAIT knows of the last connection. */
struct memory {
	uint32_t tsval, next;
};

static struct memory close_both(struct lg_wire *wire, int sock, int peer)
{
	lg_close(peer);
	lg_expect(wire, "< F.");
	lg_expect(wire, "> .");
	/* Else another processor may still be at it when the FIN comes. */
	lg_await_state(peer, TCP_FIN_WAIT2);
	lg_close(sock);
	struct lg_segment fin = lg_expect(wire, "> F.");
	lg_expect(wire, "< .");
	lg_await_state(peer, TCP_TIME_WAIT);
	lg_await_state(sock, TCP_CLOSE);
	return (struct memory){ fin.tsval, fin.seq + 1 };
}

/* Whether a TIME_WAIT must take it for an old one. */
static bool looks_old(struct lg_segment syn, struct memory last)
{
	if (syn.has_ts)
		return (int32_t)(syn.tsval - last.tsval) < 0;
	return (int32_t)(syn.seq - last.next) <= 0;
}

static void expect_challenge(struct lg_wire *wire, struct memory last)
{
	struct lg_segment ack = lg_expect(wire, "< .");

	ck_assert_uint_eq(ack.ack, last.next);
	ck_assert_uint_eq(lg_expect(wire, "> R").seq, last.next);
}

static void expect_opening(struct lg_wire *wire, int sock)
{
	lg_expect(wire, "< S.");
	lg_expect(wire, "> .");
	ck_assert_int_eq(lg_connect_result(sock), 0);
}

/* The server's TIME_WAIT stays, and so does the SYN's timestamp. */
static void expect_failure(struct lg_net *net, struct lg_wire *wire,
			   struct memory last, int sock)
{
	expect_challenge(wire, last);
	ck_assert_int_eq(lg_connect_result_within(sock, 60000), ETIMEDOUT);
	lg_assert_counted(lg_host(net, "server"), "PassiveOpens", 1);
	lg_observe(net, "connect", "ETIMEDOUT");
}

static uint32_t says(struct lg_segment syn)
{
	return syn.has_ts ? syn.tsval : syn.seq;
}

/* Connections that leave nothing behind. */
static void look_up(struct lg_net *net, int listener, struct port pool[POOL])
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_wire *wire = lg_wire(client);

	for (unsigned i = 0; i < POOL; i++) {
		int sock = lg_connect(client, 0, lg_host(net, "server"), 80);
		int peer = lg_accept(listener);
		pool[i] = (struct port){
			lg_port(sock),
			says(lg_await_segment(wire, "> S")),
			false,
		};
		lg_abort(sock);
		lg_await_state(peer, TCP_CLOSE);
		lg_close(peer);
	}
}

/* The next port in the worst or best order; where there is no such, any. */
static uint16_t choose(struct port pool[POOL], uint32_t last, bool worst)
{
	struct port *chosen = NULL;

	for (unsigned i = 0; i < POOL; i++) {
		int32_t ahead = (int32_t)(pool[i].says - last);
		if (pool[i].used)
			continue;
		if (!chosen)
			chosen = &pool[i];
		if (worst ? ahead < -MARGIN && ahead > INT32_MIN + MARGIN
			  : ahead > MARGIN && ahead < INT32_MAX - MARGIN) {
			chosen = &pool[i];
			break;
		}
	}
	chosen->used = true;
	return chosen->number;
}

/* The second SYN follows the RST and not a timer, which would be a second. */
static void expect_recovery(struct lg_net *net, struct lg_wire *wire,
			    struct lg_segment syn, struct memory last)
{
	expect_challenge(wire, last);
	struct lg_segment again = lg_expect(wire, "> S");
	ck_assert_uint_eq(again.seq, syn.seq);
	if (lg_has(net, "virtual-time"))
		ck_assert_int_lt(again.time_ns - syn.time_ns, 500000000);
}

/* How many of the connections looked old. */
static unsigned connect_all(struct lg_net *net, int listener,
			    struct port pool[POOL], struct lg_wire *wire)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct memory last = { 0 };
	uint32_t said = pool[0].says;
	unsigned old = 0;

	for (unsigned i = 0; i < CONNECTS; i++) {
		uint16_t port = choose(pool, said, is->worst);
		int sock = lg_connect_start(client, port, server, 80);
		struct lg_segment syn = lg_expect(wire, "> S");
		bool is_old = i && looks_old(syn, last);

		old += is_old;
		if (is_old && is->ignores) {
			expect_failure(net, wire, last, sock);
			break;
		}
		if (is_old)
			expect_recovery(net, wire, syn, last);
		expect_opening(wire, sock);
		last = close_both(wire, sock, lg_accept(listener));
		said = syn.has_ts ? last.tsval : last.next;
		/* So that the next has another timestamp. */
		lg_pass(net, 10);
	}
	return old;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	long timestamps = lg_sysctl_get(client, "net.ipv4.tcp_timestamps");
	struct port pool[POOL];

	int listener = lg_listen(server, 80);
	look_up(net, listener, pool);
	lg_count_anew(client);
	lg_count_anew(server);
	unsigned old = connect_all(net, listener, pool, lg_wire(client));

	if (!is->ignores) {
		lg_assert_counted(client, "OutRsts", old);
		lg_assert_counted(server, lg_paws_counter(net),
				  timestamps ? old : 0);
		lg_assert_counted(server, "PassiveOpens", CONNECTS);
	}
	if (!is->worst || timestamps == 2)
		ck_assert_uint_eq(old, 0);
	else if (timestamps == 0 || lg_fact(net, PER_PORTS, old))
		ck_assert_uint_eq(old, is->ignores ? 1 : CONNECTS - 1);
	lg_observe(net, "challenged", "%u of %u", old, CONNECTS);
}

const struct lg_case lg_case = {
	.topology = "snat",
	.families = LG_IPV4 | LG_IPV6,
	.params = { { "ports", "30000-30000" } },
	.sysctls = {
		/* TCP's memory is what this is about, not conntrack's. */
		{ "router", "net.netfilter.nf_conntrack_tcp_timeout_time_wait",
		  "0" },
		{ "router", "net.netfilter.nf_conntrack_tcp_timeout_close",
		  "0" },
		{ "client1", "net.ipv4.tcp_syn_retries", "2" },
	},
	.rows = {
		{ "timestamps_in_worst_order",
		  &(const struct situation){ .worst = true },
		  { { "*", "net.ipv4.tcp_timestamps", "1" } } },
		{ "timestamps_in_best_order",
		  &(const struct situation){ .worst = false },
		  { { "*", "net.ipv4.tcp_timestamps", "1" } } },
		{ "timestamps_and_rfc1337",
		  &(const struct situation){ .worst = true, .ignores = true },
		  { { "*", "net.ipv4.tcp_timestamps", "1" },
		    { "server", "net.ipv4.tcp_rfc1337", "1" } },
		  .lasts_ms = 12000 },
		{ "timestamps_without_offset",
		  &(const struct situation){ .worst = true },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
		{ "no_timestamps_in_worst_order",
		  &(const struct situation){ .worst = true },
		  { { "*", "net.ipv4.tcp_timestamps", "0" } } },
		{ "no_timestamps_in_best_order",
		  &(const struct situation){ .worst = false },
		  { { "*", "net.ipv4.tcp_timestamps", "0" } } },
	},
	.facts = {
		{ PER_PORTS,
		  "behind NAT that changes ports, a later connection may look "
		  "older than the one before it on the same outer ports" },
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
	},
	.lasts_ms = 1000,
	/* Which ports it uses differs from run to run. */
	.bulk = true,
	.run = run,
};
