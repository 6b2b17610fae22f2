// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "run_variants.h"

#include "describe.h"
#include "error.h"
#include "judge.h"
#include "world.h"

#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A variant that runs: its world, and its events as they come. */
struct running {
	const struct lg_variant *variant;
	pid_t pid;
	int events;
	char *text; /* of events that have come so far */
	size_t size;
	size_t printed; /* of it */
};

/* Each of several variants has a folder of its own below --out. */
static const char *bundle_of(const struct lg_run_options *options,
			     const struct lg_variant *variant)
{
	static char folder[PATH_MAX];
	if (!options->out || options->only_one)
		return options->out;
	snprintf(folder, sizeof(folder), "%s/%s", options->out, variant->name);
	return folder;
}

static int start(const struct lg_run_options *options, struct running *running)
{
	int events[2];
	if (pipe2(events, O_CLOEXEC))
		return lg_error(errno, "pipe");

	struct lg_job job = {
		.variant = running->variant,
		.topology_dir = options->topology_dir,
		.out = bundle_of(options, running->variant),
		.pcap_always = options->pcap_always,
		.events = events[1],
	};
	running->events = events[0];
	lg_judge_begin(&job);
	running->pid = lg_world_start(lg_judge, &job);
	close(events[1]);
	return running->pid < 0 ? running->pid : 0;
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

/* Whatever becomes of a world, its variant has one verdict. */
static void complete(struct running *running, int status)
{
	if (running->text && strstr(running->text, "{\"event\":\"verdict\""))
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
	/* A line that was being written when the world ended is no event. */
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

/*
 * Waiting costs nothing, so all variants run side by side; but of those that
 * load the CPU only one at a time.
 */
int lg_run_variants(const struct lg_run_options *options,
		    const struct lg_variants *variants, struct lg_tap *tap)
{
	struct running *running = calloc(variants->n, sizeof(*running));
	struct pollfd *polls = calloc(variants->n, sizeof(*polls));
	bool *started = calloc(variants->n, sizeof(*started));
	if (!running || !polls || !started)
		return lg_error(ENOMEM, "cannot run");

	for (size_t left = variants->n; left;) {
		size_t bulk = 0;
		for (size_t i = 0; i < variants->n; i++)
			bulk += running[i].pid && running[i].variant->bulk;
		for (size_t i = 0; i < variants->n; i++) {
			if (started[i] || (variants->list[i].bulk && bulk))
				continue;
			running[i].variant = &variants->list[i];
			int result = start(options, &running[i]);
			if (result)
				return result;
			started[i] = true;
			bulk += variants->list[i].bulk;
		}
		for (size_t i = 0; i < variants->n; i++)
			polls[i] = (struct pollfd){
				.fd = running[i].pid ? running[i].events : -1,
				.events = POLLIN};
		if (poll(polls, variants->n, -1) < 0 && errno != EINTR)
			return lg_error(errno, "poll");
		for (size_t i = 0; i < variants->n; i++) {
			if (polls[i].revents &&
			    !take_events(options, &running[i])) {
				finish(options, &running[i], tap);
				left--;
			}
		}
	}
	free(running);
	free(polls);
	free(started);
	return 0;
}
