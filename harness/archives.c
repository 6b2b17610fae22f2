// SPDX-License-Identifier: GPL-2.0-or-later
#include "archives.h"

#include "guest_cases.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

void lg_archives_begin(struct lg_archives *archives, int packed)
{
	*archives = (struct lg_archives){
		.packed = packed,
		.size = lseek(packed, 0, SEEK_END),
	};
}

void lg_archives_end(struct lg_archives *archives)
{
	for (size_t i = 0; i < archives->n; i++)
		close(archives->list[i].fd);
	free(archives->list);
	close(archives->packed);
}

static int copy(const struct lg_archives *archives, char **error)
{
	off_t at = 0;
	int fd = lg_guest_cases_archive(error);
	while (fd >= 0 && at < archives->size) {
		size_t left = (size_t)(archives->size - at);
		if (sendfile(fd, archives->packed, &at, left) > 0)
			continue;
		int number = errno;
		*error = lg_text("initramfs: %s", strerror(number));
		close(fd);
		fd = -number;
	}
	return fd;
}

/* One that is killed has it until it is gone. */
static bool is_in_use(const struct lg_archive *archive)
{
	return !archive->task->ended_ms;
}

int lg_archives_take(struct lg_archives *archives, const struct lg_task *task,
		     char **error)
{
	for (size_t i = 0; i < archives->n; i++) {
		struct lg_archive *archive = &archives->list[i];
		/* A start that had to wait for others is made once more. */
		if (archive->task != task && is_in_use(archive))
			continue;
		archive->task = task;
		return archive->fd;
	}

	int fd = copy(archives, error);
	if (fd < 0)
		return fd;
	archives->list = lg_there(realloc(
		archives->list, (archives->n + 1) * sizeof(*archives->list)));
	archives->list[archives->n++] =
		(struct lg_archive){.fd = fd, .task = task};
	return fd;
}
