// SPDX-License-Identifier: GPL-2.0-or-later
/* What lib/counter.h reads, against what nstat(8) reads. */
#define LG_IMPLEMENTATION
#include "counter.h"
#include "error.h"
#include "loopback.h"
#include "net.h"
#include "oracle.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct lg_counters *read_counters(struct lg_host *host)
{
	struct lg_counters *counters = lg_counters_read(host);
	ck_assert_msg(counters != NULL, "%s", lg_error_text());
	return counters;
}

/* A SYN to a closed port: one RST, one failed attempt. */
static void be_refused(void)
{
	struct sockaddr_in closed = {.sin_family = AF_INET,
				     .sin_port = htons(9),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int sock = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(
		connect(sock, (struct sockaddr *)&closed, sizeof(closed)), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	close(sock);
}

/* A datagram to a closed port: ICMP, whose types are counted in columns that
 * are not there before. */
static void be_unreachable(void)
{
	struct sockaddr_in closed = {.sin_family = AF_INET,
				     .sin_port = htons(9),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char byte = 0;
	int sock = socket(AF_INET, SOCK_DGRAM, 0);
	connect(sock, (struct sockaddr *)&closed, sizeof(closed));
	ck_assert_int_eq(write(sock, &byte, 1), 1);
	ck_assert_int_eq(read(sock, &byte, 1), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	close(sock);
}

static void make_traffic(void)
{
	int pair[2];
	ck_assert_int_eq(lg_loopback_pair(AF_INET, pair), 0);
	ck_assert_int_eq(write(pair[0], "x", 1), 1);
	close(pair[1]);
	be_refused();
	be_unreachable();
}

static uint64_t moved(const struct lg_counters *before,
		      const struct lg_counters *after, const char *name)
{
	uint64_t by;
	ck_assert_msg(!lg_counters_since(before, after, name, &by), "%s",
		      lg_error_text());
	return by;
}

static size_t count_moves(const struct lg_counters *before,
			  const struct lg_counters *after)
{
	size_t position = 0, n = 0;
	struct lg_counter_move move;
	while (lg_counters_next_move(before, after, &position, &move)) {
		ck_assert_uint_eq(moved(before, after, move.name), move.by);
		n++;
	}
	return n;
}

/* ---- nstat ------------------------------------------------------------- */

/* nstat writes TcpExt's TCPTimeouts as TcpExtTCPTimeouts. */
static bool full_name(const struct lg_counters *counters, const char *joined,
		      char *name, size_t room)
{
	static const char *const groups[] = {"TcpExt", "Tcp",	  "IpExt",
					     "Ip",     "IcmpMsg", "Icmp",
					     "Udp",    "UdpLite", "MPTcpExt"};
	uint64_t value;
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		size_t length = strlen(groups[i]);
		if (strncmp(joined, groups[i], length))
			continue;
		snprintf(name, room, "%s.%s", groups[i], joined + length);
		if (!lg_counters_get(counters, name, &value))
			return true;
	}
	snprintf(name, room, "%s", joined);
	return !lg_counters_get(counters, name, &value);
}

struct nstat {
	char *text;
	char *rest;
};

static struct nstat read_nstat(void)
{
	char *text = oracle_read("nstat -asz");
	return (struct nstat){.text = text, .rest = text};
}

static bool next_line(struct nstat *nstat, char name[100], uint64_t *value)
{
	while (nstat->rest && *nstat->rest) {
		unsigned long long number;
		const char *line = strsep(&nstat->rest, "\n");
		if (*line != '#' &&
		    sscanf(line, "%99s %llu", name, &number) == 2) {
			*value = number;
			return true;
		}
	}
	return false;
}

static uint64_t value_in(const struct nstat *nstat, const char *name)
{
	char is[100];
	uint64_t value;
	struct nstat copy = {.text = strdup(nstat->text)};
	copy.rest = copy.text;
	while (next_line(&copy, is, &value)) {
		if (!strcmp(is, name)) {
			free(copy.text);
			return value;
		}
	}
	free(copy.text);
	return 0;
}

/* ---- tests ------------------------------------------------------------- */

static void values_are_what_nstat_says(int row)
{
	(void)row;
	oracle_enter();
	make_traffic();
	struct lg_counters *counters = read_counters(NULL);
	struct nstat nstat = read_nstat();
	char joined[100], name[128];
	uint64_t theirs, ours;
	size_t n = 0, nonzero = 0;

	while (next_line(&nstat, joined, &theirs)) {
		ck_assert_msg(full_name(counters, joined, name, sizeof(name)),
			      "%s is missing", joined);
		ck_assert_int_eq(lg_counters_get(counters, name, &ours), 0);
		ck_assert_msg(ours == theirs, "%s is %ju, nstat says %ju", name,
			      (uintmax_t)ours, (uintmax_t)theirs);
		n++;
		nonzero += theirs != 0;
	}
	ck_assert_uint_gt(n, 200);
	ck_assert_uint_eq(count_moves(NULL, counters), nonzero);
}

static void moves_are_what_nstat_says(int row)
{
	(void)row;
	oracle_enter();
	be_refused();
	struct lg_counters *before = read_counters(NULL);
	struct nstat nstat_before = read_nstat();
	make_traffic();
	struct lg_counters *after = read_counters(NULL);
	struct nstat nstat = read_nstat();
	char joined[100], name[128];
	uint64_t theirs;
	size_t n = 0;

	while (next_line(&nstat, joined, &theirs)) {
		theirs -= value_in(&nstat_before, joined);
		ck_assert(full_name(after, joined, name, sizeof(name)));
		/* nstat takes this gauge for a counter. */
		if (!strcmp(name, "MPTcpExt.MPCurrEstab"))
			continue;
		ck_assert_uint_eq(moved(before, after, name), theirs);
		n += theirs != 0;
	}
	ck_assert_uint_gt(n, 10);
	ck_assert_uint_eq(count_moves(before, after), n);
	ck_assert_uint_eq(moved(before, after, "AttemptFails"), 1);
	ck_assert_uint_eq(moved(before, after, "IcmpMsg.OutType3"), 1);
}

static void nothing_moves_by_itself(int row)
{
	(void)row;
	oracle_enter();
	make_traffic();
	struct lg_counters *before = read_counters(NULL);
	struct lg_counters *after = read_counters(NULL);
	ck_assert_uint_eq(count_moves(before, after), 0);
	be_refused();
	lg_counters_free(after);
	after = read_counters(NULL);
	ck_assert_uint_gt(count_moves(before, after), 0);
}

static void gauges_do_not_count(int row)
{
	(void)row;
	oracle_enter();
	struct lg_counters *before = read_counters(NULL);
	int pair[2];
	ck_assert_int_eq(lg_loopback_pair(AF_INET, pair), 0);
	struct lg_counters *after = read_counters(NULL);

	uint64_t established, by;
	ck_assert_int_eq(lg_counters_get(after, "CurrEstab", &established), 0);
	ck_assert_uint_eq(established, 2);
	ck_assert_int_eq(lg_counters_since(before, after, "CurrEstab", &by),
			 -EINVAL);
	ck_assert_str_eq(lg_error_text(),
			 "CurrEstab goes up and down: it counts nothing");
	size_t position = 0;
	struct lg_counter_move move;
	while (lg_counters_next_move(before, after, &position, &move))
		ck_assert_str_ne(move.name, "CurrEstab");
}

/* A segment whose checksum is wrong. */
static void send_nonsense(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct tcphdr header = {.th_dport = htons(9), .th_off = 5, .th_sum = 1};
	int sock = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
	ck_assert_int_eq(sendto(sock, &header, sizeof(header), 0,
				(struct sockaddr *)&to, sizeof(to)),
			 sizeof(header));
	close(sock);
}

/* In Linux 6.18 these names stand in Icmp, Tcp, Udp, UdpLite and IpExt, or in
 * Udp and UdpLite. */
static void short_name_means_tcp_first(int row)
{
	static const struct {
		const char *name, *means, *not ;
	} rows[] = {
		{"InCsumErrors", "Tcp.InCsumErrors", "Icmp.InCsumErrors"},
		{"OutDatagrams", "Udp.OutDatagrams", "UdpLite.OutDatagrams"},
	};
	oracle_enter();
	send_nonsense();
	be_unreachable();

	uint64_t is = 0, means, is_not;
	unsigned left_ms = 5000;
	struct lg_counters *counters;
	while (counters = read_counters(NULL),
	       !lg_counters_get(counters, rows[row].means, &means) && !means)
		oracle_wait(&left_ms, rows[row].means);
	ck_assert_int_eq(lg_counters_get(counters, rows[row].name, &is), 0);
	ck_assert_int_eq(lg_counters_get(counters, rows[row].not, &is_not), 0);
	ck_assert_uint_eq(is, 1);
	ck_assert_uint_eq(is_not, 0);

	size_t position = 0;
	struct lg_counter_move move;
	do
		ck_assert(lg_counters_next_move(NULL, counters, &position,
						&move));
	while (strcmp(move.name, rows[row].name));
}

static void unknown_counter_is_named(int row)
{
	static const struct {
		const char *name, *message;
	} rows[] = {
		{"OutRst", "no counter OutRst; this kernel has OutRsts"},
		{"Tcp.OutRst",
		 "no counter Tcp.OutRst; this kernel has OutRsts"},
		{"Udp.AttemptFails",
		 "no counter Udp.AttemptFails; this kernel has AttemptFails"},
		{"NothingLikeThis", "no counter NothingLikeThis"},
		{"", "no counter "},
	};
	uint64_t value;
	oracle_enter();
	struct lg_counters *counters = read_counters(NULL);
	ck_assert_int_eq(lg_counters_get(counters, rows[row].name, &value),
			 -ENOENT);
	ck_assert_str_eq(lg_error_text(), rows[row].message);
	ck_assert_int_eq(
		lg_counters_since(counters, counters, rows[row].name, &value),
		-ENOENT);
}

/* A host without the rest of a network. */
static struct lg_host make_host(struct lg_net *net)
{
	oracle_enter();
	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	*net = (struct lg_net){.home = here};
	struct lg_host host = {.net = net, .name = "server", .netns = here};
	return host;
}

static void host_is_read_from_elsewhere(int row)
{
	(void)row;
	struct lg_net net;
	struct lg_host host = make_host(&net);
	ck_assert_int_eq(lg_counters_begin(&host), 0);
	be_refused();
	ck_assert_int_eq(lg_loopback_enter(), 0);
	net.home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	be_refused();
	be_refused();

	struct lg_counters *there = read_counters(&host);
	struct lg_counters *here = read_counters(NULL);
	ck_assert_uint_eq(moved(host.counted_from, there, "OutRsts"), 1);
	ck_assert_uint_eq(moved(NULL, here, "OutRsts"), 2);

	ck_assert_int_eq(lg_counters_begin(&host), 0);
	there = read_counters(&host);
	ck_assert_uint_eq(moved(host.counted_from, there, "OutRsts"), 0);
}

static uint64_t model_drops = 4;
static int model_error;

static int add_model(struct lg_host *host, struct lg_counters *counters)
{
	ck_assert_str_eq(host->name, "server");
	if (model_error)
		return lg_error(model_error, "the model");
	return lg_counters_add(counters, "LingerModelListenDrops", model_drops);
}

static void extra_counters_count_too(int row)
{
	(void)row;
	struct lg_net net;
	struct lg_host host = make_host(&net);
	struct lg_counters *without = read_counters(&host);
	lg_counter_extra(add_model);
	ck_assert_int_eq(lg_counters_begin(&host), 0);
	model_drops += 3;
	struct lg_counters *after = read_counters(&host);

	ck_assert_uint_eq(
		moved(host.counted_from, after, "LingerModelListenDrops"), 3);
	ck_assert_uint_eq(moved(without, after, "LingerModelListenDrops"), 7);
	ck_assert_uint_eq(count_moves(host.counted_from, after), 1);

	model_error = ENOLINK;
	ck_assert_ptr_null(lg_counters_read(&host));
	ck_assert_int_eq(errno, ENOLINK);
	ck_assert_str_eq(lg_error_text(), "cannot read the counters of server: "
					  "the model: Link has been severed");
}

static void sockstat_is_what_the_file_says(int row)
{
	static const struct {
		const char *protocol, *name, *file;
		uint64_t least;
	} rows[] = {
		{"TCP", "tw", "sockstat", 3},
		{"TCP", "inuse", "sockstat", 4},
		{"TCP6", "inuse", "sockstat6", 2},
		{"sockets", "used", "sockstat", 5},
	};
	oracle_enter();
	int pair[2];
	for (int i = 0; i < 3; i++) {
		char byte;
		ck_assert_int_eq(lg_loopback_pair(AF_INET, pair), 0);
		close(pair[0]);
		ck_assert_int_eq(read(pair[1], &byte, 1), 0);
		close(pair[1]);
	}
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(lg_loopback_pair(AF_INET, pair), 0);
	ck_assert_int_eq(lg_loopback_pair(AF_INET6, pair), 0);

	uint64_t value;
	ck_assert_int_eq(lg_sockstat_read(NULL, rows[row].protocol,
					  rows[row].name, &value),
			 0);
	char *text = oracle_read(
		"sed -n 's/^%s:.* *%s \\([0-9]*\\).*/\\1/p' /proc/self/net/%s",
		rows[row].protocol, rows[row].name, rows[row].file);
	ck_assert_uint_eq(value, strtoull(text, NULL, 10));
	ck_assert_uint_ge(value, rows[row].least);
	free(text);
}

static void unknown_figure_is_named(int row)
{
	static const char *const rows[][2] = {
		{"TCP", "nothing"}, {"TCPX", "tw"}, {"TCP6", "tw"}, {"", "tw"}};
	uint64_t value;
	oracle_enter();
	ck_assert_int_eq(
		lg_sockstat_read(NULL, rows[row][0], rows[row][1], &value),
		-ENOENT);
	char expected[64];
	snprintf(expected, sizeof(expected), "no figure %s of %s in sockstat",
		 rows[row][1], rows[row][0]);
	ck_assert_str_eq(lg_error_text(), expected);
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"values_are_what_nstat_says", values_are_what_nstat_says, 0,
		 0},
		{"moves_are_what_nstat_says", moves_are_what_nstat_says, 0, 10},
		{"nothing_moves_by_itself", nothing_moves_by_itself, 0, 0},
		{"gauges_do_not_count", gauges_do_not_count, 0, 0},
		{"short_name_means_tcp_first", short_name_means_tcp_first, 2,
		 10},
		{"unknown_counter_is_named", unknown_counter_is_named, 5, 0},
		{"host_is_read_from_elsewhere", host_is_read_from_elsewhere, 0,
		 0},
		{"extra_counters_count_too", extra_counters_count_too, 0, 0},
		{"sockstat_is_what_the_file_says",
		 sockstat_is_what_the_file_says, 4, 0},
		{"unknown_figure_is_named", unknown_figure_is_named, 4, 0},
		{0},
	};
	return lg_unit_main(argc, argv, units);
}
