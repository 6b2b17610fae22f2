// SPDX-License-Identifier: GPL-2.0-or-later
#include "errand.h"

#include "command.h"
#include "path.h"
#include "text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND 127

/* ---- files ------------------------------------------------------------- */

static bool is_there(const char *path)
{
	return !access(path, F_OK);
}

int lg_errand_files_add(struct lg_errand_files *files, const char *text,
			char **error)
{
	/* A name may have a '=' in it. */
	const char *equals = is_there(text) ? NULL : strrchr(text, '=');
	size_t length = equals ? (size_t)(equals - text) : strlen(text);
	char *given = lg_text("%.*s", (int)length, text);
	char *from = is_there(given) ? lg_path_absolute(given) : NULL;
	int result = 0;

	if (!from) {
		result = -errno;
		*error = lg_text("%s: %s", given, strerror(-result));
	} else if (equals && equals[1] != '/') {
		result = -EINVAL;
		*error = lg_text("'%s' is no absolute path", equals + 1);
	} else {
		files->list = lg_there(reallocarray(files->list, files->n + 1,
						    sizeof(*files->list)));
		files->list[files->n++] = (struct lg_baggage_file){
			from, equals ? lg_text("%s", equals + 1)
				     : lg_text("%s", from)};
		from = NULL;
	}
	free(from);
	free(given);
	return result;
}

bool lg_errand_files_move(const struct lg_errand_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		if (strcmp(files->list[i].from, files->list[i].to))
			return true;
	}
	return false;
}

void lg_errand_files_free(struct lg_errand_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		free(files->list[i].from);
		free(files->list[i].to);
	}
	free(files->list);
	*files = (struct lg_errand_files){0};
}

/* ---- the command ------------------------------------------------------- */

/* Its path; NULL after a message, with the exit status. */
static char *find_command(const char *name, int *status)
{
	char *path =
		strchr(name, '/') ? lg_text("%s", name) : lg_path_program(name);
	char *whole =
		path && !access(path, X_OK) ? lg_path_absolute(path) : NULL;
	int number = path ? errno : ENOENT;
	free(path);
	if (whole)
		return whole;
	fprintf(stderr, "linger: %s: %s\n", name, strerror(number));
	*status = number == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
	return NULL;
}

/* The words that start it in the guest, which are not copied; to be freed. */
static char **make_argv(const struct lg_errand *errand, char *command)
{
	size_t n = 0, n_through = 0, n_words = 0;
	while (errand->through && errand->through[n_through])
		n_through++;
	while (errand->words[n_words])
		n_words++;

	char **argv = lg_room(n_through + n_words + 1, sizeof(*argv));
	for (size_t i = 0; i < n_through; i++)
		argv[n++] = errand->through[i];
	argv[n++] = command;
	for (size_t i = 1; i < n_words; i++)
		argv[n++] = errand->words[i];
	return argv;
}

/* ---- standard input ---------------------------------------------------- */

static int read_fully(int from, int to, unsigned deadline_s, char **error)
{
	static char bytes[1 << 16];
	int64_t deadline_ms = lg_clock_ms() + 1000 * (int64_t)deadline_s;

	for (;;) {
		struct pollfd input = {.fd = from, .events = POLLIN};
		int64_t left_ms = deadline_ms - lg_clock_ms();
		if (left_ms <= 0 || !poll(&input, 1, (int)left_ms)) {
			*error = lg_text("standard input did not end within "
					 "%u s: a guest gets all of it when it "
					 "boots",
					 deadline_s);
			return -ETIMEDOUT;
		}
		ssize_t got = read(from, bytes, sizeof(bytes));
		if (!got)
			return 0;
		if (got < 0 || write(to, bytes, (size_t)got) != got) {
			*error = lg_text("standard input: %s", strerror(errno));
			return -errno;
		}
	}
}

/* All of standard input as a file without a name; -1: there is none.  Returns
 * 0, or -errno with a message in *error. */
static int take_input(int *fd, unsigned deadline_s, char **error)
{
	struct stat is;
	*fd = -1;
	if (isatty(STDIN_FILENO) || fstat(STDIN_FILENO, &is))
		return 0;
	*fd = memfd_create("input", MFD_CLOEXEC);
	if (*fd < 0) {
		*error = lg_text("memfd: %s", strerror(errno));
		return -errno;
	}
	return read_fully(STDIN_FILENO, *fd, deadline_s, error);
}

/* ---- the guest --------------------------------------------------------- */

