// SPDX-License-Identifier: GPL-2.0-or-later
/* main() of every case program. */
#define LG_IMPLEMENTATION
#include "describe.h"
#include "error.h"
#include "event.h"
#include "judge.h"
#include "recycle.h"
#include "tap.h"
#include "world.h"

#include <argp.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_FAILED 1
#define STATUS_USAGE 2
#define STATUS_BROKEN 3

struct options {
	bool describe, jsonl, pcap_always, only_one;
	const char *variant, *out, *topology_dir;
	unsigned families;
	char **vary;
	size_t n_vary;
};

/* A variant that runs: its world, and its events as they come. */
struct running {
	const struct lg_variant *variant;
	pid_t pid;
	int events;
	char *text; /* of events that have come so far */
	size_t size;
	bool has_verdict;
};

enum {
	KEY_DESCRIBE = 256,
	KEY_FORMAT,
	KEY_VARIANT,
	KEY_VARY,
	KEY_FAMILY,
	KEY_OUT,
	KEY_PCAP,
	KEY_TOPOLOGIES
};

static const struct argp_option option_table[] = {
    {"describe", KEY_DESCRIBE, NULL, 0, "Print what the case is, as JSON", 0},
    {"format", KEY_FORMAT, "tap|jsonl", 0, "What to print (default: tap)", 0},
    {"variant", KEY_VARIANT, "GLOB", 0, "Only these variants", 0},
    {"vary", KEY_VARY, "HOST.SYSCTL=V,V", 0,
     "Run with each of these values of a sysctl", 0},
    {"family", KEY_FAMILY, "4|6", 0, "Only IPv4, or only IPv6", 0},
    {"out", KEY_OUT, "DIR", 0, "Folder for what a failure leaves behind", 0},
    {"pcap", KEY_PCAP, "always|fail", 0,
     "When to keep captures there (default: fail)", 0},
    {"topology-dir", KEY_TOPOLOGIES, "DIR", 0,
     "Where topologies are (default: $LINGER_TOPOLOGIES)", 0},
    {0},
};

/* One of two words. */
static bool second_word(struct argp_state *state, const char *option,
			const char *argument, const char *first,
			const char *second)
{
	if (strcmp(argument, first) && strcmp(argument, second))
		argp_error(state, "--%s is %s or %s, not \"%s\"", option, first,
			   second, argument);
	return !strcmp(argument, second);
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_DESCRIBE:
		options->describe = true;
		return 0;
	case KEY_FORMAT:
		options->jsonl =
		    second_word(state, "format", argument, "tap", "jsonl");
		return 0;
	case KEY_VARIANT:
		options->variant = argument;
		return 0;
	case KEY_VARY:
		options->vary = realloc(options->vary,
					(options->n_vary + 1) * sizeof(char *));
		if (!options->vary)
			argp_failure(state, STATUS_BROKEN, ENOMEM, "--vary");
		options->vary[options->n_vary++] = argument;
		return 0;
	case KEY_FAMILY:
		options->families =
		    second_word(state, "family", argument, "4", "6") ? LG_IPV6
								     : LG_IPV4;
		return 0;
	case KEY_OUT:
		options->out = argument;
		return 0;
	case KEY_PCAP:
		options->pcap_always =
		    second_word(state, "pcap", argument, "fail", "always");
		return 0;
	case KEY_TOPOLOGIES:
		options->topology_dir = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Each of several variants has a folder of its own below --out. */
static const char *bundle_of(const struct options *options,
			     const struct lg_variant *variant)
{
	static char folder[PATH_MAX];
	if (!options->out || options->only_one)
		return options->out;
	snprintf(folder, sizeof(folder), "%s/%s", options->out, variant->name);
	return folder;
}

static int start(const struct options *options, struct running *running)
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
	running->pid = lg_world_start(lg_judge, &job);
	close(events[1]);
	return running->pid < 0 ? running->pid : 0;
}

