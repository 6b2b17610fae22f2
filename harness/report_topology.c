// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_topology.h"

#include "error.h"
#include "json.h"
#include "kernel_exec.h"
#include "path.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name that leads nowhere else. */
static bool is_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}

static char *path_of(const char *name)
{
	char *folder = lg_path_topologies();
	char *path = lg_text("%s/%s.gv", folder, name);
	free(folder);
	return path;
}

static void keep_line(void *drawing, const char *line)
{
	fprintf(drawing, "%s\n", line);
}

/* The drawing is to be freed, also if it has failed. */
static int draw(const char *name, char **drawing)
{
	char *task = lg_text("draw topology %s", name);
	char *path = path_of(name);
	const char *const command[] = {"dot", "-Tsvg", "-Gbgcolor=transparent",
				       path, NULL};
	size_t size;
	FILE *stream = lg_there(open_memstream(drawing, &size));
	struct lg_exec exec = {
		.task = task, .line = keep_line, .argument = stream};

	int result = lg_exec(&exec, command);
	fclose(stream);
	lg_there(*drawing);
	free(task);
	free(path);
	return result;
}

int lg_report_topologies(const json_t *cases, json_t **drawings)
{
	size_t i;
	json_t *about;

	*drawings = lg_there(json_object());
	json_array_foreach(cases, i, about)
	{
		const char *name = lg_json_text(about, "topology");
		char *drawing;
		if (!is_name(name) || json_object_get(*drawings, name))
			continue;
		int result = draw(name, &drawing);
		lg_json_set(*drawings, name,
			    result ? json_null() : json_string(drawing));
		free(drawing);
		if (result == LG_EXEC_STOPPED) {
			json_decref(*drawings);
			*drawings = NULL;
			return result;
		}
		if (result)
			fprintf(stderr, "linger: %s\n", lg_error_text());
	}
	return 0;
}
