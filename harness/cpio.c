// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpio.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALIGNMENT 4
#define TRAILER "TRAILER!!!"

static void pad(struct lg_cpio *cpio, size_t size)
{
	static const char zeros[ALIGNMENT];
	fwrite(zeros, 1, (ALIGNMENT - size % ALIGNMENT) % ALIGNMENT, cpio->out);
}

static void write_entry(struct lg_cpio *cpio, const char *path, mode_t mode,
			const void *bytes, size_t size, unsigned device[2])
{
	size_t name_size = strlen(path) + 1;
	/* inode, mode, uid, gid, links, mtime, size, device of the file
	 * (2), device that it stands for (2), size of the name, checksum */
	int header = fprintf(
		cpio->out,
		"070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X",
		++cpio->inode, (unsigned)mode, 0, 0, 1, 0, size, 0, 0,
		device[0], device[1], name_size, 0);
	fwrite(path, 1, name_size, cpio->out);
	pad(cpio, (size_t)header + name_size);
	if (size)
		fwrite(bytes, 1, size, cpio->out);
	pad(cpio, size);
}

static void write_plain(struct lg_cpio *cpio, const char *path, mode_t mode,
			const void *bytes, size_t size)
{
	unsigned none[2] = {0, 0};
	write_entry(cpio, path, mode, bytes, size, none);
}

void lg_cpio_begin(struct lg_cpio *cpio, FILE *out)
{
	*cpio = (struct lg_cpio){.out = out};
}

void lg_cpio_end(struct lg_cpio *cpio)
{
	write_plain(cpio, TRAILER, 0, "", 0);
	for (size_t i = 0; i < cpio->n_paths; i++)
		free(cpio->paths[i]);
	free(cpio->paths);
}

bool lg_cpio_has(const struct lg_cpio *cpio, const char *path)
{
	for (size_t i = 0; i < cpio->n_paths; i++) {
		if (!strcmp(cpio->paths[i], path))
			return true;
	}
	return false;
}

/* False if it is there already. */
static bool add_path(struct lg_cpio *cpio, const char *path)
{
	if (lg_cpio_has(cpio, path))
		return false;
	const char *slash = strrchr(path, '/');
	if (slash) {
		char *above = lg_text("%.*s", (int)(slash - path), path);
		lg_cpio_folder(cpio, above);
		free(above);
	}
	cpio->paths = lg_there(reallocarray(cpio->paths, cpio->n_paths + 1,
					    sizeof(*cpio->paths)));
	cpio->paths[cpio->n_paths++] = lg_text("%s", path);
	return true;
}

void lg_cpio_folder(struct lg_cpio *cpio, const char *path)
{
	if (add_path(cpio, path))
		write_plain(cpio, path, S_IFDIR | 0755, "", 0);
}

void lg_cpio_bytes(struct lg_cpio *cpio, const char *path, mode_t mode,
		   const void *bytes, size_t size)
{
	if (add_path(cpio, path))
		write_plain(cpio, path, S_IFREG | mode, bytes, size);
}

void lg_cpio_link(struct lg_cpio *cpio, const char *path, const char *target)
{
	if (add_path(cpio, path))
		write_plain(cpio, path, S_IFLNK | 0777, target, strlen(target));
}

void lg_cpio_device(struct lg_cpio *cpio, const char *path, mode_t mode,
		    unsigned major, unsigned minor)
{
	unsigned device[2] = {major, minor};
	if (add_path(cpio, path))
		write_entry(cpio, path, S_IFCHR | mode, "", 0, device);
}

int lg_cpio_file(struct lg_cpio *cpio, const char *path, const char *from)
{
	struct stat is;
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int error = fstat(fd, &is) ? errno : S_ISDIR(is.st_mode) ? EISDIR : 0;
	if (error) {
		close(fd);
		return -error;
	}

	size_t size = (size_t)is.st_size;
	void *bytes =
		size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	error = bytes == MAP_FAILED ? errno : 0;
	close(fd);
	if (error)
		return -error;
	lg_cpio_bytes(cpio, path, is.st_mode & 0777, bytes, size);
	if (size)
		munmap(bytes, size);
	return 0;
}
