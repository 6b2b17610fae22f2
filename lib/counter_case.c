// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters of a host, as a case asks for them. */
#define LG_IMPLEMENTATION
#include "counter.h"
#include "net.h"
#include "patience.h"
#include "verdict.h"

#include <errno.h>
#include <inttypes.h>

const char *lg_paws_counter(struct lg_net *net)
{
	return (lg_has)(net, "counter PAWSTimewait") ? "PAWSTimewait"
						     : "PAWSEstab";
}

static int count(struct lg_host *host, const char *name, uint64_t *by,
		 struct lg_counters *now)
{
	if (!now)
		lg_broken_by("cannot count on %s", host->name);
	int error = lg_counters_since(host->counted_from, now, name, by);
	lg_counters_free(now);
	return error;
}

uint64_t lg_counted(struct lg_host *host, const char *name)
{
	uint64_t by;
	int error = count(host, name, &by, lg_counters_read_tcp(host));
	/* It may be one of IPv6's. */
	if (error == -ENOENT)
		error = count(host, name, &by, lg_counters_read(host));
	if (error)
		lg_broken_by("cannot count on %s", host->name);
	return by;
}

void lg_assert_counted(struct lg_host *host, const char *name, uint64_t n)
{
	uint64_t counted = lg_counted(host, name);
	if (counted != n)
		lg_fail("%s counted %s %" PRIu64 " times, expected %" PRIu64,
			host->name, name, counted, n);
}

void lg_await_counted(struct lg_host *host, const char *name, uint64_t n)
{
	struct lg_patience patience = lg_patience(host->net, LG_DEADLINE_MS);

	for (;;) {
		uint64_t counted = lg_counted(host, name);
		if (counted >= n)
			return;
		if (lg_patience_wait(&patience, 0))
			continue;
		char waited[32];
		lg_fail("waited %s for %s to count %s %" PRIu64
			" times: it did %" PRIu64 " times",
			lg_patience_print(waited, sizeof(waited),
					  LG_DEADLINE_MS),
			host->name, name, n, counted);
	}
}

void lg_count_anew(struct lg_host *host)
{
	if (lg_counters_begin(host))
		lg_broken_by("cannot count on %s", host->name);
}

uint64_t lg_sockstat(struct lg_host *host, const char *protocol,
		     const char *name)
{
	uint64_t value;
	if (lg_sockstat_read(host, protocol, name, &value))
		lg_broken_by("cannot read sockstat of %s", host->name);
	return value;
}
