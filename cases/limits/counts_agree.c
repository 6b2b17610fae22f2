// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All that count TIME_WAITs count the same.
 *
 * A client has TIME_WAITs, and connections that it has abandoned in FIN_WAIT2,
 * which are kept in the same small structure and count for tcp_max_tw_buckets
 * as well.  The "tw" of sockstat is both together; INET_DIAG, and so `ss`, and
 * /proc/net/tcp tell them apart, and leave none out however many there are.
 * The "inuse" of sockstat is the others: connections and listeners, whichever
 * way they came and went.
 * What misleads is the way in which texts count them: the first line that `ss`
 * prints is a heading, and `wc -l` counts that, too.
 *
 * inet_twsk_alloc(), sock_prot_inuse_add(); sockstat_seq_show(),
 * get_timewait4_sock(), get_timewait6_sock(), inet_diag_dump_icsk().
 *
 * Controls: connections and listeners, which must not be counted; the server,
 * which has no TIME_WAIT.
 *
 * Catches: a list that loses sockets or has them twice when it is long, one
 * that takes abandoned connections for TIME_WAITs or gives them wrong addresses
 * or ports, and a count of sockets in use that is not told of one's end.
 */

#include "linger.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_CHOSEN 32768 /* of the default range */
#define TIME_WAITS 500u
#define ABANDONED 40u
#define OPEN 3u
#define FIRST_PORT 4000 /* of those: the program's choice */

/* Of one of IPv6, in hexadecimal. */
#define ADDRESS_SIZE (32 + 1)

#define SS "ss -tan state time-wait"

struct connection {
	int sock, peer;
};

static struct connection connect_one(struct lg_net *net, int listener,
				     uint16_t port)
{
	struct connection one;

	one.sock = lg_connect(lg_host(net, "client"), port,
			      lg_host(net, "server"), lg_port(listener));
	one.peer = lg_accept(listener);
	return one;
}

/* An address as the kernel's own table has it: words of the machine's order. */
static void spell(const char *address, bool v4, char text[ADDRESS_SIZE])
{
	uint32_t words[4];
	unsigned n = v4 ? 1 : 4;

	ck_assert_int_eq(inet_pton(v4 ? AF_INET : AF_INET6, address, words), 1);
	for (unsigned i = 0; i < n; i++)
		snprintf(text + 8 * i, 9, "%08X", words[i]);
}

/* How many lines of the kernel's own table have this state, all of them from
 * the host's address and ports that connect() chose to the server's. */
static unsigned count_lines(struct lg_net *net, struct lg_host *host,
			    unsigned state)
{
	bool v4 = lg_family(net) == AF_INET;
	FILE *in = lg_proc_net(host, v4 ? "tcp" : "tcp6");
	char line[256];
	char own[ADDRESS_SIZE], other[ADDRESS_SIZE];
	char from[ADDRESS_SIZE], to[ADDRESS_SIZE];
	unsigned count = 0, from_port, to_port, is;

	spell(lg_address(host, 0), v4, own);
	spell(lg_address(lg_host(net, "server"), 0), v4, other);
	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, "%*u: %32[^:]:%x %32[^:]:%x %x", from,
			   &from_port, to, &to_port, &is) != 5 ||
		    is != state)
			continue;
		count++;
		ck_assert_str_eq(from, own);
		ck_assert_uint_ge(from_port, FIRST_CHOSEN);
		ck_assert_str_eq(to, other);
		ck_assert_uint_eq(to_port, 80);
	}
	fclose(in);
	return count;
}

static void assert_counts(struct lg_net *net, struct lg_host *host,
			  unsigned time_waits, unsigned abandoned,
			  unsigned others)
{
	bool v4 = lg_family(net) == AF_INET;

	ck_assert_uint_eq(lg_sockstat(host, v4 ? "TCP" : "TCP6", "inuse"),
			  others);
	ck_assert_uint_eq(lg_sockstat(host, "TCP", "tw"),
			  time_waits + abandoned);
	ck_assert_uint_eq(lg_count_state(host, TCP_TIME_WAIT), time_waits);
	ck_assert_uint_eq(lg_count_state(host, TCP_FIN_WAIT2), abandoned);
	ck_assert_uint_eq(count_lines(net, host, TCP_TIME_WAIT), time_waits);
	ck_assert_uint_eq(count_lines(net, host, TCP_FIN_WAIT2), abandoned);
}

/* The lines that a command prints on a host. */
static unsigned lines_of(struct lg_host *host, const char *command)
{
	int there = ioctl(lg_socket(host), SIOCGSKNS);
	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	unsigned lines = 0;
	char line[256];

	ck_assert_int_eq(setns(there, CLONE_NEWNET), 0);
	FILE *out = popen(command, "re");
	ck_assert_int_eq(setns(here, CLONE_NEWNET), 0);
	ck_assert_ptr_nonnull(out);
	while (fgets(line, sizeof(line), out))
		lines++;
	ck_assert_int_eq(pclose(out), 0);
	return lines;
}

static bool has_ss(void)
{
	int status = system("command -v ss >/dev/null 2>&1");

	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void run(struct lg_net *net)
{
	struct lg_host *client = lg_host(net, "client");
	struct lg_host *server = lg_host(net, "server");
	int listener = lg_listen(server, 80);

	/* The smallest machines allow 512, of this default. */
	lg_sysctl_set(client, "net.ipv4.tcp_max_tw_buckets", "4096");
	lg_listen(client, 81);
	for (unsigned i = 0; i < OPEN; i++)
		connect_one(net, listener, (uint16_t)(FIRST_PORT + i));
	for (unsigned i = 0; i < TIME_WAITS; i++) {
		struct connection one = connect_one(net, listener, 0);
		close(one.sock);
		ck_assert_int_eq(lg_await_receive(one.peer), 0);
		close(one.peer);
	}
	assert_counts(net, client, TIME_WAITS, 0, OPEN + 1);
	for (unsigned i = 0; i < ABANDONED; i++) {
		struct connection one = connect_one(net, listener, 0);
		lg_send_fin(one.sock);
		lg_await_state(one.sock, TCP_FIN_WAIT2);
		lg_close(one.sock);
	}
	assert_counts(net, client, TIME_WAITS, ABANDONED, OPEN + 1);
	assert_counts(net, server, 0, 0, OPEN + ABANDONED + 1);
	ck_assert_uint_eq(lg_count_state(client, TCP_ESTABLISHED), OPEN);

	if (!has_ss())
		return;
	ck_assert_uint_eq(lines_of(client, SS " -H"), TIME_WAITS);
	lg_claim(net, 83, lines_of(client, SS) == TIME_WAITS);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.claims = "83",
	.bulk = true,
	.run = run,
};
