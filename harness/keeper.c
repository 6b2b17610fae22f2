// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper.h"

#include "child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t start_program(char *const argv[])
{
	pid_t keeper = getpid(), pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != keeper)
		_exit(127);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(argv[0], argv);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* As the program did. */
static int end_with(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	sigset_t none;
	sigemptyset(&none);
	/* If there is to be a core, it has left its own. */
	prctl(PR_SET_DUMPABLE, 0);
	signal(WTERMSIG(status), SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	raise(WTERMSIG(status));
	return 128 + WTERMSIG(status);
}

int lg_keep(void *argv)
{
	sigset_t set;
	int status = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	lg_child_adopt();
	/* `killall -9 linger' is not to end both. */
	prctl(PR_SET_NAME, "kernel-keeper");
	/* So far it was SIGKILL, after which nobody would end the program. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);

	pid_t pid = start_program(argv);
	if (pid < 0) {
		dprintf(STDERR_FILENO, "cannot fork: %s\n", strerror(errno));
		return 127;
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sigwaitinfo(&set, NULL) != SIGTERM)
			continue;
		lg_child_kill_adopted();
		return end_with(SIGTERM);
	}
	return end_with(status);
}
