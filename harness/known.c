// SPDX-License-Identifier: GPL-2.0-or-later
#include "known.h"

#include "error.h"
#include "select.h"
#include "text.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- reading ----------------------------------------------------------- */

static bool is_date(const char *text)
{
	struct tm date;
	const char *end = strptime(text, "%Y-%m-%d", &date);
	return end && !*end && strlen(text) == strlen("2027-01-31");
}

/* As dates are spelt, their order is that of their texts. */
static bool is_over(const char *until)
{
	char today[sizeof("2027-01-31")];
	time_t now = time(NULL);
	strftime(today, sizeof(today), "%Y-%m-%d", localtime(&now));
	return strcmp(until, today) < 0;
}

static int read_deviation(struct lg_deviation *deviation, json_t *from)
{
	json_error_t error;

	if (json_unpack_ex(
		    from, &error, JSON_STRICT, "{s:s, s:s, s:s, s:s, s:s, s:s}",
		    "glob", &deviation->glob, "kernel", &deviation->kernel,
		    "what", &deviation->what, "reason", &deviation->reason,
		    "link", &deviation->link, "until", &deviation->until)) {
		lg_error(0, "%s", error.text);
		return -EINVAL;
	}
	if (!is_date(deviation->until)) {
		lg_error(0, "\"until\": '%s' is no date like 2027-01-31",
			 deviation->until);
		return -EINVAL;
	}
	deviation->expired = is_over(deviation->until);
	return 0;
}

static int read_all(struct lg_known *known)
{
	size_t i;
	json_t *from;

	if (!json_is_array(known->root)) {
		lg_error(0, "%s: this is no array of deviations", known->path);
		return -EINVAL;
	}
	known->list =
		lg_room(json_array_size(known->root), sizeof(*known->list));
	json_array_foreach(known->root, i, from)
	{
		int result = read_deviation(&known->list[known->n++], from);
		if (result)
			return lg_error_in(result, "%s: deviation %zu",
					   known->path, i + 1);
	}
	return 0;
}

int lg_known_read(struct lg_known *known, const char *path)
{
	json_error_t error;

	*known = (struct lg_known){.path = lg_text("%s", path)};
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	known->root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!known->root) {
		lg_error(0, "%s:%d:%d: %s", path, error.line, error.column,
			 error.text);
		return -EINVAL;
	}
	return read_all(known);
}

/* ---- asking ------------------------------------------------------------ */

static bool is_about(const struct lg_deviation *deviation,
		     const char *case_name, const char *variant,
		     const char *kernel)
{
	return lg_glob_has(deviation->glob, case_name, variant) &&
	       !fnmatch(deviation->kernel, kernel, 0);
}

void lg_known_meet(struct lg_known *known, const char *case_name,
		   const char *variant, const char *kernel)
{
	for (size_t i = 0; i < known->n; i++)
		known->list[i].was_met |=
			is_about(&known->list[i], case_name, variant, kernel);
}

bool lg_known_excuses(struct lg_known *known, const char *case_name,
		      const char *variant, const char *kernel,
		      const struct lg_aspect *aspect)
{
	bool excused = false;
	char *what = lg_text("%s%s%s", lg_aspect_kind_name(aspect->kind),
			     *aspect->name ? " " : "", aspect->name);

	for (size_t i = 0; i < known->n; i++) {
		struct lg_deviation *deviation = &known->list[i];
		if (!is_about(deviation, case_name, variant, kernel) ||
		    fnmatch(deviation->what, what, 0) != 0)
			continue;
		deviation->n_excused++;
		excused |= !deviation->expired;
	}
	free(what);
	return excused;
}

void lg_known_free(struct lg_known *known)
{
	free(known->path);
	free(known->list);
	json_decref(known->root);
	*known = (struct lg_known){0};
}
