// SPDX-License-Identifier: GPL-2.0-or-later
#include "baselines.h"

#include "error.h"
#include "folder.h"
#include "json.h"
#include "known.h"
#include "path.h"
#include "select.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct lg_baseline *append(struct lg_baselines *baselines,
				  struct lg_baseline *baseline)
{
	baselines->list = lg_there(reallocarray(
		baselines->list, baselines->n + 1, sizeof(*baselines->list)));
	baselines->list[baselines->n++] = baseline;
	return baseline;
}

/* ---- of a run ---------------------------------------------------------- */

void lg_baselines_describe(struct lg_baselines *baselines,
			   const json_t *described)
{
	if (!baselines->described)
		baselines->described = lg_there(json_object());
	lg_json_set(baselines->described, lg_json_text(described, "case"),
		    json_incref((json_t *)described));
}

static struct lg_baseline *find_for(struct lg_baselines *baselines,
				    const json_t *start)
{
	const char *called = lg_json_text(start, "kernel_name");
	json_int_t repeat =
		json_integer_value(json_object_get(start, "repeat"));

	for (size_t i = 0; i < baselines->n; i++) {
		struct lg_baseline *baseline = baselines->list[i];
		if (baseline->called && !strcmp(baseline->called, called) &&
		    baseline->repeat == repeat)
			return baseline;
	}
	return append(baselines, lg_baseline_new(start));
}

void lg_baselines_add(struct lg_baselines *baselines, const json_t *events)
{
	const json_t *start = json_array_get(events, 0);
	struct lg_baseline *baseline = find_for(baselines, start);
	if (*lg_json_text(start, "variant"))
		lg_baseline_add(baseline, events,
				json_object_get(baselines->described,
						lg_json_text(start, "case")));
	else
		baseline->broken = true;
}

/* ---- of a results folder ----------------------------------------------- */

/* What cases said of themselves; older runs have left no such file. */
static int read_described(struct lg_baselines *baselines, const char *folder)
{
	json_error_t error;
	char *path = lg_text("%s/" LG_FOLDER_CASES, folder);
	json_t *described = json_load_file(path, 0, &error);
	int result = 0;

	if (!described && !access(path, F_OK)) {
		lg_error(0, "%s:%d:%d: %s", path, error.line, error.column,
			 error.text);
		result = -EINVAL;
	}
	free(path);
	json_decref(baselines->described);
	baselines->described = described;
	return result;
}

/* Gathers events up to a verdict; false if the line is none. */
static bool read_event(struct lg_baselines *baselines, json_t *events,
		       const char *line, size_t size)
{
	json_t *event = json_loadb(line, size, 0, NULL);
	const char *kind = lg_json_text(event, "event");
	bool is_start = !strcmp(kind, "start");
	bool right = *kind && is_start == !json_array_size(events);

	if (is_start)
		right &= *lg_json_text(event, "guest") &&
			 *lg_json_text(event, "time");
	if (!right) {
		json_decref(event);
		return false;
	}
	lg_json_append(events, event);
	if (!strcmp(kind, "verdict")) {
		lg_baselines_add(baselines, events);
		json_array_clear(events);
	}
	return true;
}

static int read_events(struct lg_baselines *baselines, const char *path,
		       FILE *file)
{
	json_t *events = lg_there(json_array());
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	int result = 0;

	for (unsigned number = 1;
	     !result && (size = getline(&line, &room, file)) >= 0; number++) {
		if (read_event(baselines, events, line, (size_t)size))
			continue;
		lg_error(0, "%s:%u: this is no event of a run", path, number);
		result = -EINVAL;
	}
	if (!result && json_array_size(events)) {
		lg_error(0, "%s: it ends before the last verdict", path);
		result = -EINVAL;
	}
	free(line);
	json_decref(events);
	return result;
}

/* The oldest kernel first, whichever of them was done first. */
static int compare_releases(const void *a, const void *b)
{
	const struct lg_baseline *first = *(struct lg_baseline *const *)a;
	const struct lg_baseline *second = *(struct lg_baseline *const *)b;
	int order = strverscmp(lg_json_text(first->kernel, "release"),
			       lg_json_text(second->kernel, "release"));
	if (!order)
		order = strcmp(lg_baseline_name(first),
			       lg_baseline_name(second));
	if (!order)
		order = first->repeat < second->repeat ? -1 : 1;
	return order;
}

static int read_run(struct lg_baselines *baselines, const char *folder)
{
	char *path = lg_text("%s/" LG_FOLDER_EVENTS, folder);
	struct lg_baselines run = {0};
	FILE *file = fopen(path, "re");
	int result = file ? read_described(&run, folder)
			  : lg_error(errno, "%s", path);

	if (!result)
		result = read_events(&run, path, file);
	if (!result && !run.n)
		result = lg_error(ENODATA, "%s", path);
	if (!result)
		qsort(run.list, run.n, sizeof(*run.list), compare_releases);
	for (size_t i = 0; !result && i < run.n; i++) {
		append(baselines, run.list[i])->path = lg_text("%s", folder);
		run.list[i] = NULL;
	}
	if (file)
		fclose(file);
	free(path);
	lg_baselines_free(&run);
	return result;
}

/* ---- by name ----------------------------------------------------------- */

static int read_file(struct lg_baselines *baselines, const char *path)
{
	struct lg_baseline *baseline;
	int result = lg_baseline_read(&baseline, path);
	if (!result)
		append(baselines, baseline);
	return result;
}

/* The results folder itself, or what is in it. */
static int read_folder(struct lg_baselines *baselines, const char *path)
{
	char *last = lg_text("%s/last", path);
	int result = read_run(baselines, access(last, F_OK) ? path : last);
	free(last);
	return result;
}

