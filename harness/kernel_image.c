// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_image.h"

#include "error.h"
#include "text.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct image {
	const char *path;
	const unsigned char *bytes;
	size_t size;
};

/* The x86 boot protocol, Documentation/arch/x86/boot.rst. */
#define SETUP_SECTS_AT 0x1f1   /* of 512 bytes, behind the first one */
#define SETUP_SYSSIZE_AT 0x1f4 /* of the rest, in 16 bytes; at least */
#define SETUP_MAGIC_AT 0x202
#define SETUP_MAGIC "HdrS"
#define SETUP_PROTOCOL_AT 0x206
#define SETUP_VERSION_AT 0x20e /* less 0x200 */
#define SETUP_XLOADFLAGS_AT 0x236
#define XLOADFLAGS_SINCE 0x020c
#define XLF_KERNEL_64 1

#define ARM64_MAGIC_AT 56
#define ARM64_MAGIC "ARMd"

static bool has(const struct image *image, size_t at, const void *what,
		size_t size)
{
	return at + size <= image->size &&
	       !memcmp(image->bytes + at, what, size);
}

static const unsigned char *find(const struct image *image, const char *text)
{
	return memmem(image->bytes, image->size, text, strlen(text));
}

static unsigned number16(const struct image *image, size_t at)
{
	return image->bytes[at] | (unsigned)image->bytes[at + 1] << 8;
}

static int refuse(const struct image *image, const char *why)
{
	lg_error(0, "%s %s", image->path, why);
	return -ENOEXEC;
}

/* The word at `bytes`; NULL if there is none that ends. */
static char *word_at(const struct image *image, const unsigned char *bytes)
{
	const unsigned char *limit = image->bytes + image->size;
	const unsigned char *end = bytes;
	while (end < limit && isgraph(*end))
		end++;
	if (end == bytes || end == limit)
		return NULL;
	return lg_text("%.*s", (int)(end - bytes), (const char *)bytes);
}

/* From the help of that option. */
#define VIRTUAL_TIME "time-travel=inf-cpu"

static int identify_elf(const struct image *image, struct lg_kernel *kernel)
{
	if (image->size < sizeof(Elf64_Ehdr))
		return refuse(image, "is cut short");
	Elf64_Ehdr header;
	memcpy(&header, image->bytes, sizeof(header));
	if (header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_machine != EM_X86_64)
		return refuse(image, "is of another architecture than x86-64");
	static const char banner[] = "Linux version ";
	const unsigned char *found = find(image, banner);
	if (!found)
		return refuse(image, "is no kernel");
	if (!find(image, "User Mode Linux v"))
		return refuse(image,
			      "is no image that boots: of a vmlinux, linger "
			      "takes the bzImage");
	kernel->kind = LG_KERNEL_UML;
	kernel->real_time = !find(image, VIRTUAL_TIME);
	kernel->version = word_at(image, found + strlen(banner));
	return 0;
}

static bool is_whole(const struct image *image)
{
	size_t sectors = image->bytes[SETUP_SECTS_AT];
	size_t rest = number16(image, SETUP_SYSSIZE_AT) |
		      (size_t)number16(image, SETUP_SYSSIZE_AT + 2) << 16;
	return (sectors + 1) * 512 + rest * 16 <= image->size;
}

static int identify_x86(const struct image *image, struct lg_kernel *kernel)
{
	if (image->size < SETUP_XLOADFLAGS_AT + 2 || !is_whole(image))
		return refuse(image, "is cut short");
	if (number16(image, SETUP_PROTOCOL_AT) < XLOADFLAGS_SINCE ||
	    !(number16(image, SETUP_XLOADFLAGS_AT) & XLF_KERNEL_64))
		return refuse(image, "is a 32-bit kernel");
	kernel->kind = LG_KERNEL_QEMU;
	size_t at = number16(image, SETUP_VERSION_AT) + 0x200;
	kernel->version =
		at < image->size ? word_at(image, image->bytes + at) : NULL;
	return 0;
}

static int identify(const struct image *image, struct lg_kernel *kernel)
{
	if (has(image, 0, ELFMAG, SELFMAG))
		return identify_elf(image, kernel);
	if (has(image, SETUP_MAGIC_AT, SETUP_MAGIC, strlen(SETUP_MAGIC)))
		return identify_x86(image, kernel);
	if (has(image, ARM64_MAGIC_AT, ARM64_MAGIC, strlen(ARM64_MAGIC)))
		return refuse(image, "is of another architecture than x86-64");
	return refuse(image, "is no kernel image");
}

int lg_kernel_identify(const char *path, struct lg_kernel *kernel)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return lg_error(errno, "%s", path);

	struct image image = {.path = path};
	struct stat status;
	int result;
	if (fstat(fd, &status)) {
		result = lg_error(errno, "%s", path);
	} else if (!S_ISREG(status.st_mode) || !status.st_size) {
		result = refuse(&image, "is no kernel image");
	} else {
		image.size = (size_t)status.st_size;
		void *bytes =
			mmap(NULL, image.size, PROT_READ, MAP_PRIVATE, fd, 0);
		image.bytes = bytes;
		result = bytes == MAP_FAILED ? lg_error(errno, "%s", path)
					     : identify(&image, kernel);
		if (bytes != MAP_FAILED)
			munmap(bytes, image.size);
	}
	close(fd);
	return result;
}
