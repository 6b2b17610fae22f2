// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long it takes until a network is there, its first packet has arrived,
 * and it is gone again: ours beside the same network made by an ip/nft script
 * (topology.sh).  Prints one table; argument: repetitions.
 */
#define LG_IMPLEMENTATION
#include "error.h"
#include "net.h"
#include "world.h"

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* SOURCE, the folder of the sources, comes from the build. */
#define PORT 7
#define CHAIN_HOSTS 100
#define AT_ONCE_MAX 100

enum way { OURS, BATCH, PLAIN, N_WAYS };

static const char *const way_names[N_WAYS] = {"linger", "ip -batch + nft -f",
					      "ip, nft"};
static const char *const way_words[N_WAYS] = {NULL, "batch", "plain"};

/* What is built, and how a first packet gets through it. */
struct subject {
	const char *topology, *script; /* file's name; topology.sh's words */
	struct lg_topology_param param;
	const char *from, *to;		     /* hosts as ours and, */
	const char *script_from, *script_to; /* as the script calls them */
	const char *address;		     /* of `to` */
};

static const struct subject nat = {
	.topology = "nat",
	.script = "nat",
	.from = "client1",
	.to = "server",
	.script_from = "client1",
	.script_to = "server",
	.address = "10.0.3.2",
};

static const struct subject chain = {
	.topology = "chain",
	.script = "chain 100",
	.param = {"k", "98"},
	.from = "client",
	.to = "server",
	.script_from = "1",
	.script_to = "100",
	.address = "10.0.99.2",
};

static int home;

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *format, ...)
{
	char command[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	if (system(command))
		errx(EXIT_FAILURE, "failed: %s", command);
}

/* ---- the two ways ------------------------------------------------------ */

struct built {
	enum way way;
	const struct subject *subject;
	unsigned number;
	struct lg_net *net; /* OURS */
};

static struct lg_net *build_ours(const struct subject *subject)
{
	struct lg_topology_param params[2] = {subject->param};
	char file[512], *error;

	snprintf(file, sizeof(file), SOURCE "/topologies/%s.gv",
		 subject->topology);
	struct lg_topology *topology = lg_topology_read(file, params, &error);
	if (!topology)
		errx(EXIT_FAILURE, "%s", error);
	struct lg_net *net = lg_net_build(topology, AF_INET);
	if (!net)
		errx(EXIT_FAILURE, "%s", lg_error_text());
	return net;
}

static void script(const struct built *built, const char *action)
{
	run("'" SOURCE "/harness/bench/topology.sh' %s %s lg%u %s",
	    way_words[built->way], action, built->number,
	    built->subject->script);
}

static struct built build(enum way way, const struct subject *subject,
			  unsigned number)
{
	struct built built = {.way = way, .subject = subject, .number = number};

	if (way == OURS)
		built.net = build_ours(subject);
	else
		script(&built, "up");
	return built;
}

static void drop(struct built *built)
{
	if (built->way == OURS)
		lg_net_free(built->net);
	else
		script(built, "down");
}

/* A UDP socket of a host. */
static int host_socket(const struct built *built, bool from)
{
	const struct subject *subject = built->subject;
	char path[64];
	int netns;

	if (built->way == OURS) {
		int index = lg_topology_host_index(built->net->topology,
						   from ? subject->from
							: subject->to);
		netns = built->net->hosts[index].netns;
	} else {
		snprintf(path, sizeof(path), "/run/netns/lg%u-%s",
			 built->number,
			 from ? subject->script_from : subject->script_to);
		netns = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (netns < 0 || setns(netns, CLONE_NEWNET))
		err(EXIT_FAILURE, "enter a host");
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	/* The chain is longer than a packet usually lives. */
	int ttl = 255;
	if (sock < 0 || setns(home, CLONE_NEWNET) ||
	    setsockopt(sock, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)))
		err(EXIT_FAILURE, "socket");
	if (built->way != OURS)
		close(netns);
	return sock;
}

/* The script does not wait until its links carry frames, so this asks again
 * until something arrives. */
static void first_packet(const struct built *built)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(PORT)};
	int from = host_socket(built, true), to = host_socket(built, false);
	struct pollfd arrives = {.fd = to, .events = POLLIN};

	inet_pton(AF_INET, built->subject->address, &address.sin_addr);
	if (bind(to, (struct sockaddr *)&address, sizeof(address)))
		err(EXIT_FAILURE, "bind");
	do {
		if (sendto(from, "", 1, 0, (struct sockaddr *)&address,
			   sizeof(address)) < 0)
			err(EXIT_FAILURE, "send");
	} while (poll(&arrives, 1, 1) == 0);
	close(from);
	close(to);
}

/* ---- measuring --------------------------------------------------------- */

/* The kernel takes namespaces down later and in order: when one that is made
 * now and dropped is gone, so are all before it. */
static void await_gone(void)
{
	run("ip netns add last && "
	    "ip link add name last type veth peer name last netns last && "
	    "ip netns del last");
	while (if_nametoindex("last"))
		poll(NULL, 0, 1);
}

