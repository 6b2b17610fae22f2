// SPDX-License-Identifier: GPL-2.0-or-later
/* One boot of a guest: what it says, and what that means. */
#include "guest.h"

#include "base64.h"
#include "command.h"
#include "guest_console.h"
#include "guest_file.h"
#include "guest_machine.h"
#include "processor.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* While a guest waits for room in a pipe, its clock jumps: let it have room. */
#define PIPE_SIZE (1 << 20)

/* No line is that long that a case or a bundle of its has. */
#define LINE_MOST (256u << 20)

/* KVM that works boots at once, and what is emulated boots sooner than its
 * longest job ends. */
#define KVM_DEADLINE_S 5
#define BOOT_DEADLINE_S 180

struct running {
	const struct lg_guest *guest;
	struct lg_job *job; /* the next; `begun`: the one that runs */
	struct lg_job *end; /* of the jobs */
	bool booted, begun;
	pid_t world;	     /* where it lives */
	int64_t since_ms;    /* when this began: booting, or the job */
	int64_t waited_ms;   /* lg_processor_wait_ms() then */
	int console, events; /* descriptors; -1: at the end */
	struct lg_console says;
	char *line; /* what has come of the next event */
	size_t size, room;
	json_t *verdict; /* as the job gave it; NULL: not yet */
	bool bundle;	 /* it has said where */
	int unwritten;	 /* errno: our own output can't be written; 0: it can */
};

static bool has_cases(const struct running *running)
{
	return !running->guest->folder;
}

