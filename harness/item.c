// SPDX-License-Identifier: GPL-2.0-or-later
#include "item.h"

#include "command.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned lg_item_lasts_ms(const struct lg_item *item)
{
	if (!item->variant || item->virtual_time || item->program->virtual_time)
		return 0;
	return item->variant->lasts_ms;
}

char *lg_item_name(const struct lg_run *run, const struct lg_item *item)
{
	if (!item->variant)
		return lg_text("%s", item->program->name);
	const char *on = run->kernels->any_guest ? " on " : "";
	const char *kernel = *on ? item->kernel->name : "";
	if (run->repeats == 1)
		return lg_text("%s:%s%s%s", item->program->name,
			       item->variant->name, on, kernel);
	return lg_text("%s:%s%s%s (%lu of %lu)", item->program->name,
		       item->variant->name, on, kernel, item->repeat,
		       run->repeats);
}

char *lg_item_variant(const struct lg_run *run, const struct lg_item *item)
{
	if (!item->variant)
		return lg_text("%s", item->program->name);
	if (run->repeats == 1)
		return lg_text("%s", item->variant->name);
	return lg_text("%s (%lu of %lu)", item->variant->name, item->repeat,
		       run->repeats);
}

enum lg_verdict lg_item_verdict(const struct lg_item *item)
{
	return item->done ? item->result.verdict : LG_BROKEN;
}

char *lg_item_reason(const struct lg_run *run, const struct lg_item *item)
{
	if (item->done)
		return lg_text("%s", item->result.reason);
	return lg_text("not run: %s", run->stopped);
}

static void add_word(FILE *stream, const char *word)
{
	char *quoted = lg_text_quote(word);
	fprintf(stream, "%s%s", ftell(stream) ? " " : "", quoted);
	free(quoted);
}

char *lg_item_again(const struct lg_run *run, const struct lg_item *item)
{
	char *command;
	size_t size;
	FILE *stream = lg_there(open_memstream(&command, &size));
	char *glob = lg_text("%s:%s", item->program->name, item->variant->name);

	add_word(stream, lg_called_as);
	add_word(stream, "run");
	if (run->cases) {
		add_word(stream, "--cases");
		add_word(stream, run->cases);
	}
	if (!lg_kernel_is_host(item->kernel)) {
		add_word(stream, "--kernel");
		add_word(stream, item->kernel->name);
		if (run->real_time)
			fputs(" --time real", stream);
		if (run->seed)
			fprintf(stream, " --seed %lu", run->seed);
	}
	for (char *const *option = run->options; *option; option++)
		add_word(stream, *option);
	add_word(stream, glob);
	free(glob);
	fclose(stream);
	return lg_there(command);
}

static int compare_items(const void *a, const void *b)
{
	const struct lg_item *first = a, *second = b;
	unsigned first_ms = lg_item_lasts_ms(first);
	unsigned second_ms = lg_item_lasts_ms(second);

	if (first_ms != second_ms)
		return first_ms < second_ms ? 1 : -1;
	/* What gets a core to itself is work of its own length. */
	bool first_bulk = first->variant && first->variant->bulk;
	bool second_bulk = second->variant && second->variant->bulk;
	if (first_bulk != second_bulk)
		return first_bulk ? -1 : 1;
	/* These are in arrays, in the order in which they are listed. */
	if (first->program != second->program)
		return first->program < second->program ? -1 : 1;
	if (first->variant != second->variant)
		return first->variant < second->variant ? -1 : 1;
	if (first->kernel != second->kernel)
		return first->kernel < second->kernel ? -1 : 1;
	return first->repeat < second->repeat ? -1 : 1;
}

static void add_item(struct lg_run *run, const struct lg_item *item)
{
	run->items = lg_there(
		reallocarray(run->items, run->n + 1, sizeof(*run->items)));
	run->items[run->n++] = *item;
}

/* A variant, on each kernel. */
static void add_variant(struct lg_run *run, const struct lg_program *program,
			const struct lg_program_variant *variant)
{
	for (size_t i = 0; i < run->kernels->n; i++) {
		const struct lg_kernel *kernel = &run->kernels->list[i];
		bool guest = !lg_kernel_is_host(kernel);
		add_item(run, &(struct lg_item){.program = program,
						.variant = variant,
						.kernel = kernel,
						.virtual_time = guest &&
								!run->real_time,
						.repeat = 1});
	}
}

static void choose_variants(struct lg_run *run,
			    const struct lg_program *program,
			    char *const *globs)
{
	if (program->broken)
		add_item(run, &(struct lg_item){.program = program,
						.kernel = run->kernels->list,
						.repeat = 1});
	for (size_t i = 0; i < program->n_variants; i++) {
		const struct lg_program_variant *variant =
			&program->variants[i];
		if (lg_globs_have(globs, program->name, variant->name))
			add_variant(run, program, variant);
	}
}

static void keep_shard(struct lg_run *run, struct lg_shard shard)
{
	size_t kept = 0;
	for (size_t i = 0; i < run->n; i++) {
		if (lg_shard_has(shard, i))
			run->items[kept++] = run->items[i];
	}
	run->n = kept;
}

static void repeat(struct lg_run *run)
{
	size_t once = run->n;
	for (size_t i = 0; i < once; i++) {
		struct lg_item item = run->items[i];
		if (!item.variant)
			continue;
		while (item.repeat++ < run->repeats)
			add_item(run, &item);
	}
}

static void sort(struct lg_run *run)
{
	if (run->n)
		qsort(run->items, run->n, sizeof(*run->items), compare_items);
}

void lg_items_choose(struct lg_run *run, const struct lg_cases *cases,
		     const struct lg_choice *choice)
{
	run->repeats = choice->repeats;
	run->kernels = choice->kernels;
	run->real_time = choice->real_time;
	run->seed = choice->seed;
	for (size_t i = 0; i < cases->n; i++)
		choose_variants(run, &cases->list[i], choice->globs);
	/* Sorted first, so that each shard gets its part of the long ones. */
	sort(run);
	keep_shard(run, choice->shard);
	repeat(run);
	sort(run);
}

static char **command(const struct lg_run *run, const struct lg_item *item,
		      const char *pcap)
{
	size_t n_options = 0;
	while (run->options[n_options])
		n_options++;

	char **argv = lg_room(n_options + 10, sizeof(*argv));
	size_t n = 0;
	argv[n++] = lg_text("%s", item->program->path);
	argv[n++] = lg_text("--format");
	argv[n++] = lg_text("jsonl");
	argv[n++] = lg_text("--variant");
	argv[n++] = lg_text("%s", item->variant->name);
	argv[n++] = lg_text("--out");
	argv[n++] = lg_folder_bundle(
		&run->folder,
		lg_kernel_is_host(item->kernel) ? NULL : item->kernel->name,
		item->program->name, item->variant->name, item->repeat);
	if (pcap) {
		argv[n++] = lg_text("--pcap");
		argv[n++] = lg_text("%s", pcap);
	}
	for (size_t i = 0; i < n_options; i++)
		argv[n++] = lg_text("%s", run->options[i]);
	return argv;
}

void lg_items_command(struct lg_run *run, const char *pcap)
{
	for (size_t i = 0; i < run->n; i++) {
		struct lg_item *item = &run->items[i];
		if (item->variant)
			item->command = command(run, item, pcap);
	}
}

void lg_items_free(struct lg_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		struct lg_item *item = &run->items[i];
		for (char **word = item->command; word && *word; word++)
			free(*word);
		free(item->command);
		lg_result_free(&item->result);
	}
	free(run->items);
}
