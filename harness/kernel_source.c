// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_source.h"

#include "error.h"
#include "kernel_exec.h"
#include "kernel_hash.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKAGE_PREFIX "linux-source-"

/* Measured: Linux 7.2 unpacked, and what it comes in. */
#define TREE_SIZE (UINT64_C(2000) << 20)
#define TARBALL_SIZE (UINT64_C(350) << 20)

static bool has(const char *folder, const char *file)
{
	char *path = lg_text("%s/%s", folder, file);
	bool there = !access(path, F_OK);
	free(path);
	return there;
}

/* ---- trees ------------------------------------------------------------- */

int lg_source_check_tree(const char *path, const char *given)
{
	static const char *const leftovers[] = {".config", "include/config",
						"arch/um/include/generated",
						"arch/x86/include/generated"};

	if (!has(path, "Kconfig") || !has(path, "Makefile") ||
	    !has(path, "scripts/kconfig")) {
		lg_error(0, "%s is no source tree of a kernel", given);
		return -EINVAL;
	}
	if (!has(path, "arch/um/Kconfig")) {
		lg_error(0, "%s has no User Mode Linux: arch/um is not in it",
			 given);
		return -EINVAL;
	}
	for (size_t i = 0; i < sizeof(leftovers) / sizeof(*leftovers); i++) {
		if (!has(path, leftovers[i]))
			continue;
		lg_error(0,
			 "%s has been built in (there is %s), and no other "
			 "build can start from it: do `make mrproper' there, "
			 "or in git give another work tree (git worktree add)",
			 given, leftovers[i]);
		return -EINVAL;
	}
	return 0;
}

/* The value of a variable at the start of the kernel's Makefile. */
static void read_variable(const char *line, const char *variable,
			  char value[32])
{
	char name[32];
	if (sscanf(line, "%31[A-Z] = %31s", name, value) < 1 ||
	    strcmp(name, variable))
		*value = '\0';
}

/* As `make kernelversion` has it. */
static char *version_of(const char *path)
{
	static const char *const names[] = {"VERSION", "PATCHLEVEL", "SUBLEVEL",
					    "EXTRAVERSION"};
	char values[4][32] = {"", "", "", ""};
	char *makefile = lg_text("%s/Makefile", path);
	FILE *file = fopen(makefile, "re");
	free(makefile);
	char line[256];
	while (file && fgets(line, sizeof(line), file)) {
		for (size_t i = 0; i < 4; i++) {
			if (!*values[i])
				read_variable(line, names[i], values[i]);
		}
	}
	if (file)
		fclose(file);
	return lg_text("%s.%s.%s%s", values[0], values[1], values[2],
		       values[3]);
}

static int open_tree(struct lg_source *source, const char *given)
{
	source->kind = LG_SOURCE_TREE;
	source->path = realpath(given, NULL);
	if (!source->path)
		return lg_error(errno, "%s", given);
	int result = lg_source_check_tree(source->path, given);
	uint64_t hash;
	if (!result)
		result = lg_hash_tree(source->path, &hash);
	if (result)
		return result;
	char *version = version_of(source->path);
	source->name = lg_text("uml-%s", version);
	free(version);
	source->text = lg_text("%s", source->path);
	source->state = lg_text("tree %016" PRIx64, hash);
	return 0;
}

/* ---- tarballs ---------------------------------------------------------- */

static char *tarball_name(const char *path)
{
	const char *base = strrchr(path, '/');
	base = base ? base + 1 : path;
	if (!strncmp(base, PACKAGE_PREFIX, strlen(PACKAGE_PREFIX)))
		base += strlen(PACKAGE_PREFIX);
	else if (!strncmp(base, "linux-", strlen("linux-")))
		base += strlen("linux-");
	const char *end = strstr(base, ".tar");
	if (!end)
		end = strstr(base, ".tgz");
	int length = end ? (int)(end - base) : (int)strlen(base);
	return lg_text("uml-%.*s", length, base);
}

static int open_tarball(struct lg_source *source, const char *given,
			const struct stat *status)
{
	source->kind = LG_SOURCE_TARBALL;
	source->path = realpath(given, NULL);
	if (!source->path)
		return lg_error(errno, "%s", given);
	source->name = tarball_name(source->path);
	source->text = lg_text("%s", source->path);
	source->state = lg_text("tarball %s %jd %jd.%09ld", source->path,
				(intmax_t)status->st_size,
				(intmax_t)status->st_mtim.tv_sec,
				status->st_mtim.tv_nsec);
	return 0;
}