/* Takes over the event. */
static void print_event(json_t *event)
{
	json_dumpf(lg_there(event), stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(event);
}

/* Of real time, for what it does now. */
static unsigned deadline_s(const struct running *running, bool kvm)
{
	unsigned given_s = running->guest->deadline_s;
	unsigned boot_s = kvm ? KVM_DEADLINE_S : BOOT_DEADLINE_S;
	return running->booted || given_s < boot_s ? given_s : boot_s;
}

/* ---- the end of a job -------------------------------------------------- */

static const char *verdict_name(const struct running *running)
{
	const char *name =
		json_string_value(json_object_get(running->verdict, "verdict"));
	return name ? name : "";
}

/* Takes over the reason. */
static void decide(struct running *running, const char *name, char *reason)
{
	if (!running->verdict)
		running->verdict = lg_there(json_object());
	json_t *verdict =
		lg_there(json_pack("{s:s, s:s, s:s}", "event", "verdict",
				   "verdict", name, "reason", reason));
	if (json_object_update(running->verdict, verdict))
		lg_there(NULL);
	json_decref(verdict);
	free(reason);
}

/* In a stock kernel little is built in. */
static void blame_modules(struct running *running)
{
	const struct lg_kernel *kernel = running->guest->kernel;
	const char *reason =
		json_string_value(json_object_get(running->verdict, "reason"));
	if (kernel->kind == LG_KERNEL_QEMU && !kernel->modules && reason)
		decide(running, "broken",
		       lg_text("%s (guest %s has no modules: `linger kernel "
			       "import IMAGE MODULES' brings them along)",
			       reason, kernel->name));
}

/* A case during which the kernel complained has not passed, and one that was
 * lost is broken, unless it has failed before. */
static void judge(struct running *running)
{
	if (!strcmp(verdict_name(running), "fail"))
		return;
	char *fault = running->begun ? lg_console_fault(&running->says) : NULL;
	if (fault)
		decide(running, "fail",
		       lg_text("the kernel printed: %s", fault));
	else if (running->job->lost)
		decide(running, "broken", lg_text("%s", running->job->lost));
	else if (!strcmp(verdict_name(running), "broken"))
		blame_modules(running);
	free(fault);
}

static void keep_console(struct running *running)
{
	const char *folder = running->job->bundle;
	size_t size = lg_console_part(&running->says);

	if (!folder || !size)
		return;
	lg_guest_file_bytes(folder, "console.log", running->says.text, size);
	if (!running->bundle)
		print_event(json_pack("{s:s, s:s}", "event", "bundle", "path",
				      folder));
}

static void report_console(const struct running *running)
{
	json_t *lines = lg_console_lines(&running->says);
	if (json_array_size(lines)) {
		json_array_insert_new(lines, 0, json_string("Console:"));
		print_event(json_pack("{s:s, s:O}", "event", "report", "lines",
				      lines));
	}
	json_decref(lines);
}

static void tell_verdict(struct running *running)
{
	judge(running);
	const char *name = verdict_name(running);
	if (strcmp(name, "pass") && strcmp(name, "skip")) {
		keep_console(running);
		report_console(running);
	}
	if (running->verdict) {
		int64_t real_ms = lg_clock_ms() - running->since_ms;
		json_object_set_new(running->verdict, "real_ms",
				    json_integer(real_ms));
		print_event(running->verdict);
		running->verdict = NULL;
	}
	print_event(json_pack("{s:s, s:i, s:b}", "event", "job", "status",
			      running->job->status, "booted", running->booted));
}

static void print_console(const struct running *running)
{
	json_t *lines = lg_console_lines(&running->says), *line;
	size_t i;
	json_array_foreach(lines, i, line)
		fprintf(stderr, "%s\n", json_string_value(line));
	json_decref(lines);
}

/* A program during which the kernel complained has not done well. */
static void tell_faults(struct running *running)
{
	struct lg_job *job = running->job;
	char *fault = running->begun ? lg_console_fault(&running->says) : NULL;
	if (job->lost)
		fprintf(stderr, "linger: %s\n", job->lost);
	else if (fault)
		fprintf(stderr, "linger: the kernel of guest %s printed:\n",
			running->guest->kernel->name);
	if (job->lost || fault)
		print_console(running);
	if (fault && !job->status)
		job->status = W_EXITCODE(LG_STATUS_FAILED, 0);
	free(fault);
}

/* Takes over `lost`: why it did not end by itself. */
static void end_job(struct running *running, int status, char *lost)
{
	struct lg_job *job = running->job;
	job->done = true;
	job->status = lost ? W_EXITCODE(LG_STATUS_BROKEN, 0) : status;
	job->lost = lost;

	if (has_cases(running))
		tell_verdict(running);
	else
		tell_faults(running);
	running->bundle = running->begun = false;
	lg_console_end(&running->says);
	running->since_ms = lg_clock_ms();
	running->waited_ms = lg_processor_wait_ms(running->world);
	running->job++;
}

/* ---- what it says ------------------------------------------------------ */

/* Returns false at the end. */
static bool read_console(struct running *running)
{
	char bytes[65536];
	ssize_t got = read(running->console, bytes, sizeof(bytes));
	if (got > 0)
		lg_console_add(&running->says, bytes, (size_t)got);
	return got > 0 || (got < 0 && errno == EINTR);
}

/* What was printed before an event has been written before it. */
static void catch_up(struct running *running)
{
	struct pollfd poll_console = {.fd = running->console, .events = POLLIN};
	while (running->console >= 0 && poll(&poll_console, 1, 0) > 0 &&
	       read_console(running))
		;
}

static void begin_job(struct running *running)
{
	catch_up(running);
	lg_console_begin(&running->says);
	running->booted = running->begun = true;
	if (running->guest->pty)
		lg_pty_begin(running->guest->pty);
}

static void take_file(const struct running *running, const json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "name"));
	const char *base64 =
		json_string_value(json_object_get(event, "base64"));
	if (running->job->bundle && name && base64)
		lg_guest_file(running->job->bundle, name, base64);
}

/* With what a verdict's reason should have; elsewhere the console follows. */
static char *why_ended(const struct running *running)
{
	const char *name = running->guest->kernel->name;
	char *cause =
		has_cases(running) ? lg_console_cause(&running->says) : NULL;
	char *why = lg_text("guest %s %s%s%s", name,
			    running->booted ? "ended before it did"
					    : "did not boot",
			    cause ? ": " : "", cause ? cause : "");
	free(cause);
	return why;
}

