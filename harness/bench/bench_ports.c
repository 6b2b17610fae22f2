// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long it takes to use up the default 28,232 ports with TIME_WAITs: with
 * the whole range open, where the kernel searches ever longer for a free port,
 * and with the range opened in slices, as the case does it.  Beside both, short
 * connections made by a shell, as a user would make them.
 */
#define LG_IMPLEMENTATION
#include "error.h"
#include "net.h"
#include "sysctl.h"
#include "world.h"

#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* SOURCE, the folder of the sources, comes from the build. */
#define PORT 80
#define FIRST 32768u
#define LAST 60999u
#define SLICE 64u
#define BY_SHELL 1000u

static struct lg_host *client, *server;
static struct sockaddr_in to = {.sin_family = AF_INET};
static int listener;

static double now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int new_socket(const struct lg_host *host)
{
	lg_host_enter(host);
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	lg_host_leave(host);
	if (sock < 0)
		err(EXIT_FAILURE, "socket");
	return sock;
}

static void give_up(const char *why) __attribute__((noreturn));
static void give_up(const char *why)
{
	errx(EXIT_FAILURE, "%s", why);
}

static void build(void)
{
	char *error = NULL;
	struct lg_topology *topology =
		lg_topology_read(SOURCE "/topologies/pair.gv", NULL, &error);
	if (!topology)
		give_up(error);
	struct lg_net *net = lg_net_build(topology, AF_INET);
	if (!net)
		give_up(lg_error_text());
	client = &net->hosts[lg_topology_host_index(net->topology, "client")];
	server = &net->hosts[lg_topology_host_index(net->topology, "server")];
	to.sin_port = htons(PORT);
	inet_pton(AF_INET, "10.0.1.2", &to.sin_addr);

	listener = new_socket(server);
	struct sockaddr_in any = {.sin_family = AF_INET,
				  .sin_port = htons(PORT)};
	if (bind(listener, (struct sockaddr *)&any, sizeof(any)) ||
	    listen(listener, SOMAXCONN))
		err(EXIT_FAILURE, "listen");
	if (lg_sysctl_write(client, "net.ipv4.tcp_tw_reuse", "0"))
		errx(EXIT_FAILURE, "%s", lg_error_text());
}

static void set_range(unsigned first, unsigned last)
{
	char range[32];
	snprintf(range, sizeof(range), "%u %u", first, last);
	if (lg_sysctl_write(client, "net.ipv4.ip_local_port_range", range))
		errx(EXIT_FAILURE, "%s", lg_error_text());
}

/* One connection that leaves its TIME_WAIT at the client; false: no port. */
static bool connect_and_close(void)
{
	int sock = new_socket(client);
	if (connect(sock, (struct sockaddr *)&to, sizeof(to))) {
		if (errno != EADDRNOTAVAIL)
			err(EXIT_FAILURE, "connect");
		close(sock);
		return false;
	}
	int peer = accept(listener, NULL, NULL);
	char byte;
	close(sock);
	if (peer < 0 || read(peer, &byte, 1))
		err(EXIT_FAILURE, "accept");
	close(peer);
	return true;
}

/* Stops at one more than there are: then the first TIME_WAITs have ended before
 * the last port was used, which takes a slow machine. */
static unsigned use_up(unsigned first, unsigned last)
{
	unsigned n = 0;
	set_range(first, last);
	while (n <= last - first + 1 && connect_and_close())
		n++;
	return n;
}

static unsigned whole_range(void)
{
	return use_up(FIRST, LAST);
}

static unsigned in_slices(void)
{
	unsigned n = 0;
	for (unsigned first = FIRST; first <= LAST; first += SLICE) {
		unsigned last = first + SLICE - 1;
		n += use_up(first, last > LAST ? LAST : last);
	}
	return n;
}

/* The shell connects; who accepts is this process. */
static unsigned by_shell(void)
{
	char script[160];
	snprintf(script, sizeof(script),
		 "for ((i = 0; i < %u; i++)); do exec 3<>/dev/tcp/10.0.1.2/%d; "
		 "exec 3>&-; done",
		 BY_SHELL, PORT);
	set_range(FIRST, LAST);
	pid_t child = fork();
	if (!child) {
		lg_host_enter(client);
		execlp("bash", "bash", "-c", script, (char *)NULL);
		_exit(127);
	}
	for (unsigned n = 0; n < BY_SHELL; n++) {
		char byte;
		int peer = accept(listener, NULL, NULL);
		if (peer < 0 || read(peer, &byte, 1) < 0)
			err(EXIT_FAILURE, "accept");
		close(peer);
	}
	waitpid(child, NULL, 0);
	return BY_SHELL;
}

/* Each way in a world of its own: TIME_WAITs of one are not the other's. */
static int measure(void *way)
{
	build();
	double begun = now_s();
	unsigned n = (*(unsigned (**)(void))way)();
	double took = now_s() - begun;
	printf("%8u %10.2f %16.1f\n", n, took, took / n * 1e6);
	return EXIT_SUCCESS;
}

int main(void)
{
	static const struct {
		const char *name;
		unsigned (*way)(void);
	} ways[] = {{"linger, in slices of 64", in_slices},
		    {"linger, whole range", whole_range},
		    {"bash, /dev/tcp", by_shell}};

	printf("%-24s %8s %10s %16s\n", "using up ports", "ports", "seconds",
	       "us a connection");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		printf("%-24s ", ways[i].name);
		unsigned (*way)(void) = ways[i].way;
		int status;
		pid_t world = lg_world_start(measure, &way);
		if (world < 0)
			errx(EXIT_FAILURE, "%s", lg_error_text());
		waitpid(world, &status, 0);
		if (status)
			return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
