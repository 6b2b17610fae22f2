/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of a host's kernel: all of /proc/net/{snmp,netstat,snmp6}.
 *
 * A counter is named as the kernel names it ("OutRsts").  Where several groups
 * have the name, that of Tcp is meant, else of TcpExt, Ip, IpExt, else the
 * first; any can be named in full ("Icmp.InErrors").
 *
 * `host` may be NULL: the namespace that the process is in.
 */
#ifndef LG_COUNTER_H
#define LG_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lg_host;
struct lg_counters; /* all counters at one moment */

/* NULL with errno and lg_error_text(). */
struct lg_counters *lg_counters_read(struct lg_host *host);
/* All but IPv6's: these are asked for seldom. */
struct lg_counters *lg_counters_read_tcp(struct lg_host *host);
/* Those among which `name` is, and maybe no others: once the host's have been
 * read (lg_counters_begin()), so much is enough to know where it stands. */
struct lg_counters *lg_counters_read_with(struct lg_host *host,
					  const char *name);
void lg_counters_free(struct lg_counters *counters);

/* -ENOENT if this kernel has no counter of that name. */
int lg_counters_get(const struct lg_counters *counters, const char *name,
		    uint64_t *value);

/*
 * How far a counter has moved.  `before` may be NULL: from 0.  -ENOENT as
 * above, -EINVAL for what is listed there but counts nothing (CurrEstab).
 */
int lg_counters_since(const struct lg_counters *before,
		      const struct lg_counters *after, const char *name,
		      uint64_t *by);

struct lg_counter_move {
	char name[96];	   /* short where that is enough */
	const char *group; /* "Tcp"; as long as the later counters live */
	uint64_t by;
};

/* The next counter that moved; *position starts at 0.  False past the last. */
bool lg_counters_next_move(const struct lg_counters *before,
			   const struct lg_counters *after, size_t *position,
			   struct lg_counter_move *move);

/* Keeps the host's counters of now: what it has counted is counted from here
 * (host->counted_from, to be freed with the host). */
int lg_counters_begin(struct lg_host *host);

/* Counters of linger's own: `source` is called whenever a host's are read, and
 * adds what there is.  Names have to live as long as the process. */
typedef int lg_counter_source_fn(struct lg_host *host,
				 struct lg_counters *counters);
void lg_counter_extra(lg_counter_source_fn *source);
int lg_counters_add(struct lg_counters *counters, const char *name,
		    uint64_t value);

/* A figure of /proc/net/sockstat or sockstat6: "TCP", "tw".  -ENOENT if there
 * is none. */
int lg_sockstat_read(struct lg_host *host, const char *protocol,
		     const char *name, uint64_t *value);

#endif
