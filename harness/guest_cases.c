// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_cases.h"

#include "command.h"
#include "path.h"
#include "payload.h"
#include "text.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A case's --out is a folder here; in the guest it is always the same. */
static const char *take_out(char **argv)
{
	static char inside[] = LG_GUEST_BUNDLE;
	const char *out = NULL;
	for (char **word = argv; *word; word++) {
		if (strcmp(*word, "--out") || !word[1])
			continue;
		out = word[1];
		word[1] = inside;
	}
	return out;
}

struct lg_job lg_guest_case(char **argv, unsigned deadline_s)
{
	return (struct lg_job){.argv = argv,
			       .bundle = take_out(argv),
			       .deadline_s = deadline_s};
}

/* ---- what is booted into ----------------------------------------------- */

/* Where cases look for them, too: beside the folder that they are in. */
static char *find_topologies(const char *program)
{
	char *copy = lg_text("%s", program);
	char *beside =
		lg_text("%s/topologies", dirname(dirname(dirname(copy))));
	free(copy);
	if (!getenv("LINGER_TOPOLOGIES") && !access(beside, R_OK))
		return beside;
	free(beside);
	return lg_path_topologies();
}

int lg_guest_cases_archive(char **error)
{
	int fd = memfd_create("initramfs", MFD_CLOEXEC);
	int number = errno;
	if (fd < 0)
		*error = lg_text("initramfs: %s", strerror(number));
	return fd < 0 ? -number : fd;
}

int lg_guest_cases_pack(const struct lg_guest_cases *cases, char **error)
{
	char *init = cases->init ? lg_text("%s", cases->init)
				 : lg_path_own("linger-init");
	char *topologies = cases->topologies
				   ? lg_text("%s", cases->topologies)
				   : find_topologies(*cases->jobs->argv);
	struct lg_payload payload = {
		.init = init,
		.topologies = topologies,
		.modules = cases->kernel->modules,
	};

	int fd = lg_guest_cases_archive(error);
	int result = fd < 0 ? fd
			    : lg_payload_write(&payload, cases->jobs, cases->n,
					       fd, error);
	if (result && fd >= 0)
		close(fd);
	free(init);
	free(topologies);
	return result ? result : fd;
}

/* ---- guests ------------------------------------------------------------ */

/* What init is to do is put behind the first `size` bytes. */
static int write_jobs(const struct lg_guest *guest, off_t size, char **error)
{
	if (lseek(guest->initramfs, size, SEEK_SET) == size &&
	    !ftruncate(guest->initramfs, size))
		return lg_payload_jobs(guest, error);
	int number = errno;
	*error = lg_text("initramfs: %s", strerror(number));
	return -number;
}

static int run_guests(struct lg_guest *guest, off_t size, char **error)
{
	int result = 0;

	while (!result && guest->n) {
		result = write_jobs(guest, size, error);
		if (!result)
			result = lg_guest_run(guest, error);
		for (; guest->n && guest->jobs->done; guest->n--)
			guest->jobs++;
	}
	return result;
}

static int status_of(const struct lg_guest_cases *cases)
{
	for (size_t i = 0; i < cases->n; i++) {
		int status = cases->jobs[i].status;
		if (WIFSIGNALED(status))
			return LG_STATUS_SIGNAL + WTERMSIG(status);
		if (WEXITSTATUS(status))
			return WEXITSTATUS(status);
	}
	return LG_STATUS_FINE;
}

int lg_guest_cases_run(const struct lg_guest_cases *cases, int archive,
		       off_t size, char **error)
{
	struct lg_guest guest = {
		.kernel = cases->kernel,
		.jobs = cases->jobs,
		.n = cases->n,
		.initramfs = archive,
		.real_time = cases->real_time,
		.seed = cases->seed,
		.deadline_s = cases->deadline_s,
	};

	int result = run_guests(&guest, size, error);
	for (size_t i = 0; i < cases->n; i++)
		free(cases->jobs[i].lost);
	return result ? LG_STATUS_BROKEN : status_of(cases);
}
