// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "topo_shell.h"

#include "command.h"
#include "error.h"
#include "net.h"
#include "world.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the shell's world is made of; read on the other side of a fork. */
struct visit {
	struct lg_topology *topology;
	const char *host;
	char *const *argv;
};

static void become_command(char *const argv[])
{
	const char *shell = getenv("SHELL");
	char *const default_argv[] = {(char *)(shell ? shell : "/bin/sh"),
				      NULL};

	if (!argv || !argv[0])
		argv = default_argv;
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execvp(argv[0], argv);
	fprintf(stderr, "linger: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Waits for the command, and buries what others leave to this process: it is
 * the world's first. */
static int await_command(pid_t command)
{
	for (;;) {
		int status;
		pid_t ended = wait(&status);
		if (ended < 0 && errno != EINTR)
			return LG_STATUS_BROKEN;
		if (ended == command)
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
	}
}

static int run_inside(void *argument)
{
	const struct visit *visit = argument;
	struct lg_net *net = lg_net_build(visit->topology, AF_INET);
	if (!net) {
		fprintf(stderr, "linger: cannot build %s: %s\n",
			visit->topology->name, lg_error_text());
		return LG_STATUS_BROKEN;
	}

	int index = lg_topology_host_index(net->topology, visit->host);
	lg_host_enter(&net->hosts[index]);
	/* ip(8) and others look for devices here; not all that run without
	 * root may mount it. */
	mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	sethostname(visit->host, strlen(visit->host));
	pid_t command = fork();
	if (command < 0) {
		fprintf(stderr, "linger: fork: %s\n", strerror(errno));
		return LG_STATUS_BROKEN;
	}
	if (!command)
		become_command(visit->argv);
	return await_command(command);
}

int lg_topo_shell(const struct lg_topology *topology, const char *host,
		  char *const argv[])
{
	struct visit visit = {.topology = (struct lg_topology *)topology,
			      .host = host,
			      .argv = argv};
	int status;

	/* Ctrl-C is for the command. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	pid_t world = lg_world_start(run_inside, &visit);
	if (world < 0) {
		fprintf(stderr, "linger: %s\n", lg_error_text());
		return LG_STATUS_BROKEN;
	}
	while (waitpid(world, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : LG_STATUS_BROKEN;
}