static int boot(struct lg_guest *guest, const struct lg_payload *payload,
		char **error)
{
	guest->initramfs = memfd_create("initramfs", MFD_CLOEXEC);
	if (guest->initramfs < 0) {
		*error = lg_text("initramfs: %s", strerror(errno));
		return -errno;
	}
	int result = lg_payload_write(payload, guest->jobs, guest->n,
				      guest->initramfs, error);
	if (!result)
		result = lg_payload_jobs(guest, error);
	if (!result)
		result = lg_guest_run(guest, error);
	close(guest->initramfs);
	return result;
}

static bool is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);
	return !strncmp(path, folder, length) &&
	       (path[length] == '/' || !path[length]);
}

static bool is_same_or_below(const char *path, const char *folder)
{
	char *real = realpath(folder, NULL);
	bool result = real && is_below(path, real);
	free(real);
	return result;
}

static bool goes_along(const struct lg_baggage *baggage, const char *path)
{
	if (is_below(path, "/proc") || is_below(path, "/sys") ||
	    is_same_or_below(path, baggage->program))
		return true;
	for (size_t i = 0; i < baggage->n_files; i++) {
		if (is_same_or_below(path, baggage->files[i].to))
			return true;
	}
	return false;
}

static void hint_at_file(const struct lg_baggage *baggage, const char *word)
{
	char *path = realpath(word, NULL);
	struct stat is;
	if (path && !stat(path, &is) && S_ISREG(is.st_mode) &&
	    !goes_along(baggage, path))
		fprintf(stderr,
			"linger: %s is not in the guest: --file %s takes it "
			"along\n",
			word, word);
	free(path);
}

/* A command that doesn't find a file seldom says why. */
static void give_hints(const struct lg_errand *errand,
		       const struct lg_baggage *baggage, int status)
{
	for (char **word = errand->words + 1; *word; word++)
		hint_at_file(baggage, *word);
	if (status == STATUS_NOT_FOUND)
		fprintf(stderr,
			"linger: there is no program in the guest but %s and "
			"what --file takes along\n",
			errand->words[0]);
}

static int status_of(const struct lg_job *job)
{
	return WIFSIGNALED(job->status)
		       ? LG_STATUS_SIGNAL + WTERMSIG(job->status)
		       : WEXITSTATUS(job->status);
}

/* Where time is virtual, hours go by before the first key. */
static bool has_terminal(const struct lg_errand *errand)
{
	return errand->real_time && lg_pty_wanted();
}

static int run(const struct lg_errand *errand, struct lg_baggage *baggage,
	       char *command, unsigned deadline_s)
{
	struct lg_pty pty;
	char *init = lg_path_own("linger-init"), *error = NULL;
	struct lg_payload payload = {.init = init,
				     .modules = errand->kernel->modules,
				     .baggage = baggage};
	struct lg_job job = {.argv = make_argv(errand, command),
			     .bundle = errand->results};
	struct lg_guest guest = {.kernel = errand->kernel,
				 .jobs = &job,
				 .n = 1,
				 .real_time = errand->real_time,
				 .folder = baggage->folder,
				 .deadline_s = deadline_s};

	int result = take_input(&baggage->input, deadline_s, &error);
	if (!result && has_terminal(errand)) {
		result = lg_pty_open(&pty, &error);
		guest.pty = result ? NULL : &pty;
	}
	if (!result)
		result = boot(&guest, &payload, &error);
	if (guest.pty)
		lg_pty_close(&pty);
	int status = result ? LG_STATUS_BROKEN : status_of(&job);
	if (result)
		fprintf(stderr, "linger: %s\n", error);
	else if (status && !job.lost)
		give_hints(errand, baggage, status);
	free(error);
	free(init);
	free(job.argv);
	free(job.lost);
	return status;
}

static unsigned deadline_of(const struct lg_errand *errand)
{
	if (errand->deadline_s)
		return errand->deadline_s;
	if (has_terminal(errand))
		return LG_GUEST_NO_DEADLINE_S;
	return errand->kernel->kind == LG_KERNEL_QEMU ? LG_GUEST_LONG_DEADLINE_S
						      : LG_GUEST_DEADLINE_S;
}

int lg_errand_run(const struct lg_errand *errand)
{
	int status = LG_STATUS_BROKEN;
	char *command = find_command(errand->words[0], &status);
	if (!command)
		return status;

	char *folder = getcwd(NULL, 0);
	if (!folder) {
		fprintf(stderr, "linger: the current folder: %s\n",
			strerror(errno));
		free(command);
		return status;
	}
	struct lg_baggage baggage = {.program = command,
				     .files = errand->files->list,
				     .n_files = errand->files->n,
				     .input = -1,
				     .folder = folder};
	status = run(errand, &baggage, command, deadline_of(errand));
	if (baggage.input >= 0)
		close(baggage.input);
	free(folder);
	free(command);
	return status;
}
