/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A topology as a command line gives it: a file or a name, and parameters. */
#ifndef LG_TOPOLOGY_OPTION_H
#define LG_TOPOLOGY_OPTION_H

#include "topology.h"

#include <argp.h>

struct lg_topology_option {
	const char *given;		  /* NULL: none */
	struct lg_topology_param *params; /* ends with a NULL name */
	size_t n_params;
};

/* Takes in the value of a --param, "NAME=VALUE", which it cuts in two. */
void lg_topology_option_param(struct lg_topology_option *option,
			      const struct argp_state *state, char *text);

/* The file that is meant: the given one, or, if there is none but a topology of
 * this name, that one's.  To be freed. */
char *lg_topology_option_file(const struct lg_topology_option *option);

/* As lg_topology_read(). */
struct lg_topology *
lg_topology_option_read(const struct lg_topology_option *option, char **error);

void lg_topology_option_free(struct lg_topology_option *option);

#endif
