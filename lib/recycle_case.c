// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "counter.h"
#include "event.h"
#include "recycle.h"
#include "verdict.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#define SYSCTL "/proc/sys/net/ipv4/tcp_tw_recycle"
#define MODEL "LingerModel" /* before the names of the model's counters */

static int initial_netns = -1;

void lg_recycle_keep_initial(void)
{
	if (initial_netns < 0 && getenv("LINGER_GUEST"))
		initial_netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

bool lg_recycle_in_kernel(void)
{
	if (initial_netns < 0)
		return false;
	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (here < 0)
		return false;
	bool there = !setns(initial_netns, CLONE_NEWNET);
	bool found = there && !access(SYSCTL, W_OK);
	if (there && setns(here, CLONE_NEWNET))
		_exit(EXIT_FAILURE);
	close(here);
	return found;
}

static void move_to(int netns)
{
	if (setns(netns, CLONE_NEWNET))
		lg_broken("cannot change the network namespace: %m");
}

/* Whether the kernel has the sysctl; if so, it is set. */
static bool set_in_kernel(bool on)
{
	if (initial_netns < 0)
		return false;

	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (here < 0)
		lg_broken("/proc/thread-self/ns/net: %m");
	move_to(initial_netns);
	int fd = open(SYSCTL, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT)
		lg_broken("cannot open " SYSCTL ": %m");
	if (fd >= 0 && write(fd, on ? "1" : "0", 1) != 1)
		lg_broken("cannot write " SYSCTL ": %m");
	if (fd >= 0)
		close(fd);
	move_to(here);
	close(here);
	return fd >= 0;
}

void lg_recycle_off(void)
{
	if (lg_recycle_in_kernel())
		set_in_kernel(false);
}

/* A lg_counter_source_fn. */
static int add_counters(struct lg_host *host, struct lg_counters *counters)
{
	uint64_t passive, listen_drops;

	if (!host->recycle)
		return 0;
	int result =
		lg_recycle_counters(host->recycle, &passive, &listen_drops);
	if (!result)
		result =
			lg_counters_add(counters, MODEL "PAWSPassive", passive);
	if (!result)
		result = lg_counters_add(counters, MODEL "ListenDrops",
					 listen_drops);
	return result;
}

static void set_in_model(struct lg_host *server, bool on)
{
	struct lg_recycle *model = server->recycle;
	if (!model && lg_recycle_attach(server, &model))
		lg_broken_by("cannot model tcp_tw_recycle at %s", server->name);
	server->recycle = model;
	lg_counter_extra(add_counters);
	if (lg_recycle_set(model, on))
		lg_broken_by("cannot model tcp_tw_recycle at %s", server->name);
}

enum lg_recycle_kind lg_recycle(struct lg_host *server, bool on)
{
	const char *text = "recycle: the kernel's own sysctl";
	enum lg_recycle_kind kind = LG_RECYCLE_KERNEL;

	if (!set_in_kernel(on)) {
		text = "recycle: an eBPF model of the removed check";
		kind = LG_RECYCLE_MODEL;
		set_in_model(server, on);
	}
	lg_event("note", json_pack("{s:s}", "text", text));
	return kind;
}

void lg_recycle_shorten(struct lg_host *host)
{
	if (!host->recycle)
		return;
	lg_skip_without("socket-destroy-time-wait");
	host->shortens = true;
	lg_event("note", json_pack("{s:s}", "text",
				   "recycle: the model ends TIME_WAITs"));
}

void lg_assert_recycle_drops(struct lg_host *server, uint64_t n)
{
	const char *counter =
		server->recycle ? MODEL "PAWSPassive" : "PAWSPassive";

	lg_await_counted(server, counter, n);
	lg_assert_counted(server, counter, n);
}
