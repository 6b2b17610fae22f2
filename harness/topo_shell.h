/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LG_TOPO_SHELL_H
#define LG_TOPO_SHELL_H

#include "topology.h"

/*
 * Builds the topology in a world of its own and runs a command on one of its
 * hosts; without a command (`argv` empty), a shell.  Returns the exit status
 * for the runner: the command's, or LG_STATUS_BROKEN after a message.
 */
int lg_topo_shell(const struct lg_topology *topology, const char *host,
		  char *const argv[]);

#endif
