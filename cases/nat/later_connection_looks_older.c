// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behind NAT, a connection may look older than the one before it.
 *
 * A client connects to a server, which closes first and keeps a TIME_WAIT.  The
 * client connects again, from another port, of which the router makes the same
 * as before.  The client's timestamps have an offset for each pair of ports,
 * and that of the new one is behind: to the server, the SYN comes from the
 * past.  It answers with the last ACK of the old connection; the client knows
 * nothing of that and sends a RST, which ends the TIME_WAIT; and the SYN that
 * follows after two jiffies opens the connection.
 *
 * It need not: with the RST the router has forgotten the connection as well,
 * and somebody else's may have used the port in between, or the second SYN is
 * given another port, with another TIME_WAIT.  Then the second answer is a RST,
 * too, but the third SYN waits for its timer, which is a second.
 *
 * 165573e41f2f (7.0, and in stable kernels: 6.19, 6.18, 6.12.94, 6.1.192) put
 * the ports into the offset.  secure_tcp_seq_and_ts_off();
 * tcp_timewait_state_process(); tcp_rcv_synsent_state_process().
 *
 * A router that drops what its conntrack calls invalid must not take the
 * answers for that.
 *
 * Controls: a port whose offset is ahead; tcp_timestamps=2, without offsets.
 *
 * Catches: a TIME_WAIT that lets in what is older, or challenges what is newer;
 * a client that does not send its SYN again at once, or does so each time.  A
 * kernel whose clock behind NAT is no longer one shows as a changed fact.
 */

#include "linger.h"

#include <stdio.h>
#include <unistd.h>

#define POOL 64
#define MARK 7u
/* Far enough apart for what the clock will have added by then. */
#define MARGIN (INT32_C(1) << 28)
#define PER_PORTS "timestamps have an offset for each pair of ports"

struct situation {
	bool behind; /* the later one's offset */
	bool again;  /* and behind that of another client's, too */
	bool firewall;
};

/* A port of a client's, and the timestamp of a SYN from it. */
struct port {
	uint16_t number;
	uint32_t tsval;
};

/* The SYNs do not leave the client. */
static void look_up(struct lg_net *net, struct lg_host *client,
		    struct port pool[POOL])
{
	const char *server = lg_address_towards(client, lg_host(net, "server"));
	const int mark = MARK;
	socklen_t size = sizeof(pool->tsval);

	lg_refuse_mark(client, MARK);
	for (unsigned i = 0; i < POOL; i++) {
		int sock = lg_socket(client);
		ck_assert_int_eq(setsockopt(sock, SOL_SOCKET, SO_MARK, &mark,
					    sizeof(mark)),
				 0);
		lg_connect_socket(sock, server, 80);
		pool[i].number = lg_port(sock);
		ck_assert_int_eq(getsockopt(sock, IPPROTO_TCP, TCP_TIMESTAMP,
					    &pool[i].tsval, &size),
				 0);
		close(sock);
	}
	lg_count_anew(client);
}

static bool is_behind(struct port one, struct port other)
{
	int32_t ahead = (int32_t)(one.tsval - other.tsval);

	return ahead < -MARGIN && ahead > INT32_MIN + MARGIN;
}

/* One from which to connect before `later`; any, if there are no offsets. */
static bool choose(const struct port pool[POOL], struct port later, bool behind,
		   struct port *first)
{
	for (unsigned i = 1; i < POOL; i++) {
		*first = pool[i];
		if (behind ? is_behind(later, *first)
			   : is_behind(*first, later))
			return true;
	}
	return false;
}

static int connect_from(struct lg_net *net, struct lg_host *client,
			struct port port)
{
	char range[16];

	snprintf(range, sizeof(range), "%u %u", port.number, port.number);
	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", range);
	return lg_connect_start(client, 0, lg_host(net, "server"), 80);
}

/* The timestamp of the client's last segment. */
static uint32_t leave_time_wait(struct lg_net *net, struct lg_host *client,
				struct port port, int listener)
{
	struct lg_wire *wire = lg_wire(client);
	int sock = connect_from(net, client, port);

	ck_assert_int_eq(lg_connect_result(sock), 0);
	int peer = lg_accept(listener);
	lg_close_both(peer, sock);
	lg_await_state(sock, TCP_CLOSE);
	return lg_await_segment(wire, "> F.").tsval;
}

