// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* At the end of a file that is signed, after the signature (struct
 * module_signature of the kernel's include/linux/module_signature.h). */
#define SIGNED "~Module signature appended~\n"
struct signature_end {
	uint8_t kinds[8];
	uint8_t size[4]; /* of the signature; the highest byte first */
	char mark[sizeof(SIGNED) - 1];
};

/* Of a module without its signature. */
static size_t size_of(const char *bytes, size_t size)
{
	struct signature_end end;
	if (size < sizeof(end))
		return size;
	memcpy(&end, bytes + size - sizeof(end), sizeof(end));
	size_t signature = (size_t)end.size[0] << 24 | end.size[1] << 16 |
			   end.size[2] << 8 | end.size[3];
	if (memcmp(end.mark, SIGNED, sizeof(end.mark)) ||
	    signature > size - sizeof(end))
		return size;
	return size - sizeof(end) - signature;
}

static bool load_unsigned(int fd)
{
	struct stat is;
	if (fstat(fd, &is) || !is.st_size)
		return false;
	size_t size = (size_t)is.st_size;
	void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return false;
	bool loaded =
		!syscall(SYS_init_module, bytes, size_of(bytes, size), "");
	munmap(bytes, size);
	return loaded;
}

/*
 * To verify a signature is most of the work of loading a module: on an emulated
 * machine, where it is done with a stock 7.2 for 62 of them, two seconds of
 * seven.  So only a kernel that insists gets the signature, too.
 */
static int load(int fd)
{
	if (load_unsigned(fd) || errno == EEXIST)
		return 0;
	return (int)syscall(SYS_finit_module, fd, "", 0);
}

static void load_by_name(const char *folder, const char *name)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	/* What is there already, or finds no hardware, is no harm. */
	if (fd < 0 || (load(fd) && errno != EEXIST))
		printf("linger-init: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

void lg_modules_load(const char *folder)
{
	char path[512], name[256];
	snprintf(path, sizeof(path), "%s/order", folder);
	FILE *order = fopen(path, "r");
	if (!order)
		return;
	while (fgets(name, sizeof(name), order)) {
		name[strcspn(name, "\n")] = '\0';
		load_by_name(folder, name);
	}
	fclose(order);
}
