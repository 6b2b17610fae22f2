// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "conntrack.h"

#include "error.h"
#include "net.h"

#include <errno.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>

static int print_entry(enum nf_conntrack_msg_type type,
		       struct nf_conntrack *entry, void *out)
{
	char line[1024];
	(void)type;
	nfct_snprintf(line, sizeof(line), entry, NFCT_T_UNKNOWN, NFCT_O_DEFAULT,
		      NFCT_OF_SHOW_LAYER3);
	fprintf(out, "%s\n", line);
	return NFCT_CB_CONTINUE;
}

int lg_conntrack_print(struct lg_host *host, FILE *out)
{
	lg_host_enter(host);
	struct nfct_handle *handle = nfct_open(CONNTRACK, 0);
	int error = errno;
	lg_host_leave(host);
	if (!handle)
		return lg_error(error, "%s: conntrack", host->name);

	uint32_t family = AF_UNSPEC;
	nfct_callback_register(handle, NFCT_T_ALL, print_entry, out);
	int result = nfct_query(handle, NFCT_Q_DUMP, &family);
	error = errno;
	nfct_close(handle);
	return result < 0 ? lg_error(error, "%s: conntrack table", host->name)
			  : 0;
}