/* Source tarballs have all in one folder. */
static char *only_folder_in(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);
	/* "." and ".." come first. */
	char *only = lg_text("%s/%s", path, n == 3 ? entries[2]->d_name : "");
	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
	return only;
}

static int unpack_tarball(struct lg_source *source, const char *folder)
{
	char *to = lg_text("%s/source", folder);
	if (mkdir(to, 0777)) {
		int result = lg_error(errno, "cannot make %s", to);
		free(to);
		return result;
	}
	char *task = lg_text("unpack %s", source->path);
	struct lg_exec exec = {.task = task};
	const char *argv[] = {"tar", "-C", to, "-xf", source->path, NULL};
	int result = lg_exec(&exec, argv);
	free(task);
	if (!result) {
		char *tree = only_folder_in(to);
		result = lg_source_check_tree(tree, source->path);
		free(source->path);
		source->path = tree;
	} else if (result != LG_EXEC_STOPPED) {
		result = -EINVAL;
	}
	free(to);
	return result;
}

/* ---- packages ---------------------------------------------------------- */

static int open_package(struct lg_source *source, const char *given,
			const char *scratch)
{
	source->kind = LG_SOURCE_PACKAGE;
	char *name = lg_text("%s", given);
	char *release = strchr(name, '/');
	if (release)
		*release++ = '\0';

	int result = lg_apt_open(&source->apt, scratch, release);
	if (!result)
		result = lg_apt_find(&source->apt, name, &source->package);
	if (result) {
		lg_error_in(result, "%s", given);
	} else {
		const struct lg_package *package = &source->package;
		source->name = lg_text("uml-%s",
				       package->name + strlen(PACKAGE_PREFIX));
		source->text =
			lg_text("%s %s", package->name, package->version);
		source->state = lg_text("package %s", source->text);
	}
	free(name);
	return result;
}

static int unpack_package(struct lg_source *source, const char *folder)
{
	int result = lg_apt_unpack(&source->apt, source->package.name, folder);
	if (result)
		return result;
	char *pattern = lg_text("%s/usr/src/*.tar*", folder);
	glob_t found;
	if (glob(pattern, 0, NULL, &found)) {
		lg_error(0, "there is no tarball in the package %s",
			 source->package.name);
		result = -EINVAL;
	} else {
		source->path = lg_text("%s", found.gl_pathv[0]);
		result = unpack_tarball(source, folder);
		globfree(&found);
	}
	free(pattern);
	return result;
}

/* ---- any --------------------------------------------------------------- */

static int open_source(struct lg_source *source, const char *given,
		       const char *scratch)
{
	struct stat status;
	if (!stat(given, &status) && S_ISDIR(status.st_mode))
		return open_tree(source, given);
	if (!stat(given, &status) && S_ISREG(status.st_mode))
		return open_tarball(source, given, &status);
	if (lg_apt_is_name(given) &&
	    !strncmp(given, PACKAGE_PREFIX, strlen(PACKAGE_PREFIX) - 1))
		return open_package(source, given, scratch);
	lg_error(0,
		 "%s is no source: neither a folder, nor a tarball, nor the "
		 "name of a package such as linux-source-6.1 or "
		 "linux-source-6.12/trixie",
		 given);
	return -EINVAL;
}

int lg_source_open(struct lg_source *source, const char *given,
		   const char *scratch)
{
	*source = (struct lg_source){0};
	int result = open_source(source, given, scratch);
	if (result)
		lg_source_close(source);
	return result;
}

int lg_source_unpack(struct lg_source *source, const char *folder)
{
	switch (source->kind) {
	case LG_SOURCE_TREE:
		return 0;
	case LG_SOURCE_TARBALL:
		return unpack_tarball(source, folder);
	case LG_SOURCE_PACKAGE:
		return unpack_package(source, folder);
	}
	return -EINVAL;
}

uint64_t lg_source_size(const struct lg_source *source)
{
	switch (source->kind) {
	case LG_SOURCE_TREE:
		return 0;
	case LG_SOURCE_TARBALL:
		return TREE_SIZE;
	case LG_SOURCE_PACKAGE:
		return TREE_SIZE + TARBALL_SIZE;
	}
	return 0;
}

void lg_source_close(struct lg_source *source)
{
	free(source->name);
	free(source->text);
	free(source->state);
	free(source->path);
	lg_package_free(&source->package);
	lg_apt_close(&source->apt);
	*source = (struct lg_source){0};
}
