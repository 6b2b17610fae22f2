// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model of tcp_tw_recycle, which Linux had until 4.12: what its kernels
 * remembered of a peer when a connection went into TIME_WAIT, and the SYNs that
 * they dropped for it.  recycle.h says how far the likeness goes.
 *
 * The kernel's own functions are named where one is followed; they are those
 * of 4.9.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <stdbool.h>

#include "recycle_shared.h"

/* NOPs count, too.  The verifier goes through the loop once for each: with as
 * many as there is room for it takes longer than all else in a variant. */
#define OPTIONS_MAX 12
#define OPTION_END 0
#define OPTION_NOP 1
#define OPTION_TIMESTAMP 8
#define OPTION_TIMESTAMP_SIZE 10

#define FRAGMENT 0x3fff /* "more fragments" and the offset */

/* Set by lib/recycle.c, as sysctls of the host. */
bool recycle;
bool timestamps;
bool always_cookies; /* tcp_syncookies is 2 */
__u32 stopped_s;     /* a time at which the clock stands still, for tests */

__u64 drops;

struct connection {
	struct lg_recycle_pair pair;
	__be16 local_port, peer_port;
};

/*
 * How far a connection has come, as its segments tell.  The flags are bytes of
 * their own, since what arrives and what leaves may be on two CPUs at once.
 */
struct progress {
	struct lg_recycle_stamp recent; /* ts_recent and its stamp */
	__u32 acked;			/* rcv_wup */
	__u32 fin_end;			/* the number behind the host's FIN */
	__u32 peer_fin_end;
	bool has_recent;
	bool has_acked;
	bool fin_sent; /* before the peer's was acknowledged */
	bool fin_acked;
	bool peer_fin_came;
	bool peer_fin_acked;
};

struct segment {
	struct connection connection;
	bool ipv6;
	bool syn, fin, rst, has_ack, has_ts;
	__u32 seq, end_seq, ack;
	__u32 tsval;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct lg_recycle_pair);
	__type(value, struct lg_recycle_stamp);
} memory SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct connection);
	__type(value, struct progress);
} connections SEC(".maps");

static __always_inline bool after(__u32 a, __u32 b)
{
	return (__s32)(a - b) > 0;
}

/* Whole seconds: the kernel used get_seconds(). */
static __always_inline __u32 now_s(void)
{
	return stopped_s ? stopped_s : bpf_ktime_get_ns() / 1000000000;
}

/* ---- a frame taken apart ------------------------------------------------ */

/* The size of the option at `offset`, 0 if none can follow. */
static __always_inline __u32 option_size(struct __sk_buff *skb, __u32 offset,
					 __u32 end)
{
	__u8 kind, size;

	if (bpf_skb_load_bytes(skb, offset, &kind, 1) || kind == OPTION_END)
		return 0;
	if (kind == OPTION_NOP)
		return 1;
	if (bpf_skb_load_bytes(skb, offset + 1, &size, 1) || size < 2 ||
	    offset + size > end)
		return 0;
	return size;
}

/*
 * The same value, but one of which the verifier knows nothing any more: what it
 * knew of each way through a loop would multiply the ways.  (It would check a
 * function that is not static only once, but such a one can't take a context
 * where the kernel has no type information.)
 */
static __always_inline __u32 forget(struct __sk_buff *skb, __u32 value)
{
	__u32 unknown = skb->hash;
	value ^= unknown;
	asm volatile("" : "+r"(value), "+r"(unknown));
	return value ^ unknown;
}

static __always_inline bool find_timestamp(struct __sk_buff *skb, __u32 offset,
					   __u32 end, __u32 *tsval)
{
	for (int i = 0; i < OPTIONS_MAX && offset < end; i++) {
		__u32 size = option_size(skb, offset, end);
		__u8 option[6]; /* kind, size and TSval */

		if (size == 0)
			return false;
		if (size == OPTION_TIMESTAMP_SIZE &&
		    !bpf_skb_load_bytes(skb, offset, option, sizeof(option)) &&
		    option[0] == OPTION_TIMESTAMP) {
			__builtin_memcpy(tsval, option + 2, sizeof(*tsval));
			*tsval = bpf_ntohl(*tsval);
			return true;
		}
		offset = forget(skb, offset + size);
	}
	return false;
}

static __always_inline void set_ipv4(__u8 address[16], __be32 ipv4)
{
	address[10] = address[11] = 0xff;
	__builtin_memcpy(address + 12, &ipv4, sizeof(ipv4));
}

/* Fills the addresses.  Returns where the TCP header begins, and where the
 * packet ends; 0 if it is not for us. */