static int compare(const void *a, const void *b)
{
	double difference = *(const double *)a - *(const double *)b;

	return (difference > 0) - (difference < 0);
}

static double median(double *values, unsigned n)
{
	qsort(values, n, sizeof(*values), compare);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double whole_life_ms(enum way way, const struct subject *subject)
{
	double begun = now_ms();
	struct built built = build(way, subject, 0);

	first_packet(&built);
	drop(&built);
	return now_ms() - begun;
}

/* Kernel memory in KiB: objects and per-CPU areas. */
static long kernel_memory(void)
{
	char line[128];
	long sum = 0, value;
	FILE *meminfo = fopen("/proc/meminfo", "re");

	if (!meminfo)
		err(EXIT_FAILURE, "/proc/meminfo");
	while (fgets(line, sizeof(line), meminfo)) {
		if (sscanf(line, "Slab: %ld", &value) == 1 ||
		    sscanf(line, "Percpu: %ld", &value) == 1)
			sum += value;
	}
	fclose(meminfo);
	return sum;
}

struct figures {
	double ms;
	double kib; /* of the kernel's memory, for each topology; < 0: none */
};

static struct figures life(enum way way, const struct subject *subject,
			   unsigned repetitions)
{
	double *times = calloc(repetitions, sizeof(*times));

	if (!times)
		err(EXIT_FAILURE, "times");
	for (unsigned i = 0; i < repetitions; i++) {
		await_gone();
		times[i] = whole_life_ms(way, subject);
	}
	struct figures figures = {.ms = median(times, repetitions), .kib = -1};
	free(times);
	return figures;
}

/*
 * Memory that was given back stays with the kernel's caches for the next: so it
 * is counted from `memory_before`, when there was nothing yet, and only for the
 * way that comes first.
 */
static struct figures at_once(enum way way, unsigned n, long memory_before)
{
	static struct built built[AT_ONCE_MAX];

	await_gone();
	double begun = now_ms();
	for (unsigned i = 0; i < n; i++) {
		built[i] = build(way, &nat, i);
		first_packet(&built[i]);
	}
	double up = now_ms() - begun;
	long used = kernel_memory() - memory_before;
	begun = now_ms();
	for (unsigned i = 0; i < n; i++)
		drop(&built[i]);
	return (struct figures){.ms = up + now_ms() - begun,
				.kib = way == OURS ? (double)used / n : -1};
}

/* ---- the table --------------------------------------------------------- */

static void print_row(const char *what, enum way way, struct figures figures,
		      double ours_ms)
{
	printf("%-28s %-19s %9.2f %7.1f", what, way_names[way], figures.ms,
	       figures.ms / ours_ms);
	if (figures.kib >= 0)
		printf(" %9.0f", figures.kib);
	putchar('\n');
	fflush(stdout);
}

static void compare_lives(const char *what, const struct subject *subject,
			  unsigned repetitions, enum way last)
{
	double ours_ms = 0;

	for (enum way way = OURS; way <= last; way++) {
		struct figures figures = life(way, subject, repetitions);
		if (way == OURS)
			ours_ms = figures.ms;
		print_row(what, way, figures, ours_ms);
	}
}

static void compare_at_once(void)
{
	static const unsigned counts[] = {1, 10, AT_ONCE_MAX};
	long memory = kernel_memory();
	double ours_ms[3];

	for (enum way way = OURS; way < N_WAYS; way++) {
		for (int i = 0; i < 3; i++) {
			char what[64];
			struct figures figures =
				at_once(way, counts[i], memory);
			if (way == OURS)
				ours_ms[i] = figures.ms;
			snprintf(what, sizeof(what), "%u x nat at once",
				 counts[i]);
			print_row(what, way, figures, ours_ms[i]);
		}
	}
}

static int measure(void *argument)
{
	unsigned repetitions = *(const unsigned *)argument;
	struct rlimit files;

	/* For 400 hosts; and the script's names must not be the machine's. */
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (mount("tmpfs", "/run", "tmpfs", 0, NULL))
		err(EXIT_FAILURE, "mount /run");
	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	printf("build, first packet, drop    by                         ms   "
	       "ratio  KiB each\n");
	compare_at_once();
	compare_lives("nat (4 hosts, 3 links)", &nat, repetitions, PLAIN);
	/* Plainly it takes 20000 processes for its routes. */
	compare_lives("chain of 100 hosts", &chain, 3, BATCH);
	printf("ms: median of %u (chain: 3) whole lives, or the sum where "
	       "several are there at once.\n"
	       "KiB each: growth of Slab + Percpu in /proc/meminfo.\n",
	       repetitions);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned repetitions = argc > 1 ? (unsigned)atoi(argv[1]) : 30;
	int status;

	if (!repetitions)
		errx(2, "usage: bench_topology [REPETITIONS]");

	pid_t pid = lg_world_start(measure, &repetitions);
	if (pid < 0)
		errx(EXIT_FAILURE, "%s", lg_error_text());
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		errx(EXIT_FAILURE, "the benchmark was killed");
	return WEXITSTATUS(status);
}
