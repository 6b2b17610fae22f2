// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology_option.h"

#include "path.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void lg_topology_option_param(struct lg_topology_option *option,
			      const struct argp_state *state, char *text)
{
	char *equals = strchr(text, '=');
	if (!equals || equals == text)
		argp_error(state, "--param: '%s' is not NAME=VALUE", text);
	*equals = '\0';
	option->params = lg_there(reallocarray(
		option->params, option->n_params + 2, sizeof(*option->params)));
	option->params[option->n_params++] =
		(struct lg_topology_param){text, equals + 1};
	option->params[option->n_params] = (struct lg_topology_param){0};
}

char *lg_topology_option_file(const struct lg_topology_option *option)
{
	char *folder = lg_path_topologies();
	char *named = lg_text("%s/%s.gv", folder, option->given);
	free(folder);
	if (access(option->given, F_OK) && !access(named, F_OK))
		return named;
	free(named);
	return lg_text("%s", option->given);
}

struct lg_topology *
lg_topology_option_read(const struct lg_topology_option *option, char **error)
{
	char *file = lg_topology_option_file(option);
	struct lg_topology *topology =
		lg_topology_read(file, option->params, error);
	free(file);
	return topology;
}

void lg_topology_option_free(struct lg_topology_option *option)
{
	free(option->params);
	*option = (struct lg_topology_option){0};
}
