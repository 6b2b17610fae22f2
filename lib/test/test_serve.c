// SPDX-License-Identifier: GPL-2.0-or-later
/* What lib/serve.h answers, and when. */
#define LG_IMPLEMENTATION
#include "serve.h"
#include "unit.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* One that serves, as its asker knows it. */
struct server {
	pid_t pid;
	int socket;
};

static struct server start(int (*run)(int argc, char **argv))
{
	int ends[2];
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	pid_t pid = fork();
	if (!pid) {
		close(ends[0]);
		dup2(ends[1], STDIN_FILENO);
		close(ends[1]);
		_exit(lg_serve(run));
	}
	close(ends[1]);
	return (struct server){pid, ends[0]};
}

static void ask(const struct server *server, const char *words, size_t size)
{
	ck_assert_int_eq(send(server->socket, words, size, 0), (ssize_t)size);
}

static int answer(const struct server *server)
{
	int status;
	ck_assert_int_eq(recv(server->socket, &status, sizeof(status), 0),
			 sizeof(status));
	return status;
}

/* Each literal ends with a null character. */
#define ASK(server, words) ask(server, words, sizeof(words))

static int count_words(int argc, char **argv)
{
	bool right = argc == 4 && !strcmp(argv[0], "program") &&
		     !strcmp(argv[1], "two words") && !*argv[2] &&
		     !strcmp(argv[3], "--last") && !argv[4];
	return right ? 40 + argc : 1;
}

static void words_come_as_they_were(int row)
{
	(void)row;
	struct server server = start(count_words);
	ASK(&server, "program\0two words\0\0--last");
	ck_assert_int_eq(answer(&server), W_EXITCODE(44, 0));
}

static int end_as_told(int argc, char **argv)
{
	(void)argc;
	if (!strcmp(argv[1], "kill"))
		raise(SIGKILL);
	return atoi(argv[1]);
}

static void status_is_that_of_waitpid(int row)
{
	(void)row;
	struct server server = start(end_as_told);
	ASK(&server, "program\0003");
	ck_assert_int_eq(answer(&server), W_EXITCODE(3, 0));
	ASK(&server, "program\0kill");
	ck_assert_int_eq(answer(&server), SIGKILL);
	ASK(&server, "program\0000");
	ck_assert_int_eq(answer(&server), 0);
}

static int count_calls(int argc, char **argv)
{
	static int calls;
	(void)argc;
	(void)argv;
	return ++calls;
}

static void nothing_is_left_in_memory(int row)
{
	(void)row;
	struct server server = start(count_calls);
	for (int i = 0; i < 3; i++) {
		ASK(&server, "program");
		ck_assert_int_eq(answer(&server), W_EXITCODE(1, 0));
	}
}

static int read_input(int argc, char **argv)
{
	char byte;
	(void)argc;
	(void)argv;
	return read(STDIN_FILENO, &byte, 1) == 0 ? 0 : 1;
}

static void standard_input_is_empty(int row)
{
	(void)row;
	struct server server = start(read_input);
	ASK(&server, "program");
	ck_assert_int_eq(answer(&server), 0);
}

/* Of a pipe, whose writing end whoever is to be watched holds. */
static int watched[2];

static bool nobody_is_left(void)
{
	char byte;
	return read(watched[0], &byte, 1) == 0;
}

static void await_parent_death_signal(void)
{
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	kill(getppid(), SIGCONT);
	for (;;)
		pause();
}

static void go_on(int signal)
{
	(void)signal;
}

static int leave_one_behind(int argc, char **argv)
{
	sigset_t going_on, before;
	(void)argc;
	signal(SIGCONT, go_on);
	sigemptyset(&going_on);
	sigaddset(&going_on, SIGCONT);
	sigprocmask(SIG_BLOCK, &going_on, &before);

	pid_t child = fork();
	if (!child && !strcmp(argv[1], "of its own"))
		await_parent_death_signal();
	while (!child)
		pause();
	/* Until it has asked for the signal. */
	if (!strcmp(argv[1], "of its own"))
		sigsuspend(&before);
	return 0;
}

/* In its group, or in one of its own as worlds are, which die with what has
 * started them. */
static void answer_waits_for_all(int row)
{
	ck_assert_int_eq(pipe(watched), 0);
	struct server server = start(leave_one_behind);
	if (row)
		ASK(&server, "program\0of its own");
	else
		ASK(&server, "program\0of ours");
	ck_assert_int_eq(answer(&server), 0);
	/* It has ended: else this would wait. */
	kill(server.pid, SIGKILL);
	close(watched[1]);
	ck_assert(nobody_is_left());
}

static int run_for_ever(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	kill(getppid(), SIGKILL);
	while (true)
		pause();
	return 0;
}

static void it_dies_with_what_serves(int row)
{
	(void)row;
	ck_assert_int_eq(pipe(watched), 0);
	struct server server = start(run_for_ever);
	ASK(&server, "program");
	close(watched[1]);
	ck_assert(nobody_is_left());
	int status;
	ck_assert_int_eq(recv(server.socket, &status, sizeof(status), 0), 0);
}

static void it_ends_when_nobody_asks(int row)
{
	(void)row;
	struct server server = start(count_calls);
	ASK(&server, "program");
	answer(&server);
	close(server.socket);
	int status;
	ck_assert_int_eq(waitpid(server.pid, &status, 0), server.pid);
	ck_assert_int_eq(status, 0);
}

static void input_that_is_no_socket_is_told(int row)
{
	(void)row;
	int status;
	pid_t pid = fork();
	if (!pid) {
		close(STDERR_FILENO);
		_exit(lg_serve(count_calls));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, W_EXITCODE(EXIT_FAILURE, 0));
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"words_come_as_they_were", words_come_as_they_were, 0, 0},
		{"status_is_that_of_waitpid", status_is_that_of_waitpid, 0, 0},
		{"nothing_is_left_in_memory", nothing_is_left_in_memory, 0, 0},
		{"standard_input_is_empty", standard_input_is_empty, 0, 0},
		{"answer_waits_for_all", answer_waits_for_all, 2, 0},
		{"it_dies_with_what_serves", it_dies_with_what_serves, 0, 0},
		{"it_ends_when_nobody_asks", it_ends_when_nobody_asks, 0, 0},
		{"input_that_is_no_socket_is_told",
		 input_that_is_no_socket_is_told, 0, 0},
		{0},
	};
	return lg_unit_main(argc, argv, units);
}
