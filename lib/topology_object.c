// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct lg_object lg_object_host(const struct lg_reader *reader, Agnode_t *node)
{
	return (struct lg_object){
		LG_HOST, node, lg_source_node(reader->source, agnameof(node))};
}

struct lg_object lg_object_link(const struct lg_reader *reader, Agedge_t *edge)
{
	struct lg_object object = {.kind = LG_LINK, .handle = edge};
	unsigned before = 0;

	if (!edge)
		return object;
	for (Agedge_t *e = agfstout(reader->graph, agtail(edge)); e;
	     e = agnxtout(reader->graph, e))
		before += aghead(e) == aghead(edge) && AGSEQ(e) < AGSEQ(edge);
	object.place = lg_source_edge(reader->source, agnameof(agtail(edge)),
				      agnameof(aghead(edge)), before);
	return object;
}

struct lg_object lg_object_graph(const struct lg_reader *reader)
{
	return (struct lg_object){.kind = LG_GRAPH, .handle = reader->graph};
}

/* Puts in front of the message whose fault it is and where that stands. */
static int blame(const struct lg_reader *reader, const struct lg_object *object,
		 int line)
{
	if (object->handle && object->kind == LG_HOST)
		lg_error_in(-EIO, "host %s", agnameof(object->handle));
	else if (object->handle && object->kind == LG_LINK)
		lg_error_in(-EIO, "link %s -- %s",
			    agnameof(agtail((Agedge_t *)object->handle)),
			    agnameof(aghead((Agedge_t *)object->handle)));
	return lg_topology_blame(reader->topology, line);
}

int lg_object_blame(const struct lg_reader *reader,
		    const struct lg_object *object)
{
	return blame(reader, object,
		     lg_source_line(reader->source, object->place));
}

int lg_attribute_blame(const struct lg_reader *reader,
		       const struct lg_object *object, const char *name)
{
	size_t place = lg_source_attribute(reader->source, object->place, name);

	return blame(reader, object, lg_source_line(reader->source, place));
}

static const int cgraph_kind[] = {
	[LG_GRAPH] = AGRAPH, [LG_HOST] = AGNODE, [LG_LINK] = AGEDGE};

const char *lg_attribute_raw(const struct lg_reader *reader,
			     const struct lg_object *object, const char *name)
{
	Agsym_t *symbol = agattr(reader->graph, cgraph_kind[object->kind],
				 (char *)name, NULL);

	if (!symbol)
		return "";
	return object->handle ? agxget(object->handle, symbol) : symbol->defval;
}

int lg_attribute_read(const struct lg_reader *reader,
		      const struct lg_object *object, const char *name,
		      int (*parse)(char *text, void *to), void *to)
{
	char *text = lg_params_expand(reader->params,
				      lg_attribute_raw(reader, object, name));
	int result = text ? 0 : -EIO;

	if (text && text[strspn(text, LG_BLANKS)])
		result = parse(text, to);
	free(text);
	if (!result)
		return 0;
	lg_error_in(result, "%s", name);
	return lg_attribute_blame(reader, object, name);
}

int lg_attributes_check(const struct lg_reader *reader,
			const struct lg_object *object)
{
	Agsym_t *symbol = NULL;

	while ((symbol = agnxtattr(reader->graph, cgraph_kind[object->kind],
				   symbol))) {
		if (!*agxget(object->handle, symbol) ||
		    !lg_attribute_check(object->kind, symbol->name))
			continue;
		return lg_attribute_blame(reader, object, symbol->name);
	}
	return 0;
}
