// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_import.h"

#include "error.h"
#include "kernel_apt.h"
#include "kernel_exec.h"
#include "kernel_image.h"
#include "kernel_modules.h"
#include "kernel_record.h"
#include "kernel_shelf.h"
#include "kernel_unpack.h"
#include "text.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Measured: what is packed in an image, its modules, and something to spare. */
#define UNPACKED_SIZE (UINT64_C(128) << 20)

/* What an image and its modules come in. */
struct origin {
	char *image;
	char *modules; /* NULL: none */
	char *source;  /* for people */
};

/* A file below a package's files; of several the last, NULL if there is
 * none. */
static char *find_in(const char *files, const char *const patterns[])
{
	char *path = NULL;
	for (; !path && *patterns; patterns++) {
		char *pattern = lg_text("%s/%s", files, *patterns);
		glob_t found;
		if (!glob(pattern, 0, NULL, &found)) {
			path = lg_text("%s",
				       found.gl_pathv[found.gl_pathc - 1]);
			globfree(&found);
		}
		free(pattern);
	}
	return path;
}

static int look_into(const char *files, const char *package,
		     struct origin *origin)
{
	static const char *const images[] = {"boot/vmlinuz-*",
					     "lib/modules/*/vmlinuz",
					     "usr/lib/modules/*/vmlinuz", NULL};
	static const char *const modules[] = {"lib/modules/*/kernel",
					      "usr/lib/modules/*/kernel", NULL};
	origin->image = find_in(files, images);
	char *kernel = find_in(files, modules);
	if (kernel) {
		*strrchr(kernel, '/') = '\0';
		origin->modules = kernel;
	}
	if (origin->image)
		return 0;
	lg_error(0, "there is no kernel image in the package %s", package);
	return -EINVAL;
}

static int fetch_from(const struct lg_apt *apt, const char *name,
		      const struct lg_kernel_news *news, struct origin *origin)
{
	struct lg_package package;
	int result = lg_apt_find(apt, name, &package);
	if (result)
		return result;
	origin->source = lg_text("%s %s", package.name, package.version);
	char *text = lg_text("fetching %s", origin->source);
	news->step(text);
	free(text);

	char *files = lg_text("%s/files", apt->folder);
	result = lg_apt_unpack(apt, package.name, files);
	if (!result)
		result = look_into(files, package.name, origin);
	free(files);
	lg_package_free(&package);
	return result;
}

static int fetch(const char *given, const char *scratch,
		 const struct lg_kernel_news *news, struct origin *origin)
{
	char *name = lg_text("%s", given);
	char *release = strchr(name, '/');
	if (release)
		*release++ = '\0';
	struct lg_apt apt;
	int result = lg_apt_open(&apt, scratch, release);
	if (!result) {
		result = fetch_from(&apt, name, news, origin);
		lg_apt_close(&apt);
	}
	free(name);
	return result ? lg_error_in(result, "%s", given) : 0;
}

static int find_origin(const struct lg_kernel_import *import,
		       const char *scratch, const struct lg_kernel_news *news,
		       struct origin *origin)
{
	if (!access(import->image, F_OK)) {
		origin->image = lg_there(realpath(import->image, NULL));
		origin->source = lg_text("%s", origin->image);
	} else if (lg_apt_is_name(import->image)) {
		int result = fetch(import->image, scratch, news, origin);
		if (result)
			return result;
	} else {
		lg_error(0,
			 "%s is neither a file nor the name of a package such "
			 "as linux-image-cloud-amd64",
			 import->image);
		return -EINVAL;
	}
	if (import->modules) {
		free(origin->modules);
		origin->modules = lg_text("%s", import->modules);
	}
	return 0;
}

static int copy_image(const struct origin *origin,
		      const struct lg_shelf_place *place,
		      enum lg_kernel_kind kind)
{
	char *to = lg_text("%s/linux", place->folder);
	struct lg_exec exec = {.task = "copy the image"};
	const char *argv[] = {"cp", "--", origin->image, to, NULL};
	int result = lg_exec(&exec, argv);
	if (!result && kind == LG_KERNEL_QEMU)
		result = lg_kernel_unpack(to, place->aside);
	free(to);
	return result;
}

static int import_into(const struct lg_shelf_place *place,
		       const struct origin *origin,
		       const struct lg_record *facts, json_t **record)
{
	struct stat status;
	if (stat(origin->image, &status))
		return lg_error(errno, "%s", origin->image);
	int result = lg_shelf_need_room(place, (uint64_t)status.st_size +
						       UNPACKED_SIZE);
	if (!result)
		result = copy_image(origin, place, facts->kind);
	size_t n = 0;
	if (!result && origin->modules) {
		char *to = lg_text("%s/modules", place->folder);
		result = lg_modules_import(origin->modules, facts->version, to,
					   &n);
		free(to);
	}
	if (result)
		return result;
	*record = lg_record_new(facts);
	json_object_set_new(*record, "modules", json_integer((json_int_t)n));
	return 0;
}

static int import_from(const struct lg_kernel_import *import,
		       const struct lg_kernel_news *news,
		       const struct origin *origin, json_t **record)
{
	struct lg_kernel kernel = {0};
	int result = lg_kernel_identify(origin->image, &kernel);
	if (result)
		return result;
	if (kernel.real_time) {
		lg_kernel_free(&kernel);
		lg_error(0,
			 "%s has no virtual time, which is what kernels are "
			 "kept for (CONFIG_UML_TIME_TRAVEL_SUPPORT)",
			 origin->image);
		return -EINVAL;
	}

	const char *version = kernel.version;
	char *name = import->name ? lg_text("%s", import->name)
				  : lg_text("%s-%s",
					    lg_kernel_kind_name(kernel.kind),
					    version ? version : "unknown");
	struct lg_record facts = {.name = name,
				  .kind = kernel.kind,
				  .version = version,
				  .source = origin->source,
				  .state = "imported"};
	struct lg_shelf_place place;
	result = lg_shelf_open(&place, name, news->waits);
	if (!result) {
		result = import_into(&place, origin, &facts, record);
		if (!result)
			result = lg_shelf_keep(&place, *record);
		lg_shelf_drop(&place);
	}
	free(name);
	lg_kernel_free(&kernel);
	return result;
}

int lg_kernel_import(const struct lg_kernel_import *import,
		     const struct lg_kernel_news *news, json_t **record)
{
	char *scratch;
	struct origin origin = {0};
	*record = NULL;
	int result = lg_shelf_scratch(&scratch);
	if (!result)
		result = find_origin(import, scratch, news, &origin);
	if (!result)
		result = import_from(import, news, &origin, record);
	lg_shelf_drop_scratch(scratch);
	free(origin.image);
	free(origin.modules);
	free(origin.source);
	if (result) {
		json_decref(*record);
		*record = NULL;
	}
	return result;
}
