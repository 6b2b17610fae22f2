// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other half of tcp_tw_recycle: a TIME_WAIT that ends after 3.5 RTO
 * (tcp_time_wait() before 4.12).  The running kernel measures the RTO and makes
 * the TIME_WAIT; only its end is brought about from here.
 */
#define LG_IMPLEMENTATION
#include "recycle_time_wait.h"

#include "diag.h"
#include "error.h"
#include "net.h"
#include "recycle.h"

#include <stdlib.h>

#define TIME_WAIT_MS 60000
/* How often a socket that may come to TIME_WAIT is looked at.  Far below 3.5
 * RTO; that it came earlier than it is seen is known from its timer. */
#define LOOK_MS 20
/* What is left of a timer is told in ticks of the kernel's clock: it may have
 * been set so much later than that says. */
#define TICK_MS 10

struct closing {
	struct lg_endpoints ends;
	int64_t lasts_ms; /* its TIME_WAIT */
	int64_t due_ms;	  /* 0: it is not in TIME_WAIT yet */
	struct closing *next;
};

static struct closing *closings;

static struct closing *find(const struct lg_endpoints *ends)
{
	struct closing *closing = closings;

	while (closing &&
	       (!ends->cookie || closing->ends.cookie != ends->cookie))
		closing = closing->next;
	return closing;
}

int lg_recycle_closing(int sock)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	if (getsockopt(sock, IPPROTO_TCP, TCP_INFO, &info, &size))
		return lg_error(errno, "TCP_INFO");
	if (!(info.tcpi_options & TCPI_OPT_TIMESTAMPS))
		return 0;

	const struct lg_endpoints *ends = lg_socket_endpoints(sock);
	struct closing *closing = find(ends);
	if (!closing) {
		closing = calloc(1, sizeof(*closing));
		if (!closing)
			return lg_error(ENOMEM, "recycle model");
		closing->ends = *ends;
		closing->next = closings;
		closings = closing;
	}
	closing->lasts_ms = ((int64_t)info.tcpi_rto * 7 / 2 + 999) / 1000;
	return 0;
}

/* No timer ends early. */
static int64_t due_of(const struct closing *closing, struct lg_status is)
{
	int64_t age_ms = TIME_WAIT_MS - TICK_MS - (int64_t)is.left_ms;
	return lg_now_ms() + closing->lasts_ms - (age_ms > 0 ? age_ms : 0);
}

/* Ends it if its time has come.  Sets `over` when nothing is left to do.
 * Returns 1 if it was ended. */
static int look_at(struct closing *closing, bool *over)
{
	struct lg_host *host = closing->ends.host;
	struct nl_sock *nl = lg_host_diag(host);
	struct lg_diag_socket found;

	if (!nl)
		return -errno;
	int result = lg_diag_find(nl, &closing->ends, &found);
	*over = result == -ENOENT;
	if (result || found.status.state != TCP_TIME_WAIT)
		return *over ? 0 : result;

	if (!closing->due_ms && !lg_recycle_remembers(host->recycle)) {
		*over = true;
		return 0;
	}
	if (!closing->due_ms)
		closing->due_ms = due_of(closing, found.status);
	if (lg_now_ms() < closing->due_ms)
		return 0;
	*over = true;
	result = lg_diag_destroy(nl, &closing->ends);
	return result && result != -ENOENT ? result : 1;
}

int lg_recycle_act(void)
{
	int ended = 0;

	for (struct closing **at = &closings; *at;) {
		struct closing *closing = *at;
		bool over = false;
		int result = 0;

		if (closing->due_ms <= lg_now_ms())
			result = look_at(closing, &over);
		if (result < 0)
			return lg_error_in(result, "recycle model");
		ended |= result;
		if (over) {
			*at = closing->next;
			free(closing);
		} else {
			at = &closing->next;
		}
	}
	return ended;
}

int64_t lg_recycle_due_ms(void)
{
	int64_t due = INT64_MAX;

	for (const struct closing *closing = closings; closing;
	     closing = closing->next) {
		int64_t at = closing->due_ms ? closing->due_ms
					     : lg_now_ms() + LOOK_MS;
		if (at < due)
			due = at;
	}
	return due;
}
