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

uint64_t lg_counted(struct lg_host *host, const char *name)
{
	struct lg_counters *now = lg_counters_read_with(host, name);
	uint64_t by;
	if (!now || lg_counters_since(host->counted_from, now, name, &by))
		lg_broken_by("cannot count on %s", host->name);
	lg_counters_free(now);
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