static __always_inline __u32 parse_ip(struct __sk_buff *skb, bool arrives,
				      struct segment *segment, __u32 *end)
{
	struct lg_recycle_pair *pair = &segment->connection.pair;
	__u8 *source = arrives ? pair->peer : pair->local;
	__u8 *destination = arrives ? pair->local : pair->peer;

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		struct iphdr ip;

		if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) ||
		    ip.protocol != IPPROTO_TCP ||
		    ip.frag_off & bpf_htons(FRAGMENT))
			return 0;
		set_ipv4(source, ip.saddr);
		set_ipv4(destination, ip.daddr);
		*end = ETH_HLEN + bpf_ntohs(ip.tot_len);
		return ETH_HLEN + ip.ihl * 4;
	}
	if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr ip;

		if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) ||
		    ip.nexthdr != IPPROTO_TCP)
			return 0;
		segment->ipv6 = true;
		__builtin_memcpy(source, &ip.saddr, 16);
		__builtin_memcpy(destination, &ip.daddr, 16);
		*end = ETH_HLEN + sizeof(ip) + bpf_ntohs(ip.payload_len);
		return ETH_HLEN + sizeof(ip);
	}
	return 0;
}

static __always_inline bool parse(struct __sk_buff *skb, bool arrives,
				  struct segment *segment)
{
	struct tcphdr tcp;
	__u32 end, offset = parse_ip(skb, arrives, segment, &end);

	if (!offset || bpf_skb_load_bytes(skb, offset, &tcp, sizeof(tcp)))
		return false;
	__u32 data = offset + tcp.doff * 4;
	if (tcp.doff * 4 < sizeof(tcp) || data > end)
		return false;

	struct connection *connection = &segment->connection;
	connection->local_port = arrives ? tcp.dest : tcp.source;
	connection->peer_port = arrives ? tcp.source : tcp.dest;
	segment->syn = tcp.syn;
	segment->fin = tcp.fin;
	segment->rst = tcp.rst;
	segment->has_ack = tcp.ack;
	segment->seq = bpf_ntohl(tcp.seq);
	segment->end_seq = segment->seq + (end - data) + tcp.syn + tcp.fin;
	segment->ack = bpf_ntohl(tcp.ack_seq);
	segment->has_ts = find_timestamp(skb, offset + sizeof(tcp), data,
					 &segment->tsval);
	return true;
}

/* ---- what is remembered ------------------------------------------------- */

/* tcp_remember_stamp(), tcp_tw_remember_stamp(): an older timestamp takes the
 * place of a newer one only when that has had its time. */
static __always_inline void remember(const struct segment *segment,
				     const struct progress *progress)
{
	const struct lg_recycle_pair *pair = &segment->connection.pair;
	const struct lg_recycle_stamp *recent = &progress->recent;

	if (!recycle || !timestamps || !progress->has_recent)
		return;

	const struct lg_recycle_stamp *old = bpf_map_lookup_elem(&memory, pair);
	if (old && after(old->tsval, recent->tsval) &&
	    (now_s() - old->time_s <= LG_RECYCLE_MSL_S ||
	     after(old->time_s, recent->time_s)))
		return;
	bpf_map_update_elem(&memory, pair, recent, BPF_ANY);
}

static __always_inline struct progress *
progress_of(const struct connection *connection)
{
	struct progress *progress =
		bpf_map_lookup_elem(&connections, connection);
	if (progress)
		return progress;

	struct progress fresh = {};
	bpf_map_update_elem(&connections, connection, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&connections, connection);
}

/* tcp_replace_ts_recent() */
static __always_inline void take_timestamp(struct progress *progress,
					   const struct segment *segment)
{
	if (!segment->has_ts)
		return;
	if (progress->has_acked && after(segment->seq, progress->acked))
		return;
	if (progress->has_recent &&
	    after(progress->recent.tsval, segment->tsval))
		return;
	progress->recent.tsval = segment->tsval;
	progress->recent.time_s = now_s();
	progress->has_recent = true;
}

/* PAWS: the stack takes nothing from such a segment. */
static __always_inline bool is_stale(const struct progress *progress,
				     const struct segment *segment)
{
	return segment->has_ts && progress->has_recent &&
	       (__s32)(progress->recent.tsval - segment->tsval) >
		       LG_RECYCLE_WINDOW;
}

