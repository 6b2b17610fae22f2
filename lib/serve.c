// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Splits the words; to be freed. */
static char **make_argv(char *words, size_t size, int *argc)
{
	char **argv = calloc(size + 1, sizeof(*argv));
	*argc = 0;
	for (char *word = words; argv && word < words + size;
	     word += strlen(word) + 1)
		argv[(*argc)++] = word;
	return argv;
}

static int run_once(int (*run)(int argc, char **argv), char *words, size_t size)
{
	int argc;
	char **argv = make_argv(words, size, &argc);
	if (!argv || !argc)
		return EXIT_FAILURE;
	int status = run(argc, argv);
	free(argv);
	return status;
}

/* Standard input, which then is nothing; < 0: it can't be had. */
static int take_socket(void)
{
	int socket = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0)
		return -1;
	close(nothing);
	return socket;
}

int lg_serve(int (*run)(int argc, char **argv))
{
	static char words[LG_SERVE_MOST + 1];
	int socket = take_socket();
	ssize_t size;

	while ((size = recv(socket, words, LG_SERVE_MOST, 0)) > 0) {
		words[size] = '\0';
		int status = run_once(run, words, (size_t)size);
		if (send(socket, &status, sizeof(status), MSG_NOSIGNAL) < 0)
			break;
	}
	if (!size)
		return EXIT_SUCCESS;
	fprintf(stderr, "%s: cannot serve: %s\n", program_invocation_name,
		strerror(errno));
	return EXIT_FAILURE;
}
