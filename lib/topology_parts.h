/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reading a topology is made of.  A call that returns int returns 0 or
 * less than 0, with lg_error_text() saying what is wrong with the value; its
 * caller adds whose value it is and where it stands.
 */
#ifndef LG_TOPOLOGY_PARTS_H
#define LG_TOPOLOGY_PARTS_H

#include "topology.h"

#include <sys/types.h>

/* ---- values (topology_value.c); a `char *text` gets cut up -------------- */

#define LG_BLANKS " \t\r\n"

/* Decimal digits and nothing else. */
int lg_number_parse(const char *word, unsigned least, unsigned most,
		    unsigned *number);
int lg_netem_parse(char *text, struct lg_netem *netem);
/* Appends to *nat; the hosts of the topology have to be there. */
int lg_nat_parse(char *text, const struct lg_topology *topology,
		 struct lg_nat **nat);
void lg_nat_free(struct lg_nat *nat);
int lg_sysctls_parse(char *text, struct lg_topology_host *host);

/* ---- addresses (topology_address.c) ------------------------------------- */

#define LG_PREFIX_TEXT (INET6_ADDRSTRLEN + 4)

static inline enum lg_family_index lg_family_index(int family)
{
	return family == AF_INET ? LG_V4 : LG_V6;
}

/* Writes "ADDRESS/LENGTH" and returns `text`. */
const char *lg_prefix_print(const struct lg_prefix *prefix,
			    char text[LG_PREFIX_TEXT]);
/* "ADDRESS" alone, with the length of a single address. */
int lg_address_parse(const char *word, struct lg_prefix *address);
/* At most one "NETWORK/LENGTH" a family; the others are left alone. */
int lg_networks_parse(char *text, struct lg_prefix networks[LG_FAMILIES]);
/* Likewise addresses that a host can have. */
int lg_link_addresses_parse(char *text,
			    struct lg_prefix addresses[LG_FAMILIES]);
/* Any number of them. */
int lg_host_addresses_parse(char *text, struct lg_topology_host *host);

/* What the n-th link (from 1) has by default. */
void lg_network_default(unsigned n, struct lg_prefix networks[LG_FAMILIES]);
struct lg_prefix lg_network_of(const struct lg_prefix *address);
/* The n-th address (n < 256) of the network, with its length. */
struct lg_prefix lg_network_address(const struct lg_prefix *network,
				    unsigned n);
/* Whether `outer` contains all of `inner`. */
bool lg_prefix_covers(const struct lg_prefix *outer,
		      const struct lg_prefix *inner);

/* ---- parameters (topology_param.c) -------------------------------------- */

struct lg_params;

/* Reads "k=3 strip=no" (NULL: none) and sets what is given from outside.
 * NULL with lg_error_text(). */
struct lg_params *lg_params_read(const char *text,
				 const struct lg_topology_param *given);
void lg_params_free(struct lg_params *params);
/* The text with every `$k` replaced, to be freed; NULL with
 * lg_error_text(). */
char *lg_params_expand(const struct lg_params *params, const char *text);

/* ---- attribute names (topology_name.c) ---------------------------------- */

enum lg_object_kind { LG_GRAPH, LG_HOST, LG_LINK };

/* Whether the attribute is linger's or Graphviz's for this kind of object. */
int lg_attribute_check(enum lg_object_kind kind, const char *name);
/* Whether a host, and so the interface of its neighbour, can be called so. */
int lg_name_check(const char *name);

/* ---- the text (topology_source.c) --------------------------------------- */
/*
 * libcgraph forgets which line a thing was on.  This finds it again in the
 * text: places are looked up by what stands there, 0 means not found.
 */
struct lg_source;

/* NULL if memory ran out. */
struct lg_source *lg_source_new(const char *text);
void lg_source_free(struct lg_source *source);

/* The line of what follows the first graph, 0 if nothing does. */
int lg_source_trailing_line(const struct lg_source *source);

/* A place in the text; the line it is on. */
size_t lg_source_node(const struct lg_source *source, const char *name);
/* The nth (from 0) edge between two nodes in this order. */
size_t lg_source_edge(const struct lg_source *source, const char *tail,
		      const char *head, unsigned nth);
/* An attribute of what stands at `place` (0: the graph), else a default for
 * all such things, else the place itself. */
size_t lg_source_attribute(const struct lg_source *source, size_t place,
			   const char *name);
int lg_source_line(const struct lg_source *source, size_t place);

/* ---- the whole ---------------------------------------------------------- */

/* Puts "FILE:LINE: " in front of the message (0: "FILE: ").  Returns less than
 * 0. */
int lg_topology_blame(const struct lg_topology *topology, int line);

/* Clashes between what is right by itself (topology_check.c); the message
 * has its place already. */
int lg_topology_check(const struct lg_topology *topology);

/* Fills in each host's routes (topology_route.c). */
int lg_topology_add_routes(struct lg_topology *topology);

#endif
