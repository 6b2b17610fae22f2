// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "visit.h"

#include "capture.h"
#include "command.h"
#include "error.h"
#include "loopback.h"
#include "net.h"
#include "pcap.h"
#include "text.h"
#include "trace.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int complain(void)
{
	fprintf(stderr, "linger: %s\n", lg_error_text());
	return LG_STATUS_BROKEN;
}

static sigset_t children(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return set;
}

/* ---- in the world ------------------------------------------------------ */

static void become_command(char *const argv[]) __attribute__((noreturn));
static void become_command(char *const argv[])
{
	const char *shell = getenv("SHELL");
	char *const default_argv[] = {(char *)(shell ? shell : "/bin/sh"),
				      NULL};
	sigset_t mask = children();

	if (!argv || !argv[0])
		argv = default_argv;
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execvp(argv[0], argv);
	fprintf(stderr, "linger: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Buries what has ended: others leave theirs to this process, the world's
 * first.  Whether it was the command. */
static bool has_ended(pid_t command, int *status)
{
	int its;
	pid_t pid;
	while ((pid = waitpid(-1, &its, WNOHANG)) > 0) {
		if (pid != command)
			continue;
		*status = WIFEXITED(its) ? WEXITSTATUS(its)
					 : LG_STATUS_SIGNAL + WTERMSIG(its);
		return true;
	}
	return false;
}

static struct pollfd *make_polls(const struct lg_net *net, int ended, size_t *n)
{
	size_t n_ends = net ? 2 * net->topology->n_links : 0;
	struct pollfd *polls = lg_room(n_ends + 1, sizeof(*polls));

	polls[0] = (struct pollfd){.fd = ended, .events = POLLIN};
	*n = 1;
	for (size_t i = 0; i < n_ends; i++) {
		const struct lg_link_end *end = &net->links[0][0] + i;
		if (end->capture)
			polls[(*n)++] = (struct pollfd){
				.fd = lg_capture_fd(end->capture),
				.events = POLLIN};
	}
	return polls;
}

/* Takes in what is captured until the command ends.  0, or -errno with
 * lg_error_text(). */
static int await_command(struct lg_net *net, pid_t command, int *status)
{
	sigset_t mask = children();
	int ended = signalfd(-1, &mask, SFD_CLOEXEC);
	if (ended < 0)
		return lg_error(errno, "signalfd");

	size_t n;
	struct pollfd *polls = make_polls(net, ended, &n);
	int result = 0;
	while (!has_ended(command, status)) {
		struct signalfd_siginfo info;
		poll(polls, n, -1);
		if (polls[0].revents && read(ended, &info, sizeof(info)) < 0)
			result = lg_error(errno, "signalfd");
		if (!result && net)
			result = lg_trace_take(net);
		if (result)
			break;
	}
	free(polls);
	close(ended);
	return result;
}

static int begin_captures(struct lg_net *net)
{
	int result = 0;
	for (size_t i = 0; i < net->topology->n_hosts && !result; i++)
		result = lg_trace_host(&net->hosts[i]);
	return result;
}

static int keep_captures(struct lg_net *net, const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = fd < 0 ? lg_error(errno, "%s", folder) : 0;
	if (!result)
		result = lg_trace_take(net);
	if (!result)
		result = lg_pcap_write(fd, net);
	if (fd >= 0)
		close(fd);
	unsigned lost = lg_trace_lost(net);
	if (lost)
		fprintf(stderr, "linger: %u frames could not be captured\n",
			lost);
	return result;
}

static int run_command(const struct lg_visit *visit, struct lg_net *net)
{
	int status = LG_STATUS_BROKEN;
	pid_t command = fork();
	if (command < 0) {
		lg_error(errno, "fork");
		return complain();
	}
	if (!command)
		become_command(visit->argv);
	int result = await_command(net, command, &status);
	if (!result && visit->captures)
		result = keep_captures(net, visit->captures);
	return result ? complain() : status;
}

static int visit_host(const struct lg_visit *visit)
{
	struct lg_net *net =
		lg_net_build((struct lg_topology *)visit->topology, AF_INET);
	int result = net ? 0 : -errno;
	if (!result && visit->captures)
		result = begin_captures(net);
	if (result) {
		lg_error_in(result, "cannot build %s", visit->topology->name);
		return complain();
	}

	int index = lg_topology_host_index(net->topology, visit->host);
	lg_host_enter(&net->hosts[index]);
	/* ip(8) and others look for devices here; not all that run without
	 * root may mount it. */
	mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	sethostname(visit->host, strlen(visit->host));
	return run_command(visit, net);
}

static int run_inside(void *argument)
{
	const struct lg_visit *visit = argument;
	if (visit->topology)
		return visit_host(visit);
	mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	return lg_loopback_up() ? complain() : run_command(visit, NULL);
}

/* ---- outside ----------------------------------------------------------- */

/* False if it has not ended in time. */
static bool await_world(pid_t world, unsigned deadline_s, int *status)
{
	sigset_t mask = children();
	int64_t deadline_ms = lg_clock_ms() + 1000 * (int64_t)deadline_s;

	while (waitpid(world, status, WNOHANG) != world) {
		int64_t left_ms = deadline_ms - lg_clock_ms();
		if (deadline_s && left_ms <= 0)
			return false;
		struct timespec left = {.tv_sec = left_ms / 1000,
					.tv_nsec = left_ms % 1000 * 1000000};
		sigtimedwait(&mask, NULL, deadline_s ? &left : NULL);
	}
	return true;
}

static int end_world(pid_t world, unsigned deadline_s)
{
	kill(world, SIGKILL);
	while (waitpid(world, NULL, 0) < 0 && errno == EINTR)
		;
	fprintf(stderr, "linger: it did not end within %u s\n", deadline_s);
	return LG_STATUS_BROKEN;
}

int lg_visit_run(const struct lg_visit *visit)
{
	struct lg_visit inside = *visit;
	sigset_t mask = children();
	int status;

	/* Ctrl-C is for the command. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	pid_t world = lg_world_start(run_inside, &inside);
	if (world < 0)
		return complain();
	if (!await_world(world, visit->deadline_s, &status))
		return end_world(world, visit->deadline_s);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "linger: its world was killed: %s\n",
		strsignal(WTERMSIG(status)));
	return LG_STATUS_BROKEN;
}
