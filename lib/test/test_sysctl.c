// SPDX-License-Identifier: GPL-2.0-or-later
/* What lib/sysctl.h reads and writes, against cat and sysctl(8). */
#define LG_IMPLEMENTATION
#include "error.h"
#include "loopback.h"
#include "net.h"
#include "oracle.h"
#include "sysctl.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REUSE "net.ipv4.tcp_tw_reuse"

/* A host without the rest of a network. */
static struct lg_host make_host(struct lg_net *net)
{
	oracle_enter();
	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	*net = (struct lg_net){.home = here};
	struct lg_host host = {.net = net, .name = "client", .netns = here};
	return host;
}

/* As cat gives it, with one blank between fields. */
static char *cat(const char *path)
{
	char *text =
		oracle_read("cat /proc/sys/%s | tr -s '\\t\\n' '  '", path);
	size_t length = strlen(text);
	if (length && text[length - 1] == ' ')
		text[length - 1] = '\0';
	return text;
}

static void value_is_what_cat_says(int row)
{
	static const struct {
		const char *name, *path;
	} rows[] = {
		{REUSE, "net/ipv4/tcp_tw_reuse"},
		{"net.ipv4.ip_local_port_range",
		 "net/ipv4/ip_local_port_range"},
		{"net.ipv4.tcp_available_congestion_control",
		 "net/ipv4/tcp_available_congestion_control"},
		{"net.core.somaxconn", "net/core/somaxconn"},
		{"net.ipv4.ip_local_reserved_ports",
		 "net/ipv4/ip_local_reserved_ports"},
		{"net/ipv6/conf/lo/mtu", "net/ipv6/conf/lo/mtu"},
	};
	char value[256];
	oracle_enter();
	ck_assert_msg(
		!lg_sysctl_read(NULL, rows[row].name, value, sizeof(value)),
		"%s", lg_error_text());
	char *theirs = cat(rows[row].path);
	ck_assert_str_eq(value, theirs);
	free(theirs);
}

static void value_written_is_what_sysctl_says(int row)
{
	static const struct {
		const char *name, *value, *is;
	} rows[] = {
		{REUSE, "0", "0"},
		{REUSE, "1", "1"},
		{REUSE, " 1\n", "1"},
		{"net.ipv4.ip_local_port_range", "40000 40003", "40000\t40003"},
		{"net.ipv4.ip_local_port_range", "50000\t50003",
		 "50000\t50003"},
		{"net/ipv4/tcp_fin_timeout", "3", "3"},
		{"net.ipv4.tcp_congestion_control", "reno", "reno"},
	};
	oracle_enter();
	ck_assert_msg(!lg_sysctl_write(NULL, rows[row].name, rows[row].value),
		      "%s", lg_error_text());
	char *theirs = oracle_read("sysctl -n %s", rows[row].name);
	theirs[strcspn(theirs, "\n")] = '\0';
	ck_assert_str_eq(theirs, rows[row].is);
	free(theirs);
}

static void host_is_written_from_elsewhere(int row)
{
	(void)row;
	struct lg_net net;
	struct lg_host host = make_host(&net);
	char value[16];
	ck_assert_int_eq(lg_sysctl_write(NULL, REUSE, "0"), 0);
	ck_assert_int_eq(lg_loopback_enter(), 0);
	net.home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(lg_sysctl_write(NULL, REUSE, "0"), 0);

	ck_assert_int_eq(lg_sysctl_write(&host, REUSE, "1"), 0);
	ck_assert_int_eq(lg_sysctl_read(&host, REUSE, value, sizeof(value)), 0);
	ck_assert_str_eq(value, "1");
	ck_assert_int_eq(lg_sysctl_read(NULL, REUSE, value, sizeof(value)), 0);
	ck_assert_str_eq(value, "0");
}

