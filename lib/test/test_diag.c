// SPDX-License-Identifier: GPL-2.0-or-later
/* What lib/diag.h says of sockets, against what ss(8) says of them. */
#define LG_IMPLEMENTATION
#include "diag.h"
#include "error.h"
#include "oracle.h"
#include "situation.h"
#include "unit.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_MS 5000

static const int families[] = {AF_INET, AF_INET6};

static struct nl_sock *enter(void)
{
	oracle_enter();
	struct nl_sock *nl = nl_socket_alloc();
	ck_assert_int_eq(nl_connect(nl, NETLINK_SOCK_DIAG), 0);
	return nl;
}

/* ---- ss ---------------------------------------------------------------- */

/* "STATE LOCAL REMOTE" of a socket, as both sides are brought to. */
#define LINE_ROOM (LG_DIAG_PRINT_MAX + 64)

struct ss_socket {
	char line[LINE_ROOM];
	char details[256];
};

/* One line of `ss -tanoH`; ss spells a listener's peer "0.0.0.0:*". */
static void parse_ss(const char *text, struct ss_socket *socket)
{
	char state[32], local[64], remote[64];
	*socket = (struct ss_socket){0};
	ck_assert_int_ge(sscanf(text, "%31s %*d %*d %63s %63s %255[^\n]", state,
				local, remote, socket->details),
			 3);
	bool listens = !strcmp(state, "LISTEN");
	snprintf(socket->line, sizeof(socket->line), "%s %s%s%s", state, local,
		 listens ? "" : " -> ", listens ? "" : remote);
}

static struct ss_socket find_in_ss(const char *line)
{
	struct ss_socket socket;
	char *all = oracle_read("ss -tanoH"), *rest = all;
	while (rest && *rest) {
		parse_ss(strsep(&rest, "\n"), &socket);
		if (!strcmp(socket.line, line)) {
			free(all);
			return socket;
		}
	}
	ck_abort_msg("ss has no \"%s\" in:\n%s", line, all);
}

/* What remains in "timer:(timewait,59sec,0)", "(on,1min2sec,0)",
 * "(on,1.200ms,1)", which is 1.2 s. */
static unsigned ss_timer_ms(const struct ss_socket *socket, unsigned *count)
{
	const char *timer = strstr(socket->details, "timer:(");
	ck_assert_ptr_nonnull(timer);
	timer = strchr(timer, ',') + 1;
	unsigned ms = 0;
	while (*timer != ',') {
		char *unit;
		unsigned number = (unsigned)strtoul(timer, &unit, 10);
		size_t length = *unit == '.' ? 1 : strcspn(unit, ",0123456789");
		ck_assert_msg(length, "%s", socket->details);
		ms += number * (*unit == '.' || *unit == 's'	? 1000
				: !strncmp(unit, "min", length) ? 60000
								: 1);
		timer = unit + length;
	}
	*count = (unsigned)strtoul(timer + 1, NULL, 10);
	return ms;
}

static struct lg_diag_socket await_state(struct nl_sock *nl,
					 const struct lg_endpoints *ends,
					 int state, bool time_wait)
{
	struct lg_diag_socket found;
	unsigned left_ms = DEADLINE_MS;
	for (;;) {
		int error = lg_diag_find(nl, ends, &found);
		ck_assert_msg(!error || error == -ENOENT, "%s",
			      lg_error_text());
		if (!error && found.status.state == state &&
		    found.status.time_wait == time_wait)
			return found;
		oracle_wait(&left_ms, lg_state_name(state));
	}
}

/* ---- tests ------------------------------------------------------------- */

static void state_is_what_ss_says(int row)
{
	const struct situation *situation = &situations[row / 2];
	struct nl_sock *nl = enter();
	struct lg_endpoints ends = situation->make(families[row % 2]);
	struct lg_diag_socket found =
		await_state(nl, &ends, situation->state, situation->time_wait);
	ck_assert_str_eq(lg_state_name(found.status.state), situation->name);
	ck_assert_mem_eq(found.ends.local, ends.local, sizeof(ends.local));
	ck_assert_mem_eq(found.ends.remote, ends.remote, sizeof(ends.remote));
	ck_assert_uint_eq(found.ends.local_port, ends.local_port);
	ck_assert_uint_eq(found.ends.remote_port, ends.remote_port);

	char addresses[LG_DIAG_PRINT_MAX], line[LINE_ROOM];
	lg_diag_print(addresses, sizeof(addresses), &ends);
	snprintf(line, sizeof(line), "%s %s",
		 situation->ss ? situation->ss : situation->name, addresses);
	struct ss_socket socket = find_in_ss(line);
	ck_assert_int_eq(strstr(socket.details, "timer:(timewait,") != NULL,
			 situation->time_wait);
}

