// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest.h"

#include "error.h"
#include "text.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the console says at its end is enough to tell what went wrong. */
#define CONSOLE_KEPT 16384
#define CONSOLE_SHOWN 2048

/* 2026-01-01: a guest's clock starts at the same time in every run. */
#define CLOCK_AT_BOOT 1767225600

struct stream {
	int fd; /* -1: at its end */
	char *text;
	size_t size, room;
};

struct running {
	struct lg_guest *guest;
	struct stream console, events;
	bool ended;  /* init has said so */
	char *splat; /* what the kernel should not have printed */
};

/* ---- the guest's side of the fork -------------------------------------- */

struct launch {
	const struct lg_guest *guest;
	int console, events;
};

static char **uml_command(const struct launch *launch)
{
	const struct lg_guest *guest = launch->guest;
	size_t n = 0, n_program = 0;
	while (guest->argv[n_program])
		n_program++;
	char **argv = lg_room(24 + n_program, sizeof(char *));

	argv[n++] = guest->kernel->image;
	argv[n++] = "mem=256M";
	argv[n++] = lg_text("initrd=/proc/self/fd/%d", guest->initramfs);
	argv[n++] = "con=null";
	argv[n++] = lg_text("con0=null,fd:%d", launch->console);
	argv[n++] = lg_text("con1=null,fd:%d", launch->events);
	argv[n++] = "uml_dir=/tmp";
	argv[n++] = "quiet";
	argv[n++] = "panic=-1";
	argv[n++] = "loglevel=5";
	if (!guest->real_time) {
		argv[n++] = "time-travel=inf-cpu";
		argv[n++] = lg_text("time-travel-start=%d", CLOCK_AT_BOOT);
	}
	argv[n++] = "--";
	argv[n++] = "tty1";
	argv[n++] = guest->real_time ? "real" : "virtual";
	argv[n++] = lg_text("%zu", n_program);
	for (size_t i = 0; i < n_program; i++)
		argv[n++] = guest->argv[i];
	return argv;
}

/* UML keeps its memory and its sockets in files; they are in a tmpfs that only
 * this world has. */
static void cover_files(void)
{
	mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL);
	mount("tmpfs", "/tmp", "tmpfs", 0, NULL);
	setenv("TMPDIR", "/tmp", 1);
	setenv("HOME", "/tmp", 1);
}

