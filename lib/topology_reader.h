/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A topology while it is read from a graph of libcgraph. */
#ifndef LG_TOPOLOGY_READER_H
#define LG_TOPOLOGY_READER_H

#include "topology_parts.h"

#include <cgraph.h>

/* A node of the file, and the hosts that it stands for. */
struct lg_spot {
	Agnode_t *node;
	bool repeated;
	unsigned count;
	size_t first; /* index of the first of them */
};

struct lg_reader {
	struct lg_topology *topology;
	struct lg_source *source;
	struct lg_params *params;
	Agraph_t *graph;
	struct lg_spot *spots;
	size_t n_spots;
};

/* What has attributes; without a handle it has their defaults. */
struct lg_object {
	enum lg_object_kind kind;
	void *handle;
	size_t place;
};

struct lg_object lg_object_graph(const struct lg_reader *reader);
struct lg_object lg_object_host(const struct lg_reader *reader, Agnode_t *node);
/* `edge` may be NULL. */
struct lg_object lg_object_link(const struct lg_reader *reader, Agedge_t *edge);

/* Put in front of the message whose fault it is and where that stands.
 * Return less than 0. */
int lg_object_blame(const struct lg_reader *reader,
		    const struct lg_object *object);
int lg_attribute_blame(const struct lg_reader *reader,
		       const struct lg_object *object, const char *name);

/* Whether the object has only attributes that there are. */
int lg_attributes_check(const struct lg_reader *reader,
			const struct lg_object *object);

/* As it is written; "" if it is not given. */
const char *lg_attribute_raw(const struct lg_reader *reader,
			     const struct lg_object *object, const char *name);

/* Hands an attribute's value, parameters replaced, to `parse`, which may cut
 * it up.  Without a value `to` is left alone. */
int lg_attribute_read(const struct lg_reader *reader,
		      const struct lg_object *object, const char *name,
		      int (*parse)(char *text, void *to), void *to);

int lg_reader_hosts(struct lg_reader *reader);
int lg_reader_links(struct lg_reader *reader);

#endif