static void time_left_is_what_ss_says(int row)
{
	struct nl_sock *nl = enter();
	struct lg_endpoints ends = situation_time_wait(families[row]);
	struct lg_diag_socket before, after;
	before = await_state(nl, &ends, TCP_TIME_WAIT, true);

	char addresses[LG_DIAG_PRINT_MAX], line[LINE_ROOM];
	lg_diag_print(addresses, sizeof(addresses), &ends);
	snprintf(line, sizeof(line), "TIME-WAIT %s", addresses);
	struct ss_socket socket = find_in_ss(line);
	unsigned count, ss_ms = ss_timer_ms(&socket, &count);

	ck_assert_int_eq(lg_diag_find(nl, &ends, &after), 0);
	ck_assert_uint_le(ss_ms, before.status.left_ms);
	ck_assert_uint_gt(ss_ms + 1000, after.status.left_ms);
	ck_assert_uint_gt(after.status.left_ms, 50000);
}

static void retransmits_are_what_ss_says(int row)
{
	(void)row;
	struct nl_sock *nl = enter();
	struct lg_endpoints ends = situation_fin_wait1(AF_INET);
	struct lg_diag_socket before, after;
	unsigned left_ms = DEADLINE_MS;
	do {
		oracle_wait(&left_ms, "a retransmission");
		ck_assert_int_eq(lg_diag_find(nl, &ends, &before), 0);
	} while (!before.status.retransmits);

	char addresses[LG_DIAG_PRINT_MAX], line[LINE_ROOM];
	lg_diag_print(addresses, sizeof(addresses), &ends);
	snprintf(line, sizeof(line), "FIN-WAIT-1 %s", addresses);
	struct ss_socket socket = find_in_ss(line);
	unsigned count;
	ss_timer_ms(&socket, &count);

	ck_assert_int_eq(lg_diag_find(nl, &ends, &after), 0);
	ck_assert_uint_ge(count, before.status.retransmits);
	ck_assert_uint_le(count, after.status.retransmits);
}

static void time_wait_has_the_cookie_of_its_socket(int row)
{
	struct nl_sock *nl = enter();
	int pair[2];
	situation_pair(families[row], pair);
	uint64_t cookie;
	socklen_t size = sizeof(cookie);
	if (getsockopt(pair[0], SOL_SOCKET, SO_COOKIE, &cookie, &size))
		lg_unit_skip("no SO_COOKIE (5daab9db7b65, 4.12)");

	struct lg_endpoints ends = situation_ends(pair[0]);
	close(pair[0]);
	situation_read_end(pair[1]);
	close(pair[1]);
	struct lg_diag_socket found =
		await_state(nl, &ends, TCP_TIME_WAIT, true);
	ck_assert_uint_eq(found.cookie, cookie);
}

/* Sockets as lines, from both sides, to be sorted and compared. */
#define LINES_MAX 2000
struct lines {
	char (*list)[LINE_ROOM];
	size_t n;
};

static struct lines new_lines(void)
{
	return (struct lines){.list = calloc(LINES_MAX, LINE_ROOM)};
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(a, b);
}

static const char *ss_name(int state)
{
	for (int i = 0; i < SITUATIONS; i++) {
		if (situations[i].state == state)
			return situations[i].ss ? situations[i].ss
						: situations[i].name;
	}
	return "?";
}

static void add_line(const struct lg_diag_socket *socket, void *arg)
{
	struct lines *lines = arg;
	char addresses[LG_DIAG_PRINT_MAX];
	ck_assert_uint_lt(lines->n, LINES_MAX);
	lg_diag_print(addresses, sizeof(addresses), &socket->ends);
	snprintf(lines->list[lines->n++], LINE_ROOM, "%s %s",
		 ss_name(socket->status.state), addresses);
}

