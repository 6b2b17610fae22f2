// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot.h"

#include "command.h"
#include "guest_cases.h"
#include "guest_machine.h"
#include "item.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a variant may take beside what it lasts, and a guest to boot. */
#define SPARE_S 60

/* A guest's own deadlines are longer when the machine has no time for it. */
#define GUARD_S 3600

/* To boot takes as long as this many variants, or nearly so. */
#define CHAIN_LEAST 48

/* ---- which items share a guest ----------------------------------------- */

static bool is_emulated(const struct lg_item *item)
{
	return !lg_kernel_is_host(item->kernel) &&
	       item->kernel->kind == LG_KERNEL_QEMU;
}

static bool is_of(const struct lg_item *item, const struct lg_kernel *kernel)
{
	return item->variant && item->kernel == kernel;
}

static size_t count_of(const struct lg_run *run, const struct lg_kernel *kernel)
{
	size_t n = 0;
	for (size_t i = 0; i < run->n; i++)
		n += is_of(&run->items[i], kernel);
	return n;
}

static bool may_follow(const struct lg_item *last, const struct lg_item *item,
		       bool linked)
{
	return is_of(item, last->kernel) && !linked;
}

/* Links up to `most` items of the first one's kernel, from there on: those of a
 * program behind each other, which is started once for them. */
static void chain(struct lg_run *run, size_t first, size_t most, bool *linked)
{
	struct lg_item *last = &run->items[first];
	size_t n = 1;
	for (size_t i = first; i < run->n && n < most; i++) {
		const struct lg_item *any = &run->items[i];
		if (i > first && !may_follow(last, any, linked[i]))
			continue;
		for (size_t j = first + 1; j < run->n && n < most; j++) {
			struct lg_item *item = &run->items[j];
			if (item->program != any->program ||
			    !may_follow(last, item, linked[j]))
				continue;
			linked[j] = true;
			last->next = item;
			last = item;
			n++;
		}
	}
}

static size_t divide(size_t n, size_t by)
{
	return (n + by - 1) / by;
}

/*
 * Links all of a kernel's items, of which the first is at `from`, those that
 * last longest first: each round of guests gets three quarters of what is left,
 * and the last one all.  So they are done at about the same time, however long
 * some of it takes.
 */
static void chain_kernel(struct lg_run *run, size_t from, unsigned guests,
			 bool *linked)
{
	const struct lg_kernel *kernel = run->items[from].kernel;
	size_t left = count_of(run, kernel), most = 0;
	unsigned begun = 0;
	for (size_t i = from; left; i++) {
		if (!is_of(&run->items[i], kernel) || linked[i])
			continue;
		if (begun++ % guests == 0) {
			most = divide(3 * left, 4 * guests);
			if (most < CHAIN_LEAST)
				most = divide(left, guests);
		}
		chain(run, i, most, linked);
		left -= left < most ? left : most;
	}
}

/* Returns for each item whether it follows another one. */
static bool *chain_all(struct lg_run *run, unsigned guests)
{
	bool *linked = lg_room(run->n, sizeof(*linked));
	bool *done = lg_room(run->kernels->n, sizeof(*done));
	for (size_t i = 0; i < run->n; i++) {
		const struct lg_item *item = &run->items[i];
		size_t kernel = (size_t)(item->kernel - run->kernels->list);
		if (!item->variant || !is_emulated(item) || done[kernel])
			continue;
		chain_kernel(run, i, guests, linked);
		done[kernel] = true;
	}
	free(done);
	return linked;
}

/* ---- deadlines --------------------------------------------------------- */

static unsigned long timeout_s(const struct lg_item *item,
			       const struct lg_boot *boot)
{
	return boot->timeout_s ? boot->timeout_s
			       : item->variant->lasts_ms / 1000 + SPARE_S;
}

