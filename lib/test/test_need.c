// SPDX-License-Identifier: GPL-2.0-or-later
/* What lib/need.h finds, against what the tools of iproute2 etc. can do. */
#define LG_IMPLEMENTATION
#include "error.h"
#include "linger.h"
#include "loopback.h"
#include "need.h"
#include "oracle.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define NFT(text) "unshare -n nft '" text "'"

#define BPF                                                                    \
	"unshare -n tc qdisc add dev lo clsact && bpftool feature probe | "    \
	"grep -q 'program_type sched_cls is available'"

static int probe(const char *need, char why[256])
{
	strcpy(why, "what was there before");
	int there = lg_need_probe(need, why, 256);
	ck_assert_msg(there >= 0, "%s", lg_error_text());
	return there;
}

static void need_is_met_where_the_tools_work(int row)
{
	static const struct {
		const char *need, *try;
	} rows[] = {
		{"netem",
		 "unshare -n tc qdisc add dev lo root netem delay 1ms"},
		{"nat",
		 NFT("table ip t { chain c { type nat hook postrouting "
		     "priority 0; masquerade; }; }; table ip6 t { chain c { "
		     "type nat hook postrouting priority 0; masquerade; }; "
		     "}")},
		{"strip", NFT("table ip t { chain c { type filter hook forward "
			      "priority 0; reset tcp option timestamp; }; }")},
		{"bpf", BPF},
		{"recycle",
		 "test -e /proc/sys/net/ipv4/tcp_tw_recycle || " BPF},
		{"netdev",
		 NFT("table netdev t { chain c { type filter hook "
		     "ingress device lo priority 0; numgen inc mod 3 1 "
		     "fwd to lo; }; }")},
		{"conntrack", NFT("table inet t { chain c { type filter hook "
				  "input priority 0; ct state new drop; }; }")},
		{"user-namespaces", "unshare -Urn ip link set lo up"},
		{"sysctl net.ipv4.tcp_tw_reuse",
		 "unshare -n sysctl -n net.ipv4.tcp_tw_reuse"},
		{"sysctl net.ipv4.tcp_tw_recycle",
		 "unshare -n test -e /proc/sys/net/ipv4/tcp_tw_recycle"},
		{"sysctl net.ipv4.tcp_tw_reuse_delay",
		 "unshare -n test -e /proc/sys/net/ipv4/tcp_tw_reuse_delay"},
		{"counter OutRsts", "nstat -asz | grep -q '^TcpOutRsts '"},
		{"counter PAWSPassive",
		 "nstat -asz | grep -q '^TcpExtPAWSPassive '"},
		{"counter Ip6.Nothing", "false"},
	};
	char why[256];
	oracle_enter();
	int there = probe(rows[row].need, why);
	ck_assert_msg(there == oracle_succeeds("%s", rows[row].try),
		      "%s: %d, %s", rows[row].need, there, why);
	ck_assert_int_eq(*why != 0, !there);
}

static void need_of_a_time_wait_is_met_where_ss_ends_one(int row)
{
	static const struct {
		const char *need;
		bool time_wait;
	} rows[] = {{"socket-destroy", false},
		    {"socket-destroy-time-wait", true}};
	char why[256], byte;
	int pair[2];
	oracle_enter();
	int there = probe(rows[row].need, why);

	ck_assert_int_eq(lg_loopback_pair(AF_INET, pair), 0);
	const char *state = "established";
	if (rows[row].time_wait) {
		state = "time-wait";
		close(pair[0]);
		ck_assert_int_eq(read(pair[1], &byte, 1), 0);
		close(pair[1]);
		unsigned left_ms = 5000;
		while (!oracle_succeeds("ss -tnH state time-wait | grep -q ."))
			oracle_wait(&left_ms, "a TIME_WAIT");
	}
	oracle_succeeds("ss -K -tn state %s", state);
	ck_assert_int_eq(
		there, !oracle_succeeds("ss -tnH state %s | grep -q .", state));
}

/* Tools that are older than the feature cannot ask for it. */
static void microseconds_are_there_where_a_socket_knows_them(int row)
{
	(void)row;
	char why[256];
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		lg_unit_skip("this kernel does not describe its types");
	oracle_enter();
	ck_assert_int_eq(
		probe("microsecond-timestamps", why),
		oracle_succeeds("bpftool btf dump file /sys/kernel/btf/vmlinux "
				"| grep -qw tcp_usec_ts"));
}

