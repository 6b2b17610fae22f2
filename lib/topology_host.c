// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As many hops as a packet can make. */
#define REPEAT_MOST 255

static int parse_repeat(char *text, void *to)
{
	struct lg_spot *spot = to;

	spot->repeated = true;
	return lg_number_parse(text, 0, REPEAT_MOST, &spot->count);
}

static int parse_forward(char *text, void *to)
{
	struct lg_topology_host *host = to;

	host->forward = !strcmp(text, "true");
	if (host->forward || !strcmp(text, "false"))
		return 0;
	return lg_error(0, "'%s' is neither true nor false", text);
}

static int parse_strip(char *text, void *to)
{
	struct lg_topology_host *host = to;

	host->strip_timestamp = !strcmp(text, "timestamp");
	if (host->strip_timestamp || !strcmp(text, "no"))
		return 0;
	return lg_error(0, "'%s' is neither timestamp nor no", text);
}

static int parse_addresses(char *text, void *to)
{
	return lg_host_addresses_parse(text, to);
}

static int parse_sysctls(char *text, void *to)
{
	return lg_sysctls_parse(text, to);
}

static int name_host(struct lg_topology_host *host, const struct lg_spot *spot,
		     unsigned nth)
{
	char name[256]; /* what is longer still will be refused as well */

	if (spot->repeated)
		snprintf(name, sizeof(name), "%s%u", agnameof(spot->node),
			 nth + 1);
	else
		snprintf(name, sizeof(name), "%s", agnameof(spot->node));
	if (lg_name_check(name))
		return -EIO;
	memcpy(host->name, name, strlen(name) + 1);
	return 0;
}

static int read_host(struct lg_reader *reader, const struct lg_spot *spot,
		     unsigned nth)
{
	struct lg_object object = lg_object_host(reader, spot->node);
	struct lg_topology *topology = reader->topology;
	struct lg_topology_host *host = &topology->hosts[topology->n_hosts++];

	host->line = lg_source_line(reader->source, object.place);
	if (name_host(host, spot, nth))
		return lg_topology_blame(topology, host->line);
	if (lg_attribute_read(reader, &object, "forward", parse_forward,
			      host) ||
	    lg_attribute_read(reader, &object, "strip", parse_strip, host) ||
	    lg_attribute_read(reader, &object, "sysctls", parse_sysctls,
			      host) ||
	    lg_attribute_read(reader, &object, "addresses", parse_addresses,
			      host))
		return -EIO;
	return 0;
}

static int read_spots(struct lg_reader *reader)
{
	size_t n = (size_t)agnnodes(reader->graph), hosts = 0;
	Agnode_t *node = agfstnode(reader->graph);

	reader->spots = calloc(n, sizeof(*reader->spots));
	if (n && !reader->spots)
		return lg_error(0, "out of memory");
	for (; node; node = agnxtnode(reader->graph, node)) {
		struct lg_spot *spot = &reader->spots[reader->n_spots++];
		struct lg_object object = lg_object_host(reader, node);

		*spot = (struct lg_spot){
			.node = node, .count = 1, .first = hosts};
		if (lg_attributes_check(reader, &object) ||
		    lg_attribute_read(reader, &object, "repeat", parse_repeat,
				      spot))
			return -EIO;
		hosts += spot->count;
	}
	if (!hosts) {
		lg_error(0, "there are no hosts");
		return lg_topology_blame(reader->topology, 0);
	}
	reader->topology->hosts =
		calloc(hosts, sizeof(*reader->topology->hosts));
	return reader->topology->hosts ? 0 : lg_error(0, "out of memory");
}

int lg_reader_hosts(struct lg_reader *reader)
{
	if (read_spots(reader))
		return -EIO;
	for (size_t i = 0; i < reader->n_spots; i++)
		for (unsigned nth = 0; nth < reader->spots[i].count; nth++)
			if (read_host(reader, &reader->spots[i], nth))
				return -EIO;
	return 0;
}
