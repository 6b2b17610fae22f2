// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "recycle.h"
#include "config.h"

#include "error.h"

#include <errno.h>

#ifdef HAVE_BPF

#include "recycle.skel.h"
#include "recycle_shared.h"
#include "sysctl.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct lg_recycle {
	struct lg_host *host;
	struct recycle_bpf *bpf;
	size_t hooks; /* made at so many of the host's link ends */
};

/* libbpf's first complaint says why, those that follow only what it means. */
static char complaint[512];

static int keep_complaint(enum libbpf_print_level level, const char *format,
			  va_list arguments)
{
	if (level == LIBBPF_WARN && !complaint[0]) {
		vsnprintf(complaint, sizeof(complaint), format, arguments);
		complaint[strcspn(complaint, "\n")] = '\0';
	}
	return 0;
}

static int bpf_error(int error, const char *what)
{
	return complaint[0] ? lg_error(error, "%s: %s", what, complaint)
			    : lg_error(error, "%s", what);
}

static int read_sysctl(struct lg_host *host, const char *name, int *value)
{
	char text[32];

	int result = lg_sysctl_read(host, name, text, sizeof(text));
	if (result)
		return lg_error_in(result, "recycle model");
	*value = atoi(text);
	return 0;
}

static int hook_up(unsigned ifindex, enum bpf_tc_attach_point at,
		   const struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex,
		    .attach_point = at);
	LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = bpf_program__fd(program));

	int result = bpf_tc_attach(&hook, &options);
	return result ? bpf_error(-result, "attach the recycle model") : 0;
}

static int hook_up_link(struct lg_recycle *recycle, unsigned ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, both, .ifindex = (int)ifindex,
		    .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);

	int result = bpf_tc_hook_create(&both);
	if (result)
		return bpf_error(-result, "attach the recycle model");
	recycle->hooks++;

	result = hook_up(ifindex, BPF_TC_INGRESS, recycle->bpf->progs.arrives);
	if (result)
		return result;
	return hook_up(ifindex, BPF_TC_EGRESS, recycle->bpf->progs.leaves);
}

/* Inside the host's namespace. */
static int hook_up_all(struct lg_recycle *recycle)
{
	const struct lg_link_end *end = NULL;
	while ((end = lg_host_end(recycle->host, end))) {
		int result = hook_up_link(recycle, end->ifindex);
		if (result)
			return result;
	}
	return 0;
}

static int load(struct lg_recycle *recycle)
{
	recycle->bpf = recycle_bpf__open_and_load();
	if (!recycle->bpf)
		return bpf_error(errno, "load the recycle model");
	/* Where its switches and its counter are. */
	if (!recycle->bpf->bss)
		return lg_error(EOPNOTSUPP,
				"recycle model: map the program's variables "
				"(since 5.5: fc9702273e2e)");
	return 0;
}

int lg_recycle_try(const char *device)
{
	struct lg_recycle recycle = {.host = NULL};

	complaint[0] = '\0';
	libbpf_print_fn_t print = libbpf_set_print(keep_complaint);
	int result = load(&recycle);
	if (!result)
		result = hook_up_link(&recycle, if_nametoindex(device));
	libbpf_set_print(print);
	recycle_bpf__destroy(recycle.bpf);
	return result;
}

int lg_recycle_attach(struct lg_host *host, struct lg_recycle **out)
{
	if (host->net->topology->hosts[host->index].forward)
		return lg_error(EOPNOTSUPP, "recycle model: %s forwards",
				host->name);

	struct lg_recycle *recycle = calloc(1, sizeof(*recycle));
	if (!recycle)
		return lg_error(ENOMEM, "recycle model");
	recycle->host = host;

	complaint[0] = '\0';
	libbpf_print_fn_t print = libbpf_set_print(keep_complaint);
	int result = load(recycle);
	if (!result)
		result = lg_recycle_update(recycle);
	if (!result) {
		lg_host_enter(host);
		result = hook_up_all(recycle);
		lg_host_leave(host);
	}
	libbpf_set_print(print);

	if (result)
		lg_recycle_free(recycle);
	else
		*out = recycle;
	return result;
}

void lg_recycle_free(struct lg_recycle *recycle)
{
	if (!recycle)
		return;
	if (recycle->hooks)
		lg_host_enter(recycle->host);
	const struct lg_link_end *end = NULL;
	for (size_t i = 0; i < recycle->hooks; i++) {
		end = lg_host_end(recycle->host, end);
		LIBBPF_OPTS(bpf_tc_hook, both, .ifindex = (int)end->ifindex,
			    .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
		bpf_tc_hook_destroy(&both);
	}
	if (recycle->hooks)
		lg_host_leave(recycle->host);
	recycle_bpf__destroy(recycle->bpf);
	free(recycle);
}

int lg_recycle_set(struct lg_recycle *recycle, bool on)
{
	recycle->bpf->bss->recycle = on;
	return 0;
}

bool lg_recycle_remembers(const struct lg_recycle *recycle)
{
	return recycle->bpf->bss->recycle && recycle->bpf->bss->timestamps;
}

int lg_recycle_update(struct lg_recycle *recycle)
{
	int timestamps = 0, cookies = 0;

	int result = read_sysctl(recycle->host, "net.ipv4.tcp_timestamps",
				 &timestamps);
	if (!result)
		result = read_sysctl(recycle->host, "net.ipv4.tcp_syncookies",
				     &cookies);
	if (result)
		return result;

	recycle->bpf->bss->timestamps = timestamps != 0;
	recycle->bpf->bss->always_cookies = cookies == 2;
	return 0;
}

int lg_recycle_counters(struct lg_recycle *recycle, uint64_t *paws_passive,
			uint64_t *listen_drops)
{
	*paws_passive = *listen_drops = recycle->bpf->bss->drops;
	return 0;
}

/* The program's clock: bpf_ktime_get_ns() is CLOCK_MONOTONIC. */
static uint32_t model_time_s(const struct lg_recycle *recycle)
{
	struct timespec now;
	if (recycle->bpf->bss->stopped_s)
		return recycle->bpf->bss->stopped_s;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint32_t)now.tv_sec;
}

