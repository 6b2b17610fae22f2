// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a SYN_RECV does with each kind of segment.
 *
 * A listener has answered a SYN, and waits for the ACK that completes the
 * connection, with a small structure for it.  A RST with exactly the next
 * number ends it.  One elsewhere in the window did so, too, until kernels began
 * to challenge it as they do on a full connection (a28c4fcbf774, 7.2, and the
 * stable kernels after it; RFC 5961, 3.2): so an old ACK that made a client in
 * SYN_SENT send a RST could end a connection before it began (RFC 1337, hazard
 * 3).  The same SYN again is answered with the same SYN-ACK, another SYN in the
 * window with a RST that ends it.  What is outside the window is answered with
 * an ACK, unless it is a RST; what acknowledges another number, with a RST of
 * that number; neither changes anything.  The right ACK opens the connection,
 * with or without data.
 *
 * Server: tcp_check_req(), tcp_v4_reqsk_send_ack(), tcp_v4_send_reset().
 *
 * Controls: each number beside the right one, and the ACK at the end, which
 * shows what became of it.
 *
 * Catches: a kernel that lets a connection to be end, or begin, by a segment
 * that must not do that, or answers with the wrong numbers.
 */

#include "linger.h"

#define ISN 7000u
#define CHALLENGES "a RST in the window of a SYN_RECV is challenged"

struct situation {
	const char *segment;
	unsigned end; /* its number is that of the window's end (1), or the one
		       * after (2); 0: it says its number */
	const char *reply; /* NULL: none */
	int becomes; /* a state; 0: what the kernel's way with it decides */
};

static void inject(struct lg_raw *raw, const struct situation *is,
		   struct lg_segment syn_ack)
{
	unsigned end = syn_ack.ack + syn_ack.window - ISN + is->end - 1;

	if (is->end)
		lg_inject(raw, is->segment, end, end);
	else
		lg_inject(raw, "%s", is->segment);
}

/* The only fact about it that there is: whether it answers. */
static bool is_challenged(struct lg_net *net, struct lg_host *server,
			  struct lg_wire *wire)
{
	bool challenged = lg_count_state(server, TCP_SYN_RECV);

	lg_fact(net, CHALLENGES, challenged);
	lg_claim(net, 113, !challenged);
	if (challenged)
		lg_expect(wire, "< . 1:1(0) ack 1");
	lg_assert_counted(server, "TCPChallengeACK", challenged);
	return challenged;
}

/* The ACK opens the connection if the SYN is known still. */
static void assert_lives(struct lg_host *server, struct lg_raw *raw,
			 struct lg_wire *wire, int listener, bool lives)
{
	ck_assert_uint_eq(lg_count_state(server, TCP_SYN_RECV), lives);
	lg_inject(raw, ". 1:1(0) ack 1");
	if (lives)
		lg_assert_state(lg_accept(listener), TCP_ESTABLISHED);
	else
		lg_expect(wire, "< R 1:1(0)");
	lg_assert_counted(server, "PassiveOpens", lives);
	lg_assert_counted(server, "EmbryonicRsts", !lives);
	lg_assert_counted(server, "AttemptFails", !lives);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	bool lives = is->becomes == TCP_SYN_RECV;

	int listener = lg_listen(server, 80);
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, ISN);
	struct lg_wire *wire = lg_wire(client);
	lg_inject(raw, "S 0:0(0) <mss 1460>");
	struct lg_segment syn_ack = lg_expect(wire, "< S. 0:0(0) ack 1");

	inject(raw, is, syn_ack);
	if (!is->becomes)
		lives = is_challenged(net, server, wire);
	if (is->reply)
		lg_expect(wire, is->reply);
	lg_expect_none(wire, NULL, 50);
	if (is->becomes == TCP_ESTABLISHED || is->becomes == TCP_CLOSE_WAIT) {
		lg_assert_state(lg_accept(listener), is->becomes);
		lg_assert_counted(server, "OutRsts", 0);
		return;
	}
	assert_lives(server, raw, wire, listener, lives);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.sysctls = {
		/* The window is as it is on the wire. */
		{ "server", "net.ipv4.tcp_window_scaling", "0" },
	},
	.rows = {
		{ "ack",
		  &(const struct situation){ ". 1:1(0) ack 1", 0, NULL, TCP_ESTABLISHED } },
		{ "data",
		  &(const struct situation){ "P. 1:6(5) ack 1", 0,
					     "< . 1:1(0) ack 6", TCP_ESTABLISHED } },
		{ "fin",
		  &(const struct situation){ "F. 1:1(0) ack 1", 0,
					     "< . 1:1(0) ack 2",
					     TCP_CLOSE_WAIT } },
		{ "ack_of_other_number",
		  &(const struct situation){ ". 1:1(0) ack 2", 0, "< R 2:2(0)",
					     TCP_SYN_RECV } },
		{ "ack_beyond_the_window",
		  &(const struct situation){ ". %u:%u(0) ack 1", 2,
					     "< . 1:1(0) ack 1", TCP_SYN_RECV } },
		{ "ack_of_old_number",
		  &(const struct situation){ ". 0:0(0) ack 1", 0,
					     "< . 1:1(0) ack 1", TCP_SYN_RECV } },
		{ "fin_without_ack",
		  &(const struct situation){ "F 1:1(0)", 0, NULL, TCP_SYN_RECV } },
		{ "syn_again",
		  &(const struct situation){ "S 0:0(0) <mss 1460>", 0,
					     "< S. 0:0(0) ack 1", TCP_SYN_RECV } },
		{ "syn_of_other_number",
		  &(const struct situation){ "S 5:5(0) <mss 1460>", 0, "< R.",
					     TCP_CLOSE } },
		{ "syn_beyond_the_window",
		  &(const struct situation){ "S %u:%u(0) <mss 1460>", 2, "< .",
					     TCP_SYN_RECV } },
		{ "rst",
		  &(const struct situation){ "R 1:1(0)", 0, NULL, TCP_CLOSE } },
		{ "rst_ack",
		  &(const struct situation){ "R. 1:1(0) ack 1", 0, NULL,
					     TCP_CLOSE } },
		{ "rst_of_old_number",
		  &(const struct situation){ "R 0:0(0)", 0, NULL, TCP_SYN_RECV } },
		{ "rst_in_the_window",
		  &(const struct situation){ "R 2:2(0)", 0, NULL,
					     0 } },
		{ "rst_at_the_end_of_the_window",
		  &(const struct situation){ "R %u:%u(0)", 1, NULL,
					     0 } },
		{ "rst_beyond_the_window",
		  &(const struct situation){ "R %u:%u(0)", 2, NULL, TCP_SYN_RECV } },
	},
	.claims = "113",
	.facts = {
		{ CHALLENGES,
		  "an old ACK to a client in SYN_SENT cannot end the "
		  "connection that it opens" },
	},
	.run = run,
};