static int inside(void *argument)
{
	const struct launch *launch = argument;
	int status;

	/* As the world's first process it would get no signals but those it
	 * has handlers for: so it is the second. */
	pid_t child = fork();
	if (child < 0)
		return EXIT_FAILURE;
	if (!child) {
		cover_files();
		int null = open("/dev/null", O_RDWR);
		dup2(null, STDIN_FILENO);
		dup2(launch->console, STDOUT_FILENO);
		dup2(launch->console, STDERR_FILENO);
		char **argv = uml_command(launch);
		execv(argv[0], argv);
		dprintf(STDERR_FILENO, "cannot run %s: %s\n", argv[0],
			strerror(errno));
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

/* ---- its events -------------------------------------------------------- */

static int digit(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

static void write_decoded(FILE *out, const char *base64)
{
	unsigned group = 0, bits = 0;
	for (; *base64 && digit(*base64) >= 0; base64++) {
		group = group << 6 | (unsigned)digit(*base64);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			fputc((int)(group >> bits & 255), out);
		}
	}
}

static void make_folders(const char *path)
{
	char *part = lg_text("%s", path);
	for (char *slash = strchr(part + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(part, 0777);
		*slash = '/';
	}
	mkdir(part, 0777);
	free(part);
}

static void take_file(const struct running *running, const json_t *event)
{
	const char *folder = running->guest->bundle;
	const char *name = json_string_value(json_object_get(event, "name"));
	const char *bytes = json_string_value(json_object_get(event, "base64"));

	if (!folder || !name || !bytes || strchr(name, '/'))
		return;
	make_folders(folder);
	char *path = lg_text("%s/%s", folder, name);
	FILE *out = fopen(path, "w");
	if (out)
		write_decoded(out, bytes);
	if (!out || fclose(out))
		fprintf(stderr, "linger: %s: %s\n", path, strerror(errno));
	free(path);
}

static void print_event(json_t *event)
{
	json_dumpf(event, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
}

/* A variant during which the kernel complained has not passed. */
static void judge_splat(const struct running *running, json_t *event)
{
	const char *verdict =
		json_string_value(json_object_get(event, "verdict"));
	if (!running->splat || !verdict || strcmp(verdict, "pass"))
		return;
	char *reason = lg_text("the kernel printed: %s", running->splat);
	json_object_set_new(event, "verdict", json_string("fail"));
	json_object_set_new(event, "reason", json_string(reason));
	free(reason);
}

static void take_event(struct running *running, const char *line, size_t size)
{
	json_t *event = json_loadb(line, size, 0, NULL);
	const char *kind = json_string_value(json_object_get(event, "event"));

	if (!kind) {
		/* What is no event is the program's own output. */
		fwrite(line, 1, size, stdout);
		putchar('\n');
		fflush(stdout);
	} else if (!strcmp(kind, "file")) {
		take_file(running, event);
	} else if (!strcmp(kind, "guest")) {
		int status = (int)json_integer_value(
			json_object_get(event, "status"));
		running->ended = true;
		running->guest->status = WIFEXITED(status)
						 ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
	} else {
		if (!strcmp(kind, "bundle") && running->guest->bundle)
			json_object_set_new(
				event, "path",
				json_string(running->guest->bundle));
		if (!strcmp(kind, "verdict"))
			judge_splat(running, event);
		print_event(event);
	}
	json_decref(event);
}

static void take_events(struct running *running)
{
	struct stream *events = &running->events;
	char *start = events->text, *end;

	while (start && (end = strchr(start, '\n'))) {
		take_event(running, start, (size_t)(end - start));
		start = end + 1;
	}
	if (start && start != events->text) {
		events->size -= (size_t)(start - events->text);
		memmove(events->text, start, events->size + 1);
	}
}

/* ---- its console ------------------------------------------------------- */

static void look_for_splat(struct running *running)
{
	static const char *const signs[] = {
		"WARNING: ",	  "BUG: ",
		"Oops",		  "general protection",
		"INFO: possible", "Kernel panic",
		"INFO: rcu",	  "unreferenced object"};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		const char *at =
			running->console.text
				? strstr(running->console.text, signs[i])
				: NULL;
		if (at && !running->splat)
			running->splat =
				lg_text("%.*s", (int)strcspn(at, "\r\n"), at);
	}
}

static char *console_end(const struct running *running)
{
	const struct stream *console = &running->console;
	size_t from = console->size > CONSOLE_SHOWN
			      ? console->size - CONSOLE_SHOWN
			      : 0;
	return console->size ? lg_text_clean(console->text + from,
					     console->size - from)
			     : lg_text("(it printed nothing)");
}

/* Takes in what there is; false at the end. */
static bool take_in(struct stream *stream)
{
	if (stream->room - stream->size < 65536) {
		stream->room = 2 * stream->room + 65536;
		stream->text = lg_there(realloc(stream->text, stream->room));
	}
	ssize_t got = read(stream->fd, stream->text + stream->size, 65535);
	if (got <= 0) {
		if (got < 0 && errno == EINTR)
			return true;
		close(stream->fd);
		stream->fd = -1;
		return false;
	}
	stream->size += (size_t)got;
	stream->text[stream->size] = '\0';
	return true;
}

static void trim(struct stream *console)
{
	if (console->size < 2 * CONSOLE_KEPT)
		return;
	memmove(console->text, console->text + console->size - CONSOLE_KEPT,
		CONSOLE_KEPT + 1);
	console->size = CONSOLE_KEPT;
}

/* ---- the run ----------------------------------------------------------- */

/* Until both streams are at their end; -ETIMEDOUT at the deadline. */
static int follow(struct running *running)
{
	int64_t deadline = lg_clock_ms() + 1000LL * running->guest->deadline_s;

	while (running->console.fd >= 0 || running->events.fd >= 0) {
		struct pollfd polls[] = {
			{.fd = running->console.fd, .events = POLLIN},
			{.fd = running->events.fd, .events = POLLIN}};
		int64_t left = deadline - lg_clock_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(polls, 2, (int)left) < 0 && errno != EINTR)
			return -errno;
		if (polls[0].revents) {
			take_in(&running->console);
			look_for_splat(running);
			trim(&running->console);
		}
		if (polls[1].revents) {
			take_in(&running->events);
			take_events(running);
		}
	}
	return 0;
}

static int explain(const struct running *running, int result, char **error)
{
	char *console = console_end(running);
	if (!result && running->ended) {
		/* The console has the program's standard error, too. */
		if (running->guest->status && running->console.size)
			fprintf(stderr, "%s\n", console);
		free(console);
		return 0;
	}
	if (result == -ETIMEDOUT)
		*error = lg_text("guest %s did not end within %u s of real "
				 "time; its console ends:\n%s",
				 running->guest->kernel->name,
				 running->guest->deadline_s, console);
	else if (result)
		*error = lg_text("guest %s: %s", running->guest->kernel->name,
				 strerror(-result));
	else
		*error = lg_text("guest %s ended before its program did; its "
				 "console ends:\n%s",
				 running->guest->kernel->name, console);
	free(console);
	return result ? result : -ECHILD;
}

int lg_guest_run(struct lg_guest *guest, char **error)
{
	int console[2], events[2];
	if (pipe(console) || pipe(events)) {
		*error = lg_text("pipe: %s", strerror(errno));
		return -errno;
	}
	fcntl(console[0], F_SETFD, FD_CLOEXEC);
	fcntl(events[0], F_SETFD, FD_CLOEXEC);

	struct launch launch = {
		.guest = guest, .console = console[1], .events = events[1]};
	pid_t world = lg_world_start(inside, &launch);
	close(console[1]);
	close(events[1]);
	if (world < 0) {
		*error = lg_text("%s", lg_error_text());
		return world;
	}

	struct running running = {.guest = guest,
				  .console = {.fd = console[0]},
				  .events = {.fd = events[0]}};
	int result = follow(&running);
	if (result)
		kill(world, SIGKILL);
	while (waitpid(world, NULL, 0) < 0 && errno == EINTR)
		;
	result = explain(&running, result, error);
	free(running.console.text);
	free(running.events.text);
	free(running.splat);
	return result;
}
