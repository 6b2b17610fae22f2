// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(void)
{
	return lg_error(0, "out of memory");
}

int lg_topology_blame(const struct lg_topology *topology, int line)
{
	if (line)
		return lg_error_in(-EIO, "%s:%d", topology->file, line);
	return lg_error_in(-EIO, "%s", topology->file);
}

/* ---- the text ----------------------------------------------------------- */

static char *read_text(const char *file)
{
	FILE *stream = fopen(file, "re");
	char *text = NULL;
	size_t size = 0;

	if (!stream) {
		lg_error(errno, "cannot open");
		return NULL;
	}
	/* Text has no NUL: what ends with one is the whole file. */
	ssize_t length = getdelim(&text, &size, '\0', stream);
	bool readable = !ferror(stream);
	int error = errno;
	bool whole = feof(stream);
	fclose(stream);

	if (length > 0 && whole)
		return text;
	free(text);
	if (!readable)
		lg_error(error, "cannot read");
	else if (length > 0)
		lg_error(0, "this is no text");
	else
		lg_error(0, "the file is empty");
	return NULL;
}

/* The first error.  libcgraph hands over its messages in pieces: "Error", ": ",
 * ": syntax error in line 3 near 'x'\n", or "Warning" and so on. */
static char complaint[512];
static bool listening;

static int complain(char *piece)
{
	size_t length = strlen(complaint);

	if (!strcmp(piece, "Warning"))
		listening = false;
	else if (!strcmp(piece, "Error"))
		listening = !length;
	if (listening)
		snprintf(complaint + length, sizeof(complaint) - length, "%s",
			 piece);
	return 0;
}

static int refuse_syntax(const struct lg_topology *topology)
{
	static const char where[] = " in line ";
	char *number = strstr(complaint, where);
	int line = 0;

	if (!number)
		lg_error(0, "there is no graph");
	else {
		char *rest;
		line = (int)strtol(number + strlen(where), &rest, 10);
		rest[strcspn(rest, "\n")] = '\0';
		lg_error(0, "syntax error%s", *rest ? rest : " at the end");
	}
	return lg_topology_blame(topology, line);
}

static int parse_text(struct lg_reader *reader, const char *text)
{
	const struct lg_topology *topology = reader->topology;

	reader->source = lg_source_new(text);
	if (!reader->source)
		return no_memory();
	/* libcgraph would keep the rest for its next graph, whosever it is. */
	int trailing = lg_source_trailing_line(reader->source);
	if (trailing) {
		lg_error(0, "something follows the graph");
		return lg_topology_blame(topology, trailing);
	}

	agusererrf before = agseterrf(complain);
	complaint[0] = '\0';
	agsetfile("");
	reader->graph = agmemread(text);
	agseterrf(before);

	if (!reader->graph)
		return refuse_syntax(topology);
	if (agisdirected(reader->graph)) {
		lg_error(0, "the graph is directed: links go both ways, "
			    "'graph' and '--' say so");
		return lg_topology_blame(topology, 0);
	}
	return 0;
}

static int copy_text(char *text, void *to)
{
	char **copy = to;

	*copy = strdup(text);
	return *copy ? 0 : no_memory();
}

/* A label breaks its lines with \n, \l and \r, and may end with blank ones. */
static char *unbroken(const char *label)
{
	char *text = strdup(aghtmlstr((char *)label) ? "" : label);

	for (char *at = text; at && (at = strchr(at, '\\')); at++)
		if (at[1] && strchr("nlr", at[1])) {
			*at = ' ';
			memmove(at + 1, at + 2, strlen(at + 1));
		}
	for (size_t n = text ? strlen(text) : 0; n && text[n - 1] == ' '; n--)
		text[n - 1] = '\0';
	return text;
}

/* A graph without a name goes by that of its file. */
static char *graph_name(const struct lg_reader *reader)
{
	const char *name = agnameof(reader->graph);
	const char *slash = strrchr(reader->topology->file, '/');
	const char *base = slash ? slash + 1 : reader->topology->file;
	const char *dot = strrchr(base, '.');

	if (name && *name != '%')
		return strdup(name);
	return dot ? strndup(base, (size_t)(dot - base)) : strdup(base);
}

static int read_graph(struct lg_reader *reader,
		      const struct lg_topology_param *given)
{
	struct lg_object graph = lg_object_graph(reader);
	struct lg_topology *topology = reader->topology;

	if (lg_attributes_check(reader, &graph))
		return -EIO;
	reader->params = lg_params_read(
		lg_attribute_raw(reader, &graph, "params"), given);
	if (!reader->params) {
		lg_error_in(-EIO, "params");
		return lg_attribute_blame(reader, &graph, "params");
	}
	if (lg_attribute_read(reader, &graph, "story", copy_text,
			      &topology->story))
		return -EIO;
	if (!topology->story)
		topology->story =
			unbroken(lg_attribute_raw(reader, &graph, "label"));
	topology->name = graph_name(reader);
	return topology->story && topology->name ? 0 : no_memory();
}

/* ---- the whole ---------------------------------------------------------- */

static int read_all(struct lg_reader *reader,
		    const struct lg_topology_param *given)
{
	struct lg_topology *topology = reader->topology;
	char *text = read_text(topology->file);

	if (!text)
		return lg_topology_blame(topology, 0);
	int result = parse_text(reader, text);
	free(text);

	if (result || read_graph(reader, given) || lg_reader_hosts(reader) ||
	    lg_reader_links(reader) || lg_topology_check(topology) ||
	    lg_topology_add_routes(topology))
		return -EIO;
	return 0;
}

struct lg_topology *lg_topology_read(const char *file,
				     const struct lg_topology_param *params,
				     char **error)
{
	struct lg_topology *topology = calloc(1, sizeof(*topology));
	struct lg_reader reader = {.topology = topology};
	int result;

	if (topology && (topology->file = strdup(file)))
		result = read_all(&reader, params);
	else
		result = no_memory();

	if (reader.graph)
		agclose(reader.graph);
	lg_params_free(reader.params);
	lg_source_free(reader.source);
	free(reader.spots);
	if (!result)
		return topology;
	lg_topology_free(topology);
	*error = strdup(lg_error_text());
	return NULL;
}

static void free_host(struct lg_topology_host *host)
{
	for (size_t i = 0; i < host->n_sysctls; i++) {
		free(host->sysctls[i].name);
		free(host->sysctls[i].value);
	}
	free(host->sysctls);
	free(host->addresses);
	free(host->routes);
}

void lg_topology_free(struct lg_topology *topology)
{
	if (!topology)
		return;
	for (size_t i = 0; i < topology->n_hosts; i++)
		free_host(&topology->hosts[i]);
	for (size_t i = 0; i < 2 * topology->n_links; i++)
		lg_nat_free(topology->links[i / 2].ends[i % 2].nat);
	free(topology->hosts);
	free(topology->links);
	free(topology->name);
	free(topology->story);
	free(topology->file);
	free(topology);
}

int lg_topology_host_index(const struct lg_topology *topology, const char *name)
{
	for (size_t i = 0; i < topology->n_hosts; i++)
		if (!strcmp(topology->hosts[i].name, name))
			return (int)i;
	return -1;
}