/* With no FIN left to be acknowledged, which peers may delay. */
static void make_crowd(struct nl_sock *nl)
{
	unsigned unsettled, left_ms = DEADLINE_MS;
	for (int i = 0; i < 100; i++) {
		int family = families[i % 2];
		situation_established(family);
		situation_close_wait(family);
		situation_time_wait(family);
	}
	situation_listen(AF_INET);
	situation_listen(AF_INET6);
	situation_orphan_fin_wait2(AF_INET);
	while (!lg_diag_count(nl, TCP_FIN_WAIT1, &unsettled) && unsettled)
		oracle_wait(&left_ms, "the last ACK of a FIN");
}

static void dump_is_what_ss_says(int row)
{
	(void)row;
	struct nl_sock *nl = enter();
	make_crowd(nl);

	struct lines ours = new_lines(), theirs = new_lines();
	ck_assert_int_eq(lg_diag_each(nl, add_line, &ours), 0);
	char *all = oracle_read("ss -tanoH"), *rest = all;
	while (rest && *rest) {
		struct ss_socket socket;
		ck_assert_uint_lt(theirs.n, LINES_MAX);
		parse_ss(strsep(&rest, "\n"), &socket);
		strcpy(theirs.list[theirs.n++], socket.line);
	}
	free(all);

	ck_assert_uint_eq(ours.n, theirs.n);
	ck_assert_uint_gt(ours.n, 500);
	qsort(ours.list, ours.n, LINE_ROOM, compare_lines);
	qsort(theirs.list, theirs.n, LINE_ROOM, compare_lines);
	for (size_t i = 0; i < ours.n; i++)
		ck_assert_str_eq(ours.list[i], theirs.list[i]);
}

static void counts_are_what_ss_says(int row)
{
	static const struct {
		int state;
		const char *ss;
		unsigned least;
	} rows[] = {
		{TCP_ESTABLISHED, "established", 200},
		{TCP_CLOSE_WAIT, "close-wait", 100},
		{TCP_FIN_WAIT2, "fin-wait-2", 101},
		{TCP_TIME_WAIT, "time-wait", 100},
		{TCP_LISTEN, "listening", 2},
		{TCP_LAST_ACK, "last-ack", 0},
	};
	struct nl_sock *nl = enter();
	make_crowd(nl);

	unsigned count;
	ck_assert_int_eq(lg_diag_count(nl, rows[row].state, &count), 0);
	char *ss = oracle_read("ss -tnH state %s | wc -l", rows[row].ss);
	ck_assert_uint_eq(count, strtoul(ss, NULL, 10));
	ck_assert_uint_ge(count, rows[row].least);
	free(ss);
}

static void listener_is_no_connection(int row)
{
	struct nl_sock *nl = enter();
	struct lg_endpoints ends = situation_listen(families[row]);
	struct lg_diag_socket found;
	ck_assert_int_eq(lg_diag_find(nl, &ends, &found), 0);
	ck_assert_int_eq(found.status.state, TCP_LISTEN);

	ends.remote_port = 4000;
	ends.remote[0] = 10;
	ck_assert_int_eq(lg_diag_find(nl, &ends, &found), -ENOENT);
	ck_assert_int_eq(lg_diag_destroy(nl, &ends), -ENOENT);
	ends = (struct lg_endpoints){.family = families[row],
				     .local_port = ends.local_port};
	ck_assert_int_eq(lg_diag_find(nl, &ends, &found), 0);
}

static void skip_if_not_supported(int error)
{
	if (error == -EOPNOTSUPP)
		lg_unit_skip(lg_error_text());
	ck_assert_msg(!error, "%s", lg_error_text());
}

