// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_build.h"

#include "error.h"
#include "json.h"
#include "kernel_config.h"
#include "kernel_exec.h"
#include "kernel_image.h"
#include "kernel_record.h"
#include "kernel_shelf.h"
#include "kernel_source.h"
#include "path.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

struct task {
	const struct lg_kernel_build *build;
	const struct lg_kernel_news *news;
	struct lg_source source;
	struct lg_shelf_place place;
	char *objects;
	json_t *missing;
	int64_t started_ms;
	unsigned files;
};

/* ---- what it takes ----------------------------------------------------- */

static int check_tools(void)
{
	static const struct {
		const char *program, *package;
	} tools[] = {{"make", "make"}, {"gcc", "gcc"},	   {"ld", "binutils"},
		     {"flex", "flex"}, {"bison", "bison"}, {"bc", "bc"},
		     {"tar", "tar"},   {"xz", "xz-utils"}};

	char *missing = lg_text("%s", "");
	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
		char *path = lg_path_program(tools[i].program);
		if (!path)
			lg_text_append(&missing, " %s", tools[i].package);
		free(path);
	}
	int result = *missing ? lg_error(0,
					 "to build a kernel, these packages "
					 "have to be installed:%s",
					 missing)
			      : 0;
	free(missing);
	return result;
}

static int check_machine(void)
{
	struct utsname machine;
	uname(&machine);
	if (!strcmp(machine.machine, "x86_64"))
		return 0;
	return lg_error(0, "User Mode Linux runs on x86-64, and this is %s",
			machine.machine);
}

/* ---- a configuration --------------------------------------------------- */

static int make_in(struct task *task, const struct lg_exec *exec,
		   const char *target)
{
	char *output = lg_text("O=%s", task->objects);
	char *jobs = lg_text("-j%u", task->build->jobs);
	/* One source, one image: nothing in it of when, where and by whom. */
	const char *argv[] = {"make",
			      "-C",
			      task->source.path,
			      output,
			      "ARCH=um",
			      "KBUILD_BUILD_USER=linger",
			      "KBUILD_BUILD_HOST=linger",
			      "KBUILD_BUILD_TIMESTAMP=1970-01-01 00:00:00 UTC",
			      jobs,
			      target,
			      NULL};
	int result = lg_exec(exec, argv);
	free(output);
	free(jobs);
	return result;
}

static int check_config(struct task *task, const char *config)
{
	json_t *essential;
	int result = lg_config_missing(config, &essential, &task->missing);
	if (result)
		return result;
	if (json_array_size(essential)) {
		char *names = lg_json_joined(essential, " ");
		lg_error(0, "%s lacks what linger can't do without: %s",
			 task->build->source, names);
		free(names);
		result = -EINVAL;
	}
	json_decref(essential);
	return result;
}

static int configure(struct task *task)
{
	struct lg_exec exec = {.task = "configure the kernel"};
	int result = lg_path_make_folder(task->objects);
	if (result)
		return result;

	char *config = lg_text("%s/.config", task->objects);
	result = make_in(task, &exec, "tinyconfig");
	if (!result)
		result = lg_config_append(config);
	if (!result)
		result = make_in(task, &exec, "olddefconfig");
	if (!result)
		result = check_config(task, config);
	free(config);
	return result;
}

/* ---- compiling --------------------------------------------------------- */

static void count_file(void *argument, const char *line)
{
	struct task *task = argument;
	char what[16];
	if (sscanf(line, " %15s", what) == 1 &&
	    (!strcmp(what, "CC") || !strcmp(what, "AS") ||
	     !strcmp(what, "HOSTCC")))
		task->files++;
}

static void tell_progress(void *argument)
{
	struct task *task = argument;
	task->news->compiles(task->files, lg_clock_ms() - task->started_ms);
}

static int compile(struct task *task)
{
	struct lg_exec exec = {.task = "compile the kernel",
			       .line = count_file,
			       .tick = tell_progress,
			       .argument = task};
	return make_in(task, &exec, "linux");
}

/* ---- keeping ----------------------------------------------------------- */

static int take(const struct task *task, const char *file, const char *as)
{
	char *from = lg_text("%s/%s", task->objects, file);
	char *to = lg_text("%s/%s", task->place.folder, as);
	int result = rename(from, to) ? lg_error(errno, "%s", from) : 0;
	free(from);
	free(to);
	return result;
}

