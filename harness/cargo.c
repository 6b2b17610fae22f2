// SPDX-License-Identifier: GPL-2.0-or-later
#include "cargo.h"

#include "path.h"
#include "text.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* As the kernel: more is a circle. */
#define LINKS_MOST 40

static int fail(char **error, int number, const char *what, const char *path)
{
	*error = lg_text("%s %s: %s", what, path, strerror(number));
	return -number;
}

static int add_file(struct lg_cpio *cpio, const char *to, const char *from,
		    char **error)
{
	int result = lg_cpio_file(cpio, to + 1, from);
	return result ? fail(error, -result, "cannot read", from) : 0;
}

/* ---- links ------------------------------------------------------------- */

/* Where a part of a path leads to from a folder. */
static char *step(const char *folder, const char *part, size_t length)
{
	if (length == 1 && *part == '.')
		return lg_text("%s", folder);
	if (length == 2 && !strncmp(part, "..", 2)) {
		const char *slash = strrchr(folder, '/');
		return lg_text("%.*s", slash ? (int)(slash - folder) : 0,
			       folder);
	}
	return lg_text("%s/%.*s", folder, (int)length, part);
}

/* Adds the links on the way to an absolute path.  Returns where it leads to,
 * to be freed; NULL with errno. */
static char *add_links(struct lg_cpio *cpio, const char *path)
{
	char *here = lg_text("%s", ""), *left = lg_text("%s", path);
	unsigned n_links = 0;

	for (char *part; *(part = left + strspn(left, "/"));) {
		char target[PATH_MAX];
		size_t length = strcspn(part, "/");
		char *next = step(here, part, length);
		ssize_t got = readlink(next, target, sizeof(target) - 1);
		char *after = got < 0 ? lg_text("%s", part + length)
				      : lg_text("%.*s%s", (int)got, target,
						part + length);
		free(left);
		left = after;
		if (got < 0) {
			free(here);
			here = next;
			continue;
		}
		target[got] = '\0';
		lg_cpio_link(cpio, next + 1, target);
		free(next);
		if (*target == '/')
			*here = '\0';
		if (++n_links > LINKS_MOST) {
			free(here);
			here = NULL;
			errno = ELOOP;
			break;
		}
	}
	free(left);
	return here;
}

/* Adds the file at its own place; what that is, is *real, to be freed.  Returns
 * 1 if it was there already. */
static int add_here(struct lg_cpio *cpio, const char *path, char **real,
		    char **error)
{
	*real = add_links(cpio, path);
	if (!*real)
		return fail(error, errno, "cannot read", path);
	return lg_cpio_has(cpio, *real + 1)
		       ? 1
		       : add_file(cpio, *real, *real, error);
}

/* ---- what a program loads ---------------------------------------------- */

struct elf {
	bool dynamic;
	char linker[PATH_MAX]; /* "": it asks for none */
};

static bool read_elf(FILE *file, struct elf *elf)
{
	Elf64_Ehdr header;
	Elf64_Phdr part = {0}, interp = {0};

	rewind(file);
	*elf = (struct elf){0};
	if (fread(&header, sizeof(header), 1, file) != 1 ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) ||
	    fseek(file, (long)header.e_phoff, SEEK_SET))
		return false;
	for (unsigned i = 0; i < header.e_phnum; i++) {
		if (fread(&part, sizeof(part), 1, file) != 1)
			return false;
		elf->dynamic |= part.p_type == PT_DYNAMIC;
		if (part.p_type == PT_INTERP)
			interp = part;
	}
	return interp.p_filesz < sizeof(elf->linker) &&
	       !fseek(file, (long)interp.p_offset, SEEK_SET) &&
	       fread(elf->linker, 1, interp.p_filesz, file) == interp.p_filesz;
}

/* A library asks for no linker: then that of ours serves. */
static bool own_linker(struct elf *elf)
{
	FILE *self = fopen("/proc/self/exe", "re");
	bool found = self && read_elf(self, elf);
	if (self)
		fclose(self);
	return found && *elf->linker;
}

