// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "run_variants.h"

#include "describe.h"
#include "error.h"
#include "judge.h"
#include "world.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * To start is work: namespaces, links, rules.  A few a core may be at it at
 * once; one that has said something, or has been at it for a while, rather
 * waits.
 */
#define STARTING_PER_CORE 4
#define STARTING_MS 200

/* A variant that runs: its world, and its events as they come. */
struct running {
	const struct lg_variant *variant;
	pid_t pid; /* 0: it does not run yet, or no more */
	int64_t started_ms;
	int events;
	char *text; /* of events that have come so far */
	size_t size;
	size_t printed; /* of it */
};

struct batch {
	const struct lg_run_options *options;
	const struct lg_variants *variants;
	struct lg_tap *tap;
	struct running *running; /* one for each variant */
	struct pollfd *polls;
	bool *started;
	size_t n_running, n_started;
	int error; /* why no more are started; 0: none */
};

/* Each of several variants has a folder of its own below --out; whatever its
 * name holds is one part of a path.  To be freed; NULL: out of memory. */
static char *bundle_of(const struct lg_run_options *options,
		       const struct lg_variant *variant)
{
	char *path = NULL;
	size_t size;
	FILE *out = open_memstream(&path, &size);
	if (!out)
		return NULL;

	fputs(options->out, out);
	if (!options->only_one) {
		fputc('/', out);
		for (const char *at = variant->name; *at; at++) {
			if (*at == '/')
				fputs("%2F", out);
			else
				fputc(*at, out);
		}
	}
	fclose(out);
	return path;
}

static int start(const struct lg_run_options *options, struct running *running)
{
	int events[2];
	if (pipe2(events, O_CLOEXEC))
		return lg_error(errno, "pipe");

	char *out = options->out ? bundle_of(options, running->variant) : NULL;
	if (options->out && !out) {
		close(events[0]);
		close(events[1]);
		return lg_error(ENOMEM, "folder of a variant");
	}
	struct lg_job job = {
		.variant = running->variant,
		.topology_dir = options->topology_dir,
		.out = out,
		.pcap_always = options->pcap_always,
		.events = events[1],
	};
	lg_judge_begin(&job);
	pid_t pid = lg_world_start(lg_judge, &job);
	free(out);
	close(events[1]);
	if (pid < 0) {
		close(events[0]);
		return pid;
	}
	running->pid = pid;
	running->events = events[0];
	running->started_ms = lg_now_ms();
	return 0;
}

/* Its start event is there before its world is. */
static bool is_starting(const struct running *running, int64_t now)
{
	const char *line = running->text ? strchr(running->text, '\n') : NULL;
	return running->pid && !(line && line[1]) &&
	       now - running->started_ms < STARTING_MS;
}

static void print(struct running *running)
{
	fwrite(running->text + running->printed, 1,
	       running->size - running->printed, stdout);
	fflush(stdout);
	running->printed = running->size;
}

/* Takes what has come; false at the end of the events.  Those of a single
 * variant go out as they come. */
static bool take_events(const struct lg_run_options *options,
			struct running *running)
{
	char *text = realloc(running->text, running->size + 65536);
	if (!text)
		return false;
	running->text = text;
	ssize_t got = read(running->events, text + running->size, 65535);
	if (got <= 0)
		return got < 0 && errno == EINTR;
	running->size += (size_t)got;
	text[running->size] = '\0';
	if (options->jsonl && options->only_one)
		print(running);
	return true;
}

/* Among whole lines: one that was being written when the world ended is no
 * event. */
static bool has_verdict(const struct running *running)
{
	const char *end = memrchr(running->text, '\n', running->size);

	return end && memmem(running->text, (size_t)(end - running->text),
			     LG_TAP_VERDICT, strlen(LG_TAP_VERDICT));
}