/* Takes what has come; false at the end of the events. */
static bool take_events(struct running *running)
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

	char *text = NULL;
	size_t size = 0;
	json_t *event =
	    json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "event", "verdict",
		      "case", lg_case_name(), "variant", running->variant->name,
		      "verdict", "broken", "reason", reason, "duration_ms", 0);
	FILE *all = open_memstream(&text, &size);
	if (!event || !all)
		exit(STATUS_BROKEN);
	if (running->text)
		fwrite(running->text, 1, running->size, all);
	json_dumpf(event, all, JSON_COMPACT);
	fputc('\n', all);
	fclose(all);
	json_decref(event);
	free(running->text);
	running->text = text;
	running->size = size;
}

static void finish(const struct options *options, struct running *running,
		   struct lg_tap *tap)
{
	int status = 0;
	while (waitpid(running->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(running->events);
	complete(running, status);
	if (options->jsonl) {
		fwrite(running->text, 1, running->size, stdout);
		fflush(stdout);
	}
	lg_tap_read(tap, running->text, !options->jsonl);
	free(running->text);
	*running = (struct running){0};
}

/*
 * Waiting costs nothing, so all variants run side by side; but of those that
 * load the CPU only one at a time.
 */
static int run_all(const struct options *options,
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
			if (polls[i].revents && !take_events(&running[i])) {
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

/* Leaves the variants that are asked for. */
static void choose(struct lg_variants *variants, const char *glob)
{
	size_t kept = 0;
	for (size_t i = 0; i < variants->n; i++) {
		if (!fnmatch(glob, variants->list[i].name, 0)) {
			struct lg_variant keep = variants->list[i];
			variants->list[i] = variants->list[kept];
			variants->list[kept++] = keep;
		}
	}
	/* What is not wanted is at the end; it lives as long as the process. */
	variants->n = kept;
}

static int describe(const struct lg_variants *variants)
{
	json_t *about = lg_case_describe(variants);
	if (!about || json_dumpf(about, stdout, JSON_INDENT(1)))
		return STATUS_BROKEN;
	putchar('\n');
	json_decref(about);
	return EXIT_SUCCESS;
}

/* A case that stands in a tree with topologies beside its cases uses those;
 * else those that are installed. */
static const char *find_topologies(void)
{
	static char folder[PATH_MAX];
	const char *given = getenv("LINGER_TOPOLOGIES");
	if (given)
		return given;

	/* TREE/cases/MECHANISM/NAME */
	ssize_t length =
	    readlink("/proc/self/exe", folder, sizeof(folder) - 32);
	folder[length > 0 ? length : 0] = '\0';
	for (int up = 0; up < 3; up++) {
		char *slash = strrchr(folder, '/');
		if (slash)
			*slash = '\0';
	}
	strcat(folder, "/topologies");
	return access(folder, R_OK) ? LG_DATADIR "/topologies" : folder;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
	    option_table,
	    parse_option,
	    NULL,
	    "Runs one linger case on the running kernel and says in TAP "
	    "what came of it.",
	    NULL,
	    NULL,
	    NULL};
	struct options options = {.families = LG_IPV4 | LG_IPV6};
	argp_err_exit_status = STATUS_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (!options.topology_dir)
		options.topology_dir = find_topologies();

	struct lg_variants variants;
	if (lg_variants_make(&lg_case, options.families, options.vary,
			     options.n_vary, &variants)) {
		fprintf(stderr, "%s: %s\n", lg_case_name(), lg_error_text());
		return STATUS_USAGE;
	}
	if (options.variant)
		choose(&variants, options.variant);
	if (options.describe)
		return describe(&variants);
	if (!variants.n) {
		fprintf(stderr, "%s: no such variant: %s\n", lg_case_name(),
			options.variant ? options.variant : "of this family");
		return STATUS_USAGE;
	}

	lg_recycle_keep_initial();
	options.only_one = variants.n == 1;
	lg_recycle_keep_initial();
	struct lg_tap tap = {.total = variants.n};
	if (run_all(&options, &variants, &tap)) {
		fprintf(stderr, "%s: %s\n", lg_case_name(), lg_error_text());
		return STATUS_BROKEN;
	}
	lg_variants_free(&variants);
	if (tap.failed)
		return STATUS_FAILED;
	return tap.broken ? STATUS_BROKEN : EXIT_SUCCESS;
}
