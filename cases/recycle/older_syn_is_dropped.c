// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recycling server drops the SYNs that look older than what it remembers.
 *
 * It remembers the timestamp with which the client's last connection ended.  A
 * SYN of any other port whose timestamp is older by two or more, as numbers
 * modulo 2^32 are older, is dropped; so is one without a timestamp (3.17).  It
 * is dropped in silence: neither a RST nor an ACK tells the client.  The same
 * timestamp, and one that is older by one (TCP_PAWS_WINDOW), is let in.
 *
 * tcp_conn_request(), tcp_peer_is_proven() before 4.12 (4396e46187ca).
 *
 * Controls: the SYNs that are let in, and a SYN without timestamp before there
 * is a memory.
 *
 * Catches: another tolerance, a comparison that is not modulo 2^32, an answer
 * to what is dropped.
 */

#include "linger.h"

#define REMEMBERED 1000000020u

static const struct {
	const char *name;
	uint32_t tsval;
	bool dropped;
} syns[] = {
	{ "newer by 1", REMEMBERED + 1, false },
	{ "the same", REMEMBERED, false },
	{ "older by 1", REMEMBERED - 1, false },
	{ "older by 2", REMEMBERED - 2, true },
	{ "older by 1000", REMEMBERED - 1000, true },
	{ "older by 2^31 - 1", REMEMBERED - INT32_MAX, true },
	{ "older by 2^31", REMEMBERED - INT32_MAX - 1, false },
	{ "newer by 2^31 - 1", REMEMBERED + INT32_MAX, false },
	{ "without timestamp", 0, true },
};
#define SYNS (sizeof(syns) / sizeof(*syns))

static bool is_dropped(struct lg_net *net, uint32_t tsval)
{
	static uint16_t port = 20000;
	struct lg_raw *raw = lg_raw(lg_host(net, "client"), ++port,
				    lg_host(net, "server"), 80, 5000);

	lg_raw_timestamp(raw, tsval);
	uint8_t answer = lg_raw_knock(raw);
	if (answer)
		ck_assert_uint_eq(answer, LG_SYN | LG_ACK);
	return !answer;
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	unsigned dropped = 0;

	lg_recycle(server, true);
	int listener = lg_listen(server, 80);
	ck_assert(!is_dropped(net, 0));
	struct lg_raw *raw = lg_raw(client, 4000, server, 80, 7000);
	lg_raw_timestamp(raw, REMEMBERED);
	int sock = lg_raw_connect(raw, listener);
	lg_raw_walk(raw, sock, TCP_TIME_WAIT);

	for (size_t i = 0; i < SYNS; i++) {
		ck_assert_msg(is_dropped(net, syns[i].tsval) == syns[i].dropped,
			      "a SYN with a timestamp %s is %s", syns[i].name,
			      syns[i].dropped ? "answered" : "dropped");
		dropped += syns[i].dropped;
		lg_observe(net, syns[i].name, "%s",
			   syns[i].dropped ? "dropped" : "let in");
	}
	lg_assert_recycle_drops(server, dropped);
	lg_claim(net, 13, false);
	lg_claim(net, 15, false);
	lg_claim(net, 18, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.needs = { "recycle" },
	.claims = "13 15 18",
	.run = run,
};
