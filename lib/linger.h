/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * linger: what a case is written in.
 *
 * A case includes this header and nothing else of linger.  It defines one
 * `const struct lg_case lg_case`; the library brings main().
 *
 * Every call below asserts: when it cannot do what it says, the variant ends
 * there, and the report names the line of the case that called.  So a case has
 * no error branches.  What the kernel did wrong is a *fail*, what our set-up
 * could not do is *broken*, what cannot run here is a *skip*.
 *
 * Every call that waits has a deadline: LG_DEADLINE_MS, or the one that it is
 * given.  While it waits, the wire is watched.  Times are milliseconds of
 * CLOCK_MONOTONIC, except where a name ends in _ns.
 *
 * Nothing has to be freed, closed or restored: all that a variant makes dies
 * with its process.
 */
#ifndef LINGER_H
#define LINGER_H

#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#define LG_DEADLINE_MS 10000

struct lg_net;	/* the built topology of the variant that runs */
struct lg_host; /* a network namespace with a stack of its own */
struct lg_rule; /* what is done to chosen segments on their way */
struct lg_wire; /* a reader of the segments at a host's links */

/* ---- the case ---------------------------------------------------------- */

#define LG_IPV4 1u
#define LG_IPV6 2u

/* Sysctl `name` of `host` ("*": of every host) gets each of `values`, a list
 * separated by blanks; more than one value makes that many variants.  A kernel
 * without the sysctl skips the variant, with its name as the reason. */
struct lg_sysctl {
	const char *host;
	const char *name;
	const char *values;
};

/* A parameter of the topology, and the values that it takes in turn. */
struct lg_param {
	const char *name;
	const char *values;
};

/* One row of a table of situations: each makes a variant of its own. */
struct lg_row {
	const char *name;
	const void *data; /* the case's own, read through lg_row_data() */
	struct lg_sysctl sysctls[4]; /* one value each */
	unsigned lasts_ms;	     /* instead of the case's */
	bool bulk;		     /* as well as the case's */
	unsigned families;	     /* instead of the case's */
};

/* A fact in which kernels may rightly differ, named as lg_fact() names it or
 * as a need of lg_has(), and what follows from it: a comparison explains a
 * difference with it. */
struct lg_fact {
	const char *fact;
	const char *means;
};

struct lg_case {
	const char *topology; /* the name of topologies/NAME.gv */
	unsigned families;    /* LG_IPV4 | LG_IPV6: a variant each */
	struct lg_param params[4];
	/* What only the case reads, with lg_param(): one value each, unless the
	 * command line has others (--vary NAME=VALUE). */
	struct lg_param inputs[4];
	struct lg_sysctl sysctls[8];
	struct lg_row rows[48];
	/* What must be there, else skip: "netem", "nat", "strip", "bpf",
	 * "recycle", "netdev", "conntrack", "virtual-time", "user-namespaces",
	 * "socket-destroy", "socket-destroy-time-wait",
	 * "microsecond-timestamps", "sysctl NAME", "counter NAME".  What the
	 * topology and rules use is added by itself. */
	const char *needs[8];
	/* Numbers of cases/claims.json that it decides with lg_claim(). */
	const char *claims;
	struct lg_fact facts[6];
	unsigned lasts_ms; /* how long it waits for time itself to pass */
	bool bulk;	   /* many segments: loads the CPU, and captures nothing
			    * except through lg_wire() */
	void (*run)(struct lg_net *net);
};

extern const struct lg_case lg_case;

/* AF_INET or AF_INET6: what this variant speaks. */
int lg_family(const struct lg_net *net);

/* The row of this variant: its name, and its data (may be NULL). */
const char *lg_row_name(const struct lg_net *net);
const void *lg_row_data(const struct lg_net *net);

/* The value that a parameter of the topology, or an input, has in this
 * variant. */
const char *lg_param(const struct lg_net *net, const char *name);

/* Whether a need (see struct lg_case) is met here; for what a kernel may
 * legitimately do differently.  The answer is part of the baseline. */
bool lg_has(struct lg_net *net, const char *need);

/* Skips this variant unless the need is met here: for what only some rows need.
 */
void lg_need(struct lg_net *net, const char *need);