/* It lists what it would load instead of running the program. */
static FILE *list_libraries(const char *linker, const char *program, bool quiet,
			    pid_t *child)
{
	int out[2];
	if (pipe2(out, O_CLOEXEC))
		return NULL;
	*child = fork();
	if (!*child) {
		dup2(out[1], STDOUT_FILENO);
		if (quiet)
			dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		execl(linker, linker, "--list", program, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	FILE *in = *child < 0 ? NULL : fdopen(out[0], "r");
	if (!in)
		close(out[0]);
	return in;
}

/* "libc.so.6 => /lib/x/libc.so.6 (0x...)", or the linker's own path alone. */
static char *library_path(const char *line)
{
	const char *arrow = strstr(line, "=> ");
	const char *path = arrow ? arrow + 3 : line + strspn(line, " \t");
	return *path == '/' ? lg_text("%.*s", (int)strcspn(path, " \n"), path)
			    : NULL;
}

static int add_library(struct lg_cpio *cpio, const char *path, char **error)
{
	char *real;
	int result = add_here(cpio, path, &real, error);
	free(real);
	return result < 0 ? result : 0;
}

static int add_libraries(struct lg_cpio *cpio, const char *linker,
			 const char *program, bool quiet, char **error)
{
	pid_t child = -1;
	FILE *in = list_libraries(linker, program, quiet, &child);
	char line[2 * PATH_MAX];
	int result = 0, status = 0;

	if (!in)
		return fail(error, errno, "cannot list the libraries of",
			    program);
	while (!result && fgets(line, sizeof(line), in)) {
		char *path = library_path(line);
		if (path)
			result = add_library(cpio, path, error);
		free(path);
	}
	fclose(in);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!result && status)
		result = fail(error, ENOEXEC, "cannot list the libraries of",
			      program);
	return result;
}

static int add_elf(struct lg_cpio *cpio, struct elf *elf, const char *program,
		   bool quiet, char **error)
{
	if (!*elf->linker && (!elf->dynamic || !own_linker(elf)))
		return 0;
	int result = add_library(cpio, elf->linker, error);
	return result ? result
		      : add_libraries(cpio, elf->linker, program, quiet, error);
}

/* ---- what a script is read by ------------------------------------------ */

static int add_found(struct lg_cpio *cpio, const char *name, char **error)
{
	char *path = lg_path_program(name);
	int result = path ? lg_cargo_program(cpio, path, error)
			  : fail(error, ENOENT, "cannot find", name);
	free(path);
	return result;
}

/* "#!/bin/sh -e", "#!/usr/bin/env NAME=VALUE bash" */
static int add_interpreter(struct lg_cpio *cpio, char *line, char **error)
{
	char *rest, *word = strtok_r(line, " \t\n", &rest);
	if (!word)
		return 0;
	int result = lg_cargo_program(cpio, word, error);
	const char *slash = strrchr(word, '/');
	if (result || !slash || strcmp(slash, "/env"))
		return result;
	do
		word = strtok_r(NULL, " \t\n", &rest);
	while (word && (*word == '-' || strchr(word, '=')));
	return word ? add_found(cpio, word, error) : 0;
}

static int add_needs(struct lg_cpio *cpio, const char *path, bool quiet,
		     char **error)
{
	FILE *file = fopen(path, "re");
	char line[PATH_MAX] = "";
	struct elf elf;
	if (!file)
		return fail(error, errno, "cannot read", path);

	int result = 0;
	if (fgets(line, sizeof(line), file) && !strncmp(line, "#!", 2))
		result = add_interpreter(cpio, line + 2, error);
	else if (read_elf(file, &elf))
		result = add_elf(cpio, &elf, path, quiet, error);
	fclose(file);
	return result;
}

int lg_cargo_program(struct lg_cpio *cpio, const char *path, char **error)
{
	if (*path != '/') {
		*error = lg_text("%s: a guest knows absolute paths only", path);
		return -EINVAL;
	}
	char *real;
	int result = add_here(cpio, path, &real, error);
	if (!result)
		result = add_needs(cpio, real, false, error);
	free(real);
	return result < 0 ? result : 0;
}

/* ---- files and folders ------------------------------------------------- */

static int add_one(struct lg_cpio *cpio, const char *from, const char *to,
		   char **error)
{
	char *real = NULL, *ignored = NULL;
	int result = strcmp(from, to) ? add_file(cpio, to, from, error)
				      : add_here(cpio, from, &real, error);
	if (!result)
		add_needs(cpio, from, true, &ignored);
	free(ignored);
	free(real);
	return result < 0 ? result : 0;
}

/* A link to anything but a file: to a folder, which is not followed, or to
 * nothing. */
static void add_bare_link(struct lg_cpio *cpio, const char *from,
			  const char *to)
{
	char target[PATH_MAX];
	ssize_t got = readlink(from, target, sizeof(target) - 1);
	if (got < 0)
		return;
	target[got] = '\0';
	lg_cpio_link(cpio, to + 1, target);
}

static int add_entry(struct lg_cpio *cpio, const FTSENT *entry, const char *to,
		     char **error)
{
	struct stat is;

	switch (entry->fts_info) {
	case FTS_D:
		lg_cpio_folder(cpio, to + 1);
		return 0;
	case FTS_F:
		return add_one(cpio, entry->fts_accpath, to, error);
	case FTS_SL:
	case FTS_SLNONE:
		if (!stat(entry->fts_accpath, &is) && S_ISREG(is.st_mode))
			return add_one(cpio, entry->fts_accpath, to, error);
		add_bare_link(cpio, entry->fts_accpath, to);
		return 0;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return fail(error, entry->fts_errno, "cannot read",
			    entry->fts_path);
	default:
		return 0;
	}
}

static int add_folder(struct lg_cpio *cpio, const char *from, const char *to,
		      char **error)
{
	FTS *walk = lg_path_walk(from);
	int result = 0;
	if (!walk)
		return fail(error, errno, "cannot read", from);

	for (FTSENT *entry; !result && (entry = fts_read(walk));) {
		char *path =
			lg_text("%s%s", to, entry->fts_path + strlen(from));
		result = add_entry(cpio, entry, path, error);
		free(path);
	}
	fts_close(walk);
	return result;
}

int lg_cargo_file(struct lg_cpio *cpio, const char *from, const char *to,
		  char **error)
{
	struct stat is;
	if (stat(from, &is))
		return fail(error, errno, "cannot read", from);
	if (S_ISREG(is.st_mode))
		return add_one(cpio, from, to, error);
	if (!S_ISDIR(is.st_mode)) {
		*error = lg_text("%s is neither a file nor a folder", from);
		return -EINVAL;
	}

	char *real =
		strcmp(from, to) ? lg_text("%s", from) : add_links(cpio, from);
	if (!real)
		return fail(error, errno, "cannot read", from);
	int result =
		add_folder(cpio, real, strcmp(from, to) ? to : real, error);
	free(real);
	return result;
}
