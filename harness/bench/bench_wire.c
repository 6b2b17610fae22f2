// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What it costs to watch a link and to have rules at it: frames a second
 * through links that differ in that only, in turns; and how long it takes until
 * a rule is in force.  Prints two tables; argument: rounds.
 */
#define LG_IMPLEMENTATION
#include "error.h"
#include "net.h"
#include "rule.h"
#include "segment.h"
#include "trace.h"
#include "world.h"

#include <err.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* SOURCE, the folder of the sources, comes from the build. */
#define ROUND 2048 /* frames */
#define BATCH 128  /* frames between two looks at the rings */
#define RULES 100  /* made one after the other */
#define PORT 4000

struct way {
	const char *name;
	bool tapped, ruled;
	enum lg_action action;
	struct lg_match match;
};

static const struct way ways[] = {
	{"untapped", .tapped = false},
	{"tapped", .tapped = true},
	{"tapped, drop others", true, true, LG_DROP, {.sport = PORT + 1}},
	{"tapped, hold others", true, true, LG_HOLD, {.sport = PORT + 1}},
	{"tapped, rewrite others", true, true, LG_REWRITE, {.sport = PORT + 1}},
	{"tapped, drop all", true, true, LG_DROP, {.sport = PORT}},
	{"tapped, hold and release all", true, true, LG_HOLD, {.sport = PORT}},
	{"tapped, rewrite all", true, true, LG_REWRITE, {.sport = PORT}},
};
#define N_WAYS (sizeof(ways) / sizeof(*ways))

struct link {
	struct lg_net *net;
	struct lg_link_end *from, *to;
	int socket; /* sends from `from` */
	struct lg_rule *rule;
	uint8_t frame[LG_FRAME_MAX];
	size_t size;
	double *ns; /* spent in each round */
};

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double difference = *(const double *)a - *(const double *)b;

	return (difference > 0) - (difference < 0);
}

static double median(double *values, unsigned n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

static void must(int result)
{
	if (result)
		errx(EXIT_FAILURE, "%s", lg_error_text());
}

/* ---- a link and its frames --------------------------------------------- */

/* To an address that nobody has, so that the receiving stack does the same with
 * each frame, which is nothing. */
static void make_frame(struct link *link)
{
	struct lg_segment segment = {
		.family = AF_INET,
		.sport = PORT,
		.dport = 80,
		.ttl = 64,
		.flags = LG_ACK,
		.daddr = {192, 0, 2, 1},
	};

	memcpy(segment.saddr, link->from->is->address[LG_V4].bytes, 4);
	ssize_t size =
		lg_segment_build(&segment, link->from->mac, link->to->mac,
				 link->frame, sizeof(link->frame));
	if (size < 0)
		errx(EXIT_FAILURE, "%s", lg_error_text());
	link->size = (size_t)size;
}

static int open_socket(const struct lg_link_end *end)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_ifindex = (int)end->ifindex};

	lg_host_enter(end->host);
	int sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	lg_host_leave(end->host);
	if (sock < 0 ||
	    bind(sock, (struct sockaddr *)&address, sizeof(address)))
		err(EXIT_FAILURE, "packet socket");
	return sock;
}

static struct link make_link(void)
{
	struct lg_topology_param none[1] = {0};
	struct link link = {0};
	char *error;
	struct lg_topology *topology =
		lg_topology_read(SOURCE "/topologies/pair.gv", none, &error);

	if (!topology)
		errx(EXIT_FAILURE, "%s", error);
	link.net = lg_net_build(topology, AF_INET);
	if (!link.net)
		errx(EXIT_FAILURE, "%s", lg_error_text());
	link.from = &link.net->links[0][0];
	link.to = &link.net->links[0][1];
	link.socket = open_socket(link.from);
	make_frame(&link);
	return link;
}

static void make_rule(struct link *link, enum lg_action action,
		      struct lg_match match)
{
	const struct lg_link_end *end = link->to;
	struct lg_rule fill = {
		.action = action, .match = match, .edit = {.ttl = 63}};

	must(lg_rule_make(&end, 1, &fill, &link->rule));
}

static void send_frame(const struct link *link)
{
	if (send(link->socket, link->frame, link->size, 0) < 0)
		err(EXIT_FAILURE, "send");
}

/* ---- frames a second --------------------------------------------------- */