static char *why_lost(const struct running *running, int result)
{
	const char *name = running->guest->kernel->name;
	if (running->unwritten)
		return lg_text("the output cannot be written: %s",
			       strerror(running->unwritten));
	if (!result)
		return why_ended(running);
	if (result != -ETIMEDOUT)
		return lg_text("guest %s: %s", name, strerror(-result));
	return lg_text("guest %s did not %s within %u s of real time", name,
		       !running->booted	    ? "boot"
		       : has_cases(running) ? "end it"
					    : "end the command",
		       deadline_s(running, false));
}

static void take_end(struct running *running, const json_t *event)
{
	json_t *status = json_object_get(event, "status");
	char *lost = NULL;

	catch_up(running);
	if (running->unwritten)
		lost = why_lost(running, 0);
	else if (json_is_true(json_object_get(event, "late")))
		lost = lg_text("did not end within %u s of the guest's time",
			       running->job->deadline_s);
	end_job(running, (int)json_integer_value(status), lost);
}

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);
		if (written < 0 && errno != EINTR)
			return errno;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

/* What a program of the user's prints. */
static void take_output(struct running *running, const json_t *event)
{
	json_t *to = json_object_get(event, "to");
	const char *base64 =
		json_string_value(json_object_get(event, "base64"));
	if (has_cases(running) || !base64 || running->unwritten)
		return;
	size_t size;
	char *bytes = lg_base64_decode(base64, &size);
	running->unwritten = write_all(
		json_integer_value(to) == 2 ? STDERR_FILENO : STDOUT_FILENO,
		bytes, size);
	free(bytes);
}

static void print_case_event(struct running *running, const char *kind,
			     json_t *event)
{
	if (!strcmp(kind, "verdict")) {
		/* Until the console has been heard, too. */
		json_decref(running->verdict);
		running->verdict = event;
		return;
	}
	if (!strcmp(kind, "bundle") && running->job->bundle) {
		json_object_set_new(event, "path",
				    json_string(running->job->bundle));
		running->bundle = true;
	}
	print_event(event);
}

/* Takes over the event if it is one of ours. */
static bool take_event(struct running *running, const char *kind, json_t *event)
{
	if (!strcmp(kind, "begin"))
		begin_job(running);
	else if (!strcmp(kind, "file"))
		take_file(running, event);
	else if (!strcmp(kind, "end"))
		take_end(running, event);
	else if (!strcmp(kind, "output"))
		take_output(running, event);
	else if (!has_cases(running))
		return false;
	else {
		print_case_event(running, kind, event);
		return true;
	}
	json_decref(event);
	return true;
}

static void take_line(struct running *running, const char *line, size_t size)
{
	/* Init begins its lines with an empty one. */
	if (!size || running->job == running->end)
		return;
	json_t *event = json_loadb(line, size, 0, NULL);
	const char *kind = json_string_value(json_object_get(event, "event"));
	if (kind && take_event(running, kind, event))
		return;
	json_decref(event);
	/* What a program of the user's prints comes in events. */
	if (!has_cases(running))
		return;
	fwrite(line, 1, size, stdout);
	putchar('\n');
	fflush(stdout);
}

static void take_lines(struct running *running)
{
	char *start = running->line, *end;
	char *limit = running->line + running->size;

	while ((end = memchr(start, '\n', (size_t)(limit - start)))) {
		take_line(running, start, (size_t)(end - start));
		start = end + 1;
	}
	running->size = (size_t)(limit - start);
	memmove(running->line, start, running->size);
}

/* Returns false at the end. */
static bool read_events(struct running *running)
{
	if (running->room - running->size < 65536) {
		running->room = 2 * running->room + 65536;
		running->line = lg_there(realloc(running->line, running->room));
	}
	ssize_t got = read(running->events, running->line + running->size,
			   running->room - running->size);
	if (got <= 0)
		return got < 0 && errno == EINTR;
	running->size += (size_t)got;
	take_lines(running);
	return true;
}

/* ---- the run ----------------------------------------------------------- */