/* An interface may have a dot in its name. */
static void dots_and_slashes_change_places(int row)
{
	static const char *const names[] = {
		"net.ipv4.conf.e0/7.rp_filter",
		"net/ipv4/conf/e0.7/rp_filter",
	};
	oracle_enter();
	if (!oracle_succeeds("ip link add e0.7 type veth peer name e1"))
		lg_unit_skip("no veth here");
	ck_assert_msg(!lg_sysctl_write(NULL, names[row], "2"), "%s",
		      lg_error_text());
	char *theirs = cat("net/ipv4/conf/e0.7/rp_filter");
	ck_assert_str_eq(theirs, "2");
	free(theirs);
}

static void machine_is_not_touched(int row)
{
	static const char *const names[] = {
		"kernel.hostname",
		"vm.swappiness",
		"kernel/hostname",
		"net",
		"network.ipv4.tcp_tw_reuse",
		"net.",
		"",
		".net.ipv4.tcp_tw_reuse",
		"/net/ipv4/tcp_tw_reuse",
		"net/../kernel/hostname",
		"net.//.kernel.hostname",
		"net.ipv4..tcp_tw_reuse",
		"net.ipv4.tcp_tw_reuse.",
		"net/./ipv4/tcp_tw_reuse",
	};
	struct lg_net net;
	struct lg_host host = make_host(&net);
	char value[256], expected[256];
	snprintf(expected, sizeof(expected),
		 "%s is not a host's own sysctl: linger never touches the "
		 "machine's",
		 names[row]);
	ck_assert_int_eq(lg_sysctl_write(&host, names[row], "0"), -EPERM);
	ck_assert_str_eq(lg_error_text(), expected);
	ck_assert_int_eq(
		lg_sysctl_read(&host, names[row], value, sizeof(value)),
		-EPERM);
	ck_assert_str_eq(lg_error_text(), expected);
}

static void unknown_name_is_answered_with_the_nearest(int row)
{
	static const struct {
		const char *name, *nearest;
	} rows[] = {
		{"net.ipv4.tcp_tw_resue", "; this kernel has tcp_tw_reuse"},
		{"net.ipv4.tcp_fin_timout",
		 "; this kernel has tcp_fin_timeout"},
		{"net.ipv4.config.lo.rp_filter", "; this kernel has conf"},
		{"net.ipv6.conf.l0.mtu", "; this kernel has lo"},
		{"net.ipv4.nothing_like_this_at_all", ""},
	};
	struct lg_net net;
	struct lg_host host = make_host(&net);
	char value[16], expected[128];
	snprintf(expected, sizeof(expected), "no sysctl %s on client%s",
		 rows[row].name, rows[row].nearest);
	/* What a kernel has besides is behind the nearest. */
	size_t length = *rows[row].nearest ? strlen(expected) : SIZE_MAX;

	ck_assert_int_eq(
		lg_sysctl_read(&host, rows[row].name, value, sizeof(value)),
		-ENOENT);
	ck_assert_msg(!strncmp(lg_error_text(), expected, length), "%s",
		      lg_error_text());
	ck_assert_int_eq(lg_sysctl_write(&host, rows[row].name, "0"), -ENOENT);
	ck_assert_msg(!strncmp(lg_error_text(), expected, length), "%s",
		      lg_error_text());
}

static void longer_name_is_near_too(int row)
{
	(void)row;
	struct lg_net net;
	struct lg_host host = make_host(&net);
	if (!oracle_succeeds("test -e /proc/sys/net/ipv4/tcp_tw_reuse_delay"))
		lg_unit_skip("no tcp_tw_reuse_delay (ca6a6f93867a, 6.14)");
	ck_assert_int_eq(lg_sysctl_write(&host, "net.ipv4.tcp_tw_resue", "1"),
			 -ENOENT);
	ck_assert_str_eq(lg_error_text(),
			 "no sysctl net.ipv4.tcp_tw_resue on client; this "
			 "kernel has tcp_tw_reuse, tcp_tw_reuse_delay");
}

