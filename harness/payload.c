// SPDX-License-Identifier: GPL-2.0-or-later
#include "payload.h"

#include "cpio.h"
#include "text.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(char **error, int number, const char *what, const char *path)
{
	*error = lg_text("%s %s: %s", what, path, strerror(number));
	return -number;
}

static int add_file(struct lg_cpio *cpio, const char *path, const char *from,
		    char **error)
{
	int result = lg_cpio_file(cpio, path, from);
	return result ? fail(error, -result, "cannot read", from) : 0;
}

/* Adds the files of a folder, not of folders in it. */
static int add_folder(struct lg_cpio *cpio, const char *path, const char *from,
		      char **error)
{
	struct dirent **entries;
	int n = scandir(from, &entries, NULL, alphasort);
	int result = 0;
	if (n < 0)
		return fail(error, errno, "cannot read", from);

	for (int i = 0; i < n; i++) {
		char *file = lg_text("%s/%s", from, entries[i]->d_name);
		char *to = lg_text("%s/%s", path, entries[i]->d_name);
		if (!result && entries[i]->d_type == DT_REG)
			result = add_file(cpio, to, file, error);
		free(file);
		free(to);
		free(entries[i]);
	}
	free(entries);
	return result;
}

/*
 * The dynamic linker that a program asks for; NULL: none, so it loads nothing.
 * To be freed.
 */
static char *find_linker(FILE *program)
{
	Elf64_Ehdr header;
	Elf64_Phdr part = {0};
	char path[PATH_MAX] = "";

	if (fread(&header, sizeof(header), 1, program) != 1 ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) ||
	    fseek(program, (long)header.e_phoff, SEEK_SET))
		return NULL;
	for (unsigned i = 0; i < header.e_phnum; i++) {
		if (fread(&part, sizeof(part), 1, program) != 1)
			return NULL;
		if (part.p_type == PT_INTERP)
			break;
	}
	if (part.p_type != PT_INTERP || part.p_filesz >= sizeof(path) ||
	    fseek(program, (long)part.p_offset, SEEK_SET) ||
	    fread(path, part.p_filesz, 1, program) != 1)
		return NULL;
	return lg_text("%s", path);
}

/* It lists what it would load instead of running the program. */
static FILE *list_libraries(const char *linker, const char *program,
			    pid_t *child)
{
	int out[2];
	if (pipe(out))
		return NULL;
	*child = fork();
	if (!*child) {
		dup2(out[1], STDOUT_FILENO);
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

static int add_listed(struct lg_cpio *cpio, const char *linker,
		      const char *program, char **error)
{
	pid_t child = -1;
	FILE *in = list_libraries(linker, program, &child);
	char line[2 * PATH_MAX];
	int result = 0, status = 0;

	if (!in)
		return fail(error, errno, "cannot list the libraries of",
			    program);
	while (!result && fgets(line, sizeof(line), in)) {
		char *path = library_path(line);
		if (path)
			result = add_file(cpio, path + 1, path, error);
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

static int add_libraries(struct lg_cpio *cpio, const char *program,
			 char **error)
{
	FILE *file = fopen(program, "re");
	if (!file)
		return fail(error, errno, "cannot read", program);
	char *linker = find_linker(file);
	fclose(file);
	int result = linker ? add_file(cpio, linker + 1, linker, error) : 0;
	if (linker && !result)
		result = add_listed(cpio, linker, program, error);
	free(linker);
	return result;
}

static int add_program(struct lg_cpio *cpio, const char *program, char **error)
{
	if (*program != '/') {
		*error = lg_text("%s: a guest knows absolute paths only",
				 program);
		return -EINVAL;
	}
	if (lg_cpio_has(cpio, program + 1))
		return 0;
	int result = add_file(cpio, program + 1, program, error);
	return result ? result : add_libraries(cpio, program, error);
}

static int add_all(struct lg_cpio *cpio, const struct lg_payload *payload,
		   char **error)
{
	static const char *const empty[] = {"proc", "sys", "tmp", "dev"};
	int result;

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		lg_cpio_folder(cpio, empty[i]);
	/* The kernel opens it for init, before init can mount /dev. */
	lg_cpio_device(cpio, "dev/console", 0600, 5, 1);
	lg_cpio_device(cpio, "dev/null", 0666, 1, 3);
	result = add_file(cpio, "init", payload->init, error);
	if (!result)
		result = add_folder(cpio, "topologies", payload->topologies,
				    error);
	if (!result && payload->modules)
		result = add_folder(cpio, "modules", payload->modules, error);
	return result;
}

/* A stream to the descriptor, which stays open. */
static FILE *open_archive(struct lg_cpio *cpio, int fd, char **error)
{
	int copy = dup(fd);
	FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
	if (out)
		lg_cpio_begin(cpio, out);
	else
		fail(error, errno, "cannot write", "the initramfs");
	return out;
}

static int close_archive(struct lg_cpio *cpio, int result, char **error)
{
	FILE *out = cpio->out;
	lg_cpio_end(cpio);
	int failed = ferror(out);
	if ((fclose(out) || failed) && !result)
		result = fail(error, errno, "cannot write", "the initramfs");
	return result;
}

int lg_payload_write(const struct lg_payload *payload,
		     const struct lg_job *jobs, size_t n, int fd, char **error)
{
	struct lg_cpio cpio;
	if (!open_archive(&cpio, fd, error))
		return -EIO;
	int result = add_all(&cpio, payload, error);
	for (size_t i = 0; i < n && !result; i++)
		result = add_program(&cpio, jobs[i].argv[0], error);
	return close_archive(&cpio, result, error);
}

/* Words that a null character ends: the channel, the clock; then of each job
 * its deadline, how many arguments it has, and these. */
static void write_jobs(FILE *out, const struct lg_job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t n_words = 0;
		while (jobs[i].argv[n_words])
			n_words++;
		fprintf(out, "%u%c%zu%c", jobs[i].deadline_s, '\0', n_words,
			'\0');
		for (size_t j = 0; j < n_words; j++)
			fprintf(out, "%s%c", jobs[i].argv[j], '\0');
	}
}

int lg_payload_jobs(const struct lg_job *jobs, size_t n, const char *channel,
		    const char *clock, int fd, char **error)
{
	struct lg_cpio cpio;
	if (!open_archive(&cpio, fd, error))
		return -EIO;

	char *text;
	size_t size;
	FILE *words = lg_there(open_memstream(&text, &size));
	fprintf(words, "%s%c%s%c", channel, '\0', clock, '\0');
	write_jobs(words, jobs, n);
	fclose(words);
	lg_cpio_bytes(&cpio, "jobs", 0444, lg_there(text), size);
	free(text);
	return close_archive(&cpio, 0, error);
}
