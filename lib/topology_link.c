// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The default network of a link has its number in four digits. */
#define LINKS_MOST 9999

/* A link before its attributes are read: each end is described by one side of
 * an edge, or by none where `repeat` made the link. */
struct draft {
	struct draft_end {
		size_t spot;
		unsigned nth; /* of the spot's hosts */
		Agedge_t *edge;
		int side;
	} ends[2];
};

struct drafts {
	struct draft *list;
	size_t n;
};

/* ---- edges to drafts ---------------------------------------------------- */

static size_t spot_of(const struct lg_reader *reader, const Agnode_t *node)
{
	size_t i = 0;

	while (reader->spots[i].node != node)
		i++;
	return i;
}

static int refuse_loop(const struct lg_reader *reader, Agedge_t *edge)
{
	struct lg_object object = lg_object_link(reader, edge);

	lg_error(0, "this joins a host to itself");
	return lg_object_blame(reader, &object);
}

/* In the order of the file, which numbers the default networks. */
static int compare(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;

	return (int)AGSEQ(x->ends[0].edge) - (int)AGSEQ(y->ends[0].edge);
}

static int draft_edges(const struct lg_reader *reader, struct drafts *drafts)
{
	for (size_t i = 0; i < reader->n_spots; i++) {
		Agedge_t *edge = agfstout(reader->graph, reader->spots[i].node);
		for (; edge; edge = agnxtout(reader->graph, edge)) {
			struct lg_object object = lg_object_link(reader, edge);
			size_t head = spot_of(reader, aghead(edge));
			if (head == i)
				return refuse_loop(reader, edge);
			if (lg_attributes_check(reader, &object))
				return -EIO;
			drafts->list[drafts->n++] = (struct draft){
				{{i, 0, edge, 0}, {head, 0, edge, 1}}};
		}
	}
	if (drafts->n)
		qsort(drafts->list, drafts->n, sizeof(*drafts->list), compare);
	return 0;
}

/* ---- repeated hosts ----------------------------------------------------- */

/* The row is none: joins its neighbours by what described their own ends. */
static int join_neighbours(const struct lg_reader *reader,
			   struct drafts *drafts, const size_t in[2],
			   const int sides[2])
{
	struct draft *kept = &drafts->list[in[0]];
	struct draft_end other = drafts->list[in[1]].ends[!sides[1]];

	if (kept->ends[!sides[0]].spot == other.spot)
		return refuse_loop(reader, other.edge);
	kept->ends[sides[0]] = other;
	memmove(&drafts->list[in[1]], &drafts->list[in[1] + 1],
		(--drafts->n - in[1]) * sizeof(*drafts->list));
	return 0;
}

/* Links the hosts of a row behind the link that leads to it. */
static void join_row(struct drafts *drafts, size_t spot, unsigned count,
		     const size_t in[2], const int sides[2])
{
	size_t first = in[0] + 1;

	drafts->list[in[1]].ends[sides[1]].nth = count - 1;
	memmove(&drafts->list[first + count - 1], &drafts->list[first],
		(drafts->n - first) * sizeof(*drafts->list));
	drafts->n += count - 1;
	for (unsigned nth = 0; nth < count - 1; nth++)
		drafts->list[first + nth] = (struct draft){
			{{spot, nth, NULL, 0}, {spot, nth + 1, NULL, 1}}};
}

static int lay_row(const struct lg_reader *reader, struct drafts *drafts,
		   size_t index)
{
	const struct lg_spot *spot = &reader->spots[index];
	size_t in[2], found = 0;
	int sides[2];

	for (size_t i = 0; i < 2 * drafts->n; i++) {
		if (drafts->list[i / 2].ends[i % 2].spot != index)
			continue;
		if (found < 2) {
			in[found] = i / 2;
			sides[found] = i % 2;
		}
		found++;
	}
	if (found != 2) {
		struct lg_object object = lg_object_host(reader, spot->node);
		lg_error(0, "a repeated host has two links, not %zu", found);
		return lg_object_blame(reader, &object);
	}
	if (!spot->count)
		return join_neighbours(reader, drafts, in, sides);
	join_row(drafts, index, spot->count, in, sides);
	return 0;
}

static int draft_links(const struct lg_reader *reader, struct drafts *drafts)
{
	size_t most = (size_t)agnedges(reader->graph);

	for (size_t i = 0; i < reader->n_spots; i++)
		most += reader->spots[i].count;
	if (most > LINKS_MOST) {
		lg_error(0, "there are more than %d links", LINKS_MOST);
		return lg_topology_blame(reader->topology, 0);
	}
	drafts->list = calloc(most, sizeof(*drafts->list));
	if (!drafts->list)
		return lg_error(0, "out of memory");
	if (draft_edges(reader, drafts))
		return -EIO;
	for (size_t i = 0; i < reader->n_spots; i++)
		if (reader->spots[i].repeated && lay_row(reader, drafts, i))
			return -EIO;
	return 0;
}

/* ---- drafts to links ---------------------------------------------------- */

static int parse_networks(char *text, void *to)
{
	return lg_networks_parse(text, to);
}

static int parse_addresses(char *text, void *to)
{
	return lg_link_addresses_parse(text, to);
}

static int parse_netem(char *text, void *to)
{
	return lg_netem_parse(text, to);
}

struct nat_place {
	const struct lg_topology *topology;
	struct lg_nat **nat;
};

static int parse_nat(char *text, void *to)
{
	const struct nat_place *place = to;

	return lg_nat_parse(text, place->topology, place->nat);
}

