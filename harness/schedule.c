// SPDX-License-Identifier: GPL-2.0-or-later
#include "schedule.h"

#include "text.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * To start is work: namespaces, links, rules.  A few a core may be at it at
 * once; one that has said something, or has been at it for a while, rather
 * waits.
 */
#define STARTING_PER_CORE 4
#define STARTING_MS 200

/* Blocked, a signal comes also if it is ignored: nohup would be in vain. */
void lg_schedule_ending_signals(sigset_t *set)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction is;

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++) {
		if (!sigaction(ending[i], NULL, &is) &&
		    is.sa_handler != SIG_IGN)
			sigaddset(set, ending[i]);
	}
}

static void handled_signals(sigset_t *set)
{
	lg_schedule_ending_signals(set);
	sigaddset(set, SIGCHLD);
}

void lg_schedule_signals(void)
{
	sigset_t set;
	handled_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

unsigned lg_schedule_cores(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

static bool is_starting(const struct lg_task *task, int64_t now)
{
	return !task->child.out_text.size &&
	       now - task->started_ms < STARTING_MS;
}

static void end_task(struct lg_schedule *schedule, struct lg_task *task)
{
	task->ended_ms = lg_clock_ms();
	lg_child_close(&task->child);
	schedule->done(schedule, task);
	lg_child_free(&task->child);
}

/* Whether a process could not be made only because so many run already. */
static bool is_shortage(int error)
{
	return error == -EAGAIN || error == -EMFILE || error == -ENFILE ||
	       error == -ENOMEM;
}

/* The core to which the fewest are kept. */
static int free_core(const struct lg_schedule *schedule)
{
	cpu_set_t set;
	int best = -1;
	size_t least = SIZE_MAX;

	if (sched_getaffinity(0, sizeof(set), &set))
		return -1;
	for (int core = 0; core < CPU_SETSIZE; core++) {
		size_t kept = 0;
		if (!CPU_ISSET(core, &set))
			continue;
		for (size_t i = 0; i < schedule->n_running; i++)
			kept += schedule->running[i]->core == core;
		if (kept < least) {
			least = kept;
			best = core;
		}
	}
	return best;
}

/* Returns false if it has to wait until others have ended. */
static bool start_task(struct lg_schedule *schedule, struct lg_task *task)
{
	task->started_ms = lg_clock_ms();
	task->core = task->in_turns ? free_core(schedule) : -1;
	task->error = task->argv ? lg_child_start(&task->child, task->argv,
						  task->core)
				 : schedule->start(schedule, task);
	if (task->error && is_shortage(task->error) && schedule->n_running)
		return false;
	if (task->error) {
		task->child.out = task->child.err = -1;
		task->state = LG_TASK_UNMADE;
		end_task(schedule, task);
		return true;
	}
	task->state = LG_TASK_RUNS;
	schedule->running[schedule->n_running++] = task;
	return true;
}

static void start_tasks(struct lg_schedule *schedule)
{
	int64_t now = lg_clock_ms();
	size_t starting = 0, bulk = 0;
	for (size_t i = 0; i < schedule->n_running; i++) {
		starting += is_starting(schedule->running[i], now);
		bulk += schedule->running[i]->bulk;
	}

	while (schedule->next < schedule->n &&
	       schedule->tasks[schedule->next].state != LG_TASK_WAITS)
		schedule->next++;
	for (size_t i = schedule->next; i < schedule->n; i++) {
		struct lg_task *task = &schedule->tasks[i];
		if (schedule->stop ||
		    schedule->n_running >= schedule->at_once ||
		    starting >= STARTING_PER_CORE * (size_t)schedule->cores)
			return;
		if (task->state != LG_TASK_WAITS ||
		    (task->bulk && bulk >= schedule->cores))
			continue;
		if (!start_task(schedule, task))
			return;
		starting += task->state == LG_TASK_RUNS;
		bulk += task->bulk && task->state == LG_TASK_RUNS;
	}
}

/* Takes it off the running ones; NULL if none has this number. */
static struct lg_task *remove_running(struct lg_schedule *schedule, pid_t pid)
{
	for (size_t i = 0; i < schedule->n_running; i++) {
		struct lg_task *task = schedule->running[i];
		if (task->child.pid != pid)
			continue;
		schedule->running[i] = schedule->running[--schedule->n_running];
		return task;
	}
	return NULL;
}

/* Waits for a child that has ended; what it has left behind ends with it. */
static void reap(struct lg_schedule *schedule, pid_t pid)
{
	struct lg_task *task = remove_running(schedule, pid);
	if (!task) {
		/* An adopted one. */
		waitpid(pid, NULL, 0);
		return;
	}
	lg_child_kill(&task->child);
	waitpid(pid, &task->status, 0);
	if (lg_child_read(&task->child) && task->state == LG_TASK_RUNS)
		task->state = LG_TASK_FLOODED;
	if (task->state == LG_TASK_RUNS)
		task->state = LG_TASK_ENDED;
	end_task(schedule, task);
}

static void reap_all(struct lg_schedule *schedule)
{
	siginfo_t info;
	for (;;) {
		info.si_pid = 0;
		/* Not yet waited for, its number is nobody else's. */
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) ||
		    !info.si_pid)
			return;
		reap(schedule, info.si_pid);
	}
}

