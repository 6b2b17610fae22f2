// SPDX-License-Identifier: GPL-2.0-or-later
#include "topo_shell.h"

#include "command.h"

#include <stdio.h>

int lg_topo_shell(const struct lg_topology *topology, const char *host,
		  char *const argv[])
{
	(void)argv;
	fprintf(stderr,
		"linger: cannot open a shell on %s of %s: not built yet\n",
		host, topology->name);
	return LG_STATUS_BROKEN;
}