static void virtual_time_is_what_init_says(int row)
{
	static const struct {
		const char *value;
		int there;
	} rows[] = {{"1", 1}, {"0", 0}, {NULL, 0}};
	char why[256];
	unsetenv("LINGER_VIRTUAL_TIME");
	if (rows[row].value)
		setenv("LINGER_VIRTUAL_TIME", rows[row].value, 1);
	ck_assert_int_eq(probe("virtual-time", why), rows[row].there);
}

static void unknown_need_is_refused(int row)
{
	static const char *const needs[] = {
		"netm",	  "",	     " ",	"netem 3", "neteme",
		"sysctl", "sysctl ", "counter", "Netem",   " netem",
	};
	char why[256], expected[64];
	snprintf(expected, sizeof(expected), "no such need: %s", needs[row]);
	ck_assert_int_eq(lg_need_probe(needs[row], why, sizeof(why)), -EINVAL);
	ck_assert_str_eq(lg_error_text(), expected);
}

static void write_limit(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		lg_unit_skip("no limits on namespaces here");
	ck_assert_int_eq(write(fd, "0", 1), 1);
	close(fd);
}

/* In a user namespace whose limits, that are its own, allow nothing more. */
static void enter_poverty(const char *limit)
{
	oracle_enter_user_namespace();
	write_limit(limit);
}

static void missing_need_has_a_reason(int row)
{
	static const char *const needs[] = {
		"netem",
		"nat",
		"bpf",
		"socket-destroy",
		"netdev",
		"conntrack",
		"microsecond-timestamps",
		"sysctl net.ipv4.tcp_tw_reuse",
	};
	char why[256];
	enter_poverty("/proc/sys/user/max_net_namespaces");
	ck_assert_int_eq(probe(needs[row], why), 0);
	ck_assert_str_eq(why,
			 "no new network namespace: No space left on device");
}

static void missing_user_namespaces_have_a_reason(int row)
{
	(void)row;
	char why[256];
	enter_poverty("/proc/sys/user/max_user_namespaces");
	ck_assert_int_eq(probe("user-namespaces", why), 0);
	ck_assert_str_eq(why, "no new user namespace: No space left on device");
}

/* What ran out at the time says nothing about the kernel. */
static void accident_is_no_answer(int row)
{
	static const char *const needs[] = {
		"netem",	   "nat",
		"recycle",	   "sysctl net.ipv4.tcp_tw_reuse",
		"counter OutRsts",
	};
	char why[256];
	int first = dup(STDIN_FILENO);
	ck_assert_int_ge(first, 0);
	close(first);
	/* Enough for the pipe, and nothing else. */
	rlim_t most = (rlim_t)first + 2;
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){most, most});
	ck_assert_int_lt(lg_need_probe(needs[row], why, sizeof(why)), 0);
	ck_assert_ptr_nonnull(strstr(lg_error_text(), "Too many open files"));
}

/* From now on each attempt is such an accident. */
static void let_attempts_fail(const char *need)
{
	struct rlimit limit;
	char why[256];
	int first = dup(STDIN_FILENO);
	ck_assert_int_ge(first, 0);
	close(first);
	/* Not even a pipe.  What was allowed may be allowed again. */
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = (rlim_t)first;
	setrlimit(RLIMIT_NOFILE, &limit);
	ck_assert_int_lt(lg_need_probe(need, why, sizeof(why)), 0);
}