/* Whatever becomes of a world, its variant has one verdict. */
static void complete(struct running *running, int status)
{
	if (running->text && has_verdict(running))
		return;

	char reason[256];
	if (WIFSIGNALED(status))
		snprintf(reason, sizeof(reason), "its world was killed: %s",
			 strsignal(WTERMSIG(status)));
	else
		snprintf(reason, sizeof(reason),
			 "its world ended with status %d and without a verdict",
			 WEXITSTATUS(status));

	json_t *event = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "event",
				  "verdict", "case", lg_case_name(), "variant",
				  running->variant->name, "verdict", "broken",
				  "reason", reason, "duration_ms", 0);
	char *verdict = event ? json_dumps(event, JSON_COMPACT) : NULL;
	char *text = NULL;
	/* It may have been printed already. */
	bool half = running->size && running->text[running->size - 1] != '\n';
	if (!verdict ||
	    asprintf(&text, "%s%s%s\n", running->text ? running->text : "",
		     half ? "\n" : "", verdict) < 0) {
		fputs("out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	free(verdict);
	json_decref(event);
	free(running->text);
	running->text = text;
	running->size = strlen(text);
}

static void finish(const struct lg_run_options *options,
		   struct running *running, struct lg_tap *tap)
{
	int status = 0;
	while (waitpid(running->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(running->events);
	complete(running, status);
	if (options->jsonl)
		print(running);
	lg_tap_read(tap, running->text, !options->jsonl);
	free(running->text);
	*running = (struct running){0};
}

static unsigned count_cores(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

/* Whether a world could not be made only because so many are there already. */
static bool is_shortage(int error)
{
	return error == -EAGAIN || error == -EMFILE || error == -ENFILE ||
	       error == -ENOMEM || error == -ENOSPC;
}

/* Waiting costs nothing, so variants run side by side; but of those that load
 * the CPU only one at a time. */
static void start_some(struct batch *batch)
{
	int64_t now = lg_now_ms();
	size_t bulk = 0, starting = 0, most = STARTING_PER_CORE * count_cores();
	for (size_t i = 0; i < batch->variants->n; i++) {
		const struct running *running = &batch->running[i];
		bulk += running->pid && running->variant->bulk;
		starting += is_starting(running, now);
	}

	for (size_t i = 0; i < batch->variants->n && starting < most; i++) {
		const struct lg_variant *variant = &batch->variants->list[i];
		struct running *running = &batch->running[i];
		if (batch->started[i] || (variant->bulk && bulk))
			continue;
		running->variant = variant;
		int error = start(batch->options, running);
		if (error) {
			/* Once one has ended there is room for it. */
			if (!is_shortage(error) || !batch->n_running)
				batch->error = error;
			return;
		}
		batch->started[i] = true;
		batch->n_started++;
		batch->n_running++;
		starting++;
		bulk += variant->bulk;
	}
}

/* Until one that starts has had its time; -1: none does. */
static int time_left(const struct batch *batch)
{
	int64_t now = lg_now_ms(), left = -1;
	for (size_t i = 0; i < batch->variants->n; i++) {
		const struct running *running = &batch->running[i];
		int64_t its = running->started_ms + STARTING_MS - now;
		if (is_starting(running, now) && (left < 0 || its < left))
			left = its;
	}
	return (int)left;
}

static int await_news(struct batch *batch)
{
	bool is_all = batch->n_started == batch->variants->n;
	for (size_t i = 0; i < batch->variants->n; i++) {
		const struct running *running = &batch->running[i];
		batch->polls[i] = (struct pollfd){
			.fd = running->pid ? running->events : -1,
			.events = POLLIN};
	}
	if (poll(batch->polls, batch->variants->n,
		 is_all ? -1 : time_left(batch)) < 0) {
		if (errno != EINTR)
			return lg_error(errno, "poll");
		return 0;
	}
	for (size_t i = 0; i < batch->variants->n; i++) {
		if (batch->polls[i].revents &&
		    !take_events(batch->options, &batch->running[i])) {
			finish(batch->options, &batch->running[i], batch->tap);
			batch->n_running--;
		}
	}
	return 0;
}

/* Those that run get their verdicts even if others cannot be started. */
static int run_all(struct batch *batch)
{
	for (;;) {
		if (batch->n_started < batch->variants->n && !batch->error)
			start_some(batch);
		if (!batch->n_running)
			return batch->error;
		int result = await_news(batch);
		if (result)
			return result;
	}
}

/* When no more can be told of them. */
static void end_all(struct batch *batch)
{
	for (size_t i = 0; i < batch->variants->n; i++) {
		struct running *running = &batch->running[i];
		if (!running->pid)
			continue;
		kill(running->pid, SIGKILL);
		while (waitpid(running->pid, NULL, 0) < 0 && errno == EINTR)
			;
		close(running->events);
		free(running->text);
	}
}

int lg_run_variants(const struct lg_run_options *options,
		    const struct lg_variants *variants, struct lg_tap *tap)
{
	struct batch batch = {
		.options = options,
		.variants = variants,
		.tap = tap,
		.running = calloc(variants->n, sizeof(*batch.running)),
		.polls = calloc(variants->n, sizeof(*batch.polls)),
		.started = calloc(variants->n, sizeof(*batch.started)),
	};

	int result = batch.running && batch.polls && batch.started
			     ? run_all(&batch)
			     : lg_error(ENOMEM, "cannot run");
	if (batch.n_running)
		end_all(&batch);
	free(batch.running);
	free(batch.polls);
	free(batch.started);
	return result;
}
