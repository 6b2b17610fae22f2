// SPDX-License-Identifier: GPL-2.0-or-later
#include "select.h"

#include "text.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool matches(const char *pattern, const char *name)
{
	return !strcmp(pattern, name) || !fnmatch(pattern, name, 0);
}

bool lg_glob_has_case(const char *glob, const char *case_name)
{
	char *pattern = lg_text("%.*s", (int)strcspn(glob, ":"), glob);
	bool has = matches(pattern, case_name);
	free(pattern);
	return has;
}

bool lg_glob_has(const char *glob, const char *case_name, const char *variant)
{
	const char *colon = strchr(glob, ':');
	return lg_glob_has_case(glob, case_name) &&
	       (!colon || matches(colon + 1, variant));
}

bool lg_globs_have_case(char *const *globs, const char *case_name)
{
	if (!*globs)
		return true;
	for (; *globs; globs++) {
		if (lg_glob_has_case(*globs, case_name))
			return true;
	}
	return false;
}

bool lg_globs_have(char *const *globs, const char *case_name,
		   const char *variant)
{
	if (!*globs)
		return true;
	for (; *globs; globs++) {
		if (lg_glob_has(*globs, case_name, variant))
			return true;
	}
	return false;
}

bool lg_shard_read(const char *text, struct lg_shard *shard)
{
	const char *slash = strchr(text, '/');
	if (!slash)
		return false;

	char *index = lg_text("%.*s", (int)(slash - text), text);
	bool right = lg_text_number(slash + 1, ULONG_MAX, &shard->of) &&
		     lg_text_number(index, shard->of, &shard->index);
	free(index);
	return right;
}

bool lg_shard_has(struct lg_shard shard, size_t position)
{
	return position % shard.of == shard.index - 1;
}
