// SPDX-License-Identifier: GPL-2.0-or-later
#include "child.h"

#include "text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a program may expect of its birth, whatever we have changed for us. */
static void restore_signals(void)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static void keep_to(int core)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	if (core < 0)
		return;
	CPU_SET(core, &set);
	/* If it is refused, all is slower. */
	sched_setaffinity(0, sizeof(set), &set);
}

static void settle(int out, int err, pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* If the runner has gone already, no signal will tell. */
	if (getppid() != parent)
		_exit(127);

	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	restore_signals();
}

static void close_pair(int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

int lg_child_fork(struct lg_child *child, int (*work)(void *of), void *of,
		  int core)
{
	int out[2], err[2];
	if (pipe2(out, O_CLOEXEC))
		return -errno;
	if (pipe2(err, O_CLOEXEC)) {
		int error = errno;
		close_pair(out);
		return -error;
	}

	fflush(NULL);
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid == 0) {
		keep_to(core);
		settle(out[1], err[1], parent);
		int status = work(of);
		fflush(stdout);
		fflush(stderr);
		_exit(status);
	}
	if (pid < 0) {
		int error = errno;
		close_pair(out);
		close_pair(err);
		return -error;
	}

	/* Both do this, so that the group is there whoever runs first. */
	setpgid(pid, pid);
	close(out[1]);
	close(err[1]);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	*child = (struct lg_child){.pid = pid, .out = out[0], .err = err[0]};
	return 0;
}

static int become(void *of)
{
	char *const *argv = of;
	execv(argv[0], argv);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", argv[0], strerror(errno));
	return 127;
}

int lg_child_start(struct lg_child *child, char *const argv[], int core)
{
	return lg_child_fork(child, become, (void *)argv, core);
}

/* Makes room for `more` bytes and a terminator. */
static void grow(struct lg_bytes *bytes, size_t more)
{
	if (bytes->size + more < bytes->room)
		return;
	bytes->room = (bytes->room + more) * 2;
	bytes->data = lg_there(realloc(bytes->data, bytes->room));
}

/* Returns 0 when there is nothing more for now, -EFBIG past `most`. */
static int take_in(int *fd, struct lg_bytes *bytes, size_t most)
{
	while (*fd >= 0) {
		grow(bytes, 4096);
		ssize_t got = read(*fd, bytes->data + bytes->size, 4096);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return 0;
		if (got <= 0) {
			close(*fd);
			*fd = -1;
			return 0;
		}
		bytes->size += (size_t)got;
		bytes->data[bytes->size] = '\0';
		if (bytes->size > most)
			return -EFBIG;
	}
	return 0;
}

static void keep_end(struct lg_bytes *bytes, size_t kept)
{
	if (bytes->size <= kept)
		return;
	memmove(bytes->data, bytes->data + bytes->size - kept, kept + 1);
	bytes->size = kept;
}

int lg_child_read(struct lg_child *child)
{
	/* One helping at a time: who writes without end must not hold us. */
	if (take_in(&child->err, &child->err_text, LG_CHILD_ERR_KEPT * 2))
		keep_end(&child->err_text, LG_CHILD_ERR_KEPT);
	return take_in(&child->out, &child->out_text, LG_CHILD_OUT_MOST);
}

void lg_child_kill(const struct lg_child *child)
{
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL);
}

void lg_child_close(struct lg_child *child)
{
	if (child->out >= 0)
		close(child->out);
	if (child->err >= 0)
		close(child->err);
	child->out = child->err = -1;
}

void lg_child_free(struct lg_child *child)
{
	free(child->out_text.data);
	free(child->err_text.data);
	child->out_text = child->err_text = (struct lg_bytes){0};
}

/* The parent of a process as /proc tells; 0 if it is gone. */
static pid_t parent_of(const char *pid)
{
	char path[300], line[512];
	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;

	int parent = 0;
	if (fgets(line, sizeof(line), file)) {
		/* The name, in parentheses, may hold anything. */
		char *end = strrchr(line, ')');
		if (!end || sscanf(end, ") %*c %d", &parent) != 1)
			parent = 0;
	}
	fclose(file);
	return parent;
}

/* Calls it with each child of ours; returns what that returned, summed up. */
static unsigned for_children(unsigned (*call)(pid_t child))
{
	DIR *proc = opendir("/proc");
	if (!proc)
		return 0;

	unsigned sum = 0;
	for (struct dirent *entry; (entry = readdir(proc));) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    parent_of(entry->d_name) == getpid())
			sum += call((pid_t)atoi(entry->d_name));
	}
	closedir(proc);
	return sum;
}

/* Those that were there before us. */
static struct {
	pid_t *list;
	size_t n;
	bool known;
} inherited;

static unsigned inherit(pid_t child)
{
	inherited.list = lg_there(reallocarray(inherited.list, inherited.n + 1,
					       sizeof(*inherited.list)));
	inherited.list[inherited.n++] = child;
	return 1;
}

static unsigned kill_unless_inherited(pid_t child)
{
	for (size_t i = 0; i < inherited.n; i++) {
		if (inherited.list[i] == child)
			return 0;
	}
	kill(child, SIGKILL);
	return 1;
}

void lg_child_adopt(void)
{
	siginfo_t info;

	/* Most have none, and /proc is long. */
	if (!inherited.known &&
	    !waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT))
		for_children(inherit);
	inherited.known = true;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void lg_child_kill_adopted(void)
{
	/* Each that dies may leave us children of its own. */
	for (;;) {
		pid_t gone = waitpid(-1, NULL, WNOHANG);
		if (gone > 0)
			continue;
		if (gone < 0 || !for_children(kill_unless_inherited))
			return;
		waitpid(-1, NULL, 0);
	}
}