static int read_named(struct lg_baselines *baselines, const char *folder,
		      const char *name)
{
	static const char *const prefixes[] = {"", "uml-", "host-", "qemu-"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		char *path = lg_text("%s/%s%s.json", folder, prefixes[i], name);
		bool there = !access(path, F_OK);
		int result = there ? read_file(baselines, path) : 0;
		free(path);
		if (there)
			return result;
	}
	lg_error(0,
		 "'%s' is neither a file, nor a results folder, nor a "
		 "kernel with a baseline in %s",
		 name, folder);
	return -ENOENT;
}

int lg_baselines_find(struct lg_baselines *baselines, const char *folder,
		      const char *name)
{
	struct stat about;

	if (stat(name, &about))
		return read_named(baselines, folder, name);
	return S_ISDIR(about.st_mode) ? read_folder(baselines, name)
				      : read_file(baselines, name);
}

/* Known deviations stand beside baselines, and are none. */
static int is_baseline(const struct dirent *entry)
{
	const char *suffix = strrchr(entry->d_name, '.');
	return suffix && suffix != entry->d_name && !strcmp(suffix, ".json") &&
	       strcmp(entry->d_name, LG_KNOWN_FILE) != 0;
}

int lg_baselines_find_all(struct lg_baselines *baselines, const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_baseline, alphasort);
	if (n < 0)
		return lg_error(errno, "%s", folder);

	int result = n ? 0 : lg_error(0, "%s has no baselines", folder);
	for (int i = 0; i < n; i++) {
		char *path = lg_text("%s/%s", folder, entries[i]->d_name);
		if (!result)
			result = read_file(baselines, path);
		free(path);
		free(entries[i]);
	}
	free(entries);
	if (!result)
		qsort(baselines->list, baselines->n, sizeof(*baselines->list),
		      compare_releases);
	return result;
}

/* ---- writing ----------------------------------------------------------- */

int lg_baselines_prepare(const char *folder)
{
	int result = lg_path_make_folder(folder);
	if (result)
		return result;

	char *path = lg_text("%s/.linger-XXXXXX", folder);
	int file = mkstemp(path);
	if (file < 0) {
		result = lg_error(errno, "cannot write to %s", folder);
	} else {
		unlink(path);
		close(file);
	}
	free(path);
	return result;
}

static int check_names(const struct lg_baselines *baselines)
{
	for (size_t i = 0; i < baselines->n; i++) {
		for (size_t j = 0; j < i; j++) {
			const struct lg_baseline *a = baselines->list[j];
			const struct lg_baseline *b = baselines->list[i];
			if (strcmp(lg_baseline_name(a), lg_baseline_name(b)))
				continue;
			lg_error(0,
				 "%s and %s would have one baseline, %s.json",
				 a->called, b->called, lg_baseline_name(a));
			return -EINVAL;
		}
	}
	return 0;
}

/* The file that the new one is put into, in *former; NULL: it takes its place.
 * All of a run does, unless something was broken of which the file tells. */
static int read_former(const struct lg_baseline *newer, const char *path,
		       enum lg_extent extent, struct lg_baseline **former)
{
	*former = NULL;
	if (access(path, F_OK) || (extent == LG_ALL_VARIANTS && !newer->broken))
		return 0;
	int result = lg_baseline_read(former, path);
	if (extent != LG_ALL_VARIANTS)
		return result;
	if (!result && !lg_baseline_is_alike(*former, newer)) {
		lg_baseline_free(*former);
		*former = NULL;
	}
	return 0;
}

static int write_one(struct lg_baseline *newer, const char *path,
		     enum lg_extent extent, const json_t *described)
{
	struct lg_baseline *former;
	lg_baseline_drop_broken(newer);
	if (!json_object_size(newer->cases))
		return 0;
	int result = read_former(newer, path, extent, &former);
	if (!result && former)
		result = lg_baseline_merge(former, newer, described);
	if (!result)
		result = lg_baseline_write(former ? former : newer, path);
	lg_baseline_free(former);
	return result;
}

int lg_baselines_write(const struct lg_baselines *baselines, const char *folder,
		       enum lg_extent extent)
{
	const json_t *described =
		extent == LG_CHANGED_VARIANTS ? NULL : baselines->described;
	int result = check_names(baselines);

	if (!result)
		result = lg_path_make_folder(folder);
	for (size_t i = 0; !result && i < baselines->n; i++) {
		struct lg_baseline *baseline = baselines->list[i];
		char *path = lg_text("%s/%s.json", folder,
				     lg_baseline_name(baseline));
		result = write_one(baseline, path, extent, described);
		free(path);
	}
	return result;
}

static size_t keep_variants(json_t *variants, const char *case_name,
			    char *const *globs)
{
	const char *name;
	json_t *variant;
	void *next;

	json_object_foreach_safe(variants, next, name, variant)
	{
		if (!lg_globs_have(globs, case_name, name))
			json_object_del(variants, name);
	}
	return json_object_size(variants);
}

size_t lg_baselines_keep(struct lg_baselines *baselines, char *const *globs)
{
	size_t kept = 0;
	for (size_t i = 0; i < baselines->n; i++) {
		json_t *cases = baselines->list[i]->cases, *about;
		const char *name;
		void *next;

		json_object_foreach_safe(cases, next, name, about)
		{
			size_t n = keep_variants(
				json_object_get(about, "variants"), name,
				globs);
			if (!n)
				json_object_del(cases, name);
			kept += n;
		}
	}
	return kept;
}

void lg_baselines_free(struct lg_baselines *baselines)
{
	for (size_t i = 0; i < baselines->n; i++)
		lg_baseline_free(baselines->list[i]);
	free(baselines->list);
	json_decref(baselines->described);
	*baselines = (struct lg_baselines){0};
}
