// SPDX-License-Identifier: GPL-2.0-or-later
/* States of sockets, as a case asks for them. */
#define LG_IMPLEMENTATION
#include "diag.h"
#include "net.h"
#include "notes.h"
#include "patience.h"
#include "verdict.h"

#include <stdio.h>

static const struct lg_endpoints *endpoints_of(int sock)
{
	const struct lg_endpoints *ends = lg_socket_endpoints(sock);
	if (!ends)
		lg_broken("descriptor %d is no socket that linger made", sock);
	return ends;
}

static struct nl_sock *diag_of(struct lg_host *host)
{
	struct nl_sock *nl = lg_host_diag(host);
	if (!nl)
		lg_broken_by("cannot ask for the sockets of %s", host->name);
	return nl;
}

#define NAME_ROOM (LG_NAME_MAX + 1 + LG_DIAG_PRINT_MAX)

/* "server 10.0.1.2:80 -> 10.0.1.1:4000"; valid until the next call. */
static const char *name_of(const struct lg_endpoints *ends)
{
	static char name[NAME_ROOM];
	char addresses[LG_DIAG_PRINT_MAX];
	lg_diag_print(addresses, sizeof(addresses), ends);
	snprintf(name, sizeof(name), "%s %s", ends->host->name, addresses);
	return name;
}

static struct lg_status status_of(const struct lg_endpoints *ends)
{
	if (ends->replaced)
		return (struct lg_status){.state = TCP_CLOSE};

	struct lg_diag_socket found;
	int error = lg_diag_find(diag_of(ends->host), ends, &found);

	if (error == -ENOENT)
		found.status = (struct lg_status){.state = TCP_CLOSE};
	else if (error)
		lg_broken_by("cannot ask for the state of %s", name_of(ends));
	return found.status;
}

struct lg_status lg_status(int sock)
{
	struct lg_status is = status_of(endpoints_of(sock));
	lg_note_state(sock, is.state);
	return is;
}

const char *lg_socket_describe(int sock)
{
	static char text[NAME_ROOM + 32];
	int state = lg_status(sock).state;
	snprintf(text, sizeof(text), "%s is %s", name_of(endpoints_of(sock)),
		 lg_state_name(state));
	return text;
}

void lg_assert_state(int sock, int state)
{
	const struct lg_endpoints *ends = endpoints_of(sock);
	int is = lg_status(sock).state;
	if (is != state)
		lg_fail("%s is %s, expected %s", name_of(ends),
			lg_state_name(is), lg_state_name(state));
}

static void fail_late(const struct lg_endpoints *ends, int state,
		      struct lg_status is, unsigned waited_ms)
{
	char waited[32], left[32] = "";
	if (is.time_wait)
		snprintf(left, sizeof(left), ", %u ms left", is.left_ms);
	lg_fail("waited %s for %s of %s: it is %s%s",
		lg_patience_print(waited, sizeof(waited), waited_ms),
		lg_state_name(state), name_of(ends), lg_state_name(is.state),
		left);
}

void lg_await_state_within(int sock, int state, unsigned deadline_ms)
{
	const struct lg_endpoints *ends = endpoints_of(sock);
	struct lg_patience patience = lg_patience(ends->host->net, deadline_ms);

	for (;;) {
		struct lg_status is = lg_status(sock);
		if (is.state == state)
			return;
		/* Nothing but a frame or its timer ends a TIME_WAIT. */
		bool waits_out = state == TCP_CLOSE && is.time_wait;
		if (!lg_patience_wait(&patience, waits_out ? is.left_ms : 0))
			fail_late(ends, state, is, deadline_ms);
	}
}

void lg_await_state(int sock, int state)
{
	lg_await_state_within(sock, state, LG_DEADLINE_MS);
}

void lg_close_both(int first, int second)
{
	lg_close(first);
	int came = lg_await_receive(second);
	if (came)
		lg_fail("recv() at the other end says %s, expected the end of "
			"the stream",
			came > 0 ? "that there are data" : strerror(-came));
	lg_close(second);
	lg_await_state(first, TCP_TIME_WAIT);
}

unsigned lg_count_state(struct lg_host *host, int state)
{
	unsigned count;
	if (lg_diag_count(diag_of(host), state, &count))
		lg_broken_by("cannot count the %s sockets of %s",
			     lg_state_name(state), host->name);
	return count;
}

void lg_end_time_wait(int sock)
{
	const struct lg_endpoints *ends = endpoints_of(sock);
	struct lg_status is = status_of(ends);
	if (!is.time_wait)
		lg_fail("%s is %s, expected a TIME-WAIT to end", name_of(ends),
			lg_state_name(is.state));
	if (lg_diag_destroy(diag_of(ends->host), ends))
		lg_broken_by("cannot end the TIME-WAIT of %s", name_of(ends));
	if (status_of(ends).time_wait)
		lg_fail("the TIME-WAIT of %s is still there after SOCK_DESTROY",
			name_of(ends));
}