/* Of real time, for all that share the first one's guest. */
static unsigned deadline_s(const struct lg_item *first)
{
	return is_emulated(first) || first->variant->bulk
		       ? LG_GUEST_LONG_DEADLINE_S
		       : LG_GUEST_DEADLINE_S;
}

/* ---- tasks ------------------------------------------------------------- */

/* A guest ends itself and what runs in it in time: this is for the case that
 * it can't. */
static int64_t guest_deadline_ms(const struct lg_boot *boot,
				 const struct lg_item *first)
{
	int64_t each_s = deadline_s(first);
	int64_t sum_s = GUARD_S;
	for (const struct lg_item *item = first; item; item = item->next) {
		/* Booted for each, at worst. */
		sum_s += 2 * each_s + SPARE_S;
		if (boot->run->real_time)
			sum_s += (int64_t)timeout_s(item, boot);
	}
	return sum_s * 1000;
}

static struct lg_task new_task(const struct lg_boot *boot, struct lg_item *item)
{
	bool guest = !lg_kernel_is_host(item->kernel);
	return (struct lg_task){
		.argv = guest ? NULL : item->command,
		.deadline_ms = guest ? guest_deadline_ms(boot, item)
				     : (int64_t)timeout_s(item, boot) * 1000,
		/* A guest doesn't wait: its clock jumps. */
		.bulk = item->variant->bulk || item->virtual_time,
		.in_turns =
			guest && lg_machine_takes_turns(item->kernel,
							boot->run->real_time),
		.of = item};
}

void lg_boot_plan(struct lg_boot *boot, unsigned guests)
{
	struct lg_run *run = boot->run;
	bool *linked = chain_all(run, guests);
	boot->tasks = lg_room(run->n, sizeof(*boot->tasks));
	for (size_t i = 0; i < run->n; i++) {
		if (run->items[i].variant && !linked[i])
			boot->tasks[boot->n++] = new_task(boot, &run->items[i]);
	}
	free(linked);
}

void lg_boot_end(struct lg_boot *boot)
{
	if (boot->packed_for)
		lg_archives_end(&boot->archives);
	free(boot->tasks);
}

/* ---- the start of a guest ---------------------------------------------- */

/* What it is to run; argv is to be freed. */
static struct lg_job job_of(const struct lg_boot *boot,
			    const struct lg_item *item)
{
	size_t n = 0;
	while (item->command[n])
		n++;
	char **argv = lg_room(n + 1, sizeof(*argv));

	n = 0;
	for (char **word = item->command; *word; word++) {
		/* A guest has the topologies where its init says. */
		if (!strcmp(*word, "--topology-dir"))
			word++;
		else
			argv[n++] = *word;
	}
	return lg_guest_case(argv, (unsigned)timeout_s(item, boot));
}

static const char *topologies_of(const struct lg_run *run)
{
	const char *folder = NULL;
	for (char *const *option = run->options; *option; option += 2) {
		if (!strcmp(option[0], "--topology-dir"))
			folder = option[1];
	}
	return folder;
}

static struct lg_guest_cases cases_of(const struct lg_boot *boot,
				      const struct lg_item *first)
{
	struct lg_guest_cases cases = {
		.kernel = first->kernel,
		.topologies = topologies_of(boot->run),
		.real_time = boot->run->real_time,
		.seed = boot->run->seed,
		.deadline_s = deadline_s(first),
	};
	for (const struct lg_item *item = first; item; item = item->next)
		cases.n++;
	cases.jobs = lg_room(cases.n, sizeof(*cases.jobs));
	for (size_t i = 0; i < cases.n; i++, first = first->next)
		cases.jobs[i] = job_of(boot, first);
	return cases;
}

static void free_cases(const struct lg_guest_cases *cases)
{
	for (size_t i = 0; i < cases->n; i++)
		free(cases->jobs[i].argv);
	free(cases->jobs);
}

