// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of a host's /proc/net, as a case reads them. */
#define LG_IMPLEMENTATION
#include "net.h"
#include "verdict.h"

#include <errno.h>
#include <string.h>

FILE *lg_proc_net(struct lg_host *host, const char *name)
{
	char path[256];
	snprintf(path, sizeof(path), "/proc/thread-self/net/%s", name);

	lg_host_enter(host);
	FILE *file = fopen(path, "re");
	int error = errno;
	lg_host_leave(host);
	if (!file)
		lg_broken("%s: /proc/net/%s: %s", host->name, name,
			  strerror(error));
	return file;
}