static __always_inline void follow_arriving(const struct segment *segment)
{
	struct progress *progress = progress_of(&segment->connection);
	if (!progress || is_stale(progress, segment))
		return;

	take_timestamp(progress, segment);
	if (segment->fin && (!progress->has_acked ||
			     after(segment->end_seq, progress->acked))) {
		progress->peer_fin_end = segment->end_seq;
		progress->peer_fin_came = true;
	}
	/* FIN_WAIT1 ends: an orphan is now kept as a TIME_WAIT, whose substate
	 * is FIN_WAIT2.  Or CLOSING ends. */
	if (segment->has_ack && progress->fin_sent && !progress->fin_acked &&
	    segment->ack == progress->fin_end) {
		progress->fin_acked = true;
		remember(segment, progress);
	}
}

/*
 * The host's acknowledgement tells whether its stack has had the peer's FIN,
 * so which FIN was first for this host.
 */
static __always_inline void follow_leaving(const struct segment *segment)
{
	struct progress *progress = progress_of(&segment->connection);
	if (!progress)
		return;

	if (segment->has_ack) {
		progress->acked = segment->ack;
		progress->has_acked = true;
		if (progress->peer_fin_came && !progress->peer_fin_acked &&
		    !after(progress->peer_fin_end, segment->ack)) {
			progress->peer_fin_acked = true;
			if (progress->fin_acked)
				remember(segment, progress);
		}
	}
	if (segment->fin && !progress->peer_fin_acked) {
		progress->fin_end = segment->end_seq;
		progress->fin_sent = true;
	}
}

/* ---- the check ---------------------------------------------------------- */

/* Another socket of the 4-tuple, a TIME_WAIT above all, takes the SYN itself;
 * where there is none, the stack says so with a RST. */
static __always_inline bool meets_listener(struct __sk_buff *skb,
					   const struct segment *segment)
{
	const struct connection *connection = &segment->connection;
	struct bpf_sock_tuple tuple = {};
	__u32 size;

	if (segment->ipv6) {
		__builtin_memcpy(tuple.ipv6.saddr, connection->pair.peer, 16);
		__builtin_memcpy(tuple.ipv6.daddr, connection->pair.local, 16);
		tuple.ipv6.sport = connection->peer_port;
		tuple.ipv6.dport = connection->local_port;
		size = sizeof(tuple.ipv6);
	} else {
		__builtin_memcpy(&tuple.ipv4.saddr, connection->pair.peer + 12,
				 4);
		__builtin_memcpy(&tuple.ipv4.daddr, connection->pair.local + 12,
				 4);
		tuple.ipv4.sport = connection->peer_port;
		tuple.ipv4.dport = connection->local_port;
		size = sizeof(tuple.ipv4);
	}

	struct bpf_sock *sock =
		bpf_skc_lookup_tcp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0);
	if (!sock)
		return false;
	bool listens = sock->state == BPF_TCP_LISTEN;
	bpf_sk_release(sock);
	return listens;
}

/* tcp_conn_request() and tcp_peer_is_proven(): since 3.17 a SYN without a
 * timestamp is not above suspicion.  With tcp_timestamps 0 the stack sees
 * none. */
static __always_inline bool is_refused(struct __sk_buff *skb,
				       const struct segment *segment)
{
	if (!recycle || always_cookies)
		return false;

	const struct lg_recycle_stamp *stamp =
		bpf_map_lookup_elem(&memory, &segment->connection.pair);
	if (!stamp || now_s() - stamp->time_s >= LG_RECYCLE_MSL_S)
		return false;
	if (segment->has_ts && timestamps &&
	    (__s32)(stamp->tsval - segment->tsval) <= LG_RECYCLE_WINDOW)
		return false;
	return meets_listener(skb, segment);
}

/* ---- the hooks ---------------------------------------------------------- */

SEC("tc")
int arrives(struct __sk_buff *skb)
{
	struct segment segment = {};

	if (!parse(skb, true, &segment))
		return TC_ACT_UNSPEC;

	if (segment.rst) {
		bpf_map_delete_elem(&connections, &segment.connection);
	} else if (!segment.syn) {
		follow_arriving(&segment);
	} else if (!segment.has_ack && !segment.fin &&
		   is_refused(skb, &segment)) {
		__sync_fetch_and_add(&drops, 1);
		return TC_ACT_SHOT;
	}
	return TC_ACT_UNSPEC;
}

SEC("tc")
int leaves(struct __sk_buff *skb)
{
	struct segment segment = {};

	if (!parse(skb, false, &segment))
		return TC_ACT_UNSPEC;

	/* A connection begins where the host sends a SYN: one that arrives may
	 * yet be challenged. */
	if (segment.rst || segment.syn)
		bpf_map_delete_elem(&connections, &segment.connection);
	if (!segment.rst)
		follow_leaving(&segment);
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "GPL";
