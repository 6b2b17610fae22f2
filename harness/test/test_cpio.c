// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../lib/test/unit.h"
#include "../cpio.h"
#include "../text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Of the "newc" form: a magic and thirteen numbers of eight digits. */
#define HEADER 110
#define FIELD(n) (6 + 8 * (n))
enum { INODE, MODE, UID, GID, LINKS, MTIME, SIZE, DEV, DEV2, MAJOR, MINOR };
#define NAME_SIZE 11

struct archive {
	char *bytes;
	size_t size, at; /* of the next entry */
};

struct entry {
	const char *name, *bytes;
	unsigned long inode, mode, size, major, minor;
};

static unsigned long number(const char *header, unsigned field)
{
	char digits[9] = "", *end;
	memcpy(digits, header + FIELD(field), 8);
	unsigned long value = strtoul(digits, &end, 16);
	ck_assert_str_eq(end, "");
	return value;
}

static size_t aligned(size_t size)
{
	return (size + 3) / 4 * 4;
}

static struct entry next(struct archive *archive)
{
	const char *header = archive->bytes + archive->at;
	ck_assert_uint_le(archive->at + HEADER, archive->size);
	ck_assert_mem_eq(header, "070701", 6);

	struct entry entry = {.name = header + HEADER,
			      .inode = number(header, INODE),
			      .mode = number(header, MODE),
			      .size = number(header, SIZE),
			      .major = number(header, MAJOR),
			      .minor = number(header, MINOR)};
	ck_assert_uint_eq(number(header, NAME_SIZE), strlen(entry.name) + 1);
	size_t to_bytes = aligned(HEADER + strlen(entry.name) + 1);
	entry.bytes = header + to_bytes;
	archive->at += to_bytes + aligned(entry.size);
	ck_assert_uint_le(archive->at, archive->size);
	return entry;
}

static struct archive made(void (*fill)(struct lg_cpio *cpio))
{
	struct archive archive = {0};
	struct lg_cpio cpio;
	FILE *out = lg_there(open_memstream(&archive.bytes, &archive.size));
	lg_cpio_begin(&cpio, out);
	fill(&cpio);
	lg_cpio_end(&cpio);
	fclose(out);
	return archive;
}

static void expect(struct archive *archive, const char *name, mode_t mode,
		   const char *text)
{
	struct entry entry = next(archive);
	ck_assert_str_eq(entry.name, name);
	ck_assert_uint_eq(entry.mode, mode);
	ck_assert_uint_eq(entry.size, strlen(text));
	ck_assert_mem_eq(entry.bytes, text, strlen(text));
}

static void expect_end(struct archive *archive)
{
	expect(archive, "TRAILER!!!", 0, "");
	ck_assert_uint_eq(archive->at, archive->size);
	free(archive->bytes);
}

static void fill_sizes(struct lg_cpio *cpio)
{
	/* Names and contents that need 0 to 3 bytes to be aligned. */
	lg_cpio_bytes(cpio, "a", 0644, "", 0);
	lg_cpio_bytes(cpio, "ab", 0600, "1", 1);
	lg_cpio_bytes(cpio, "abc", 0755, "12", 2);
	lg_cpio_bytes(cpio, "abcd", 0400, "123", 3);
	lg_cpio_bytes(cpio, "abcde", 0444, "1234", 4);
}

static void test_sizes(int row)
{
	(void)row;
	struct archive archive = made(fill_sizes);
	expect(&archive, "a", S_IFREG | 0644, "");
	expect(&archive, "ab", S_IFREG | 0600, "1");
	expect(&archive, "abc", S_IFREG | 0755, "12");
	expect(&archive, "abcd", S_IFREG | 0400, "123");
	expect(&archive, "abcde", S_IFREG | 0444, "1234");
	expect_end(&archive);
}

static void fill_folders(struct lg_cpio *cpio)
{
	lg_cpio_bytes(cpio, "a/b/c", 0644, "x", 1);
	lg_cpio_bytes(cpio, "a/b/d", 0644, "y", 1);
	lg_cpio_folder(cpio, "a/e");
	lg_cpio_folder(cpio, "a/b");
}

static void test_folders_are_made_once(int row)
{
	(void)row;
	struct archive archive = made(fill_folders);
	expect(&archive, "a", S_IFDIR | 0755, "");
	expect(&archive, "a/b", S_IFDIR | 0755, "");
	expect(&archive, "a/b/c", S_IFREG | 0644, "x");
	expect(&archive, "a/b/d", S_IFREG | 0644, "y");
	expect(&archive, "a/e", S_IFDIR | 0755, "");
	expect_end(&archive);
}