int lg_recycle_advance(struct lg_recycle *recycle, unsigned s)
{
	recycle->bpf->bss->stopped_s = model_time_s(recycle) + s;
	return 0;
}

static int compare(const void *a, const void *b)
{
	/* The addresses come first in the struct. */
	return memcmp(a, b, offsetof(struct lg_recycle_memory, tsval));
}

int lg_recycle_remembered(struct lg_recycle *recycle,
			  struct lg_recycle_memory **memories, size_t *n)
{
	const struct bpf_map *map = recycle->bpf->maps.memory;
	size_t room = bpf_map__max_entries(map);
	struct lg_recycle_memory *list = calloc(room, sizeof(*list));
	if (!list)
		return lg_error(ENOMEM, "recycle model");

	struct lg_recycle_pair pair;
	struct lg_recycle_stamp stamp;
	const void *previous = NULL;
	size_t count = 0;
	while (count < room &&
	       !bpf_map__get_next_key(map, previous, &pair, sizeof(pair))) {
		previous = &pair;
		if (bpf_map__lookup_elem(map, &pair, sizeof(pair), &stamp,
					 sizeof(stamp), 0))
			continue;
		struct lg_recycle_memory *one = &list[count++];
		memcpy(one->local, pair.local, sizeof(one->local));
		memcpy(one->peer, pair.peer, sizeof(one->peer));
		one->tsval = stamp.tsval;
		one->age_s = model_time_s(recycle) - stamp.time_s;
	}
	qsort(list, count, sizeof(*list), compare);
	*memories = list;
	*n = count;
	return 0;
}

static const char *address_text(const uint8_t address[16], char *text,
				socklen_t room)
{
	struct in6_addr ipv6;
	memcpy(&ipv6, address, sizeof(ipv6));
	if (IN6_IS_ADDR_V4MAPPED(&ipv6))
		return inet_ntop(AF_INET, address + 12, text, room);
	return inet_ntop(AF_INET6, address, text, room);
}

char *lg_recycle_dump(struct lg_recycle *recycle)
{
	struct lg_recycle_memory *memories;
	char *text = NULL;
	size_t size, n;

	int result = lg_recycle_remembered(recycle, &memories, &n);
	FILE *stream = result ? NULL : open_memstream(&text, &size);
	if (!stream) {
		if (!result)
			free(memories);
		errno = ENOMEM;
		return NULL;
	}
	for (const struct lg_recycle_memory *one = memories; n--; one++) {
		char peer[INET6_ADDRSTRLEN], local[INET6_ADDRSTRLEN];
		fprintf(stream, "%s at %s: TSval %u, %u s ago\n",
			address_text(one->peer, peer, sizeof(peer)),
			address_text(one->local, local, sizeof(local)),
			one->tsval, one->age_s);
	}
	free(memories);
	if (fclose(stream)) {
		free(text);
		errno = ENOMEM;
		return NULL;
	}
	return text;
}

#else /* HAVE_BPF */

static int not_there(void)
{
	return lg_error(ENOSYS, "the recycle model was left out of this build "
				"(it needs clang, bpftool and libbpf)");
}

int lg_recycle_try(const char *device)
{
	(void)device;
	return not_there();
}

int lg_recycle_attach(struct lg_host *host, struct lg_recycle **out)
{
	(void)host;
	(void)out;
	return not_there();
}

void lg_recycle_free(struct lg_recycle *recycle)
{
	(void)recycle;
}

int lg_recycle_set(struct lg_recycle *recycle, bool on)
{
	(void)recycle;
	(void)on;
	return not_there();
}

bool lg_recycle_remembers(const struct lg_recycle *recycle)
{
	(void)recycle;
	return false;
}

int lg_recycle_update(struct lg_recycle *recycle)
{
	(void)recycle;
	return not_there();
}

int lg_recycle_counters(struct lg_recycle *recycle, uint64_t *paws_passive,
			uint64_t *listen_drops)
{
	(void)recycle;
	(void)paws_passive;
	(void)listen_drops;
	return not_there();
}

int lg_recycle_remembered(struct lg_recycle *recycle,
			  struct lg_recycle_memory **memories, size_t *n)
{
	(void)recycle;
	(void)memories;
	(void)n;
	return not_there();
}

char *lg_recycle_dump(struct lg_recycle *recycle)
{
	(void)recycle;
	not_there();
	errno = ENOSYS;
	return NULL;
}

int lg_recycle_advance(struct lg_recycle *recycle, unsigned s)
{
	(void)recycle;
	(void)s;
	return not_there();
}

#endif /* HAVE_BPF */