static void close_end(int *fd)
{
	close(*fd);
	*fd = -1;
}

/* What is left for what it does now.  When the machine gives it no processor,
 * nothing is wrong with the guest. */
static int64_t left_ms(const struct running *running, bool kvm)
{
	unsigned whole_s = deadline_s(running, kvm);
	if (running->begun && running->guest->real_time)
		whole_s += running->job->deadline_s;
	int64_t left =
		running->since_ms + 1000 * (int64_t)whole_s - lg_clock_ms();
	if (left > 0)
		return left;
	return left + lg_processor_wait_ms(running->world) - running->waited_ms;
}

/* Until all jobs are done, or it has ended, or is late: -ETIMEDOUT. */
static int follow(struct running *running, bool kvm)
{
	while (running->job < running->end &&
	       (running->console >= 0 || running->events >= 0)) {
		struct pollfd polls[] = {
			{.fd = running->console, .events = POLLIN},
			{.fd = running->events, .events = POLLIN},
			{.fd = -1},
			{.fd = -1}};
		struct lg_pty *pty = running->guest->pty;
		int64_t left = left_ms(running, kvm);
		if (left <= 0)
			return -ETIMEDOUT;
		if (pty)
			lg_pty_polls(pty, polls + 2);
		if (poll(polls, 4, left < INT_MAX ? (int)left : INT_MAX) < 0 &&
		    errno != EINTR)
			return -errno;
		if (pty)
			lg_pty_pass(pty, polls + 2);
		if (polls[0].revents && !read_console(running))
			close_end(&running->console);
		if (polls[1].revents && !read_events(running))
			close_end(&running->events);
		if (running->unwritten)
			return -running->unwritten;
		if (running->size > LINE_MOST)
			return -EFBIG;
	}
	return 0;
}

/* The job that was running is lost; so are all if there was no first. */
static void count_losses(struct running *running, int result)
{
	if (running->begun)
		end_job(running, 0, why_lost(running, result));
	while (!running->booted && running->job < running->end)
		end_job(running, 0, why_lost(running, result));
}

static void run(struct running *running, bool kvm)
{
	int result = follow(running, kvm);
	/* It has no more to say, and turning it off takes time. */
	kill(running->world, SIGKILL);
	while (waitpid(running->world, NULL, 0) < 0 && errno == EINTR)
		;
	if (running->booted || !kvm)
		count_losses(running, result);
}

static int open_pipe(int ends[2], char **error)
{
	if (pipe2(ends, O_CLOEXEC)) {
		*error = lg_text("pipe: %s", strerror(errno));
		return -errno;
	}
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	/* It may be refused. */
	fcntl(ends[0], F_SETPIPE_SZ, PIPE_SIZE);
	return 0;
}

static int boot(struct running *running, bool kvm, char **error)
{
	int console[2] = {-1, -1}, events[2] = {-1, -1};
	pid_t world = open_pipe(console, error);
	if (!world)
		world = open_pipe(events, error);
	struct lg_machine machine = {.guest = running->guest,
				     .kvm = kvm,
				     .console = console[1],
				     .events = events[1]};
	if (!world)
		world = lg_machine_start(&machine, error);
	close(console[1]);
	close(events[1]);
	running->console = console[0];
	running->events = events[0];
	running->world = world;
	if (world >= 0)
		run(running, kvm);
	close(running->console);
	close(running->events);
	lg_console_free(&running->says);
	free(running->line);
	json_decref(running->verdict);
	return world < 0 ? world : 0;
}

int lg_guest_run(const struct lg_guest *guest, char **error)
{
	struct running start = {.guest = guest,
				.job = guest->jobs,
				.end = guest->jobs + guest->n,
				.since_ms = lg_clock_ms()};
	struct running running = start;

	/* That there is a /dev/kvm proves nothing: only a guest does. */
	bool kvm = lg_machine_may_use_kvm(guest);
	int result = boot(&running, kvm, error);
	if (!kvm || running.booted || result)
		return result;
	running = start;
	running.since_ms = lg_clock_ms();
	return boot(&running, false, error);
}
