/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The built topology: hosts as anonymous network namespaces held by file
 * descriptors, joined by veth pairs.
 */
#ifndef LG_NET_H
#define LG_NET_H

#include "linger.h"
#include "topology.h"

struct nl_sock;
struct nft_ctx;
struct lg_capture;
struct lg_counters;
struct lg_trace;
struct lg_variant;

struct lg_host {
	struct lg_net *net;
	size_t index; /* in net->topology->hosts and net->hosts */
	const char *name;
	int netns;
	/* Each made in the host's namespace when first asked for, see
	 * lg_host_route() etc.; they stay bound to it. */
	struct nl_sock *route;
	struct nl_sock *diag;
	struct nft_ctx *nft;
	struct lg_counters *counted_from;
	void *recycle;	/* struct lg_recycle *: the model, if it is on */
	bool shortens;	/* that ends TIME_WAITs, too */
	unsigned rules; /* made so far: names of their tables and devices */
	bool raw;	/* a raw peer: its stack gets nothing */
};

/* One end of a link, at a host. */
struct lg_link_end {
	struct lg_host *host;
	struct lg_link_end *peer;
	const struct lg_topology_end *is;
	unsigned ifindex;
	uint8_t mac[6];
	struct lg_capture *capture; /* NULL: this end is not captured */
	/* The device whose transmissions arrive here next: the peer's, or that
	 * of the namespace in the middle of a link with netem. */
	int near_netns;
	unsigned near_ifindex;
	int inject; /* packet socket at that device; -1: not opened yet */
};

struct lg_net {
	struct lg_topology *topology;
	struct lg_host *hosts;
	struct lg_link_end (*links)[2];
	int home; /* the namespace that the process is in between calls */
	int family;
	const struct lg_variant *variant; /* what it was built for */
	struct lg_trace *trace;	   /* lib/trace.h; NULL: nothing captured yet */
	struct lg_rule *all_rules; /* lib/rule.h; the latest first */
	size_t settled; /* so many of the trace's frames no rule may take */
};

/*
 * Builds the network; takes over `topology` also when it fails.  NULL with
 * errno and lg_error_text().  The process must be in a namespace of its own
 * with CAP_NET_ADMIN there (lib/world.h).
 */
struct lg_net *lg_net_build(struct lg_topology *topology, int family);
void lg_net_free(struct lg_net *net);

/*
 * The ends of a host's links: the first after `last` (NULL: of all); NULL if
 * there are no more.
 */
struct lg_link_end *lg_host_end(const struct lg_host *host,
				const struct lg_link_end *last);
/* The index of an end's link in net->links. */
size_t lg_end_link(const struct lg_link_end *end);

/* Where frames that a rule gave back come from: bit 2 of the first byte of
 * the source address, which no link end has, tells them from others.  It is the
 * rule's number, in the third byte, by which rules up to that one leave them
 * alone; later ones do not. */
#define LG_MAC_RELEASED 0x04

/* Bit 3 tells the address that a raw peer's device has from the one that it is
 * sent to, which is its end's. */
#define LG_MAC_OF_RAW 0x08

/*
 * Enters a host's namespace; what is opened there stays there.  Every enter has
 * its leave before the next.  They fail only if the descriptors are bad, and
 * then end the process: nothing else would be in its right place.
 */
void lg_host_enter(const struct lg_host *host);
void lg_host_leave(const struct lg_host *host);

/* The host's netlink sockets and nftables context; NULL with errno and
 * lg_error_text(). */
struct nl_sock *lg_host_route(struct lg_host *host);
struct nl_sock *lg_host_diag(struct lg_host *host);

/*
 * Runs nft commands on a host.  0, or -errno with nft's own message in
 * lg_error_text().
 */
int lg_nft_run(struct lg_host *host, const char *commands);
/* The same, with what it prints; free() it.  NULL as above. */
char *lg_nft_read(struct lg_host *host, const char *commands);

/*
 * Waits until `fd` (-1: none) has `events`, a captured frame came, a rule's
 * timer ran out, or `deadline_ms` (lg_now_ms()'s clock) passed; takes in
 * everything that was captured and lets rules act on it.  Returns 1 if fd is
 * ready, else 0.
 */
int lg_net_wait(struct lg_net *net, int fd, short events, int64_t deadline_ms);

/* The network that this process has built last; NULL before that. */
struct lg_net *lg_net_current(void);

#endif
