// SPDX-License-Identifier: GPL-2.0-or-later
/* Where every wait of a case comes together: sockets, captures, rules. */
#define LG_IMPLEMENTATION
#include "capture.h"
#include "net.h"
#include "recycle_time_wait.h"
#include "rule.h"
#include "trace.h"
#include "verdict.h"

#include <poll.h>
#include <stdlib.h>

/* Takes in what was captured, and lets the rules act on what they took: which
 * may be captured again further on.  Whether there was anything. */
static bool take_in(struct lg_net *net)
{
	size_t before = lg_trace_size(net), size;

	do {
		size = lg_trace_size(net);
		if (lg_trace_take(net))
			lg_broken_by("cannot keep what was captured");
		if (lg_rule_act(net))
			lg_broken_by("cannot do what a rule says");
	} while (lg_trace_size(net) != size);
	return size != before;
}

/* Whether one was ended. */
static bool end_time_waits(void)
{
	int result = lg_recycle_act();
	if (result < 0)
		lg_broken_by("cannot end a TIME_WAIT");
	return result;
}

struct polls {
	struct pollfd *list;
	size_t n, room;
};

static void add(struct polls *polls, int fd, short events)
{
	if (polls->n == polls->room) {
		polls->room = polls->room ? 2 * polls->room : 16;
		polls->list = realloc(polls->list,
				      polls->room * sizeof(*polls->list));
		if (!polls->list)
			lg_broken("out of memory");
	}
	polls->list[polls->n++] = (struct pollfd){.fd = fd, .events = events};
}

static void add_all(struct polls *polls, const struct lg_net *net)
{
	for (size_t i = 0; i < 2 * net->topology->n_links; i++) {
		const struct lg_link_end *end = &net->links[0][0] + i;
		if (end->capture)
			add(polls, lg_capture_fd(end->capture), POLLIN);
	}
	for (const struct lg_rule *rule = net->all_rules; rule;
	     rule = rule->next) {
		if (!rule->undone)
			add(polls, lg_capture_fd(rule->taken), POLLIN);
	}
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int lg_net_wait(struct lg_net *net, int fd, short events, int64_t deadline_ms)
{
	/* Kept from call to call: a variant waits often. */
	static struct polls polls;

	/* What has come already is not waited for again. */
	bool came = take_in(net);
	came |= end_time_waits();
	int64_t now = lg_now_ms();
	int64_t until = earlier(deadline_ms, lg_rule_due_ms(net));
	until = earlier(until, lg_recycle_due_ms());
	int64_t left = until > now && !came ? until - now : 0;

	polls.n = 0;
	add(&polls, fd, events);
	add_all(&polls, net);
	int ready = poll(polls.list, polls.n, (int)earlier(left, INT32_MAX));
	if (ready < 0 && errno != EINTR)
		lg_broken("poll: %m");
	take_in(net);
	end_time_waits();
	return ready > 0 && polls.list[0].revents ? 1 : 0;
}

void lg_pass(struct lg_net *net, unsigned ms)
{
	int64_t until = lg_now_ms() + ms;
	while (lg_now_ms() < until)
		lg_net_wait(net, -1, 0, until);
}
