// SPDX-License-Identifier: GPL-2.0-or-later
/* What lib/serve.h answers, and when. */
#define LG_IMPLEMENTATION
#include "serve.h"
#include "unit.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
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
	ck_assert_int_eq(answer(&server), 44);
}

static int end_as_told(int argc, char **argv)
{
	(void)argc;
	if (!strcmp(argv[1], "kill"))
		raise(SIGKILL);
	if (!strcmp(argv[1], "exit"))
		exit(atoi(argv[2]));
	return atoi(argv[1]);
}

static void result_is_that_of_run(int row)
{
	(void)row;
	struct server server = start(end_as_told);
	ASK(&server, "program\0003");
	ck_assert_int_eq(answer(&server), 3);
	ASK(&server, "program\0000");
	ck_assert_int_eq(answer(&server), 0);
}

static void assert_gone(const struct server *server, int expected)
{
	int status;
	ck_assert_int_eq(recv(server->socket, &status, sizeof(status), 0), 0);
	ck_assert_int_eq(waitpid(server->pid, &status, 0), server->pid);
	ck_assert_int_eq(status, expected);
}

static void what_ends_the_process_is_no_reply(int row)
{
	static const struct {
		const char *words;
		size_t size;
		int expected;
	} rows[] = {
		{"program\0kill", sizeof("program\0kill"), SIGKILL},
		{"program\0exit\0003", sizeof("program\0exit\0003"),
		 W_EXITCODE(3, 0)},
	};
	struct server server = start(end_as_told);
	ask(&server, rows[row].words, rows[row].size);
	assert_gone(&server, rows[row].expected);
}

static int count_calls(int argc, char **argv)
{
	static int calls;
	(void)argc;
	(void)argv;
	return ++calls;
}

static void process_stays_the_same(int row)
{
	(void)row;
	struct server server = start(count_calls);
	for (int i = 1; i <= 3; i++) {
		ASK(&server, "program");
		ck_assert_int_eq(answer(&server), i);
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

static void it_ends_when_nobody_asks(int row)
{
	(void)row;
	struct server server = start(count_calls);
	ASK(&server, "program");
	answer(&server);
	shutdown(server.socket, SHUT_WR);
	assert_gone(&server, 0);
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
		{"result_is_that_of_run", result_is_that_of_run, 0, 0},
		{"what_ends_the_process_is_no_reply",
		 what_ends_the_process_is_no_reply, 2, 0},
		{"process_stays_the_same", process_stays_the_same, 0, 0},
		{"standard_input_is_empty", standard_input_is_empty, 0, 0},
		{"it_ends_when_nobody_asks", it_ends_when_nobody_asks, 0, 0},
		{"input_that_is_no_socket_is_told",
		 input_that_is_no_socket_is_told, 0, 0},
		{0},
	};
	return lg_unit_main(argc, argv, units);
}
