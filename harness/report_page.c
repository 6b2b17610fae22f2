// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_page.h"

#include "error.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DATA_MARK "@DATA@"

static const char page[] =
#include "harness/report_page.inc"
	;

/* JSON in a page ends where the page sees a tag: `<` is only in its strings. */
static int write_json(const char *text, size_t size, void *to)
{
	for (; size; text++, size--) {
		if (*text == '<')
			fputs("\\u003c", to);
		else
			putc(*text, to);
	}
	return 0;
}

static int write_page(const char *path, const json_t *data)
{
	const char *mark = strstr(page, DATA_MARK);
	FILE *file = fopen(path, "we");
	if (!file)
		return -errno;

	fwrite(page, 1, (size_t)(mark - page), file);
	json_dump_callback(data, write_json, file, JSON_COMPACT);
	fputs(mark + strlen(DATA_MARK), file);
	int result = fflush(file) || ferror(file) ? -errno : 0;
	if (fclose(file) && !result)
		result = -errno;
	return result;
}

int lg_report_page_write(const char *path, const json_t *data)
{
	char *fresh = lg_text("%s.new-%d", path, (int)getpid());
	int result = write_page(fresh, data);
	if (!result && rename(fresh, path))
		result = -errno;
	if (result) {
		unlink(fresh);
		lg_error(-result, "cannot write %s", path);
	}
	free(fresh);
	return result;
}
