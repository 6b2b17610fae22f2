// SPDX-License-Identifier: GPL-2.0-or-later
#include "payload.h"

#include "cargo.h"
#include "guest_machine.h"
#include "path.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static bool is_file(const char *path)
{
	struct stat about;
	return !stat(path, &about) && S_ISREG(about.st_mode);
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
		if (!result && is_file(file))
			result = add_file(cpio, to, file, error);
		free(file);
		free(to);
		free(entries[i]);
	}
	free(entries);
	return result;
}

static int add_all(struct lg_cpio *cpio, const struct lg_payload *payload,
		   char **error)
{
	static const char *const empty[] = {"proc", "sys", "tmp",
					    "dev",  "run", "var"};
	int result;

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		lg_cpio_folder(cpio, empty[i]);
	lg_cpio_link(cpio, "var/run", "/run");
	/* The kernel opens it for init, before init can mount /dev. */
	lg_cpio_device(cpio, "dev/console", 0600, 5, 1);
	lg_cpio_device(cpio, "dev/null", 0666, 1, 3);
	result = add_file(cpio, "init", payload->init, error);
	if (!result && payload->topologies)
		result = add_folder(cpio, "topologies", payload->topologies,
				    error);
	if (!result && payload->modules)
		result = add_folder(cpio, "modules", payload->modules, error);
	return result;
}

static int add_input(struct lg_cpio *cpio, int input, char **error)
{
	char *path = lg_text("/proc/self/fd/%d", input);
	int result = add_file(cpio, "input", path, error);
	free(path);
	return result;
}

/* Where the programs look for libraries that stand in other folders than most.
 */
static void add_library_cache(struct lg_cpio *cpio)
{
	lg_cpio_file(cpio, "etc/ld.so.cache", "/etc/ld.so.cache");
}

static int add_baggage(struct lg_cpio *cpio, const struct lg_baggage *baggage,
		       char **error)
{
	int result = lg_cargo_program(cpio, baggage->program, error);
	for (size_t i = 0; i < baggage->n_files && !result; i++)
		result = lg_cargo_file(cpio, baggage->files[i].from,
				       baggage->files[i].to, error);
	if (!result && baggage->input >= 0)
		result = add_input(cpio, baggage->input, error);
	lg_cpio_folder(cpio, baggage->folder + 1);
	add_library_cache(cpio);
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
		result = lg_cargo_program(&cpio, jobs[i].argv[0], error);
	if (!result && payload->baggage)
		result = add_baggage(&cpio, payload->baggage, error);
	return close_archive(&cpio, result, error);
}

static void write_job(FILE *out, const struct lg_job *job)
{
	size_t n_words = 0;
	while (job->argv[n_words])
		n_words++;
	fprintf(out, "%u%c%zu%c", job->deadline_s, '\0', n_words, '\0');
	for (size_t i = 0; i < n_words; i++)
		fprintf(out, "%s%c", job->argv[i], '\0');
}

/* Where those are that a case may start. */
#define PROGRAMS "/usr/sbin:/usr/bin:/sbin:/bin"

/* As stty(1) has it, and TERM wants it. */
static char *size_of(const struct lg_pty *pty)
{
	if (!pty)
		return lg_text("0 0");
	return lg_text("%u %u", pty->size.ws_row, pty->size.ws_col);
}

/* Words that a null character ends: what it is a guest of, the seed, the
 * channel, the clock, what the jobs are, where they run and look for others,
 * their terminal, its size and kind; then of each its deadline, how many
 * arguments it has, and these. */
static void write_jobs(FILE *out, const struct lg_guest *guest)
{
	const char *path = getenv("PATH"), *term = getenv("TERM");
	char *size = size_of(guest->pty);
	char *seed = lg_text("%lu", guest->seed);
	const char *const words[] = {
		lg_kernel_kind_name(guest->kernel->kind),
		seed,
		lg_machine_channel(guest),
		guest->real_time ? "real" : "virtual",
		guest->folder ? "program" : "cases",
		guest->folder ? guest->folder : "/",
		guest->folder && path ? path : PROGRAMS,
		lg_machine_terminal(guest),
		size,
		term && guest->pty ? term : "",
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		fprintf(out, "%s%c", words[i], '\0');
	free(seed);
	free(size);
	for (size_t i = 0; i < guest->n; i++)
		write_job(out, &guest->jobs[i]);
}

int lg_payload_jobs(const struct lg_guest *guest, char **error)
{
	struct lg_cpio cpio;
	if (!open_archive(&cpio, guest->initramfs, error))
		return -EIO;

	char *text;
	size_t size;
	FILE *words = lg_there(open_memstream(&text, &size));
	write_jobs(words, guest);
	fclose(words);
	lg_cpio_bytes(&cpio, "jobs", 0444, lg_there(text), size);
	free(text);
	return close_archive(&cpio, 0, error);
}