/* The same as lg_has() of a fact that the case has found out itself, on the
 * wire for instance; returns `holds`. */
bool lg_fact(struct lg_net *net, const char *fact, bool holds);

/* This variant has decided a claim, one of the case's `claims`: it holds on
 * this kernel, or it does not.  A claim of which some variants say this and
 * some that is true in part.  Say it after what shows it has been asserted. */
void lg_claim(struct lg_net *net, unsigned number, bool holds);

/* Ends the variant as a skip with this reason. */
void lg_skip(struct lg_net *net, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/* What was seen, beside what is asserted: part of the kernel's baseline.  So
 * nothing goes here that differs from run to run. */
void lg_observe(struct lg_net *net, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* One point of a plot, which is named as its axes are: "TIME_WAITs by
 * connections".  "... by ms" is over time, and "TIME_WAITs at HOST by ms" are
 * lines of one plot.  Part of the baseline where time is virtual. */
void lg_plot_point(struct lg_net *net, const char *plot, int64_t x, int64_t y);

/* ---- hosts ------------------------------------------------------------- */

/* The host of that name; its life is the network's. */
struct lg_host *lg_host(struct lg_net *net, const char *name);

/* The host's n-th address (from 0) of the variant's family, as text; NULL
 * past the last.  Links come first, in the topology's order, then
 * `addresses`. */
const char *lg_address(struct lg_host *host, unsigned n);

/* The address of `to` at which `from` reaches it: that of the link by which
 * the shortest way arrives. */
const char *lg_address_towards(struct lg_host *from, struct lg_host *to);

/* From now on `host` sends to this address by its `device`.  If it has been
 * given several, what is bound to none of them leaves by the first. */
void lg_route(struct lg_host *host, const char *to, const char *device);

/* From now on what comes to `host` for this address is for its sockets, though
 * it has no such address: so only sockets with IP_TRANSPARENT answer (IPv4). */
void lg_route_here(struct lg_host *host, const char *to);

/* From now on what `host` sends by this device of its has so many hops to go:
 * IPv6's hop limit, or IPv4's TTL, which is that of all its devices.  64 is
 * usual. */
void lg_hop_limit(struct lg_host *host, const char *device, unsigned hops);

/*
 * From now on `from`'s connections to `to`, which a link joins, count
 * microseconds in their timestamps, not milliseconds.  Skips without the need
 * "microsecond-timestamps" (6.7).
 */
void lg_count_microseconds(struct lg_host *from, struct lg_host *to);

/* Only names under "net." are allowed: others are not a host's own, but the
 * machine's.  Broken if there is none or the kernel refuses the value. */
void lg_sysctl_set(struct lg_host *host, const char *name, const char *value);
long lg_sysctl_get(struct lg_host *host, const char *name);
/* The same as text, fields with one blank between; lives as long as the
 * process. */
const char *lg_sysctl_text(struct lg_host *host, const char *name);
/* Writes it if the kernel will have that value: 0, or the errno with which it
 * refuses, ENOENT if there is none of that name, ERANGE if it takes another
 * value instead. */
int lg_sysctl_try(struct lg_host *host, const char *name, const char *value);

/* Lets time pass, with the wire watched: for what depends on age alone. */
void lg_pass(struct lg_net *net, unsigned ms);
int64_t lg_now_ms(void);
/* By the clock that segments are captured by: see struct lg_segment. */
int64_t lg_now_ns(void);

/*
 * Asserts that what a timer of the kernel's, set to `ms`, brought about took
 * `took_ms`.  The timer wheel is never early, and late by an eighth and some
 * ticks at most; where time is real, whoever looks may be some seconds late.
 */
void lg_assert_timer(int64_t took_ms, int64_t ms);

/* ---- sockets ----------------------------------------------------------- */
/*
 * A socket is a file descriptor: getsockopt(2) and the like work on it.  It
 * stays in its host's namespace.  The numbers that lg_close() and lg_abort()
 * have ended stay names of their connection, so that its state can still be
 * asked for; close(2) gives the number up for bulk work.
 */

/* Listens on every address of the host, with SO_REUSEADDR. */
int lg_listen(struct lg_host *host, uint16_t port);

/* Connects, and waits until the connection is established.  A `port` other
 * than 0 is bound first, with SO_REUSEADDR. */
int lg_connect(struct lg_host *from, uint16_t port, struct lg_host *to,
	       uint16_t to_port);

/* Begins to connect; lg_connect_result() waits for the end and returns 0 or
 * the errno that the program gets from bind(2) or connect(2). */
int lg_connect_start(struct lg_host *from, uint16_t port, struct lg_host *to,
		     uint16_t to_port);
int lg_connect_result(int sock);
int lg_connect_result_within(int sock, unsigned deadline_ms);

/* The same by steps: make, set options, bind (`address` NULL: any; returns 0
 * or errno), connect to an address as text. */
int lg_socket(struct lg_host *host);
/* AF_INET or AF_INET6, whatever the variant speaks. */
int lg_socket_of(struct lg_host *host, int family);
int lg_bind(int sock, const char *address, uint16_t port);
void lg_connect_socket(int sock, const char *address, uint16_t port);

/* Waits for the next connection of a listener. */
int lg_accept(int listener);

/* Sends all of it. */
void lg_send(int sock, const void *data, size_t size);
/* Receives exactly `size` bytes. */
void lg_receive(int sock, void *data, size_t size);
/* Waits for what recv(2) says next without taking it: 0 for the end of the
 * stream, -errno, or 1 if there are data. */
int lg_await_receive(int sock);
/* The errno that waits for the program, 0 if there is none; taken by asking, as
 * SO_ERROR is. */
int lg_take_error(int sock);

void lg_send_fin(int sock); /* shutdown(SHUT_WR) */
void lg_close(int sock);    /* close(2) */
void lg_abort(int sock);    /* SO_LINGER {1, 0} and close(2): RST */

/* The port that the socket is bound to. */
uint16_t lg_port(int sock);

/* ---- states ------------------------------------------------------------ */

/* What INET_DIAG says of a connection's end. */
struct lg_status {
	int state;	  /* TCP_ESTABLISHED ...; TCP_CLOSE if there is none.
			   * TCP_FIN_WAIT2 also as substate of a TIME_WAIT socket */
	bool time_wait;	  /* a struct tcp_timewait_sock, whatever the state */
	unsigned left_ms; /* until that one's timer expires */
	unsigned retransmits;
};

struct lg_status lg_status(int sock);
const char *lg_state_name(int state); /* as `ss` and RFC 9293 spell it */

/* Closes the first end, and the second once it has been told; until the first
 * is in TIME_WAIT. */
void lg_close_both(int first, int second);

void lg_assert_state(int sock, int state);
void lg_await_state(int sock, int state);
void lg_await_state_within(int sock, int state, unsigned deadline_ms);

/* How many sockets of the host are in `state`. */
unsigned lg_count_state(struct lg_host *host, int state);

/* Ends one TIME_WAIT as if it had never been (SOCK_DESTROY; kernels before
 * 6.1 refuse that for a TIME_WAIT: need "socket-destroy-time-wait"). */
void lg_end_time_wait(int sock);

/* ---- counters ---------------------------------------------------------- */
/*
 * The Tcp, TcpExt, Ip, IpExt, Icmp, Tcp6... counters of /proc/net/snmp,
 * netstat and snmp6 by name ("OutRsts", "TCPSYNChallenge"), and those of the
 * recycle model ("LingerModelPAWSPassive").  Counted is since the variant's
 * start, or since lg_count_anew().  A name that this kernel does not have is
 * broken; ask with lg_has(net, "counter NAME").
 */
uint64_t lg_counted(struct lg_host *host, const char *name);

/* The name of what counts a segment that a TIME_WAIT finds too old by its
 * timestamp: PAWSTimewait, or PAWSEstab before c449d5f3a3d7 (6.16).  Which of
 * them it is, is a fact: "counter PAWSTimewait". */
const char *lg_paws_counter(struct lg_net *net);

void lg_assert_counted(struct lg_host *host, const char *name, uint64_t n);
void lg_await_counted(struct lg_host *host, const char *name, uint64_t n);
void lg_count_anew(struct lg_host *host);

/* A figure of /proc/net/sockstat: lg_sockstat(host, "TCP", "tw"). */
uint64_t lg_sockstat(struct lg_host *host, const char *protocol,
		     const char *name);

/* What the kernel has allocated of one kind, for all namespaces together, by
 * its name in /proc/slabinfo; skips if that is not to be read here. */
struct lg_slab {
	unsigned used, objects; /* handed out; with those that are kept ready */
	unsigned size;		/* of one, in bytes */
	int64_t bytes_of_all;	/* of all kinds */
};
struct lg_slab lg_slab(struct lg_net *net, const char *name);
/* Of the variant's family: "tw_sock_TCP" or "tw_sock_TCPv6". */
struct lg_slab lg_time_wait_slab(struct lg_net *net);

/* Opens a file of the host's /proc/net ("tcp6", "stat/nf_conntrack") to be
 * read. */
FILE *lg_proc_net(struct lg_host *host, const char *name);

/* ---- tcp_tw_recycle ----------------------------------------------------- */

enum lg_recycle_kind { LG_RECYCLE_KERNEL, LG_RECYCLE_MODEL };

/*
 * Turns tcp_tw_recycle on or off: the sysctl in a guest whose kernel has it
 * (before 4.12), where it then is that of every host; else a model of it at
 * `server`, whose links should not have seen connections before.  A note in the
 * events says which.  Needs "recycle".
 */
enum lg_recycle_kind lg_recycle(struct lg_host *server, bool on);

/*
 * Where tcp_tw_recycle is a model: lets that, from now on, also end the host's
 * TIME_WAITs after 3.5 RTO, as kernels with the sysctl did, while the case
 * waits: of sockets that lg_close() or lg_send_fin() closes.  Skips where a
 * TIME_WAIT cannot be ended (before 6.1).
 */
void lg_recycle_shorten(struct lg_host *host);

/* Asserts how many SYNs the server has dropped for it; waits for the last. */
void lg_assert_recycle_drops(struct lg_host *server, uint64_t n);

/* ---- segments ---------------------------------------------------------- */

#define LG_FIN 0x01u
#define LG_SYN 0x02u
#define LG_RST 0x04u
#define LG_PSH 0x08u
#define LG_ACK 0x10u
#define LG_URG 0x20u
#define LG_ECE 0x40u
#define LG_CWR 0x80u
/* AE (RFC 9768) and the reserved bits are not looked at. */

struct lg_segment {
	int64_t time_ns; /* CLOCK_REALTIME of the kernel that captured it */
	int family;
	uint8_t saddr[16], daddr[16]; /* network order; IPv4: the first 4 */
	uint16_t sport, dport;
	uint8_t ttl;	     /* or hop limit */
	uint8_t tos;	     /* or traffic class */
	uint32_t flow_label; /* IPv6 */
	uint32_t seq, ack;   /* absolute, as on the wire */
	uint8_t flags;
	uint16_t window; /* as on the wire, not scaled */
	uint32_t size;	 /* of the payload */
	bool has_ts, has_mss, has_wscale, sack_ok;
	uint32_t tsval, tsecr;
	uint16_t mss;
	uint8_t wscale, sacks;
	struct {
		uint32_t left, right;
	} sack[4];
	const uint8_t *payload; /* valid while the variant runs */
};

/* Which segments a rule is about: those that meet every field that is set. */
struct lg_match {
	uint8_t flags;	  /* all of these set */
	uint8_t no_flags; /* none of these */
	bool data;	  /* with payload */
	bool no_data;	  /* without */
	uint16_t sport, dport;
	unsigned nth;	/* only the nth such segment, from 1 */
	unsigned times; /* only the first so many */
	/* Only those for which it says yes.  Called for segments that meet
	 * the rest, on the case's thread, while a call of this library waits:
	 * so it sees a segment as soon as the case waits for anything. */
	bool (*predicate)(const struct lg_segment *segment, void *argument);
	void *argument;
};

#define LG_ANY ((struct lg_match){.flags = 0})
#define LG_PURE_ACK                                                            \
	((struct lg_match){.flags = LG_ACK,                                    \
			   .no_flags = LG_SYN | LG_FIN | LG_RST,               \
			   .no_data = true})
#define LG_PURE_SYN ((struct lg_match){.flags = LG_SYN, .no_flags = LG_ACK})
#define LG_ANY_FIN ((struct lg_match){.flags = LG_FIN})
#define LG_ANY_RST ((struct lg_match){.flags = LG_RST})
#define LG_DATA ((struct lg_match){.data = true})

/*
 * Rules act on what arrives at `host` by any of its links, before its stack
 * (and its conntrack, NAT and forwarding) sees it, and after the taps, so
 * that a trace shows the segment arriving.  They act from the moment that the
 * call returns until lg_undo(), and between two real stacks.
 */
struct lg_rule *lg_drop(struct lg_host *host, struct lg_match match);

/* Takes the segments away until lg_release(). */
struct lg_rule *lg_hold(struct lg_host *host, struct lg_match match);

enum lg_order { LG_IN_ORDER, LG_REVERSED };
/* Lets all that are held arrive now; later ones are held on. */
void lg_release(struct lg_rule *hold, enum lg_order order);
/* Lets what is and will be held arrive `ms` after it came. */
void lg_release_after(struct lg_rule *hold, unsigned ms);
/* Lets a copy of the n-th held segment (from 0) arrive; it stays held. */
void lg_replay(struct lg_rule *hold, unsigned n);
/* A segment that is held; valid until it is released. */
const struct lg_segment *lg_held(struct lg_rule *hold, unsigned n);

/* Lets each arrive `copies` times more. */
struct lg_rule *lg_duplicate(struct lg_host *host, struct lg_match match,
			     unsigned copies);

/* When a segment arrives: so many times (0: never), each so long after it came.
 */
#define LG_ARRIVALS_MAX 4
struct lg_arrivals {
	unsigned n;
	unsigned after_ms[LG_ARRIVALS_MAX];
};
typedef void lg_decide(const struct lg_segment *segment,
		       struct lg_arrivals *arrivals, void *argument);

/* Lets each arrive as `decide` says, which is called as predicates are; what it
 * is given says once and at once.  A link that loses, delays, duplicates and
 * reorders by a case's own dice, so that it does the same on every kernel. */
struct lg_rule *lg_impair(struct lg_host *host, struct lg_match match,
			  lg_decide *decide, void *argument);

/* What lg_rewrite() changes; checksums are right afterwards. */
struct lg_edit {
	uint32_t add_tsval, add_tsecr; /* added modulo 2^32, if it has them */
	uint32_t add_seq, add_ack;
	uint8_t set_flags, clear_flags;
	bool strip_ts, strip_sack, strip_wscale, strip_mss; /* by NOPs */
	uint16_t sport, dport;				    /* 0: as it is */
	uint8_t ttl;					    /* 0: as it is */
};
struct lg_rule *lg_rewrite(struct lg_host *host, struct lg_match match,
			   struct lg_edit edit);

/* How many segments the rule has taken; waits until there are `n`. */
unsigned lg_hits(struct lg_rule *rule);
void lg_await_hits(struct lg_rule *rule, unsigned n);

/* Ends a rule.  What it still holds is lost. */
void lg_undo(struct lg_rule *rule);

/* Makes the timestamps of what `host` sends differ by `ms` from its clock, and
 * what it gets back agree: as if it had been booted earlier or later.  Acts
 * at the other end of its links, for as long as the variant lasts. */
void lg_skew_timestamps(struct lg_host *host, int32_t ms);

/* From now on nothing leaves `host` that its own stack sends with this mark
 * (SO_MARK): marks are seen by the host's firewall and routing alone. */
void lg_refuse_mark(struct lg_host *host, uint32_t mark);

/* The same of what has this priority (SO_PRIORITY), by which queues choose. */
void lg_refuse_priority(struct lg_host *host, uint32_t priority);

/* From now on `host` forwards nothing that belongs to no connection that its
 * conntrack knows: "ct state invalid drop", as many firewalls have it. */
void lg_refuse_invalid(struct lg_host *host);

/* ---- the wire ---------------------------------------------------------- */
/*
 * Segments are spelt as packetdrill spells them, `>` for what leaves the
 * host, `<` for what arrives:
 *
 *   "> S"      flags alone: S F R P . (ACK) U E W, exactly these.  Without P
 *              the segment has no payload, with P it has some
 *   "< S. 0:0(0) ack 1 win 65160 <mss 1460,sackOK,TS val 100 ecr 0>"
 *              numbers relative to the connection's first; options exactly
 *              these in any order; `...` in an option list: and others; a
 *              value `*`: any
 *
 * A reader sees each segment once, in the order of the taps; not what a rule of
 * this host took away, but what it let go again.  A segment that
 * does not match what is expected next fails the case, except retransmissions
 * (the same flags, sequence number, acknowledgement and size seen before on the
 * connection): those are passed over unless they are what is expected.  What is
 * sent again with another acknowledgement is news, and so is a segment that
 * uses no sequence number, a bare ACK or RST.
 */

/* Reads what passes the host's links from now on. */
struct lg_wire *lg_wire(struct lg_host *host);

/* Waits for the next segment and asserts that it is this one. */
struct lg_segment lg_expect(struct lg_wire *wire, const char *notation);
struct lg_segment lg_expect_within(struct lg_wire *wire, const char *notation,
				   unsigned deadline_ms);
/* Waits for the first such segment, passing over all others. */
struct lg_segment lg_await_segment(struct lg_wire *wire, const char *notation);
/* Asserts that no segment (`notation` NULL) or no such segment passes for
 * `ms`.  Those that come later are left to be read. */
void lg_expect_none(struct lg_wire *wire, const char *notation, unsigned ms);

/* ---- the raw peer ------------------------------------------------------ */
/*
 * A raw peer is a host whose stack gets nothing: what arrives is for the case
 * to read with lg_expect() on lg_wire(host), what leaves is what the case
 * writes.  Nothing is sent by itself.
 */

struct lg_raw; /* one connection of a raw peer */

/* From now on `host` has no stack.  The connection is from its `port` to
 * `to`:`to_port`; its own first sequence number is `isn`. */
struct lg_raw *lg_raw(struct lg_host *host, uint16_t port, struct lg_host *to,
		      uint16_t to_port, uint32_t isn);

/* Sends a segment, in the notation above without the arrow; numbers are
 * relative to `isn` and to the first number that the other side sent, values
 * of timestamps are absolute.  The payload is the letters a, b, c ... */
struct lg_segment lg_inject(struct lg_raw *raw, const char *notation, ...)
	__attribute__((format(printf, 2, 3)));

/* The segments of the calls below carry this TSval from now on (and what the
 * other side sent last as TSecr); 0, as at first: no timestamps. */
void lg_raw_timestamp(struct lg_raw *raw, uint32_t tsval);

/* From now on its segments have this type of service, or traffic class. */
void lg_raw_tos(struct lg_raw *raw, uint8_t tos);

/* From now on the TCP checksum of its segments is wrong, or right again. */
void lg_raw_spoil_checksum(struct lg_raw *raw, bool wrong);

/* From now on its segments go to this address of the other host. */
void lg_raw_aim(struct lg_raw *raw, const char *address);

/*
 * Sends a SYN and returns the flags of the answer, 0 if there is none: known
 * when a second SYN, to port 1 where nobody listens, has drawn its RST.  A
 * SYN-ACK is answered with a RST, so that nothing is left of it.
 */
uint8_t lg_raw_knock(struct lg_raw *raw);

/* Opens the connection to `listener` of the other host; returns the socket
 * that it accepts. */
int lg_raw_connect(struct lg_raw *raw, int listener);

/* Lets the other host connect from the raw peer's to_port to its port; returns
 * its socket, ESTABLISHED. */
int lg_raw_accept(struct lg_raw *raw);

/*
 * Brings the other side, `sock`, from ESTABLISHED into a state, as far as
 * possible without a segment too many, and waits until it is there:
 * TCP_CLOSE_WAIT, TCP_LAST_ACK, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSING,
 * TCP_TIME_WAIT.  All but CLOSE_WAIT close `sock` with lg_close().  (SYN_RECV
 * is where a lone SYN brings it, SYN_SENT a lg_connect_start().)
 */
void lg_raw_walk(struct lg_raw *raw, int sock, int state);

/* What comes next stands there in the case: each call notes it by itself. */
void lg_at(const char *file, int line);

#include "linger_random.h"

#ifndef LG_IMPLEMENTATION
#include "linger_at.h"
#endif

#endif /* LINGER_H */
