// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot.h"

#include "guest.h"
#include "item.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* What a variant may take beside what it lasts, and a guest to boot. */
#define SPARE_S 60

/* A guest's own deadlines are longer when the machine has no time for it. */
#define GUARD_S 3600

/* So that what a lost guest had not come to does not wait for long. */
#define CHAIN_MOST 16

/* ---- which items share a guest ----------------------------------------- */

static bool is_emulated(const struct lg_item *item)
{
	return !lg_kernel_is_host(item->kernel) &&
	       item->kernel->kind == LG_KERNEL_QEMU;
}

static size_t count_emulated(const struct lg_run *run,
			     const struct lg_kernel *kernel)
{
	size_t n = 0;
	for (size_t i = 0; i < run->n; i++)
		n += run->items[i].variant && run->items[i].kernel == kernel;
	return n;
}

/* Links up to `most` items of the first one's kernel, from there on. */
static void chain(struct lg_run *run, size_t first, size_t most, bool *linked)
{
	struct lg_item *last = &run->items[first];
	for (size_t i = first + 1, n = 1; i < run->n && n < most; i++) {
		struct lg_item *item = &run->items[i];
		if (!item->variant || linked[i] || item->kernel != last->kernel)
			continue;
		linked[i] = true;
		last->next = item;
		last = item;
		n++;
	}
}

/* Returns for each item whether it follows another one. */
static bool *chain_all(struct lg_run *run, unsigned guests)
{
	bool *linked = lg_room(run->n, sizeof(*linked));
	for (size_t i = 0; i < run->n; i++) {
		const struct lg_item *item = &run->items[i];
		if (!item->variant || linked[i] || !is_emulated(item))
			continue;
		size_t n = count_emulated(run, item->kernel);
		size_t fair = (n + guests - 1) / guests;
		chain(run, i, fair < CHAIN_MOST ? fair : CHAIN_MOST, linked);
	}
	return linked;
}

/* ---- commands ---------------------------------------------------------- */

struct words {
	char **list;
	size_t n;
};

static void add_word(struct words *words, const char *word)
{
	words->list = lg_there(
		reallocarray(words->list, words->n + 2, sizeof(*words->list)));
	words->list[words->n++] = lg_text("%s", word);
	words->list[words->n] = NULL;
}

static void add_option(struct words *words, const char *name, const char *value)
{
	add_word(words, name);
	add_word(words, value);
}

static void add_number(struct words *words, const char *name,
		       unsigned long value)
{
	char *text = lg_text("%lu", value);
	add_option(words, name, text);
	free(text);
}

static unsigned long timeout_s(const struct lg_item *item,
			       const struct lg_boot_options *options)
{
	return options->timeout_s ? options->timeout_s
				  : item->variant->lasts_ms / 1000 + SPARE_S;
}

/* A guest has the topologies where its init says. */
static void add_case(struct words *words, const struct lg_item *item)
{
	for (char **word = item->command; *word; word++) {
		if (!strcmp(*word, "--topology-dir"))
			word++;
		else
			add_word(words, *word);
	}
}

static void add_topologies(struct words *words, const struct lg_run *run)
{
	for (char *const *option = run->options; *option; option += 2) {
		if (!strcmp(*option, "--topology-dir"))
			add_option(words, option[0], option[1]);
	}
}

static unsigned long longest_s(const struct lg_item *first,
			       const struct lg_boot_options *options)
{
	unsigned long longest = 0;
	for (const struct lg_item *item = first; item; item = item->next) {
		unsigned long this_s = timeout_s(item, options);
		longest = this_s > longest ? this_s : longest;
	}
	return longest;
}

/* Of real time, for all that share the first one's guest. */
static unsigned deadline_s(const struct lg_item *first)
{
	return is_emulated(first) || first->variant->bulk
		       ? LG_GUEST_LONG_DEADLINE_S
		       : LG_GUEST_DEADLINE_S;
}

static char **guest_command(const struct lg_run *run,
			    const struct lg_item *first,
			    const struct lg_boot_options *options)
{
	struct words words = {0};
	add_word(&words, "/proc/self/exe");
	add_word(&words, "guest");
	add_option(&words, "--kernel", first->kernel->name);
	add_option(&words, "--time", run->real_time ? "real" : "virtual");
	add_number(&words, "--timeout", longest_s(first, options));
	add_number(&words, "--deadline", deadline_s(first));
	add_topologies(&words, run);
	for (const struct lg_item *item = first; item; item = item->next) {
		if (item != first)
			add_word(&words, ";");
		add_case(&words, item);
	}
	return words.list;
}

static char **host_command(const struct lg_item *item)
{
	struct words words = {0};
	for (char **word = item->command; *word; word++)
		add_word(&words, *word);
	return words.list;
}

/* ---- tasks ------------------------------------------------------------- */

/* A guest ends itself and what runs in it in time: this is for the case that
 * it can't. */
static int64_t guest_deadline_ms(const struct lg_run *run,
				 const struct lg_item *first,
				 const struct lg_boot_options *options)
{
	int64_t each_s = deadline_s(first);
	int64_t sum_s = GUARD_S;
	for (const struct lg_item *item = first; item; item = item->next) {
		/* Booted for each, at worst. */
		sum_s += 2 * each_s + SPARE_S;
		if (run->real_time)
			sum_s += (int64_t)timeout_s(item, options);
	}
	return sum_s * 1000;
}

static struct lg_task new_task(const struct lg_run *run, struct lg_item *item,
			       const struct lg_boot_options *options)
{
	bool guest = !lg_kernel_is_host(item->kernel);
	return (struct lg_task){
		.argv = guest ? guest_command(run, item, options)
			      : host_command(item),
		.deadline_ms = guest ? guest_deadline_ms(run, item, options)
				     : (int64_t)timeout_s(item, options) * 1000,
		/* A guest doesn't wait: its clock jumps. */
		.bulk = item->variant->bulk || item->virtual_time,
		/* UML: the kernel is one, each program in it another. */
		.in_turns = guest && !is_emulated(item),
		.of = item};
}

struct lg_task *lg_boot_tasks(struct lg_run *run,
			      const struct lg_boot_options *options, size_t *n)
{
	struct lg_task *tasks = lg_room(run->n, sizeof(*tasks));
	bool *linked = chain_all(run, options->guests);
	*n = 0;
	for (size_t i = 0; i < run->n; i++) {
		if (run->items[i].variant && !linked[i])
			tasks[(*n)++] = new_task(run, &run->items[i], options);
	}
	free(linked);
	return tasks;
}

void lg_boot_free(struct lg_task *tasks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (char *const *word = tasks[i].argv; *word; word++)
			free(*word);
		free((void *)tasks[i].argv);
	}
	free(tasks);
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
