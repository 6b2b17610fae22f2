// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_exec.h"

#include "child.h"
#include "error.h"
#include "text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 1000
/* Of a program that fails. */
#define LAST_LINES 12

static int stopped_by;

static void ending_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

static int stop(int signal)
{
	stopped_by = signal;
	lg_error(0, "stopped: %s", strsignal(signal));
	return LG_EXEC_STOPPED;
}

int lg_exec_signal(void)
{
	return stopped_by;
}

int lg_exec_pause(int ms)
{
	struct timespec time = {.tv_sec = ms / 1000,
				.tv_nsec = ms % 1000 * 1000000L};
	sigset_t set;
	ending_signals(&set);
	int signal = sigtimedwait(&set, NULL, &time);
	return signal > 0 ? stop(signal) : 0;
}

/* `make check` would else hand its own options and job server on, and a git
 * hook its repository. */
static const char *const unset[] = {"V",
				    "KBUILD_VERBOSE",
				    "MAKEFLAGS",
				    "MFLAGS",
				    "MAKELEVEL",
				    "ARCH",
				    "SUBARCH",
				    "CROSS_COMPILE",
				    "KBUILD_OUTPUT",
				    "KCONFIG_CONFIG",
				    "GIT_DIR",
				    "GIT_WORK_TREE"};
#define UNSET_N (sizeof(unset) / sizeof(*unset))

static char **whole_command(const struct lg_exec *exec,
			    const char *const argv[])
{
	size_t n = 0;
	while (argv[n])
		n++;

	const char **all = lg_room(2 * UNSET_N + n + 5, sizeof(*all));
	const char **end = all;
	*end++ = "/usr/bin/env";
	for (size_t i = 0; i < UNSET_N; i++) {
		*end++ = "-u";
		*end++ = unset[i];
	}
	if (exec->folder) {
		*end++ = "-C";
		*end++ = exec->folder;
	}
	*end++ = "LC_ALL=C.UTF-8";
	memcpy(end, argv, n * sizeof(*argv));
	return (char **)all;
}

/* Hands on the whole lines so far; at the end also a line that isn't. */
static void take_lines(const struct lg_exec *exec, struct lg_bytes *bytes)
{
	if (!bytes->size)
		return;
	char *line = bytes->data;
	for (char *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		exec->line(exec->argument, line);
	}
	size_t rest = bytes->size - (size_t)(line - bytes->data);
	memmove(bytes->data, line, rest + 1);
	bytes->size = rest;
}

static int take_output(const struct lg_exec *exec, struct lg_child *child)
{
	int result = lg_child_read(child);
	if (exec->line)
		take_lines(exec, &child->out_text);
	return result ? lg_error(-result, "cannot %s: too much output",
				 exec->task)
		      : 0;
}

/* Until it has closed its outputs.  Returns 0 or -errno. */
static int follow(const struct lg_exec *exec, struct lg_child *child,
		  int signals)
{
	int64_t next_tick = lg_clock_ms();
	while (child->out >= 0 || child->err >= 0) {
		struct pollfd polled[] = {
			{.fd = signals, .events = POLLIN},
			{.fd = child->out, .events = POLLIN},
			{.fd = child->err, .events = POLLIN},
		};
		poll(polled, 3, exec->tick ? TICK_MS : -1);

		struct signalfd_siginfo info;
		if (read(signals, &info, sizeof(info)) == sizeof(info))
			return stop((int)info.ssi_signo);
		int result = take_output(exec, child);
		if (result)
			return result;
		if (exec->tick && lg_clock_ms() >= next_tick) {
			next_tick = lg_clock_ms() + TICK_MS;
			exec->tick(exec->argument);
		}
	}
	return 0;
}

static const char *last_lines(const struct lg_bytes *bytes)
{
	if (!bytes->size)
		return "";
	char *end = bytes->data + bytes->size;
	while (end > bytes->data && end[-1] == '\n')
		*--end = '\0';
	for (int lines = 0; end > bytes->data; end--) {
		if (end[-1] == '\n' && ++lines == LAST_LINES)
			break;
	}
	return end;
}

static int explain(const struct lg_exec *exec, const char *program,
		   const struct lg_child *child, int status)
{
	if (!status)
		return 0;
	const char *said = last_lines(&child->err_text);
	char *clean = lg_text_clean(said, strlen(said));
	if (WIFSIGNALED(status))
		lg_error(0, "cannot %s: %s ended in: %s", exec->task, program,
			 strsignal(WTERMSIG(status)));
	else
		lg_error(0, "cannot %s: %s ended with status %d%s%s",
			 exec->task, program, WEXITSTATUS(status),
			 *clean ? "\n" : "", clean);
	free(clean);
	return -EIO;
}

static int run(const struct lg_exec *exec, const char *const argv[],
	       struct lg_child *child)
{
	sigset_t set;
	ending_signals(&set);
	int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		return lg_error(errno, "cannot %s", exec->task);

	lg_child_adopt();
	char **command = whole_command(exec, argv);
	int result = lg_child_start(child, command, -1);
	free(command);
	if (result) {
		close(signals);
		return lg_error(-result, "cannot %s", exec->task);
	}

	result = follow(exec, child, signals);
	close(signals);
	/* No compiler may be left that still writes to what will be removed. */
	if (result) {
		lg_child_kill(child);
		lg_child_kill_adopted();
	}
	int status = 0;
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	lg_child_close(child);
	return result ? result : explain(exec, argv[0], child, status);
}

int lg_exec(const struct lg_exec *exec, const char *const argv[])
{
	struct lg_child child = {.out = -1, .err = -1};
	int result = run(exec, argv, &child);
	lg_child_free(&child);
	return result;
}
