// SPDX-License-Identifier: GPL-2.0-or-later
/* Sysctls of a host, as a case sets them. */
#define LG_IMPLEMENTATION
#include "net.h"
#include "recycle.h"
#include "sysctl.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>

/* The model stands for a kernel that would see the new value. */
static void update_model(struct lg_host *host)
{
	if (host->recycle && lg_recycle_update(host->recycle))
		lg_broken_by("cannot update the recycle model");
}

void lg_sysctl_set(struct lg_host *host, const char *name, const char *value)
{
	if (lg_sysctl_write(host, name, value))
		lg_broken_by("cannot set a sysctl");
	update_model(host);
}

int lg_sysctl_try(struct lg_host *host, const char *name, const char *value)
{
	int error = -lg_sysctl_write(host, name, value);

	/* That is none of the kernel's own refusals of a value. */
	if (error == EPERM || error == EROFS)
		lg_broken_by("cannot set a sysctl");
	if (!error)
		update_model(host);
	return error;
}

const char *lg_sysctl_text(struct lg_host *host, const char *name)
{
	char value[4096];
	if (lg_sysctl_read(host, name, value, sizeof(value)))
		lg_broken_by("cannot read a sysctl");
	const char *kept = strdup(value);
	if (!kept)
		lg_broken("out of memory");
	return kept;
}

long lg_sysctl_get(struct lg_host *host, const char *name)
{
	char value[64], *end;
	if (lg_sysctl_read(host, name, value, sizeof(value)))
		lg_broken_by("cannot read a sysctl");

	errno = 0;
	long number = strtol(value, &end, 10);
	if (errno || end == value || *end)
		lg_broken("%s of %s is no number: %s", name, host->name, value);
	return number;
}