static void fill_twice(struct lg_cpio *cpio)
{
	lg_cpio_bytes(cpio, "a", 0644, "first", 5);
	lg_cpio_bytes(cpio, "a", 0644, "second", 6);
	ck_assert(lg_cpio_has(cpio, "a"));
	ck_assert(!lg_cpio_has(cpio, "b"));
}

static void test_first_of_a_name_counts(int row)
{
	(void)row;
	struct archive archive = made(fill_twice);
	expect(&archive, "a", S_IFREG | 0644, "first");
	expect_end(&archive);
}

static void fill_device(struct lg_cpio *cpio)
{
	lg_cpio_device(cpio, "console", 0600, 5, 1);
}

static void test_device(int row)
{
	(void)row;
	struct archive archive = made(fill_device);
	struct entry entry = next(&archive);
	ck_assert_uint_eq(entry.mode, S_IFCHR | 0600);
	ck_assert_uint_eq(entry.major, 5);
	ck_assert_uint_eq(entry.minor, 1);
	expect_end(&archive);
}

static void fill_link(struct lg_cpio *cpio)
{
	lg_cpio_link(cpio, "a/link", "../b");
	lg_cpio_link(cpio, "a/link", "elsewhere");
}

static void test_link(int row)
{
	(void)row;
	struct archive archive = made(fill_link);
	expect(&archive, "a", S_IFDIR | 0755, "");
	expect(&archive, "a/link", S_IFLNK | 0777, "../b");
	expect_end(&archive);
}

static void test_inodes_differ(int row)
{
	(void)row;
	struct archive archive = made(fill_sizes);
	unsigned long inodes[5];
	for (int i = 0; i < 5; i++) {
		inodes[i] = next(&archive).inode;
		for (int j = 0; j < i; j++)
			ck_assert_uint_ne(inodes[i], inodes[j]);
	}
	free(archive.bytes);
}

static void fill_copy(struct lg_cpio *cpio)
{
	ck_assert_int_eq(lg_cpio_file(cpio, "null", "/dev/null"), 0);
	ck_assert_int_eq(lg_cpio_file(cpio, "none", "/nowhere/none"), -ENOENT);
	ck_assert_int_eq(lg_cpio_file(cpio, "root", "/"), -EISDIR);
}

static void test_file_that_is_not_there(int row)
{
	(void)row;
	struct archive archive = made(fill_copy);
	expect(&archive, "null", S_IFREG | 0666, "");
	expect_end(&archive);
}

static void fill_for_oracle(struct lg_cpio *cpio)
{
	fill_sizes(cpio);
	lg_cpio_bytes(cpio, "f/g/h", 0644, "text", 4);
	lg_cpio_device(cpio, "console", 0600, 5, 1);
}

static void test_as_cpio_reads_it(int row)
{
	(void)row;
	if (system("cpio --version >/dev/null 2>&1"))
		lg_unit_skip("there is no cpio(1)");

	struct archive archive = made(fill_for_oracle);
	char path[] = "/tmp/test_cpio.XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	FILE *out = fdopen(fd, "w");
	ck_assert_uint_eq(fwrite(archive.bytes, 1, archive.size, out),
			  archive.size);
	fclose(out);

	char *command = lg_text("cpio --quiet -t <%s", path);
	FILE *in = popen(command, "r");
	char listed[256];
	listed[fread(listed, 1, sizeof(listed) - 1, in)] = '\0';
	int status = pclose(in);
	remove(path);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(listed,
			 "a\nab\nabc\nabcd\nabcde\nf\nf/g\nf/g/h\nconsole\n");
	free(command);
	free(archive.bytes);
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"sizes", test_sizes, 0, 0},
		{"folders_are_made_once", test_folders_are_made_once, 0, 0},
		{"first_of_a_name_counts", test_first_of_a_name_counts, 0, 0},
		{"device", test_device, 0, 0},
		{"link", test_link, 0, 0},
		{"inodes_differ", test_inodes_differ, 0, 0},
		{"file_that_is_not_there", test_file_that_is_not_there, 0, 0},
		{"as_cpio_reads_it", test_as_cpio_reads_it, 0, 0},
		{NULL, NULL, 0, 0}};
	return lg_unit_main(argc, argv, units);
}