static void try_in_a_fork(const char *need)
{
	int status;
	pid_t child = fork();
	if (!child) {
		char why[256];
		_exit(lg_need_probe(need, why, sizeof(why)) < 0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

static void kept_answer_is_that_of_the_attempt(int row)
{
	static const struct {
		const char *need;
		int there;
		const char *why;
	} rows[] = {
		{"sysctl net.ipv4.tcp_tw_reuse", 1, ""},
		{"counter OutRst", 0,
		 "no counter OutRst; this kernel has OutRsts"},
	};
	char why[256];
	oracle_enter();
	lg_need_keep_answers();
	try_in_a_fork(rows[row].need);
	let_attempts_fail("netem");
	ck_assert_int_eq(probe(rows[row].need, why), rows[row].there);
	ck_assert_str_eq(why, rows[row].why);
}

static void accident_is_not_kept(int row)
{
	static const char need[] = "sysctl net.ipv4.tcp_tw_reuse";
	struct rlimit before;
	char why[256];
	(void)row;
	oracle_enter();
	lg_need_keep_answers();
	getrlimit(RLIMIT_NOFILE, &before);
	let_attempts_fail(need);
	setrlimit(RLIMIT_NOFILE, &before);
	ck_assert_int_eq(probe(need, why), 1);
}

static void as_many_answers_are_kept_as_there_is_room(int row)
{
	(void)row;
	char need[64], why[256];
	oracle_enter();
	lg_need_keep_answers();
	for (int i = 0; i < 40; i++) {
		snprintf(need, sizeof(need), "counter None%d", i);
		ck_assert_int_eq(probe(need, why), 0);
	}
	ck_assert_int_eq(probe("counter OutRsts", why), 1);
}

/* Programs of this kind take capabilities in the first user namespace. */
static void missing_bpf_has_a_reason(int row)
{
	(void)row;
	char why[256];
	oracle_enter_user_namespace();
	ck_assert_int_eq(probe("bpf", why), 0);
	ck_assert_str_eq(why,
			 "cannot load a BPF program: Operation not permitted");
	ck_assert_int_eq(probe("recycle", why), 0);
	ck_assert_ptr_nonnull(strstr(why, "recycle model"));
}

static void missing_sysctl_is_answered_with_the_nearest(int row)
{
	(void)row;
	char why[256];
	oracle_enter();
	ck_assert_int_eq(probe("sysctl net.ipv4.tcp_fin_timeou", why), 0);
	ck_assert_str_eq(why, "no sysctl net.ipv4.tcp_fin_timeou on this host; "
			      "this kernel has tcp_fin_timeout");
	ck_assert_int_eq(probe("counter OutRst", why), 0);
	ck_assert_str_eq(why, "no counter OutRst; this kernel has OutRsts");
}

static void short_room_is_kept_to(int row)
{
	(void)row;
	char why[8] = "1234567";
	unsetenv("LINGER_VIRTUAL_TIME");
	ck_assert_int_eq(lg_need_probe("virtual-time", why, 5), 0);
	ck_assert_str_eq(why, "time");
	ck_assert_int_eq(why[5], '6');
}

static char *look_around(void)
{
	return oracle_read(
		"ip -d link; tc qdisc; nft list ruleset; ss -tan; "
		"ls /proc/self/fd | wc -l; readlink /proc/self/ns/net");
}

static void nothing_is_left_behind(int row)
{
	const char *need = lg_need_name((size_t)row);
	char why[256];
	ck_assert_ptr_nonnull(need);
	oracle_enter();
	char *before = look_around();
	probe(need, why);
	char *after = look_around();
	ck_assert_str_eq(before, after);
	ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
	ck_assert_int_eq(errno, ECHILD);
	free(before);
	free(after);
}

static void needs_are_listed(int row)
{
	(void)row;
	size_t n = 0;
	char why[256];
	oracle_enter();
	while (lg_need_name(n))
		ck_assert_int_ge(lg_need_probe(lg_need_name(n++), why, 256), 0);
	ck_assert_uint_eq(n, 12);
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"need_is_met_where_the_tools_work",
		 need_is_met_where_the_tools_work, 14, 60},
		{"need_of_a_time_wait_is_met_where_ss_ends_one",
		 need_of_a_time_wait_is_met_where_ss_ends_one, 2, 10},
		{"microseconds_are_there_where_a_socket_knows_them",
		 microseconds_are_there_where_a_socket_knows_them, 0, 30},
		{"virtual_time_is_what_init_says",
		 virtual_time_is_what_init_says, 3, 0},
		{"unknown_need_is_refused", unknown_need_is_refused, 10, 0},
		{"missing_need_has_a_reason", missing_need_has_a_reason, 8, 0},
		{"missing_user_namespaces_have_a_reason",
		 missing_user_namespaces_have_a_reason, 0, 0},
		{"accident_is_no_answer", accident_is_no_answer, 5, 0},
		{"kept_answer_is_that_of_the_attempt",
		 kept_answer_is_that_of_the_attempt, 2, 0},
		{"accident_is_not_kept", accident_is_not_kept, 0, 0},
		{"as_many_answers_are_kept_as_there_is_room",
		 as_many_answers_are_kept_as_there_is_room, 0, 30},
		{"missing_bpf_has_a_reason", missing_bpf_has_a_reason, 0, 0},
		{"missing_sysctl_is_answered_with_the_nearest",
		 missing_sysctl_is_answered_with_the_nearest, 0, 0},
		{"short_room_is_kept_to", short_room_is_kept_to, 0, 0},
		{"nothing_is_left_behind", nothing_is_left_behind, 12, 30},
		{"needs_are_listed", needs_are_listed, 0, 30},
		{0},
	};
	return lg_unit_main(argc, argv, units);
}