/* What is said of one side is said instead of what is said of both. */
static int read_end(const struct lg_reader *reader,
		    const struct draft_end *draft, struct lg_topology_end *end)
{
	static const char *const addr[] = {"tailaddr", "headaddr"};
	static const char *const netem[] = {"tailnetem", "headnetem"};
	static const char *const nat[] = {"tailnat", "headnat"};
	struct lg_object object = lg_object_link(reader, draft->edge);
	struct nat_place place = {reader->topology, &end->nat};
	int side = draft->side;

	end->host = reader->spots[draft->spot].first + draft->nth;
	if (lg_attribute_read(reader, &object, addr[side], parse_addresses,
			      end->address) ||
	    lg_attribute_read(reader, &object, "netem", parse_netem,
			      &end->netem) ||
	    lg_attribute_read(reader, &object, netem[side], parse_netem,
			      &end->netem) ||
	    lg_attribute_read(reader, &object, nat[side], parse_nat, &place))
		return -EIO;
	return 0;
}

/* Networks follow from addresses, and addresses from networks. */
static void complete_addresses(struct lg_topology_link *link, unsigned number)
{
	struct lg_prefix usual[LG_FAMILIES];

	lg_network_default(number, usual);
	for (int f = 0; f < LG_FAMILIES; f++) {
		struct lg_prefix *net = &link->net[f];
		for (int side = 0; side < 2 && !net->family; side++)
			if (link->ends[side].address[f].family)
				*net = lg_network_of(
					&link->ends[side].address[f]);
		if (!net->family)
			*net = usual[f];
		for (unsigned side = 0; side < 2; side++)
			if (!link->ends[side].address[f].family)
				link->ends[side].address[f] =
					lg_network_address(net, side + 1);
	}
}

/* A link that `repeat` made is where the repeated host is. */
static int draft_line(const struct lg_reader *reader, const struct draft *draft)
{
	const struct draft_end *end = &draft->ends[0];
	struct lg_object object =
		end->edge
			? lg_object_link(reader, end->edge)
			: lg_object_host(reader, reader->spots[end->spot].node);

	return lg_source_line(reader->source, object.place);
}

static int read_link(struct lg_reader *reader, const struct draft *draft)
{
	struct lg_topology *topology = reader->topology;
	struct lg_topology_link *link = &topology->links[topology->n_links++];

	link->line = draft_line(reader, draft);
	/* Where `repeat` joined two edges, the first one comes first. */
	for (int side = 1; side >= 0; side--) {
		struct lg_object object =
			lg_object_link(reader, draft->ends[side].edge);
		if (lg_attribute_read(reader, &object, "net", parse_networks,
				      link->net) ||
		    read_end(reader, &draft->ends[side], &link->ends[side]))
			return -EIO;
	}
	complete_addresses(link, (unsigned)topology->n_links);
	return 0;
}

/* ---- interface names ---------------------------------------------------- */

static bool is_taken(const struct lg_topology *topology, size_t host,
		     const char *name)
{
	for (size_t i = 0; i < 2 * topology->n_links; i++) {
		const struct lg_topology_end *end =
			&topology->links[i / 2].ends[i % 2];
		if (end->host == host && !strcmp(end->name, name))
			return true;
	}
	return false;
}

static int name_end(const struct lg_topology *topology,
		    struct lg_topology_end *end, const char *peer)
{
	char name[LG_NAME_MAX + sizeof("-2147483648")];

	snprintf(name, sizeof(name), "%s", peer);
	for (int number = 2; is_taken(topology, end->host, name); number++)
		snprintf(name, sizeof(name), "%s%d", peer, number);
	if (lg_name_check(name))
		return lg_error_in(-EIO, "interface of host %s",
				   topology->hosts[end->host].name);
	memcpy(end->name, name, strlen(name) + 1);
	return 0;
}

/* First those with a peer of their own, so that "server2" is the interface
 * towards a host of that name if there is one. */
static int name_ends(const struct lg_topology *topology)
{
	for (int numbered = 0; numbered < 2; numbered++)
		for (size_t i = 0; i < 2 * topology->n_links; i++) {
			struct lg_topology_link *link = &topology->links[i / 2];
			struct lg_topology_end *end = &link->ends[i % 2];
			const char *peer =
				topology->hosts[link->ends[!(i % 2)].host].name;
			if (*end->name ||
			    (!numbered && is_taken(topology, end->host, peer)))
				continue;
			if (name_end(topology, end, peer))
				return lg_topology_blame(topology, link->line);
		}
	return 0;
}

/* ---- all ---------------------------------------------------------------- */

static void note_use(struct lg_topology *topology)
{
	for (size_t i = 0; i < 2 * topology->n_links; i++) {
		const struct lg_topology_end *end =
			&topology->links[i / 2].ends[i % 2];
		topology->has_nat |= !!end->nat;
		topology->has_netem |= lg_netem_is_given(&end->netem);
	}
	for (size_t i = 0; i < topology->n_hosts; i++)
		topology->has_strip |= topology->hosts[i].strip_timestamp;
}

int lg_reader_links(struct lg_reader *reader)
{
	struct lg_topology *topology = reader->topology;
	struct drafts drafts = {NULL, 0};
	int result = draft_links(reader, &drafts);

	if (!result) {
		topology->links = calloc(drafts.n, sizeof(*topology->links));
		if (drafts.n && !topology->links)
			result = lg_error(0, "out of memory");
	}
	for (size_t i = 0; !result && i < drafts.n; i++)
		result = read_link(reader, &drafts.list[i]);
	free(drafts.list);
	if (result || name_ends(topology))
		return -EIO;
	note_use(topology);
	return 0;
}
