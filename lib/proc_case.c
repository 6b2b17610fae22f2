// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of /proc, as a case reads them. */
#define LG_IMPLEMENTATION
#include "net.h"
#include "verdict.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

/* Takes a line of /proc/slabinfo into account; the first two are no such. */
static void read_slab(const char *line, const char *name, struct lg_slab *slab)
{
	char is[64];
	struct lg_slab found;
	unsigned pages, slabs;

	if (sscanf(line,
		   "%63s %u %u %u %*u %u : tunables %*u %*u %*u : "
		   "slabdata %*u %u",
		   is, &found.used, &found.objects, &found.size, &pages,
		   &slabs) != 6)
		return;
	found.bytes_of_all = slab->bytes_of_all +
			     (int64_t)slabs * pages * sysconf(_SC_PAGESIZE);
	if (strcmp(is, name))
		slab->bytes_of_all = found.bytes_of_all;
	else
		*slab = found;
}

struct lg_slab lg_slab(struct lg_net *net, const char *name)
{
	struct lg_slab slab = {.size = 0};
	char line[512];
	FILE *in = fopen("/proc/slabinfo", "re");
	if (!in)
		lg_skip(net, "/proc/slabinfo is not for this user to read");
	while (fgets(line, sizeof(line), in))
		read_slab(line, name, &slab);
	fclose(in);
	if (!slab.size)
		lg_broken("/proc/slabinfo has no \"%s\"", name);
	return slab;
}

struct lg_slab lg_time_wait_slab(struct lg_net *net)
{
	return lg_slab(net, net->family == AF_INET ? "tw_sock_TCP"
						   : "tw_sock_TCPv6");
}
