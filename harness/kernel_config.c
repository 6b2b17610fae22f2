// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_config.h"

#include "error.h"
#include "kernel_hash.h"
#include "text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char options[] =
#include "harness/uml_config.inc"
	;

#define PREFIX "CONFIG_"

int lg_config_append(const char *path)
{
	FILE *file = fopen(path, "ae");
	if (!file)
		return lg_error(errno, "%s", path);
	fputs(options, file);
	return fclose(file) ? lg_error(errno, "%s", path) : 0;
}

uint64_t lg_config_hash(void)
{
	return lg_hash(LG_HASH_SEED, options, strlen(options));
}

static int read_all(const char *path, char **text)
{
	size_t room = 0;
	*text = NULL;
	FILE *file = fopen(path, "re");
	if (!file)
		return lg_error(errno, "%s", path);
	ssize_t size = getdelim(text, &room, '\0', file);
	int result = size < 0 ? lg_error(errno, "%s is empty", path) : 0;
	fclose(file);
	return result;
}

/* Whether a line of `config` is this one, of `length` bytes. */
static bool has_line(const char *config, const char *line, size_t length)
{
	const char *found = config;
	while ((found = memmem(found, strlen(found), line, length))) {
		bool begins = found == config || found[-1] == '\n';
		if (begins && found[length] == '\n')
			return true;
		found += length;
	}
	return false;
}

/* What becomes of the options below this line that are not there: the group
 * that they are told in, NULL for none. */
static json_t *group_of(const char *line, size_t length, json_t *before,
			json_t *essential, json_t *wanted)
{
	const struct {
		const char *mark;
		json_t *group;
	} groups[] = {{"#: essential", essential},
		      {"#: wanted", wanted},
		      {"#: former", NULL}};

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		if (length == strlen(groups[i].mark) &&
		    !strncmp(line, groups[i].mark, length))
			return groups[i].group;
	}
	return before;
}

int lg_config_missing(const char *path, json_t **essential, json_t **wanted)
{
	char *config;
	*essential = *wanted = NULL;
	int result = read_all(path, &config);
	if (result) {
		free(config);
		return result;
	}

	*essential = lg_there(json_array());
	*wanted = lg_there(json_array());
	json_t *group = NULL;
	for (const char *line = options; *line;) {
		size_t length = strcspn(line, "\n");
		group = group_of(line, length, group, *essential, *wanted);
		if (group && *line == 'C' && !has_line(config, line, length)) {
			const char *name = line + strlen(PREFIX);
			size_t size = strcspn(name, "=");
			json_array_append_new(
				group, lg_there(json_stringn(name, size)));
		}
		line += length + (line[length] == '\n');
	}
	free(config);
	return 0;
}

int lg_config_count(const char *path, unsigned *on)
{
	char *config;
	int result = read_all(path, &config);
	*on = 0;
	for (const char *c = config; !result && (c = strstr(c, "=y\n")); c++)
		++*on;
	free(config);
	return result;
}