static bool boot_alike(const struct lg_item *one, const struct lg_item *other)
{
	const char *modules = one->kernel->modules;
	const char *others = other->kernel->modules;
	if (modules != others &&
	    (!modules || !others || strcmp(modules, others)))
		return false;
	while (one && other && one->program == other->program) {
		one = one->next;
		other = other->next;
	}
	return !one && !other;
}

/* The variants of a case follow each other, and what they boot into takes
 * longer to pack than many of them to run: it serves for all. */
static int pack(struct lg_boot *boot, const struct lg_item *first,
		const struct lg_guest_cases *cases, char **error)
{
	if (boot->packed_for && boot_alike(boot->packed_for, first))
		return 0;
	if (boot->packed_for)
		lg_archives_end(&boot->archives);
	int packed = lg_guest_cases_pack(cases, error);
	boot->packed_for = packed < 0 ? NULL : first;
	if (packed < 0)
		return packed;
	lg_archives_begin(&boot->archives, packed);
	return 0;
}

struct start {
	struct lg_guest_cases cases;
	off_t size;  /* of what the archive begins with */
	int archive; /* < 0: */
	char *error; /* why not */
};

/* In a process of its own. */
static int run_guest(void *of)
{
	struct start *start = of;
	int status = LG_STATUS_BROKEN;
	if (start->archive >= 0)
		status = lg_guest_cases_run(&start->cases, start->archive,
					    start->size, &start->error);
	if (start->error)
		fprintf(stderr, "linger: %s\n", start->error);
	return status;
}

int lg_boot_start(struct lg_boot *boot, struct lg_task *task)
{
	const struct lg_item *first = task->of;
	struct start start = {.cases = cases_of(boot, first)};

	start.archive = pack(boot, first, &start.cases, &start.error);
	if (!start.archive)
		start.archive =
			lg_archives_take(&boot->archives, task, &start.error);
	start.size = boot->archives.size;
	int result = lg_child_fork(&task->child, run_guest, &start, task->core);
	free_cases(&start.cases);
	free(start.error);
	return result;
}

struct lg_item *lg_boot_item(const struct lg_task *task)
{
	struct lg_item *item = task->of;
	while (item && item->done)
		item = item->next;
	return item;
}

/* ---- what a guest says ------------------------------------------------- */

static const char mark[] = "{\"event\":\"job\",";

/* The line by which it says how its item ended; NULL if it is not there yet. */
static const char *find_mark(const struct lg_bytes *out, const char **end)
{
	const char *at = out->data, *limit = out->data + out->size;
	while (at &&
	       (at = memmem(at, (size_t)(limit - at), mark, strlen(mark)))) {
		*end = memchr(at, '\n', (size_t)(limit - at));
		if (*end && (at == out->data || at[-1] == '\n'))
			return at;
		at += strlen(mark);
	}
	return NULL;
}

bool lg_boot_part(const struct lg_task *task, struct lg_task *part,
		  bool *booted)
{
	const struct lg_bytes *out = &task->child.out_text;
	const char *end, *at = find_mark(out, &end);
	int status, has_booted;
	if (!at)
		return false;

	json_t *event = json_loadb(at, (size_t)(end - at), 0, NULL);
	bool right = event && !json_unpack(event, "{s:i, s:b}", "status",
					   &status, "booted", &has_booted);
	json_decref(event);
	if (!right)
		return false;
	*part = *task;
	part->state = LG_TASK_ENDED;
	part->status = status;
	part->ended_ms = lg_clock_ms();
	part->child.out_text.size = (size_t)(at - out->data);
	part->child.err_text = (struct lg_bytes){0};
	*booted = has_booted;
	return true;
}

void lg_boot_drop(struct lg_task *task, const struct lg_task *part)
{
	struct lg_bytes *out = &task->child.out_text;
	char *mark_at = out->data + part->child.out_text.size;
	char *end = strchr(mark_at, '\n') + 1;
	out->size -= (size_t)(end - out->data);
	memmove(out->data, end, out->size + 1);
	/* The next item begins here. */
	task->started_ms = part->ended_ms;
}
