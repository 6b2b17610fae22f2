// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No sysctl makes a TIME_WAIT longer or shorter.
 *
 * Its 60 seconds are a constant of the kernel's source, TCP_TIMEWAIT_LEN.  All
 * that stands below net.ipv4 is changed, one after the other, to something less
 * and to something more, and each time a connection is closed: it is in
 * TIME_WAIT for as long as ever.  (With tcp_max_tw_buckets at 0 there is none
 * at all; that is the matter of limits/surplus_has_no_time_wait.)
 *
 * tcp_time_wait(), inet_twsk_schedule().
 *
 * Control: tcp_fin_timeout, which is among them, does change how long an
 * abandoned FIN_WAIT2 lasts.
 *
 * Catches: a kernel in which one of them, old or new, does change it.
 */

#include "linger.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/proc/sys/net/ipv4"
#define NAMES 256

#define TIME_WAIT_MS 60000
/* Who looks may be some seconds late. */
#define LOOKS_MS 10000
#define ALMOST_MS 54000
#define REST_MS 14000

struct names {
	char *name[NAMES];
	unsigned n;
};

static bool is_writable(int folder, const char *name)
{
	struct stat status;

	return !fstatat(folder, name, &status, 0) && S_ISREG(status.st_mode) &&
	       status.st_mode & S_IWUSR && status.st_mode & S_IRUSR;
}

/* The sysctls that the host has for itself.  The folder shows those of the
 * namespace that it is opened in. */
static void list_names(struct lg_host *host, struct names *names)
{
	int there = ioctl(lg_socket(host), SIOCGSKNS);
	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(setns(there, CLONE_NEWNET), 0);
	DIR *folder = opendir(FOLDER);
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (!is_writable(dirfd(folder), entry->d_name))
			continue;
		ck_assert_uint_lt(names->n, NAMES);
		ck_assert_int_gt(asprintf(&names->name[names->n++],
					  "net.ipv4.%s", entry->d_name),
				 0);
	}
	closedir(folder);
	ck_assert_int_eq(setns(here, CLONE_NEWNET), 0);
}

/* Whether it is changed now, be it to this value or to what the kernel made
 * of that. */
static bool change(struct lg_host *host, const char *name, const char *value,
		   const char *was)
{
	lg_sysctl_try(host, name, value);
	return strcmp(lg_sysctl_text(host, name), was);
}

struct connection {
	int sock, peer;
};

static struct connection open_one(struct lg_net *net, int listener)
{
	struct connection one;

	one.sock = lg_connect(lg_host(net, "client"), 0, lg_host(net, "server"),
			      80);
	one.peer = lg_accept(listener);
	return one;
}

static void assert_lasts(struct connection one, const char *name,
			 const char *value)
{
	lg_send_fin(one.sock);
	lg_await_state(one.sock, TCP_FIN_WAIT2);
	lg_close(one.sock);
	lg_close(one.peer);
	lg_await_state(one.sock, TCP_TIME_WAIT);

	unsigned left_ms = lg_status(one.sock).left_ms;
	ck_assert_msg(left_ms <= TIME_WAIT_MS &&
			      left_ms > TIME_WAIT_MS - LOOKS_MS,
		      "with %s=%s %u ms are left", name, value, left_ms);
}

/* Closes a connection with the first of the values that changes anything;
 * returns whether one does. */
static bool try_values(struct lg_net *net, int listener, const char *name,
		       const char *const values[3])
{
	struct lg_host *client = lg_host(net, "client");
	const char *was = lg_sysctl_text(client, name);
	struct connection one = open_one(net, listener);

	for (unsigned i = 0; i < 3; i++) {
		if (!change(client, name, values[i], was))
			continue;
		assert_lasts(one, name, values[i]);
		/* An empty list takes an empty line. */
		lg_sysctl_set(client, name, *was ? was : "\n");
		return true;
	}
	lg_abort(one.sock);
	lg_close(one.peer);
	return false;
}

/* Returns how many TIME_WAITs that has made. */
static unsigned try_all(struct lg_net *net, int listener)
{
	static const char *const less[] = { "0", "1", "2" };
	static const char *const more[] = { "100000", "1000", "100" };
	struct names names = { .n = 0 };
	unsigned tried = 0;

	list_names(lg_host(net, "client"), &names);
	for (unsigned i = 0; i < names.n; i++) {
		const char *name = names.name[i];
		if (strcmp(name, "net.ipv4.tcp_max_tw_buckets"))
			tried += try_values(net, listener, name, less);
		tried += try_values(net, listener, name, more);
	}
	return tried;
}

static void abandoned_lasts(struct lg_net *net, int listener,
			    const char *timeout, unsigned ms)
{
	struct lg_host *client = lg_host(net, "client");
	struct connection one = open_one(net, listener);

	lg_sysctl_set(client, "net.ipv4.tcp_fin_timeout", timeout);
	lg_send_fin(one.sock);
	lg_await_state(one.sock, TCP_FIN_WAIT2);
	lg_close(one.sock);
	ck_assert_uint_le(lg_status(one.sock).left_ms, ms);
	ck_assert_uint_gt(lg_status(one.sock).left_ms, ms - LOOKS_MS);
	lg_abort(one.peer);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	int listener = lg_listen(lg_host(net, "server"), 80);

	unsigned tried = try_all(net, listener);
	ck_assert_uint_gt(tried, 100);
	ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), tried);
	/* Where that takes no time, what the kernel says of its timers is not
	 * taken on trust. */
	if (lg_has(net, "virtual-time")) {
		lg_pass(net, ALMOST_MS);
		ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), tried);
		lg_pass(net, REST_MS);
		ck_assert_uint_eq(lg_count_state(client, TCP_TIME_WAIT), 0);
	}
	lg_claim(net, 59, true);
	abandoned_lasts(net, listener, "20", 20000);
	abandoned_lasts(net, listener, "50", 50000);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4,
	.claims = "59",
	.lasts_ms = ALMOST_MS + REST_MS,
	.bulk = true,
	.run = run,
};
