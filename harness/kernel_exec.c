// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_exec.h"

#include "child.h"
#include "error.h"
#include "keeper.h"
#include "schedule.h"
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
#define SHOWN_LINES 12

static int stopped_by;

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
	lg_schedule_ending_signals(&set);
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
static void take_lines(const struct lg_exec *exec, struct lg_bytes *bytes,
		       bool is_end)
{
	if (!bytes->size)
		return;
	char *line = bytes->data;
	size_t rest = bytes->size;
	/* There may be zeros in it. */
	for (char *end; (end = memchr(line, '\n', rest)); line = end + 1) {
		*end = '\0';
		exec->line(exec->argument, line);
		rest -= (size_t)(end + 1 - line);
	}
	if (is_end && rest) {
		exec->line(exec->argument, line);
		rest = 0;
	}
	memmove(bytes->data, line, rest);
	bytes->data[rest] = '\0';
	bytes->size = rest;
}

static int take_output(const struct lg_exec *exec, struct lg_child *child)
{
	int result = lg_child_read(child);
	if (exec->line)
		take_lines(exec, &child->out_text, child->out < 0);
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

static const char *last_lines(const char *text, const char *end)
{
	for (int lines = 0; end > text; end--) {
		if (end[-1] == '\n' && ++lines == SHOWN_LINES)
			break;
	}
	return end;
}

static const char *line_with(const char *text, const char *at)
{
	while (at > text && at[-1] != '\n')
		at--;
	return at;
}

/*
 * Its last lines; but if the first error is above them, those from there on:
 * beside the compiler that has failed others go on, and have warnings.
 */
static char *telling_lines(const struct lg_bytes *bytes)
{
	const char *text = bytes->size ? bytes->data : "";
	const char *end = text + bytes->size;
	while (end > text && end[-1] == '\n')
		end--;

	const char *start = last_lines(text, end);
	const char *error = strstr(text, "error:");
	if (error && error < start) {
		start = line_with(text, error);
		const char *last = start;
		for (int lines = 0; last < end; last++) {
			if (*last == '\n' && ++lines == SHOWN_LINES)
				break;
		}
		end = last;
	}
	return lg_text_clean(start, (size_t)(end - start));
}

static int explain(const struct lg_exec *exec, const char *program,
		   const struct lg_child *child, int status)
{
	if (!status)
		return 0;
	char *said = telling_lines(&child->err_text);
	if (WIFSIGNALED(status))
		lg_error(0, "cannot %s: %s ended in: %s", exec->task, program,
			 strsignal(WTERMSIG(status)));
	else
		lg_error(0, "cannot %s: %s ended with status %d%s%s",
			 exec->task, program, WEXITSTATUS(status),
			 *said ? "\n" : "", said);
	free(said);
	return -EIO;
}

static int run(const struct lg_exec *exec, const char *const argv[],
	       struct lg_child *child)
{
	sigset_t set;
	lg_schedule_ending_signals(&set);
	int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		return lg_error(errno, "cannot %s", exec->task);

	lg_child_adopt();
	char **command = whole_command(exec, argv);
	int result = lg_child_fork(child, lg_keep, command, -1);
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
