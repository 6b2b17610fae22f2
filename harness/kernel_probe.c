// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_probe.h"

#include "error.h"
#include "kernel_exec.h"
#include "kernel_hash.h"
#include "kernels.h"
#include "path.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT "probed.json"

/* ---- what was found before --------------------------------------------- */

static uint64_t hash_file(uint64_t hash, const char *path)
{
	struct stat is = {0};
	stat(path, &is);
	hash = lg_hash(hash, &is.st_size, sizeof(is.st_size));
	return lg_hash(hash, &is.st_mtim, sizeof(is.st_mtim));
}

/* Of what the answer depends on; to be freed. */
static char *state_of(const struct lg_kernel *kernel, const char *probe)
{
	uint64_t hash = hash_file(LG_HASH_SEED, kernel->image);
	return lg_text("%016" PRIx64, hash_file(hash, probe));
}

/* Beside the image of one that is kept; NULL: of others nothing is. */
static char *kept_path(const struct lg_kernel *kernel)
{
	if (lg_kernel_is_host(kernel) || strchr(kernel->name, '/'))
		return NULL;
	return lg_text("%.*s/" KEPT,
		       (int)(strrchr(kernel->image, '/') - kernel->image),
		       kernel->image);
}

/* NULL if nothing is known of this state. */
static json_t *read_kept(const char *path, const char *state)
{
	json_t *kept = json_load_file(path, 0, NULL);
	const char *its = json_string_value(json_object_get(kept, "state"));
	json_t *found = its && !strcmp(its, state)
				? json_incref(json_object_get(kept, "found"))
				: NULL;
	json_decref(kept);
	return found;
}

/* It is asked for again if it can't be kept. */
static void keep(const char *path, const char *state, json_t *found)
{
	char *new = lg_text("%s.%d", path, (int)getpid());
	json_t *kept = lg_there(
		json_pack("{s:s, s:O}", "state", state, "found", found));
	if (json_dump_file(kept, new, JSON_INDENT(8)) || rename(new, path))
		unlink(new);
	json_decref(kept);
	free(new);
}

/* ---- finding out ------------------------------------------------------- */

static void take_line(void *argument, const char *line)
{
	json_t **found = argument;
	if (!*found)
		*found = json_loads(line, 0, NULL);
}

static int ask(const struct lg_kernel *kernel, const char *probe,
	       json_t **found)
{
	char *self = lg_path_beside("linger");
	char *task = lg_text("ask kernel %s what it can do", kernel->name);
	const struct lg_exec exec = {
		.task = task, .line = take_line, .argument = found};
	const char *argv[] = {self, "exec", "--kernel", kernel->name,
			      "--", probe,  NULL};
	int result = lg_exec(&exec, argv);
	if (!result && !*found)
		result = lg_error(EIO, "cannot %s: no answer", task);
	free(task);
	free(self);
	return result;
}

int lg_kernel_probe(const struct lg_kernel *kernel, json_t **found)
{
	char *probe = lg_path_own("linger-probe");
	char *path = kept_path(kernel);
	char *state = path ? state_of(kernel, probe) : NULL;
	int result = 0;

	*found = path ? read_kept(path, state) : NULL;
	if (!*found) {
		result = ask(kernel, probe, found);
		if (!result && path)
			keep(path, state, *found);
	}
	free(state);
	free(path);
	free(probe);
	return result;
}
