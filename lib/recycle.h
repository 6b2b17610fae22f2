/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of tcp_tw_recycle, which left Linux in 4.12 (4396e46187ca): what a
 * host with that sysctl remembered of its peers, and the SYNs that it dropped
 * for it, by an eBPF program at every link of the host.  Everything else that
 * the host does is the running kernel's.
 *
 * The program sees segments, not sockets.  So it differs from the real thing
 * where these don't tell:
 *
 *  - Whether the host has called close() or only shutdown() before the peer's
 *    FIN came.  The kernel remembered a connection in FIN_WAIT2 at once after a
 *    close(), but after a shutdown() only with the peer's FIN.  The model
 *    always does so at once, when the host's FIN is acknowledged.
 *  - How long TIME_WAIT lasts.  It was cut to 3.5 times the RTO; here it is the
 *    running kernel's, unless lib/recycle_time_wait.h ends it.  As long as it
 *    lasts, a SYN for the same ports is that socket's to answer, and not
 *    checked.
 *  - What becomes of a segment between the program and the stack.  The rules
 *    of lib/rule.h act at nftables' ingress, which comes after the program: it
 *    sees what they take away, and sees what they let go once more.  The peer's
 *    FIN counts only when the host has acknowledged it, but a SYN, or an ACK of
 *    the host's own FIN, counts although a rule takes it.  So timestamps are
 *    to be changed at another host than this one, a router before it.
 *  - That the kernel didn't check SYNs while it sent cookies because a queue
 *    was full (tcp_syncookies=1); nor those that it dropped because of a full
 *    queue before it came to the check.
 *  - A timestamp behind eleven other options or NOPs: it is not found.
 *  - What came before lg_recycle_attach(): connections should be younger.
 *
 * It does not do the client's half: with the sysctl, connect() put what was
 * remembered of the server into the timestamp echo of its SYN.
 */
#ifndef LG_RECYCLE_H
#define LG_RECYCLE_H

#include "net.h"

struct lg_recycle;

/*
 * Puts the model, turned off, on all links of the host; its values of
 * tcp_timestamps and tcp_syncookies are read now.  It dies with the network, or
 * before that by lg_recycle_free().  -EPERM without root's rights on the
 * machine (a user namespace's are not enough for BPF), -ENOSYS if linger was
 * built without it, -EOPNOTSUPP for a host that forwards: the model would take
 * the connections of others for its own; -EEXIST if the host has one.
 */
int lg_recycle_attach(struct lg_host *host, struct lg_recycle **out);
void lg_recycle_free(struct lg_recycle *recycle);

/* Whether this kernel takes the model: loads it, and leaves it at a device of
 * the namespace that the process is in.  0, or -errno. */
int lg_recycle_try(const char *device);

/* As writing 0 or 1 to the sysctl: what is remembered stays. */
int lg_recycle_set(struct lg_recycle *recycle, bool on);

/* Whether a connection with timestamps that ends now is remembered. */
bool lg_recycle_remembers(const struct lg_recycle *recycle);

/* Reads the host's tcp_timestamps and tcp_syncookies again; to be called when
 * they may have changed. */
int lg_recycle_update(struct lg_recycle *recycle);

/* What the kernel counted as PAWSPassive and as ListenDrops, since attach. */
int lg_recycle_counters(struct lg_recycle *recycle, uint64_t *paws_passive,
			uint64_t *listen_drops);

/* What the host remembers of a peer's address.  IPv4 is ::ffff:a.b.c.d. */
struct lg_recycle_memory {
	uint8_t local[16], peer[16];
	uint32_t tsval;
	unsigned age_s; /* from 60 on, nothing is dropped for it */
};

/* All of it, sorted by addresses, to be freed. */
int lg_recycle_remembered(struct lg_recycle *recycle,
			  struct lg_recycle_memory **memories, size_t *n);

/* The same as text, a line for each: "10.0.2.1 at 10.0.1.1: TSval 1000, 3 s
 * ago".  To be freed; NULL with errno. */
char *lg_recycle_dump(struct lg_recycle *recycle);

/* For tests: stops the model's clock, and moves it on by `s` seconds. */
int lg_recycle_advance(struct lg_recycle *recycle, unsigned s);

/*
 * Keeps hold of the network namespace that the process is in, if it runs in a
 * guest (LINGER_GUEST is set): the kernel's own sysctl, if it has one, is in
 * the initial one only.  To be called before lg_world_start().
 */
void lg_recycle_keep_initial(void);

/* Turns the kernel's own off, where a variant before this one left it on: it is
 * the machine's and outlives what dies with a variant. */
void lg_recycle_off(void);

/* Whether lg_recycle() will find the kernel's own. */
bool lg_recycle_in_kernel(void);

#endif