static void run_round(struct link *link, const struct way *way, unsigned round)
{
	double begun = now_ns();

	for (unsigned sent = 0; sent < ROUND; sent += BATCH) {
		for (unsigned i = 0; i < BATCH; i++)
			send_frame(link);
		lg_net_wait(link->net, -1, 0, 0);
	}
	if (way->ruled && way->action == LG_HOLD)
		lg_release(link->rule, LG_IN_ORDER);
	link->ns[round] = now_ns() - begun;
}

/* That what was measured did happen. */
static void check(const struct link *link, const struct way *way,
		  unsigned rounds)
{
	unsigned sent = rounds * ROUND;
	bool takes = way->ruled && way->match.sport == PORT;
	unsigned again = takes && way->action != LG_DROP ? sent : 0;

	if (lg_trace_lost(link->net))
		errx(EXIT_FAILURE, "%s: %u frames could not be captured",
		     way->name, lg_trace_lost(link->net));
	if (way->tapped && lg_trace_size(link->net) != 2 * sent + again)
		errx(EXIT_FAILURE, "%s: of %u frames %zu were seen", way->name,
		     2 * sent + again, lg_trace_size(link->net));
	if (way->ruled && link->rule->hits != (takes ? sent : 0))
		errx(EXIT_FAILURE, "%s: of %u frames %u were taken", way->name,
		     sent, link->rule->hits);
}

static void compare_ways(unsigned rounds)
{
	static struct link links[N_WAYS];

	for (size_t i = 0; i < N_WAYS; i++) {
		links[i] = make_link();
		links[i].ns = calloc(rounds, sizeof(double));
		if (!links[i].ns)
			err(EXIT_FAILURE, "rounds");
		if (ways[i].tapped) {
			must(lg_trace_host(links[i].from->host));
			must(lg_trace_host(links[i].to->host));
		}
		if (ways[i].ruled)
			make_rule(&links[i], ways[i].action, ways[i].match);
	}
	for (unsigned round = 0; round < rounds; round++) {
		for (size_t i = 0; i < N_WAYS; i++)
			run_round(&links[i], &ways[i], round);
	}

	printf("%-32s %10s %14s %7s\n", "link", "frames/s", "ns each", "ratio");
	double untapped = 0;
	for (size_t i = 0; i < N_WAYS; i++) {
		double each = median(links[i].ns, rounds) / ROUND;
		if (!i)
			untapped = each;
		check(&links[i], &ways[i], rounds);
		printf("%-32s %10.0f %14.0f %7.2f\n", ways[i].name, 1e9 / each,
		       each, each / untapped);
		lg_net_free(links[i].net);
		close(links[i].socket);
		free(links[i].ns);
	}
	printf("Medians of %u rounds of %d frames, one way after the other.\n",
	       rounds, ROUND);
}

/* ---- until a rule is in force ------------------------------------------ */

/* The next frame after the call is taken, or the rule was not in force. */
static void time_rules(void)
{
	struct link link = make_link();
	double made[RULES], undone[RULES];
	unsigned taken = 0;

	for (unsigned i = 0; i < RULES; i++) {
		double begun = now_ns();
		make_rule(&link, LG_DROP, (struct lg_match){.sport = PORT});
		made[i] = (now_ns() - begun) / 1e6;
		send_frame(&link);

		begun = now_ns();
		must(lg_rule_undo(link.rule));
		undone[i] = (now_ns() - begun) / 1e6;
		taken += link.rule->hits;
	}
	double made_ms = median(made, RULES), undone_ms = median(undone, RULES);
	printf("\n%-32s %10s %14s\n", "rule", "median ms", "longest ms");
	printf("%-32s %10.2f %14.2f\n", "drop, until in force", made_ms,
	       made[RULES - 1]);
	printf("%-32s %10.2f %14.2f\n", "undo, until out of force", undone_ms,
	       undone[RULES - 1]);
	printf("Of %d frames sent right after the call, %u were dropped.\n",
	       RULES, taken);
	if (taken != RULES)
		exit(EXIT_FAILURE);
	lg_net_free(link.net);
}

static int measure(void *argument)
{
	compare_ways(*(const unsigned *)argument);
	time_rules();
	return 0;
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 20;
	int status;

	if (!rounds)
		errx(2, "usage: bench_wire [ROUNDS]");
	pid_t pid = lg_world_start(measure, &rounds);
	if (pid < 0)
		errx(EXIT_FAILURE, "%s", lg_error_text());
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		errx(EXIT_FAILURE, "the benchmark was killed");
	return WEXITSTATUS(status);
}