static void expect_challenge(struct lg_wire *wire)
{
	struct lg_segment ack = lg_expect(wire, "< .");

	ck_assert_uint_eq(lg_expect(wire, "> R").seq, ack.ack);
}

/* At once: for the RST, and not by the timer, which is a second. */
static void expect_syn_again(struct lg_net *net, struct lg_wire *wire,
			     struct lg_segment *syn, bool at_once)
{
	struct lg_segment again = lg_expect(wire, "> S");
	int64_t after_ns = again.time_ns - syn->time_ns;

	ck_assert_uint_eq(again.seq, syn->seq);
	if (lg_has(net, "virtual-time"))
		ck_assert_int_eq(after_ns < 500000000, at_once);
	*syn = again;
}

/* Lets another client be quicker. */
static struct lg_rule *hold_second_syn(struct lg_net *net)
{
	return lg_hold(lg_host(net, "router"),
		       (struct lg_match){
			       .flags = LG_SYN, .no_flags = LG_ACK, .nth = 2 });
}

static void assert_opens(struct lg_net *net, struct lg_wire *wire, int sock,
			 int listener)
{
	struct lg_host *server = lg_host(net, "server");
	char data[5];

	lg_expect(wire, "< S.");
	lg_expect(wire, "> .");
	ck_assert_int_eq(lg_connect_result(sock), 0);
	lg_send(sock, "hello", sizeof(data));
	lg_receive(lg_accept(listener), data, sizeof(data));
	lg_assert_counted(server, "OutRsts", 0);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client1");
	struct lg_host *other = lg_host(net, "client2");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	struct port pool[POOL], others[POOL], first, between;

	look_up(net, client, pool);
	look_up(net, other, others);
	struct port later = pool[0];
	bool found = choose(pool, later, is->behind, &first) &&
		     choose(others, later, true, &between);
	if (lg_sysctl_get(client, "net.ipv4.tcp_timestamps") == 1)
		lg_fact(net, PER_PORTS, found);
	else
		ck_assert(!found);

	if (is->firewall)
		lg_refuse_invalid(lg_host(net, "router"));
	int listener = lg_listen(server, 80);
	uint32_t last = leave_time_wait(net, client, first, listener);
	/* So that the next has another timestamp. */
	lg_pass(net, 10);

	bool old = found && is->behind;
	struct lg_wire *wire = lg_wire(client);
	struct lg_rule *hold = is->again ? hold_second_syn(net) : NULL;
	int sock = connect_from(net, client, later);
	struct lg_segment syn = lg_expect(wire, "> S");
	ck_assert_int_eq((int32_t)(syn.tsval - last) < 0, old);
	if (old) {
		expect_challenge(wire);
		if (is->again) {
			lg_await_hits(hold, 1);
			leave_time_wait(net, other, between, listener);
			lg_release(hold, LG_IN_ORDER);
		}
		expect_syn_again(net, wire, &syn, true);
	}
	if (old && is->again) {
		expect_challenge(wire);
		expect_syn_again(net, wire, &syn, false);
	}
	assert_opens(net, wire, sock, listener);
	lg_assert_counted(client, "OutRsts", old + (old && is->again));
	lg_assert_counted(server, lg_paws_counter(net),
			  old + (old && is->again));
	lg_observe(net, "connect() takes", "%s",
		   old && is->again ? "a second" : "a moment");
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
	},
	.rows = {
		{ "behind",
		  &(const struct situation){ true },
		  { { "*", "net.ipv4.tcp_timestamps", "1" } } },
		{ "behind_again",
		  &(const struct situation){ true, .again = true },
		  { { "*", "net.ipv4.tcp_timestamps", "1" } } },
		{ "behind_a_firewall",
		  &(const struct situation){ true, .firewall = true },
		  { { "*", "net.ipv4.tcp_timestamps", "1" } } },
		{ "ahead",
		  &(const struct situation){ false },
		  { { "*", "net.ipv4.tcp_timestamps", "1" } } },
		{ "without_offset",
		  &(const struct situation){ true },
		  { { "*", "net.ipv4.tcp_timestamps", "2" } } },
	},
	.facts = {
		{ PER_PORTS,
		  "behind NAT that changes ports, a later connection may look "
		  "older than the one before it on the same outer ports" },
		{ "counter PAWSTimewait",
		  "an old timestamp is counted so, not as PAWSEstab (6.16)" },
	},
	.lasts_ms = 1000,
	.run = run,
};
