// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_unpack.h"

#include "error.h"
#include "kernel_exec.h"
#include "path.h"
#include "text.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
	const unsigned char *bytes;
	size_t size;
};

/* 0, or -errno with lg_error_text() and an empty *file; release() gives it
 * back. */
static int map(const char *path, struct file *file)
{
	struct stat is;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result = fd < 0 || fstat(fd, &is) ? lg_error(errno, "%s", path) : 0;
	*file = (struct file){0};
	if (!result && is.st_size) {
		size_t size = (size_t)is.st_size;
		void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (bytes == MAP_FAILED)
			result = lg_error(errno, "%s", path);
		else
			*file = (struct file){bytes, size};
	}
	if (fd >= 0)
		close(fd);
	return result;
}

static void release(const struct file *file)
{
	if (file->bytes)
		munmap((void *)file->bytes, file->size);
}

/* ---- what is packed ---------------------------------------------------- */

/* The x86 boot protocol, Documentation/arch/x86/boot.rst; since 2.08. */
#define SETUP_SECTS_AT 0x1f1
#define PAYLOAD_OFFSET_AT 0x248
#define PAYLOAD_LENGTH_AT 0x24c

static const struct {
	const char *magic;
	const char *tool, *command;
	size_t behind; /* the size of what is packed, where it is no part */
} forms[] = {
	{"\x1f\x8b\x08", "gzip", "gzip -dc", 0},
	{"\xfd"
	 "7zXZ",
	 "xz", "xz -dc", 4},
	{"\x28\xb5\x2f\xfd", "zstd", "zstd -dcq", 4},
	{"\x02\x21\x4c\x18", "lz4", "lz4 -dcq", 4},
};
#define FORMS_N (sizeof(forms) / sizeof(*forms))

static uint32_t number32(const struct file *file, size_t at)
{
	uint32_t number;
	memcpy(&number, file->bytes + at, sizeof(number));
	return le32toh(number);
}

/* The part of a bzImage that is packed; without a size if there is none. */
static struct file find_payload(const struct file *image)
{
	if (image->size < PAYLOAD_LENGTH_AT + 4)
		return (struct file){0};
	size_t sectors = image->bytes[SETUP_SECTS_AT];
	size_t at = (sectors + 1) * 512 + number32(image, PAYLOAD_OFFSET_AT);
	size_t size = number32(image, PAYLOAD_LENGTH_AT);
	if (at > image->size || size > image->size - at)
		return (struct file){0};
	return (struct file){image->bytes + at, size};
}

/* How to unpack it, without what stands behind; NULL: there is no tool. */
static const char *command_for(struct file *payload)
{
	for (size_t i = 0; i < FORMS_N; i++) {
		size_t length = strlen(forms[i].magic);
		if (payload->size < length + forms[i].behind ||
		    memcmp(payload->bytes, forms[i].magic, length))
			continue;
		payload->size -= forms[i].behind;
		char *tool = lg_path_program(forms[i].tool);
		free(tool);
		return tool ? forms[i].command : NULL;
	}
	return NULL;
}

static int write_file(const char *path, const struct file *part)
{
	FILE *file = fopen(path, "we");
	bool fine =
		file && fwrite(part->bytes, 1, part->size, file) == part->size;
	if (file && fclose(file))
		fine = false;
	return fine ? 0 : lg_error(errno, "%s", path);
}

static int unpack(const char *command, const struct file *payload,
		  const char *packed, const char *unpacked)
{
	char *shell = lg_text("%s <\"$1\" >\"$2\"", command);
	const struct lg_exec exec = {.task = "unpack the kernel"};
	const char *argv[] = {"sh", "-c", shell, "sh", packed, unpacked, NULL};
	int result = write_file(packed, payload);
	if (!result)
		result = lg_exec(&exec, argv);
	free(shell);
	return result;
}

/* ---- whether it boots as it is ----------------------------------------- */

/* Where such a kernel says how to enter it (include/xen/interface/elfnote.h).
 */
#define PVH_OWNER "Xen"
#define PVH_ENTRY 18

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static bool has_entry(const unsigned char *notes, size_t size)
{
	Elf64_Nhdr note;
	while (size >= sizeof(note)) {
		memcpy(&note, notes, sizeof(note));
		size_t length = sizeof(note) + padded(note.n_namesz) +
				padded(note.n_descsz);
		if (length > size)
			return false;
		if (note.n_type == PVH_ENTRY &&
		    note.n_namesz == sizeof(PVH_OWNER) &&
		    !memcmp(notes + sizeof(note), PVH_OWNER, sizeof(PVH_OWNER)))
			return true;
		notes += length;
		size -= length;
	}
	return false;
}

static bool is_pvh(const struct file *kernel)
{
	Elf64_Ehdr header;
	Elf64_Phdr part;
	if (kernel->size < sizeof(header))
		return false;
	memcpy(&header, kernel->bytes, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG))
		return false;
	for (size_t i = 0; i < header.e_phnum; i++) {
		size_t at = header.e_phoff + i * sizeof(part);
		if (at > kernel->size || sizeof(part) > kernel->size - at)
			return false;
		memcpy(&part, kernel->bytes + at, sizeof(part));
		if (part.p_type == PT_NOTE && part.p_offset <= kernel->size &&
		    part.p_filesz <= kernel->size - part.p_offset &&
		    has_entry(kernel->bytes + part.p_offset, part.p_filesz))
			return true;
	}
	return false;
}

/* ---- both -------------------------------------------------------------- */

static int put_in_place(const char *unpacked, const char *image)
{
	struct file kernel;
	int result = map(unpacked, &kernel);
	if (!result && is_pvh(&kernel) && rename(unpacked, image))
		result = lg_error(errno, "%s", image);
	release(&kernel);
	return result;
}

int lg_kernel_unpack(const char *image, const char *aside)
{
	char *packed = lg_text("%s/packed", aside);
	char *unpacked = lg_text("%s/unpacked", aside);
	struct file file;
	int result = map(image, &file);
	struct file payload = result ? file : find_payload(&file);
	const char *command = payload.size ? command_for(&payload) : NULL;
	if (command) {
		result = unpack(command, &payload, packed, unpacked);
		if (!result)
			result = put_in_place(unpacked, image);
	}
	release(&file);
	free(packed);
	free(unpacked);
	return result;
}