static void destroyed_connection_is_gone(int row)
{
	struct nl_sock *nl = enter();
	int pair[2];
	char byte;
	situation_pair(families[row], pair);
	struct lg_endpoints ends = situation_ends(pair[0]);

	skip_if_not_supported(lg_diag_destroy(nl, &ends));
	ck_assert_int_eq(read(pair[0], &byte, 1), -1);
	ck_assert_int_eq(errno, ECONNABORTED);
	ck_assert_int_eq(read(pair[1], &byte, 1), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	char *ss = oracle_read("ss -tnH");
	ck_assert_str_eq(ss, "");
	free(ss);
	ck_assert_int_eq(lg_diag_destroy(nl, &ends), -ENOENT);
}

/* One with the same addresses and ports is known by its cookie. */
static void other_cookie_is_another_connection(int row)
{
	struct nl_sock *nl = enter();
	struct lg_endpoints ends = situation_established(families[row]);
	struct lg_diag_socket found;

	ck_assert_int_eq(lg_diag_find(nl, &ends, &found), 0);
	ends.cookie = found.cookie;
	ck_assert_int_eq(lg_diag_find(nl, &ends, &found), 0);
	ends.cookie++;
	ck_assert_int_eq(lg_diag_find(nl, &ends, &found), -ENOENT);
	ck_assert_int_eq(lg_diag_destroy(nl, &ends), -ENOENT);
	ends.cookie = 0;
	ck_assert_int_eq(lg_diag_find(nl, &ends, &found), 0);
	ck_assert_int_eq(found.status.state, TCP_ESTABLISHED);
}

static void destroyed_time_wait_is_gone(int row)
{
	struct nl_sock *nl = enter();
	struct lg_endpoints kept = situation_time_wait(families[row]);
	struct lg_endpoints ended = situation_time_wait(families[row]);
	struct lg_diag_socket found;
	await_state(nl, &ended, TCP_TIME_WAIT, true);

	skip_if_not_supported(lg_diag_destroy(nl, &ended));
	ck_assert_int_eq(lg_diag_find(nl, &ended, &found), -ENOENT);
	ck_assert_int_eq(lg_diag_find(nl, &kept, &found), 0);
	char *ss = oracle_read("ss -tnH state time-wait | wc -l");
	ck_assert_int_eq(atoi(ss), 1);
	free(ss);
}

static void ends_are_printed(int row)
{
	static const struct {
		int family;
		const char *local, *remote, *text;
		uint16_t local_port, remote_port;
	} rows[] = {
		{AF_INET, "10.0.1.2", "10.0.1.1",
		 "10.0.1.2:80 -> 10.0.1.1:4000", 80, 4000},
		{AF_INET6, "fd00:0:1::2", "fd00:0:1::1",
		 "[fd00:0:1::2]:80 -> [fd00:0:1::1]:65535", 80, 65535},
		{AF_INET, "0.0.0.0", "0.0.0.0", "0.0.0.0:80", 80, 0},
	};
	struct lg_endpoints ends = {.family = rows[row].family,
				    .local_port = rows[row].local_port,
				    .remote_port = rows[row].remote_port};
	inet_pton(ends.family, rows[row].local, ends.local);
	inet_pton(ends.family, rows[row].remote, ends.remote);
	char text[LG_DIAG_PRINT_MAX];
	ck_assert_int_eq(lg_diag_print(text, sizeof(text), &ends),
			 (int)strlen(rows[row].text));
	ck_assert_str_eq(text, rows[row].text);
}

static void no_state_has_no_name_of_one(int row)
{
	static const int states[] = {0, -1, TCP_CLOSING + 1};
	ck_assert_str_eq(lg_state_name(states[row]), "no state of TCP's");
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"state_is_what_ss_says", state_is_what_ss_says, 2 * SITUATIONS,
		 10},
		{"time_left_is_what_ss_says", time_left_is_what_ss_says, 2, 0},
		{"retransmits_are_what_ss_says", retransmits_are_what_ss_says,
		 0, 10},
		{"time_wait_has_the_cookie_of_its_socket",
		 time_wait_has_the_cookie_of_its_socket, 2, 10},
		{"dump_is_what_ss_says", dump_is_what_ss_says, 0, 20},
		{"counts_are_what_ss_says", counts_are_what_ss_says, 6, 20},
		{"listener_is_no_connection", listener_is_no_connection, 2, 0},
		{"destroyed_connection_is_gone", destroyed_connection_is_gone,
		 2, 0},
		{"other_cookie_is_another_connection",
		 other_cookie_is_another_connection, 2, 0},
		{"destroyed_time_wait_is_gone", destroyed_time_wait_is_gone, 2,
		 10},
		{"ends_are_printed", ends_are_printed, 3, 0},
		{"no_state_has_no_name_of_one", no_state_has_no_name_of_one, 3,
		 0},
		{0},
	};
	return lg_unit_main(argc, argv, units);
}
