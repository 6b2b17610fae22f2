/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A topology: the network that a Graphviz file describes, as plain data.
 * Reading one touches no kernel, so any tool can check and draw one.
 *
 * The file is an undirected graph.  A node is a host, an edge is a link.
 * Graphviz's own attributes (label, shape, color...) are for drawing and are
 * left alone; these are linger's, and any other is refused by name:
 *
 *  graph  params="k=3 strip=no"   parameters and their defaults; `$k` in any
 *                                 of linger's attributes stands for the value
 *         story="..."             one sentence (else the graph's label)
 *  node   forward=true            forwards IPv4 and IPv6
 *         addresses="A/len ..."   more addresses, on its loopback
 *         sysctls="NAME=VALUE; ..."
 *         repeat="$k"             stands for that many hosts in a row, NAME1,
 *                                 NAME2, ...; 0: its neighbours are joined,
 *                                 each by what was said of its own end.  It
 *                                 has two links; those within the row are
 *                                 numbered behind the first of them
 *         strip="timestamp"       takes this TCP option out of the SYNs that
 *                                 it forwards; "no": leaves them
 *  edge   net="10.0.1.0/24 fd00:0:1::/64"
 *                                 the link's networks; for a family without
 *                                 one the n-th link (from 1) has 10.0.n.0/24
 *                                 and fd00:0:n::/64 (the same digits: link 12
 *                                 has :12:).  The tail gets address 1, the
 *                                 head address 2
 *         tailaddr, headaddr="A/len ..."   given instead, one a family; with
 *                                 no `net`, they give the network too
 *         netem, tailnetem, headnetem="delay 20ms 5ms loss 1% duplicate 1%
 *                                 reorder 25% limit 1000"
 *                                 of what the tail sends, the head sends, or
 *                                 both, where the former don't say otherwise;
 *                                 spelt as tc-netem(8) spells it, with units
 *         tailnat, headnat="..."  NAT done by the tail (head) for this link,
 *                                 statements separated by `;`:
 *              masquerade [PORT-PORT] [random]         of what leaves by it
 *              snat ADDR [ADDR] [PORT-PORT] [random]   likewise; one a
 *                                 family, which the host must have
 *              dnat PORT HOST[:PORT]                   of what arrives by it
 *              none                                    nothing
 *
 * Hosts are named by letters, digits, - and _, but not lo, all, default or lg
 * and a digit.
 *
 * Routes follow from the graph: a host with one link to a forwarding host has
 * its default route there; others have a route to each network, and to each of
 * the `addresses` of hosts, that can be reached through forwarding hosts, by
 * the fewest links; a default route does where all have the same next hop.
 */
#ifndef LG_TOPOLOGY_H
#define LG_TOPOLOGY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LG_NAME_MAX 15 /* IFNAMSIZ - 1: a link end is named after its peer */

/* Index of a family in the arrays below. */
enum lg_family_index { LG_V4, LG_V6, LG_FAMILIES };

struct lg_prefix {
	int family; /* AF_INET, AF_INET6; 0: none */
	uint8_t bytes[16];
	unsigned length;
};

/* Whatever their lengths. */
bool lg_prefix_same_address(const struct lg_prefix *a,
			    const struct lg_prefix *b);

/* Probabilities are 0..1.  All zero: no netem. */
struct lg_netem {
	unsigned delay_us, jitter_us;
	double loss, duplicate, reorder;
	unsigned limit; /* frames; 0: the kernel's default */
};

/* Whether it does anything to frames. */
bool lg_netem_impairs(const struct lg_netem *netem);
/* Whether it is given at all, be it only its limit. */
bool lg_netem_is_given(const struct lg_netem *netem);

enum lg_nat_kind { LG_MASQUERADE, LG_SNAT, LG_DNAT };

struct lg_nat {
	enum lg_nat_kind kind;
	struct lg_prefix address[LG_FAMILIES]; /* LG_SNAT */
	unsigned first_port, last_port; /* LG_MASQUERADE, LG_SNAT; 0: any */
	bool random;
	unsigned port, to_port; /* LG_DNAT */
	size_t to_host;		/* LG_DNAT: index */
	struct lg_nat *next;
};

struct lg_topology_sysctl {
	char *name, *value;
};

struct lg_topology_end {
	size_t host;		    /* index */
	char name[LG_NAME_MAX + 1]; /* of the interface: its peer's name, with
				     * a number from the second link on */
	struct lg_prefix address[LG_FAMILIES];
	struct lg_netem netem; /* of what this end sends */
	struct lg_nat *nat;
};

struct lg_topology_link {
	struct lg_topology_end ends[2]; /* tail, head */
	struct lg_prefix net[LG_FAMILIES];
	int line; /* in the file */
};

struct lg_route {
	struct lg_prefix to; /* length 0: default */
	uint8_t via[16];
	size_t link; /* index of the link that it leaves by */
};

struct lg_topology_host {
	char name[LG_NAME_MAX + 1];
	bool forward;
	bool strip_timestamp;
	struct lg_prefix *addresses; /* on lo */
	size_t n_addresses;
	struct lg_topology_sysctl *sysctls;
	size_t n_sysctls;
	struct lg_route *routes;
	size_t n_routes;
	int line;
};

struct lg_topology {
	char *name;  /* of the graph */
	char *story; /* one sentence; may be empty */
	char *file;
	struct lg_topology_host *hosts;
	size_t n_hosts;
	struct lg_topology_link *links;
	size_t n_links;
	bool has_nat, has_netem, has_strip;
};

/* A parameter given from outside the file; ends with a NULL name. */
struct lg_topology_param {
	const char *name, *value;
};

/*
 * Reads `file`; `params` may be NULL.  Returns NULL and in *error (NULL only if
 * memory ran out) one message "FILE:LINE: what" (or "FILE: what" where no line
 * is to blame), to be freed: a syntax error, an
 * unknown attribute, host or parameter, an address that two hosts have or that
 * lies outside its link's network, a link from a host to itself, a name that
 * is no interface name, a value that cannot be read.
 */
struct lg_topology *lg_topology_read(const char *file,
				     const struct lg_topology_param *params,
				     char **error);
void lg_topology_free(struct lg_topology *topology);

/* The index of a host, or -1. */
int lg_topology_host_index(const struct lg_topology *topology,
			   const char *name);

/*
 * The end by which the shortest way from host `from` arrives at host `to`;
 * NULL if there is none or the two are one host.  Hosts that don't forward are
 * not passed through.
 */
const struct lg_topology_end *
lg_topology_arrival(const struct lg_topology *topology, size_t from, size_t to);

#endif
