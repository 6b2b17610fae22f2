// SPDX-License-Identifier: GPL-2.0-or-later
#include "need.h"

#include "error.h"
#include "probe.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A probe may load modules, in a guest that is emulated. */
#define PROBE_MAX_S 30

struct need {
	const char *name;
	int (*probe)(const char *argument);
	bool has_argument;
	bool is_inline; /* it leaves nothing behind */
};

static const struct need needs[] = {
	{"netem", lg_probe_netem},
	{"nat", lg_probe_nat},
	{"strip", lg_probe_strip},
	{"bpf", lg_probe_bpf},
	{"recycle", lg_probe_recycle},
	{"socket-destroy", lg_probe_socket_destroy},
	{"socket-destroy-time-wait", lg_probe_socket_destroy_time_wait},
	{"virtual-time", lg_probe_virtual_time, .is_inline = true},
	{"user-namespaces", lg_probe_user_namespaces},
	{"netdev", lg_probe_netdev},
	{"conntrack", lg_probe_conntrack},
	{"microsecond-timestamps", lg_probe_microsecond_timestamps},
	{"sysctl", lg_probe_sysctl, .has_argument = true},
	{"counter", lg_probe_counter, .has_argument = true},
};
#define N_NEEDS (sizeof(needs) / sizeof(*needs))

const char *lg_need_name(size_t n)
{
	return n < N_NEEDS && !needs[n].has_argument ? needs[n].name : NULL;
}

static const struct need *find_need(const char *text, const char **argument)
{
	size_t length = strcspn(text, " ");
	*argument = text + length + strspn(text + length, " ");
	for (size_t i = 0; i < N_NEEDS; i++) {
		if (strlen(needs[i].name) == length &&
		    !strncmp(needs[i].name, text, length) &&
		    needs[i].has_argument == (**argument != '\0'))
			return &needs[i];
	}
	return NULL;
}

/* ---- what is known already ---------------------------------------------- */

#define N_ANSWERS 32

struct answer {
	char need[64], why[256];
	bool met;
};

struct answers {
	size_t n;
	struct answer list[N_ANSWERS];
};

/* Shared with the processes that are forked; NULL: none is kept. */
static struct answers *answers;

void lg_need_keep_answers(void)
{
	void *shared = mmap(NULL, sizeof(*answers), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared != MAP_FAILED)
		answers = shared;
}

static const struct answer *find_answer(const char *need)
{
	for (size_t i = 0; answers && i < answers->n; i++) {
		if (!strcmp(answers->list[i].need, need))
			return &answers->list[i];
	}
	return NULL;
}

static void keep_answer(const char *need, bool met, const char *why)
{
	if (!answers || answers->n == N_ANSWERS ||
	    strlen(need) >= sizeof(answers->list->need))
		return;
	struct answer *answer = &answers->list[answers->n];
	*answer = (struct answer){.met = met};
	strcpy(answer->need, need);
	snprintf(answer->why, sizeof(answer->why), "%s", why);
	/* From now on: who writes this may be killed. */
	answers->n++;
}

/* ---- the probes --------------------------------------------------------- */

/* What the probe's process ends with. */
enum { MET = EXIT_SUCCESS, NOT_MET, NOT_TRIED };

/* What runs out for a moment says nothing about the kernel. */
static bool is_accident(int error)
{
	return error == ENOMEM || error == ENOBUFS || error == EMFILE ||
	       error == ENFILE || error == EAGAIN || error == EINTR;
}

static void run_probe(const struct need *need, const char *argument, int out)
{
	signal(SIGALRM, SIG_DFL);
	alarm(PROBE_MAX_S);
	int result = need->probe(argument);
	if (!result)
		_exit(MET);
	const char *why = lg_error_text();
	ssize_t written = write(out, why, strlen(why));
	_exit(written < 0 || is_accident(-result) ? NOT_TRIED : NOT_MET);
}

/* What the probe said, until it has ended. */
static void read_why(int in, char *why, size_t room)
{
	size_t length = 0;
	ssize_t got = 1;
	while (got && length + 1 < room) {
		got = read(in, why + length, room - 1 - length);
		if (got < 0 && errno != EINTR)
			break;
		length += got > 0 ? (size_t)got : 0;
	}
	if (room)
		why[length] = '\0';
}

static int judge(const char *need, int status, const char *why)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == MET)
		return 1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_MET)
		return 0;
	if (WIFEXITED(status))
		return lg_error(0, "cannot try %s: %s", need, why);
	if (WTERMSIG(status) == SIGALRM)
		return lg_error(0, "cannot try %s: no answer within %d s", need,
				PROBE_MAX_S);
	return lg_error(0, "cannot try %s: it ended in: %s", need,
			strsignal(WTERMSIG(status)));
}

/* In a process of its own. */
static int probe_apart(const char *text, const struct need *need,
		       const char *argument, char *why, size_t room)
{
	int ends[2];
	if (pipe(ends))
		return lg_error(errno, "cannot try %s", text);
	pid_t child = fork();
	if (!child)
		run_probe(need, argument, ends[1]);
	int error = child < 0 ? errno : 0;
	close(ends[1]);

	int status = 0;
	if (!error) {
		read_why(ends[0], why, room);
		while (waitpid(child, &status, 0) < 0 && !error)
			error = errno == EINTR ? 0 : errno;
	}
	close(ends[0]);
	if (error)
		return lg_error(error, "cannot try %s", text);
	return judge(text, status, why);
}

int lg_need_probe(const char *text, char *why, size_t room)
{
	const char *argument;
	const struct need *need = find_need(text, &argument);
	const struct answer *answer = find_answer(text);
	if (!need) {
		lg_error(0, "no such need: %s", text);
		return -EINVAL;
	}
	if (answer) {
		snprintf(why, room, "%s", answer->why);
		return answer->met;
	}
	if (need->is_inline) {
		bool met = !need->probe(argument);
		snprintf(why, room, "%s", met ? "" : lg_error_text());
		return met;
	}

	int met = probe_apart(text, need, argument, why, room);
	if (met >= 0)
		keep_answer(text, met, why);
	return met;
}