static void refused_value_leaves_the_old_one(int row)
{
	static const struct {
		const char *name, *value, *message;
		int error;
	} rows[] = {
		{"net.ipv4.tcp_syncookies", "yes",
		 "client: net.ipv4.tcp_syncookies=yes: Invalid argument; it is "
		 "1",
		 -EINVAL},
		{"net.ipv4.tcp_congestion_control", "none",
		 "client: net.ipv4.tcp_congestion_control=none: No such file "
		 "or "
		 "directory; it is reno",
		 -EINVAL},
		{"net.ipv4.ip_local_port_range", "9 7",
		 "client: net.ipv4.ip_local_port_range=9 7: Invalid argument; "
		 "it "
		 "is 40000 40003",
		 -EINVAL},
		/* The kernel joins neighbours. */
		{"net.ipv4.ip_local_reserved_ports", "80,81",
		 "client: net.ipv4.ip_local_reserved_ports=80,81 was not taken "
		 "as "
		 "it is: it is now 80-81",
		 -ERANGE},
	};
	struct lg_net net;
	struct lg_host host = make_host(&net);
	ck_assert(
		oracle_succeeds("sysctl -w net.ipv4.tcp_syncookies=1 "
				"net.ipv4.tcp_congestion_control=reno "
				"net.ipv4.ip_local_port_range='40000 40003'"));
	ck_assert_int_eq(
		lg_sysctl_write(&host, rows[row].name, rows[row].value),
		rows[row].error);
	ck_assert_str_eq(lg_error_text(), rows[row].message);
}

static void value_out_of_range_is_refused(int row)
{
	(void)row;
	struct lg_net net;
	struct lg_host host = make_host(&net);
	ck_assert(oracle_succeeds("sysctl -w " REUSE "=1"));
	if (oracle_succeeds("sysctl -w " REUSE "=7"))
		lg_unit_skip("this kernel takes any tcp_tw_reuse");
	ck_assert_int_eq(lg_sysctl_write(&host, REUSE, "7"), -EINVAL);
	ck_assert_str_eq(lg_error_text(),
			 "client: " REUSE "=7: Invalid argument; it is 1");
}

static void read_only_is_said(int row)
{
	(void)row;
	struct lg_net net;
	struct lg_host host = make_host(&net);
	char name[] = "net.ipv4.tcp_available_congestion_control";
	ck_assert_int_eq(lg_sysctl_write(&host, name, "reno"), -EROFS);
	const char *expected = "client: net.ipv4.tcp_available_congestion_"
			       "control is read-only in this namespace; it is ";
	ck_assert_msg(!strncmp(lg_error_text(), expected, strlen(expected)),
		      "%s", lg_error_text());
}

static void write_only_is_written(int row)
{
	(void)row;
	oracle_enter();
	ck_assert(oracle_succeeds("test -e /proc/sys/net/ipv4/route/flush"));
	ck_assert_msg(!lg_sysctl_write(NULL, "net.ipv4.route.flush", "1"), "%s",
		      lg_error_text());
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"value_is_what_cat_says", value_is_what_cat_says, 6, 0},
		{"value_written_is_what_sysctl_says",
		 value_written_is_what_sysctl_says, 7, 0},
		{"host_is_written_from_elsewhere",
		 host_is_written_from_elsewhere, 0, 0},
		{"dots_and_slashes_change_places",
		 dots_and_slashes_change_places, 2, 0},
		{"machine_is_not_touched", machine_is_not_touched, 14, 0},
		{"unknown_name_is_answered_with_the_nearest",
		 unknown_name_is_answered_with_the_nearest, 5, 0},
		{"longer_name_is_near_too", longer_name_is_near_too, 0, 0},
		{"refused_value_leaves_the_old_one",
		 refused_value_leaves_the_old_one, 4, 0},
		{"value_out_of_range_is_refused", value_out_of_range_is_refused,
		 0, 0},
		{"read_only_is_said", read_only_is_said, 0, 0},
		{"write_only_is_written", write_only_is_written, 0, 0},
		{0},
	};
	return lg_unit_main(argc, argv, units);
}