static void take_signals(struct lg_schedule *schedule, int signals)
{
	struct signalfd_siginfo info;
	while (read(signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		schedule->signal = (int)info.ssi_signo;
		schedule->stop = true;
	}
	reap_all(schedule);
}

static void kill_task(struct lg_task *task, enum lg_task_state why)
{
	task->state = why;
	lg_child_kill(&task->child);
}

static void read_tasks(struct lg_schedule *schedule)
{
	int64_t now = lg_clock_ms();
	for (size_t i = 0; i < schedule->n_running; i++) {
		struct lg_task *task = schedule->running[i];
		if (task->state != LG_TASK_RUNS)
			continue;
		if (lg_child_read(&task->child))
			kill_task(task, LG_TASK_FLOODED);
		else if (now >= task->started_ms + task->deadline_ms)
			kill_task(task, LG_TASK_LATE);
		if (schedule->heard)
			schedule->heard(schedule, task);
	}
}

/* How long nothing can happen that no descriptor tells of; -1: for ever. */
static int time_left(const struct lg_schedule *schedule)
{
	int64_t now = lg_clock_ms();
	int64_t until = INT64_MAX;
	if (schedule->tick_ms)
		until = now + schedule->tick_ms;
	for (size_t i = 0; i < schedule->n_running; i++) {
		const struct lg_task *task = schedule->running[i];
		if (task->state != LG_TASK_RUNS)
			continue;
		int64_t end = task->started_ms + task->deadline_ms;
		int64_t settled = task->started_ms + STARTING_MS;
		if (is_starting(task, now) && settled < end)
			end = settled;
		if (end < until)
			until = end;
	}
	if (until == INT64_MAX)
		return -1;
	if (until <= now)
		return 0;
	return until - now > INT_MAX ? INT_MAX : (int)(until - now);
}

static void wait_for_news(struct lg_schedule *schedule, int signals,
			  struct pollfd *polled)
{
	nfds_t n = 0;
	polled[n++] = (struct pollfd){.fd = signals, .events = POLLIN};
	for (size_t i = 0; i < schedule->n_running; i++) {
		const struct lg_child *child = &schedule->running[i]->child;
		polled[n++] =
			(struct pollfd){.fd = child->out, .events = POLLIN};
		polled[n++] =
			(struct pollfd){.fd = child->err, .events = POLLIN};
	}
	poll(polled, n, time_left(schedule));
}

static void stop_tasks(struct lg_schedule *schedule)
{
	for (size_t i = 0; i < schedule->n_running; i++) {
		if (schedule->running[i]->state == LG_TASK_RUNS)
			kill_task(schedule->running[i], LG_TASK_STOPPED);
	}
	while (schedule->n_running)
		reap(schedule, schedule->running[0]->child.pid);
}

int lg_schedule_run(struct lg_schedule *schedule)
{
	size_t most = schedule->at_once < schedule->n ? schedule->at_once
						      : schedule->n;
	if (!schedule->cores)
		schedule->cores = lg_schedule_cores();

	sigset_t set;
	handled_signals(&set);
	int signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		return -errno;
	struct pollfd *polled = lg_room(1 + 2 * most, sizeof(*polled));
	schedule->running = lg_room(most, sizeof(struct lg_task *));
	lg_child_adopt();

	for (;;) {
		take_signals(schedule, signals);
		start_tasks(schedule);
		if (schedule->tick)
			schedule->tick(schedule);
		if (schedule->stop || !schedule->n_running)
			break;
		wait_for_news(schedule, signals, polled);
		read_tasks(schedule);
	}
	stop_tasks(schedule);
	lg_child_kill_adopted();

	free(schedule->running);
	free(polled);
	close(signals);
	return 0;
}
