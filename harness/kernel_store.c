// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_store.h"

#include "error.h"
#include "kernel_image.h"
#include "kernel_shelf.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const kind_names[] = {
	[LG_KERNEL_UML] = "uml",
	[LG_KERNEL_QEMU] = "qemu",
};
static_assert(sizeof(kind_names) / sizeof(*kind_names) == LG_KERNEL_QEMU + 1,
	      "a name for each kind");

const char *lg_kernel_kind_name(enum lg_kernel_kind kind)
{
	return kind_names[kind];
}

/* Puts the message of the core where our callers look for it. */
static int explain(int result, char **error)
{
	if (result)
		*error = lg_text("%s", lg_error_text());
	return result;
}

static int find_path(const char *path, struct lg_kernel *out)
{
	int result = lg_kernel_identify(path, out);
	if (result)
		return result;
	out->name = lg_text("%s", path);
	out->image = lg_there(realpath(path, NULL));
	if (out->kind == LG_KERNEL_UML && access(out->image, X_OK)) {
		lg_error(0, "%s cannot be executed", path);
		return -ENOEXEC;
	}
	return 0;
}

static int find_kept(const char *name, struct lg_kernel *out)
{
	json_t *record;
	int result = lg_shelf_read(name, &record);
	if (result == -ENOENT)
		lg_error(0,
			 "there is no kernel %s: see `linger kernel list' (a "
			 "path has a '/' in it)",
			 name);
	if (result)
		return result;

	const char *kind = json_string_value(json_object_get(record, "kind"));
	const char *version =
		json_string_value(json_object_get(record, "version"));
	bool is_uml = !strcmp(kind, kind_names[LG_KERNEL_UML]);
	out->kind = is_uml ? LG_KERNEL_UML : LG_KERNEL_QEMU;
	out->name = lg_text("%s", name);
	out->version = version ? lg_text("%s", version) : NULL;
	out->image = lg_shelf_path(name, "linux");
	out->modules = lg_shelf_path(name, "modules");
	if (access(out->modules, F_OK)) {
		free(out->modules);
		out->modules = NULL;
	}
	json_decref(record);
	if (!access(out->image, R_OK))
		return 0;
	return lg_error(errno, "the kernel %s is not whole: %s", name,
			out->image);
}

int lg_kernel_find(const char *name_or_path, struct lg_kernel *out,
		   char **error)
{
	*out = (struct lg_kernel){0};
	int result = strchr(name_or_path, '/') ? find_path(name_or_path, out)
					       : find_kept(name_or_path, out);
	if (result)
		lg_kernel_free(out);
	return explain(result, error);
}

int lg_kernel_all(struct lg_kernel **list, size_t *n, char **error)
{
	char **names;
	size_t n_names;
	*list = NULL;
	*n = 0;
	int result = lg_shelf_names(&names, &n_names);
	if (result)
		return explain(result, error);

	*list = lg_room(n_names, sizeof(**list));
	for (size_t i = 0; i < n_names && !result; i++) {
		struct lg_kernel *kernel = &(*list)[*n];
		result = lg_kernel_find(names[i], kernel, error);
		*n += !result;
	}
	lg_shelf_free_names(names, n_names);
	if (result) {
		lg_kernel_free_all(*list, *n);
		*list = NULL;
		*n = 0;
	}
	return result;
}

void lg_kernel_free(struct lg_kernel *kernel)
{
	free(kernel->name);
	free(kernel->image);
	free(kernel->modules);
	free(kernel->version);
	*kernel = (struct lg_kernel){0};
}

void lg_kernel_free_all(struct lg_kernel *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		lg_kernel_free(&list[i]);
	free(list);
}