static int describe(struct task *task, json_t **record)
{
	char *image = lg_text("%s/linux", task->place.folder);
	char *config = lg_text("%s/config", task->place.folder);
	struct lg_kernel kernel = {0};
	unsigned on;
	int result = lg_config_count(config, &on);
	if (!result)
		result = lg_kernel_identify(image, &kernel);
	if (!result) {
		*record = lg_record_new(
			&(struct lg_record){.name = task->place.name,
					    .kind = kernel.kind,
					    .version = kernel.version,
					    .source = task->source.text,
					    .state = task->source.state});
		int64_t took_ms = lg_clock_ms() - task->started_ms;
		json_object_set_new(*record, "options", json_integer(on));
		json_object_set(*record, "missing", task->missing);
		json_object_set_new(*record, "seconds",
				    json_integer(took_ms / 1000));
	}
	lg_kernel_free(&kernel);
	free(image);
	free(config);
	return result;
}

static int keep(struct task *task, json_t **record)
{
	int result = take(task, "linux", "linux");
	if (!result)
		result = take(task, ".config", "config");
	if (!result)
		result = describe(task, record);
	return result ? result : lg_shelf_keep(&task->place, *record);
}

/* ---- all of it --------------------------------------------------------- */

/* What the store has, if it is just this; else NULL. */
static json_t *find_same(const struct task *task)
{
	json_t *record;
	if (lg_shelf_read(task->place.name, &record))
		return NULL;
	if (lg_record_is_of(record, task->source.state))
		return record;
	json_decref(record);
	return NULL;
}

static void tell(const struct task *task, const char *doing)
{
	char *text = lg_text("%s %s", doing, task->source.text);
	task->news->step(text);
	free(text);
}

static int build(struct task *task)
{
	tell(task, "building");
	task->started_ms = lg_clock_ms();
	int result = configure(task);
	return result ? result : compile(task);
}

static int make_kernel(struct task *task, json_t **record)
{
	uint64_t room = lg_source_size(&task->source) + LG_KERNEL_OBJECTS_SIZE;
	int result = lg_shelf_need_room(&task->place, room);
	if (result)
		return result;
	if (task->source.kind != LG_SOURCE_TREE)
		tell(task, "unpacking");
	result = lg_source_unpack(&task->source, task->place.aside);
	if (result)
		return result;

	task->objects = lg_text("%s/objects", task->place.aside);
	result = build(task);
	return result ? result : keep(task, record);
}

static int build_in(struct task *task, const char *scratch, json_t **record,
		    bool *is_new)
{
	const struct lg_kernel_build *build = task->build;
	int result = lg_source_open(&task->source, build->source, scratch);
	if (result)
		return result;
	const char *name = build->name ? build->name : task->source.name;
	result = lg_shelf_open(&task->place, name, task->news->waits);
	if (result)
		return result;
	*record = build->force ? NULL : find_same(task);
	*is_new = !*record;
	return *record ? 0 : make_kernel(task, record);
}

int lg_kernel_can_build(void)
{
	int result = check_machine();
	return result ? result : check_tools();
}

int lg_kernel_build_in(const char *tree, const char *objects, unsigned jobs,
		       const struct lg_kernel_news *news)
{
	struct lg_kernel_build request = {.source = tree, .jobs = jobs};
	struct task task = {.build = &request,
			    .news = news,
			    .source = {.path = lg_text("%s", tree),
				       .text = lg_text("%s", tree)},
			    .objects = lg_text("%s", objects)};
	int result = build(&task);

	lg_source_close(&task.source);
	free(task.objects);
	json_decref(task.missing);
	return result;
}

int lg_kernel_build(const struct lg_kernel_build *build,
		    const struct lg_kernel_news *news, json_t **record,
		    bool *is_new)
{
	struct task task = {
		.build = build, .news = news, .place = {.lock = -1}};
	*record = NULL;
	int result = lg_kernel_can_build();
	char *scratch = NULL;
	if (!result)
		result = lg_shelf_scratch(&scratch);
	if (!result)
		result = build_in(&task, scratch, record, is_new);

	lg_source_close(&task.source);
	lg_shelf_drop(&task.place);
	lg_shelf_drop_scratch(scratch);
	free(task.objects);
	json_decref(task.missing);
	if (result) {
		json_decref(*record);
		*record = NULL;
	}
	return result;
}
